"""C3: the scheme is dynamic maintenance, no amendment of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.change_level import change_level
from planloop.checks.indicators.evaluate import indicators
from planloop.checks.proofs.ending import ended
from planloop.standard import Attestation

if TYPE_CHECKING:
    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof

MAINTENANCE = "L1"
"""The highest level that dynamic maintenance may reach."""


def level(evidence: Evidence) -> Proof:
    """Prove that the scheme touches nothing that only the original approval body may change.

    The level of a change is the highest of the triggers in the standard's table: L0 corrects, L1 is
    dynamic maintenance, L2 amends the plan. A broken proof names each trigger above L1 with the
    features, layers or indicators that set it off.
    """
    found = change_level(evidence, evidence.once(indicators))
    numbers: dict[str, object] = {"level": found.level, "triggers": len(found.fired)}
    for item in found.fired:
        numbers |= {
            f"{item.row.trigger}:_{key}": value for key, value in item.found.numbers.items()
        }
    broken = [
        f"{item.row.level} {item.row.trigger}: {', '.join(item.found.evidence)}".rstrip(": ")
        for item in found.fired
        if item.row.level > MAINTENANCE
    ]
    return ended("C3.level", numbers, broken, Attestation.OURS)
