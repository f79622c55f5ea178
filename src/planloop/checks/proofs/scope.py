"""C1: the maintenance covers what the plan covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop import standard
from planloop.checks.proofs.ending import ended

if TYPE_CHECKING:
    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof


def scope(evidence: Evidence) -> Proof:
    """Prove that each layer that covers everything covers the region, before and after.

    Land of the region that a layer leaves out, and land of a layer beyond the region, together
    stay within the tolerance for overlaps of the standard (``overlap_tolerance_m2``), layer by
    layer. The declared area is reported beside the geometry's; nothing is scaled to it.
    """
    roles, region = evidence.settings.roles, evidence.before.region
    inside = evidence.covered([roles.region])
    limit = round(float(standard.load().parameter("overlap_tolerance_m2").value) * 100)
    numbers: dict[str, object] = {"region_dm2": evidence.area(inside), "limit_dm2": limit}
    if region.declared_area is not None:
        numbers["declared_dm2"] = round(region.declared_area * 100)
    broken = []
    layers = [roles.parcels, roles.zones, f"after:{roles.zones}"]
    layers += [roles.townships] if roles.townships in evidence.fabric.labels else []
    for name in layers:
        held = evidence.covered([name])
        off = evidence.area(inside ^ held)
        numbers[f"{name}_off_dm2"] = off
        if off > limit:
            broken.append(f"{name} {evidence.place(inside ^ held)}")
    return ended("C1.scope", numbers, broken)
