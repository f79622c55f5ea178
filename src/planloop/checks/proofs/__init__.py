"""Proofs of a scheme: the claims of a maintenance notice, each checked with numbers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from planloop.checks.proofs.coverage import coverage
from planloop.checks.proofs.fragmentation import fragmentation
from planloop.checks.proofs.frozen import frozen_layers, frozen_zones
from planloop.checks.proofs.patches import holes, patches
from planloop.checks.proofs.quota import area, multiple, sub_zones
from planloop.checks.proofs.receivers import receivers
from planloop.checks.proofs.record import deltas, identical, pieces
from planloop.checks.proofs.scope import scope
from planloop.checks.proofs.swap import algebra, balance, exclusions, reasons, untouchable
from planloop.checks.proofs.townships import most_in, townships
from planloop.checks.proofs.zones import identity, zone_boundary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof

PROOFS: Mapping[str, Callable[[Evidence], Proof]] = MappingProxyType(
    {
        "C1.scope": scope,
        "C2.algebra": algebra,
        "C2.balance": balance,
        "C2.reasons": reasons,
        "C2.exclusions": exclusions,
        "C2.untouchable": untouchable,
        "C2.patches": patches,
        "C2.holes": holes,
        "C2.townships": townships,
        "C2.most-in": most_in,
        "C3.area": area,
        "C3.multiple": multiple,
        "C3.sub-zones": sub_zones,
        "C4.frozen-zones": frozen_zones,
        "C4.frozen-layers": frozen_layers,
        "C5.zone-boundary": zone_boundary,
        "C5.identity": identity,
        "C5.receivers": receivers,
        "C6.coverage": coverage,
        "C6.fragmentation": fragmentation,
        "W.identical": identical,
        "W.deltas": deltas,
        "W.pieces": pieces,
    }
)
"""Every proof by name, in the order in which they are shown."""


def prove(evidence: Evidence) -> tuple[Proof, ...]:
    """Return how every proof ends on the evidence."""
    return tuple(proof(evidence) for proof in PROOFS.values())
