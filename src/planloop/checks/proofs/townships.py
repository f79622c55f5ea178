"""C2: the swap balances in each township, and takes in no more than it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.proofs.ending import ended, not_applicable
from planloop.plan.units import SQUARE_METRE, of_hectares
from planloop.standard import Attestation

if TYPE_CHECKING:
    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof

NOWHERE = "–"
"""What stands for the name of land in no township."""


def townships(evidence: Evidence) -> Proof:
    """Prove that each township balances by itself, where ``swap.balance_by_township`` asks for it.

    With θ = ``swap.township_tolerance_ha`` and τ = ``swap.balance_tolerance_m2``: a township's land
    going out exceeds its land going in by -θ at least and by θ + τ at most, in the ledger of the
    faces, in which areas add up exactly. A piece over several townships counts in each with the
    part that lies there; land in no township is held to the same.
    """
    swap = evidence.settings.swap
    if not swap.balance_by_township:
        return not_applicable("C2.townships", "not-asked", Attestation.OURS)
    room = of_hectares(swap.township_tolerance_ha)
    most = room + round(swap.balance_tolerance_m2 * SQUARE_METRE)
    moved = evidence.entering | evidence.leaving
    surplus = {}
    for name in sorted(set(evidence.township[moved].tolist())):
        here = evidence.township == name
        leaving = evidence.area(evidence.leaving & here)
        surplus[name or NOWHERE] = leaving - evidence.area(evidence.entering & here)
    numbers = {
        "townships": len(surplus),
        "lower_dm2": -room,
        "lowest_dm2": min(surplus.values(), default=0),
        "highest_dm2": max(surplus.values(), default=0),
        "upper_dm2": most,
    }
    broken = [
        f"{name} {size / SQUARE_METRE:.2f} m²"
        for name, size in surplus.items()
        if not -room <= size <= most
    ]
    return ended("C2.townships", numbers, broken, Attestation.OURS)


def most_in(evidence: Evidence) -> Proof:
    """Prove that no more goes in than ``swap.most_in_ha``, where the settings set that limit.

    It holds in the ledger of the faces, in which areas add up exactly.
    """
    limit = evidence.settings.swap.most_in_ha
    if limit is None:
        return not_applicable("C2.most-in", "not-asked", Attestation.OURS)
    entering, most = evidence.area(evidence.entering), of_hectares(limit)
    numbers = {"in_dm2": entering, "most_in_dm2": most, "margin_dm2": most - entering}
    over = entering - most
    broken = [f"{over / SQUARE_METRE:.2f} m²"] if over > 0 else []
    return ended("C2.most-in", numbers, broken, Attestation.OURS)
