"""Which land wants to go into the boundary: project sites and what makes them whole."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop import standard
from planloop.errors import SettingsError
from planloop.maintenance.boundary.problem import Demand, InCell
from planloop.maintenance.boundary.quota import counts
from planloop.maintenance.boundary.sub_zones import sub_zone_of
from planloop.plan.decision import Decision
from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.situation import Situation
    from planloop.standard.records import Sector

SITE_PROJECT = "XMBH"


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What the projects want.

    Parameters
    ----------
    demands
        Projects that the solver decides on, in the order of their numbers.
    cells
        Land that they need outside the boundary.
    decisions
        Projects that need no decision: already inside, needing no land, or excluded.
    needs
        Project → land that it needs outside the boundary, dm².
    """

    demands: tuple[Demand, ...]
    cells: tuple[InCell, ...]
    decisions: tuple[Decision, ...]
    needs: dict[str, int]


def candidates(situation: Situation) -> Wanted:
    """Return the land that projects need, by cells of faces that the same projects need.

    Parameters
    ----------
    situation
        The plan as the swap sees it.

    Raises
    ------
    SettingsError
        A lock cannot be carried out.

    Notes
    -----
    A project needs the faces of its sites outside the boundary and the slivers that they would
    leave. A site of which more than the standard's ``overlap_tolerance_m2`` may not go in blocks
    its project; less is left out of it.
    """
    barred = situation.barred
    sectors = standard.load().sectors
    near_first, near_last = situation.settings.swap.near_term
    sites = _sites(situation)
    nowhere = np.zeros(0, dtype=np.int64)
    demands, decisions, needs = [], [], {}
    wants: dict[int, list[str]] = defaultdict(list)
    table = situation.plan.tables["projects"].to_dict("records")
    for project in sorted(table, key=lambda item: str(item["number"])):
        number = str(project["number"])
        sector = sectors[str(project["sector"])]
        faces = sites.get(number, nowhere)
        ended = _settled(situation, number, sector, faces, barred)
        if ended is not None:
            decisions.append(ended)
            continue
        site = faces[~situation.inside[faces] & ~barred[faces]]
        whole = np.concatenate([site, _completion(situation, site, barred)])
        needs[number] = situation.area(whole)
        for face in whole:
            wants[int(face)].append(number)
        near = near_first <= int(project["start_year"]) <= near_last
        must = number in situation.settings.locks.must_serve
        demands.append(Demand(number, sector.tier, near, must))
    cells = _cells(situation, wants, _locked(situation, barred))
    return Wanted(tuple(demands), cells, tuple(decisions), needs)


def _sites(situation: Situation) -> dict[str, NDArray[np.int64]]:
    """Return the faces of each project's sites, ascending."""
    name = situation.settings.roles.sites
    if name not in situation.fabric.relations:
        return {}
    relation = situation.fabric.relations[name]
    numbers = situation.plan.layer(name).values(SITE_PROJECT)[relation.feature]
    return {
        str(number): np.unique(relation.face[numbers == number]) for number in np.unique(numbers)
    }


def _settled(
    situation: Situation,
    number: str,
    sector: Sector,
    faces: NDArray[np.int64],
    barred: NDArray[np.bool_],
) -> Decision | None:
    """Return the decision on a project that the solver need not decide on, or None."""
    limit = float(standard.load().parameter("overlap_tolerance_m2").value) * 100.0
    locks, total = situation.settings.locks, situation.area(faces)
    outside = faces[~situation.inside[faces]]
    blocked = outside[barred[outside]]
    size = situation.area(blocked)
    if not sector.needs_boundary:
        return Decision("project", number, "not_needed", "project-not-needed", area=total)
    if size > limit:
        shown = situation.bars(blocked)
        if number in locks.must_serve:
            where, proof = situation.origin("must_serve", number), ", ".join(shown)
            raise SettingsError("boundary.lock-blocked", id=number, evidence=proof, **where)
        numbers = {"barred_ha": f"{size / HECTARE:.4f}"}
        return Decision("project", number, "blocked", "project-excluded", numbers, total, shown)
    if len(outside) == len(blocked):
        return Decision("project", number, "inside", "project-inside", area=total)
    if number in locks.forbid:
        return Decision("project", number, "not_chosen", "project-forbidden", area=total)
    return None


def _completion(
    situation: Situation, site: NDArray[np.int64], barred: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the slivers that a site would leave of the survey parcels it cuts.

    A rest of a parcel outside the boundary that adjoins the site goes with it where it is smaller
    than ``sliver_area_m2`` or nowhere wider than ``sliver_width_m``.
    """
    fabric, swap = situation.fabric, situation.settings.swap
    cut = sorted({str(parcel) for parcel in situation.parcel[site]})
    rest = np.isin(situation.parcel, np.array(cut, dtype=object))
    rest &= ~situation.inside & ~barred
    rest[site] = False
    in_site = np.zeros(len(fabric), dtype=bool)
    in_site[site] = True
    near = fabric.neighbours
    adjoins = np.zeros(len(fabric), dtype=bool)
    adjoins[near.left[in_site[near.right]]] = True
    adjoins[near.right[in_site[near.left]]] = True
    slivers = [np.zeros(0, dtype=np.int64)]
    for parcel in cut:
        for faces in fabric.patches(rest & (situation.parcel == parcel)):
            if not adjoins[faces].any():
                continue
            shape = shapely.coverage_union_all(fabric.faces[faces])
            narrow = shapely.buffer(shape, -swap.sliver_width_m / 2.0).is_empty
            if narrow or situation.area(faces) < swap.sliver_area_m2 * 100.0:
                slivers.append(faces)
    return np.concatenate(slivers)


def _cells(
    situation: Situation, wants: Mapping[int, list[str]], locked: NDArray[np.int64]
) -> tuple[InCell, ...]:
    held = set(locked.tolist())
    grouped: dict[tuple[tuple[str, ...], bool], list[int]] = defaultdict(list)
    for face in sorted(held.union(wants)):
        grouped[tuple(sorted(wants.get(face, []))), face in held].append(face)
    cells = []
    for (projects, lock), members in sorted(grouped.items()):
        faces = np.array(members, dtype=np.int64)
        area = situation.area(faces)
        parts = [sub_zone_of(situation, [number]) for number in projects]
        parts += [sub_zone_of(situation, [])] if lock else []
        # Which of its projects are served is not known yet: it counts if any of them makes it.
        counted = counts(situation, np.array(parts, dtype=object)).any()
        cells.append(InCell(faces, area, projects, area if counted else 0, lock))
    return tuple(cells)


def _locked(situation: Situation, barred: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the faces that the lock ``must_in`` puts in."""
    found = [np.zeros(0, dtype=np.int64)]
    for parcel in situation.settings.locks.must_in:
        faces = np.flatnonzero((situation.parcel == parcel) & ~situation.inside)
        lock = {"lock": "must_in", "id": parcel} | situation.origin("must_in", parcel)
        if not len(faces):
            raise SettingsError("boundary.lock-inside", **lock)
        if barred[faces].any():
            evidence = ", ".join(situation.bars(faces[barred[faces]]))
            raise SettingsError("boundary.lock-held", evidence=evidence, **lock)
        found.append(faces)
    return np.unique(np.concatenate(found))
