"""C5: the zones follow the boundary, and account for every square metre."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.checks.proofs.ending import ended
from planloop.plan.codes import starts_with

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof

TOWN = ("4",)
"""Prefix of the town development zone and its parts."""


def zone_boundary(evidence: Evidence) -> Proof:
    """Prove that the town development zone after is the boundary after, part by part."""
    zone, part = evidence.zone("after"), evidence.part("after")
    town, inside = starts_with(zone, TOWN), evidence.inside("after")
    # A zone below the second level (411 …) lies in the part that its first two digits name.
    agree = np.array(
        [
            a is not None and b is not None and a[:2] == b[:2]
            for a, b in zip(zone, part, strict=True)
        ],
        dtype=bool,
    )
    off = (town | inside) & ~agree
    numbers = {
        "zone_dm2": evidence.area(town),
        "boundary_dm2": evidence.area(inside),
        "off_dm2": evidence.area(off),
    }
    broken = [
        f"{zone[face]} / {part[face]} {evidence.place(_one(off, face))}" for face in _first(off)
    ]
    return ended("C5.zone-boundary", numbers, broken)


def _first(faces: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the first few of some faces: enough to find them."""
    return np.flatnonzero(faces)[:20]


def _one(faces: NDArray[np.bool_], face: int) -> NDArray[np.bool_]:
    chosen = np.zeros_like(faces)
    chosen[face] = True
    return chosen


def identity(evidence: Evidence) -> Proof:
    """Prove the conservation identity of every zone, exactly.

    For each zone z: area after = area before - (what moved and was z) + (what moved and is z),
    where what moved is the land that the boundary's pieces transfer in and out, and nothing else.
    """
    zone = {when: evidence.zone(when) for when in ("before", "after")}
    moved = evidence.entering | evidence.leaving
    numbers: dict[str, object] = {}
    broken = []
    codes = {str(code) for when in zone for code in zone[when] if code is not None}
    for code in sorted(codes):
        was, now = zone["before"] == code, zone["after"] == code
        before, after = evidence.area(was), evidence.area(now)
        lost, gained = evidence.area(moved & was), evidence.area(moved & now)
        numbers |= {f"{code}_before_dm2": before, f"{code}_after_dm2": after}
        residual = after - (before - lost + gained)
        if residual or ((was ^ now) & ~moved).any():
            broken.append(f"{code} {residual / 100:.2f} m²")
    numbers["moved_dm2"] = evidence.area(moved)
    return ended("C5.identity", numbers, broken)
