"""Which land may go out of the boundary: scattered or idle, and held by no right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planloop.errors import SettingsError
from planloop.maintenance.boundary.problem import OutCell
from planloop.maintenance.boundary.quota import counts
from planloop.plan.codes import starts_with
from planloop.plan.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.patches import Patch
    from planloop.maintenance.situation import Situation

SHOWN = 5
"""Features that are shown of what holds land."""


@dataclass(frozen=True, slots=True, eq=False)
class _Hold:
    """One thing that holds land in the boundary.

    Parameters
    ----------
    reason
        Entry of ``messages/reasons.toml``.
    faces
        Faces that it holds, shape (n,).
    layer
        Layer whose features show it; None for what is frozen, kept or no land of the region.
    whole_patch
        True where a scattered patch stays as a whole for it.
    """

    reason: str
    faces: NDArray[np.bool_]
    layer: str | None
    whole_patch: bool


def candidates(
    situation: Situation, patches: tuple[Patch, ...], nominated: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[OutCell, ...], tuple[Decision, ...]]:
    """Return the cells that may go out, and why scattered or idle land that may not stays.

    Parameters
    ----------
    situation
        The plan as the swap sees it.
    patches
        Patches of the boundary.
    nominated
        Survey parcel → numbers of the assessment table that call it idle or scattered.

    Raises
    ------
    SettingsError
        The lock ``must_out`` names land outside the boundary, or land that may not go out.

    Notes
    -----
    A scattered patch may go only where no right or use holds any of it; a parcel of another patch
    may go where the assessment table nominates it, or a lock takes it out, and nothing holds it.
    Land that is frozen, kept by a lock or no land of the region stays, but holds no other.
    """
    holds = _holds(situation)
    cells: list[OutCell] = []
    stays: list[Decision] = []
    for patch in patches:
        free, kept = _of_patch(situation, holds, patch, nominated)
        size = sum(cell.area for cell in free)
        whole = patch.scattered and size == patch.area
        cells += [replace(cell, patch=patch.number if whole else None) for cell in free]
        stays += kept
    found = {cell.parcel for cell in cells}
    for parcel in situation.settings.locks.must_out:
        if parcel not in found:
            where = situation.origin("must_out", parcel)
            raise SettingsError("boundary.lock-outside", lock="must_out", id=parcel, **where)
    return tuple(cells), tuple(stays)


def _of_patch(
    situation: Situation,
    holds: tuple[_Hold, ...],
    patch: Patch,
    nominated: Mapping[str, tuple[str, ...]],
) -> tuple[list[OutCell], list[Decision]]:
    """Return the cells of one patch that may go out, and why other candidates stay."""
    must_out = set(situation.settings.locks.must_out)
    idle_strength = situation.settings.swap.idle_strength
    parcels = situation.parcel[patch.faces]
    cells: list[OutCell] = []
    stays: list[Decision] = []
    for parcel in sorted({str(fid) for fid in parcels if fid is not None}):
        faces = patch.faces[parcels == parcel]
        evidence, taken = nominated.get(parcel, ()), parcel in must_out
        if not (patch.scattered or evidence or taken):
            continue
        scope = patch.faces if patch.scattered and not taken else faces
        reason, shown = _why_held(situation, holds, faces, scope)
        if reason and taken:
            key, proof = "boundary.lock-held", ", ".join(shown)
            where = situation.origin("must_out", parcel)
            raise SettingsError(key, lock="must_out", id=parcel, evidence=proof, **where)
        area = situation.area(faces)
        if reason:
            numbers = {
                "patch_ha": round(patch.area / 1e6, 4),
                "distance_m": patch.distance,
                "compactness": patch.compactness,
            }
            stays.append(Decision("parcel", parcel, "kept", reason, numbers, area, shown))
            continue
        counted = faces[counts(situation, situation.sub_zone[faces])]
        strength = patch.strength * (idle_strength if evidence else 1.0)
        cells.append(
            OutCell(
                parcel=parcel,
                faces=faces,
                area=area,
                patch=None,
                strength=round(strength, 6),
                reason="out-locked" if taken else "out-idle" if evidence else f"out-{patch.why[0]}",
                evidence=evidence,
                counted=situation.area(counted),
                locked=taken,
            )
        )
    return cells, stays


def _holds(situation: Situation) -> tuple[_Hold, ...]:
    """Return what holds land in the boundary, in the order in which it is named."""
    roles, swap = situation.settings.roles, situation.settings.swap
    town = starts_with(situation.land_class, swap.town_classes)
    rights = [
        _Hold(reason, situation.covered([layer]), layer, whole_patch=True)
        for reason, layer in (
            ("kept-built", roles.built),
            ("kept-approved", roles.approved),
            ("kept-titled", roles.titles),
        )
    ]
    return (
        *rights,
        _Hold("kept-town-land", town, roles.parcels, whole_patch=True),
        _Hold("kept-project", situation.covered([roles.sites]), roles.sites, whole_patch=True),
        _Hold("kept-frozen", situation.frozen | ~situation.land, None, whole_patch=False),
        _Hold("kept-locked", situation.kept, None, whole_patch=False),
    )


def _why_held(
    situation: Situation,
    holds: tuple[_Hold, ...],
    faces: NDArray[np.int64],
    scope: NDArray[np.int64],
) -> tuple[str, tuple[str, ...]]:
    """Return the first reason that holds the land, and what shows it."""
    for hold in holds:
        for where in (faces, scope) if hold.whole_patch else (faces,):
            hit = where[hold.faces[where]]
            if len(hit):
                shown = (
                    situation.bars(hit, [])
                    if hold.layer is None
                    else situation.features_on([hold.layer], hit)
                )
                return hold.reason, shown[:SHOWN]
    return "", ()
