"""Proofs of a scheme: the claims of a maintenance notice, each checked with numbers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from planloop.checks.proofs.control_lines import (
    frozen_lines,
    line_area,
    line_coverage,
    line_facilities,
    line_land_use,
    line_patches,
)
from planloop.checks.proofs.coverage import coverage
from planloop.checks.proofs.derivation import derivation
from planloop.checks.proofs.elastic import elastic
from planloop.checks.proofs.fragmentation import fragmentation
from planloop.checks.proofs.frozen import frozen_layers, frozen_zones
from planloop.checks.proofs.indicators import indicators
from planloop.checks.proofs.land_use import coverage as served
from planloop.checks.proofs.land_use import neighbours, per_person, ranges, structure
from planloop.checks.proofs.land_use_changes import changeable, follows
from planloop.checks.proofs.level import level
from planloop.checks.proofs.line_evidence import line_evidence
from planloop.checks.proofs.patches import holes, patches
from planloop.checks.proofs.projects import added_projects, project_list, sites, verdicts
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
        "C3.elastic": elastic,
        "C3.indicators": indicators,
        "C3.level": level,
        "C4.frozen-zones": frozen_zones,
        "C4.frozen-layers": frozen_layers,
        "C5.zone-boundary": zone_boundary,
        "C5.identity": identity,
        "C5.receivers": receivers,
        "C5.derivation": derivation,
        "C6.coverage": coverage,
        "C6.fragmentation": fragmentation,
        "C7.structure": structure,
        "C7.ranges": ranges,
        "C7.per-person": per_person,
        "C7.coverage": served,
        "C7.neighbours": neighbours,
        "C7.changeable": changeable,
        "C7.follows": follows,
        "C8.list": project_list,
        "C8.verdicts": verdicts,
        "C8.added": added_projects,
        "C8.sites": sites,
        "C9.area": line_area,
        "C9.facilities": line_facilities,
        "C9.coverage": line_coverage,
        "C9.evidence": line_evidence,
        "C9.land-use": line_land_use,
        "C9.patches": line_patches,
        "C9.frozen-lines": frozen_lines,
        "W.identical": identical,
        "W.deltas": deltas,
        "W.pieces": pieces,
    }
)
"""Every proof by name, in the order in which they are shown."""


def prove(evidence: Evidence) -> tuple[Proof, ...]:
    """Return how every proof ends on the evidence."""
    return tuple(proof(evidence) for proof in PROOFS.values())
