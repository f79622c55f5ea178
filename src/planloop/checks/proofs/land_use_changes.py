"""C7: only land that may change its planned class does; at the boundary it does as it must."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.central_land import AFTER, BEFORE, CentralLand
from planloop.checks.proofs.ending import ended, not_applicable
from planloop.plan.codes import padded, starts_with
from planloop.standard import Attestation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof

NO_PROJECT = "其他"
"""The sector whose class land gets that enters for no project."""


def changeable(evidence: Evidence) -> Proof:
    """Prove that only land that may change its planned class did, and to a class that it may have.

    Such land has no title, no approved, built or listed project; no city line; it is not town land
    now, not frozen, not locked. What it may become is in the table ``land_use_choices``. Land whose
    green or yellow line changed is judged with the lines.
    """
    layer = evidence.settings.roles.land_use
    if layer not in evidence.maintained:
        return not_applicable("C7.changeable", "no-planned-land-use", Attestation.OURS)
    land = evidence.once(CentralLand)
    own = land.changed & ~land.forced
    numbers: dict[str, object] = {"changed_dm2": evidence.area(own)}
    broken = []
    for name, faces in _closed(evidence).items():
        hit = own & faces
        numbers[f"{name}_dm2"] = evidence.area(hit)
        if hit.any():
            broken += [f"{name} {item}" for item in evidence.features_on(layer, hit)] or [name]
    pairs = zip(land.code[BEFORE][own], land.code[AFTER][own], strict=True)
    broken += [
        f"{before or '–'} → {after or '–'}"
        for before, after in sorted({(before or "", after or "") for before, after in pairs})
        if not _may_become(before, after)
    ]
    return ended("C7.changeable", numbers, broken, Attestation.OURS)


def follows(evidence: Evidence) -> Proof:
    """Prove that planned land use follows the boundary.

    Land of the central urban area that enters gets the class of its project's sector (table
    ``sector_classes``; of several projects, of the first tier, then the lowest number), unless it
    is planned for construction already. Planned land that leaves becomes what it is now. Roads,
    utilities, water and land in city lines keep their class.
    """
    layer = evidence.settings.roles.land_use
    if layer not in evidence.maintained:
        return not_applicable("C7.follows", "no-planned-land-use", Attestation.OURS)
    land = evidence.once(CentralLand)
    moves = (evidence.entering | evidence.leaving) & ~land.relined
    expected = land.code[BEFORE].copy()
    for faces, codes in (_entering(land, moves), _leaving(land, moves)):
        expected[faces] = codes
    wrong = moves & np.asarray(expected != land.code[AFTER], dtype=bool)
    numbers = {
        "in_dm2": evidence.area(evidence.entering & land.changed),
        "out_dm2": evidence.area(evidence.leaving & land.changed),
    }
    broken = [
        f"{land.code[AFTER][face] or '–'} ≠ {expected[face] or '–'} "
        f"{evidence.place(np.arange(len(wrong)) == face)}"
        for face in np.flatnonzero(wrong)
    ]
    return ended("C7.follows", numbers, broken, Attestation.OURS)


def _closed(evidence: Evidence) -> dict[str, NDArray[np.bool_]]:
    """Return the faces that may not change, by what holds them."""
    roles, settings = evidence.settings.roles, evidence.settings
    locks = (*settings.locks.untouchable, *settings.locks.keep)
    parcels = evidence.feature(roles.parcels)
    layers = (roles.titles, roles.approved, roles.built, roles.sites)
    lines = (roles.green, roles.yellow, roles.blue, roles.purple)
    return {code: evidence.covered([code]) for code in (*layers, *lines)} | {
        "town": starts_with(evidence.land_class, settings.swap.town_classes),
        "frozen": starts_with(evidence.zone(BEFORE), settings.frozen.zones)
        | evidence.covered(settings.frozen.layers),
        "locked": np.isin(parcels, np.array(locks, dtype=object)),
    }


def _may_become(before: str, after: str) -> bool:
    fits = [row for row in standard.load().land_use_choices if before.startswith(row.land_class)]
    if not fits or not before or not after:
        return False
    longest = max(fits, key=lambda row: len(row.land_class))
    return padded(after) in {padded(code) for code in longest.choices}


def _held(land: CentralLand) -> NDArray[np.bool_]:
    """Return the faces that keep their class even where the boundary moves."""
    roles = land.evidence.settings.roles
    fixed = [row.land_class for row in standard.load().land_use_choices if row.fixed]
    lines = land.evidence.covered([roles.green, roles.yellow, roles.blue, roles.purple])
    return lines | starts_with(land.code[BEFORE], fixed)


def _entering(
    land: CentralLand, moves: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the faces that get the class of a sector, and the class."""
    evidence, before = land.evidence, land.code[BEFORE]
    central = evidence.covered([evidence.settings.roles.central])
    planned = np.array([code is not None for code in before], dtype=bool)
    built = starts_with(before, standard.load().land_groups["construction"].include)
    chosen = moves & evidence.entering & (central | planned) & ~built & ~_held(land)
    code = np.full(len(before), None, dtype=object)
    for faces, numbers in _projects(evidence):
        code[faces] = _class_for(evidence, numbers)
    faces = np.flatnonzero(chosen)
    return faces, code[faces]


def _leaving(
    land: CentralLand, moves: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the planned faces that become what they are now, and the class."""
    evidence = land.evidence
    planned = np.array([code is not None for code in land.code[BEFORE]], dtype=bool)
    known = np.array([code is not None for code in evidence.land_class], dtype=bool)
    faces = np.flatnonzero(moves & evidence.leaving & planned & known & ~_held(land))
    codes = [padded(str(code)) for code in evidence.land_class[faces]]
    return faces, np.array(codes, dtype=object)


def _projects(evidence: Evidence) -> Iterator[tuple[NDArray[np.int64], list[str]]]:
    """Yield the faces of each piece of the boundary with the projects that it names."""
    layer = evidence.settings.roles.boundary
    located = evidence.piece_faces(layer)
    for piece, project in evidence.changes.of(layer)["project"].items():
        names = project if isinstance(project, str) else ""
        yield located[str(piece)], [name for name in names.split(", ") if name]


def _class_for(evidence: Evidence, numbers: list[str]) -> str:
    """Return the class of the first of some projects, by tier, then by number."""
    table, rows = evidence.before.tables.get("projects"), standard.load()
    best: tuple[int, str, str] | None = None
    if table is not None and "sector" in table:
        for number, sector in zip(table["number"], table["sector"], strict=True):
            if number in numbers and sector in rows.sectors:
                key = (rows.sectors[sector].tier, str(number), str(sector))
                best = key if best is None else min(best, key)
    sector = NO_PROJECT if best is None else best[2]
    return padded(rows.sector_classes[sector])
