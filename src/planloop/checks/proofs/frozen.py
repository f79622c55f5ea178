"""C4: what is frozen is identical, feature by feature and to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop import standard
from planloop.checks.proofs.ending import ended, not_applicable
from planloop.checks.records import differing
from planloop.plan.code_fields import ZONE_CODE
from planloop.plan.codes import starts_with
from planloop.standard import Attestation

if TYPE_CHECKING:
    import geopandas as gpd

    from planloop.checks.evidence import Evidence
    from planloop.plan.plan import Plan
    from planloop.plan.proof import Proof


def frozen_zones(evidence: Evidence) -> Proof:
    """Prove that every feature of a frozen zone is the same after: geometry, codes, everything."""
    layer, prefixes = evidence.settings.roles.zones, evidence.settings.frozen.zones
    before, after = (_zones(plan, layer, prefixes) for plan in (evidence.before, evidence.after))
    if before is None or not (len(before) or (after is not None and len(after))):
        return not_applicable("C4.frozen-zones", "no-frozen-zones", Attestation.OFFICIAL)
    frozen = starts_with(evidence.zone("before"), prefixes)
    numbers = {"features": len(before), "area_dm2": evidence.area(frozen)}
    return ended("C4.frozen-zones", numbers, [f"{layer}:{fid}" for fid in differing(before, after)])


def _zones(plan: Plan, layer: str, prefixes: tuple[str, ...]) -> gpd.GeoDataFrame | None:
    if layer not in plan.layers:
        return None
    held = plan.layer(layer)
    return held.frame[starts_with(held.values(ZONE_CODE), prefixes)]


def frozen_layers(evidence: Evidence) -> Proof:
    """Prove that frozen layers are the same after, and that the boundary keeps off the red lines.

    The ecological redline and basic farmland may share no more land with the boundary after than
    the standard's tolerance (``overlap_tolerance_m2``).
    """
    roles, before = evidence.settings.roles, evidence.before
    layers = [code for code in evidence.settings.frozen.layers if code in before.layers]
    apart = [code for code in (roles.redline, roles.basic_farmland) if code in before.layers]
    if not layers and not apart:
        return not_applicable("C4.frozen-layers", "no-frozen-layers", Attestation.OFFICIAL)
    limit = round(float(standard.load().parameter("overlap_tolerance_m2").value) * 100)
    numbers: dict[str, object] = {"limit_dm2": limit}
    broken = []
    for code in layers:
        held = evidence.after.layers.get(code)
        frame = before.layer(code).frame
        numbers[f"{code}_features"] = len(frame)
        after = None if held is None else held.frame
        broken += [f"{code}:{fid}" for fid in differing(frame, after)]
    for code in apart:
        shared = evidence.covered([code]) & evidence.inside("after")
        size = evidence.area(shared)
        numbers[f"{code}_in_boundary_dm2"] = size
        if size > limit:
            broken.append(f"{roles.boundary} on {code} {evidence.place(shared)}")
    return ended("C4.frozen-layers", numbers, broken)
