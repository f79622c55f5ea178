"""C3: the issued quota holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop import standard
from planloop.checks.multiples import readings
from planloop.checks.proofs.ending import ended, not_applicable
from planloop.geometry.area import area_dm2

if TYPE_CHECKING:
    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof

PARTS = ("410", "420", "430")


def area(evidence: Evidence) -> Proof:
    """Prove that the boundary is no larger than issued, in both ledgers."""
    layer, issued = evidence.settings.roles.boundary, evidence.before.quota.issued_area
    faces = evidence.area(evidence.inside("after"))
    held = evidence.after.layers.get(layer)
    shapes = None if held is None else held.geometry
    features = 0 if shapes is None else int(area_dm2(shapes, epsg=evidence.fabric.epsg).sum())
    numbers = {
        "before_dm2": evidence.area(evidence.inside("before")),
        "after_dm2": faces,
        "after_features_dm2": features,
        "issued_dm2": issued,
        "margin_dm2": issued - max(faces, features),
    }
    over = max(faces, features) > issued
    return ended(
        "C3.area",
        numbers,
        [f"{layer} {(max(faces, features) - issued) / 100:.2f} m²"] if over else [],
    )


def multiple(evidence: Evidence) -> Proof:
    """Prove that the expansion multiple is no larger than issued, in the reading that binds."""
    layer, binding = evidence.settings.roles.boundary, evidence.before.quota.multiple_reading
    attestation = standard.load().multiples[binding].attestation
    reading = readings(evidence)[binding]
    if reading.after_dm2 is None or reading.limit_dm2 is None:
        return not_applicable("C3.multiple", "no-multiple", attestation)
    numbers = {
        "reading": binding,
        "before": reading.before,
        "after": reading.after,
        "issued": reading.issued,
        "after_dm2": reading.after_dm2,
        "limit_dm2": reading.limit_dm2,
        "margin_dm2": reading.limit_dm2 - reading.after_dm2,
    }
    over = reading.after_dm2 - reading.limit_dm2
    broken = [f"{layer} {binding} {over / 100:.2f} m²"] if over > 0 else []
    return ended("C3.multiple", numbers, broken, attestation)


def sub_zones(evidence: Evidence) -> Proof:
    """Prove that every feature of the boundary is a concentrated, elastic or special-use part."""
    layer = evidence.after.layers.get(evidence.settings.roles.boundary)
    codes = [] if layer is None else [str(code) for code in layer.values("GHFQDM")]
    ids = [] if layer is None else layer.ids.tolist()
    numbers: dict[str, object] = {f"{part}_features": codes.count(part) for part in PARTS}
    part = evidence.part("after")
    numbers |= {f"{code}_dm2": evidence.area(part == code) for code in PARTS}
    broken = [
        f"{evidence.settings.roles.boundary}:{fid} {code}"
        for fid, code in zip(ids, codes, strict=True)
        if code not in PARTS
    ]
    return ended("C3.sub-zones", numbers, broken)
