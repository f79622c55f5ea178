"""C2: the swap makes no patch of the boundary, and no hole in it, that is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.checks.proofs.ending import ended, not_applicable
from planloop.plan.units import of_hectares
from planloop.standard import Attestation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof

    Patch = NDArray[np.int64]

SHOWN = 5
"""Survey parcels that are named of each patch that is too small."""


def patches(evidence: Evidence) -> Proof:
    """Prove that every patch of the boundary after is large enough, or was small before.

    A patch with no land in it that was inside before has at least ``swap.least_new_patch_ha``, any
    other at least ``swap.least_rest_patch_ha``. Smaller may be only what holds, whole, a patch of
    the boundary before that was smaller than that, too. Land that touches at a point only is not
    connected.
    """
    swap, fabric = evidence.settings.swap, evidence.fabric
    least_new = of_hectares(swap.least_new_patch_ha)
    least_rest = of_hectares(swap.least_rest_patch_ha)
    if not least_new:
        return not_applicable("C2.patches", "no-limit", Attestation.OURS)
    inside = evidence.inside("before")
    old, found = fabric.patches(inside), fabric.patches(evidence.inside("after"))
    numbers: dict[str, object] = {
        "least_new_dm2": least_new,
        "least_rest_dm2": least_rest,
        "patches_before": len(old),
        "patches_after": len(found),
    }
    least = [least_rest if inside[faces].any() else least_new for faces in found]
    small = [faces for faces in old if _size(evidence, faces) < least_rest]
    broken = _too_small(evidence, found, least, small, numbers)
    return ended("C2.patches", numbers, broken, Attestation.OURS)


def holes(evidence: Evidence) -> Proof:
    """Prove that every hole in the boundary after is large enough, or was small before.

    A hole is land outside the boundary that hangs together and does not reach the edge of the
    region. It has at least ``swap.least_hole_ha``. Smaller may be only what holds, whole, a hole in
    the boundary before that was smaller than that, too.
    """
    least = of_hectares(evidence.settings.swap.least_hole_ha)
    if not least:
        return not_applicable("C2.holes", "no-limit", Attestation.OURS)
    old, found = (_holes(evidence, when) for when in ("before", "after"))
    numbers: dict[str, object] = {
        "least_hole_dm2": least,
        "holes_before": len(old),
        "holes_after": len(found),
    }
    small = [faces for faces in old if _size(evidence, faces) < least]
    broken = _too_small(evidence, found, [least] * len(found), small, numbers)
    return ended("C2.holes", numbers, broken, Attestation.OURS)


def _size(evidence: Evidence, faces: Patch) -> int:
    return int(evidence.fabric.area[faces].sum())


def _holes(evidence: Evidence, when: str) -> list[Patch]:
    """Return the patches of land outside the boundary that do not reach the edge."""
    edge = evidence.fabric.neighbours.outer > 0.0
    found = evidence.fabric.patches(~evidence.inside(when))
    return [faces for faces in found if not edge[faces].any()]


def _too_small(
    evidence: Evidence,
    found: Sequence[Patch],
    least: Sequence[int],
    old: Sequence[Patch],
    numbers: dict[str, object],
) -> list[str]:
    """Return where patches are smaller than their limits and hold no old small one whole.

    Parameters
    ----------
    evidence
        The evidence.
    found, least
        Patches after, and the least area of each, dm².
    old
        Patches before that were too small.
    numbers
        Takes how many small patches are old ones, and the smallest patch with its place.
    """
    parcels = evidence.settings.roles.parcels
    sizes = [_size(evidence, faces) for faces in found]
    if found:
        smallest = int(np.argmin(sizes))
        numbers["smallest_dm2"] = sizes[smallest]
        numbers["smallest_at"] = evidence.place(_mask(evidence, found[smallest]))
    held, broken = 0, []
    for faces, size, limit in zip(found, sizes, least, strict=True):
        if size >= limit:
            continue
        mask = _mask(evidence, faces)
        if any(mask[patch].all() for patch in old):
            held += 1
            continue
        named = ", ".join(evidence.features_on(parcels, mask)[:SHOWN])
        size_and_limit = f"{size / 100:.2f} m² < {limit / 100:.2f} m²"
        broken.append(f"{named} {size_and_limit} {evidence.place(mask)}")
    numbers["small_as_before"] = held
    return broken


def _mask(evidence: Evidence, faces: Patch) -> NDArray[np.bool_]:
    mask = np.zeros(len(evidence.fabric), dtype=bool)
    mask[faces] = True
    return mask
