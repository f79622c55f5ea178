"""Which plots serve which homes: the services of the land-use problem."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.service_area import Homes
from planloop.checks.services import OFF, is_site
from planloop.maintenance.land_use.forced import planned
from planloop.maintenance.land_use.plots import NOWHERE
from planloop.maintenance.land_use.problem import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    import shapely
    from numpy.typing import NDArray

    from planloop.checks.services import Facilities
    from planloop.maintenance.land_use.plots import Plots
    from planloop.maintenance.situation import Situation
    from planloop.standard.records import ServiceKind


def services(
    situation: Situation, plots: Plots, facilities: Facilities, homes: frozenset[str]
) -> tuple[Service, ...]:
    """Return what serves the homes with each kind of facility of the standard.

    A facility serves while its plot keeps its class; one that stands on no planned land serves in
    any case. A plot of a kind's class and size serves if no facility stands on it.

    Parameters
    ----------
    situation, plots
        The plots.
    facilities
        The facilities that stand, and the streets.
    homes
        Classes that people live on.
    """
    stands = _stands(situation, plots, facilities)
    occupied = {cell for cell in stands.tolist() if cell >= 0}
    kinds = standard.load().service_kinds.values()
    dwelling = [index for index, cell in enumerate(plots.cells) if homes.intersection(cell.classes)]
    sites = {
        index
        for index, cell in enumerate(plots.cells)
        if any(is_site(kind, code, cell.area) for kind in kinds for code in cell.classes)
    }
    shape = _shapes(situation, plots, {*dwelling, *sites})
    reach = Homes(_array([shape[index] for index in dwelling]), facilities.streets)
    found = []
    for kind in kinds:
        sure, may = _places(plots, facilities, kind, stands, occupied)
        always, near = set[int](), defaultdict[int, set[tuple[int, str]]](set)
        fixed = [*sure.points, *(shape[index] for index in sure.plots)]
        home, _ = reach.within_reach(_array(fixed), kind.radius_m)
        always.update(dwelling[number] for number in home.tolist())
        places = [place or shape[index] for index, _, place in may]
        home, place = reach.within_reach(_array(places), kind.radius_m)
        for number, at in zip(home.tolist(), place.tolist(), strict=True):
            near[dwelling[number]].add(may[at][:2])
        left = {index: frozenset(items) for index, items in near.items() if index not in always}
        found.append(Service(kind.code, frozenset(always), left))
    return tuple(found)


class _Sure:
    """Facilities and plots that serve whatever is chosen."""

    def __init__(self) -> None:
        self.points: list[shapely.Geometry] = []
        self.plots: list[int] = []


def _stands(situation: Situation, plots: Plots, facilities: Facilities) -> NDArray[np.int64]:
    """Return the plot that each facility stands on: OFF for none, below for none any more."""
    on = np.flatnonzero(plots.of_face != NOWHERE)
    face = facilities.standing_on(situation.fabric.faces[on])
    found = np.full(len(face), OFF, dtype=np.int64)
    known = face != OFF
    at = on[face[known]]
    gone = plots.code[at] != planned(situation)[at]
    found[known] = np.where(gone, OFF - 1, plots.of_face[at])
    return found


def _places(
    plots: Plots,
    facilities: Facilities,
    kind: ServiceKind,
    stands: NDArray[np.int64],
    occupied: set[int],
) -> tuple[_Sure, list[tuple[int, str, shapely.Geometry | None]]]:
    """Return what serves in any case, and what does if a plot has a class.

    Returns
    -------
    sure
        Facilities and plots.
    may
        Plot, class, and the point of the facility there; None where the plot itself serves.
    """
    sure, may = _Sure(), list[tuple[int, str, "shapely.Geometry | None"]]()
    for point, what, cell in zip(facilities.points, facilities.kind, stands.tolist(), strict=True):
        if what != kind.code or cell < OFF:
            continue
        if cell == OFF or len(plots.cells[cell].classes) == 1:
            sure.points.append(point)
        else:
            may.append((cell, plots.cells[cell].now, point))
    for index, cell in enumerate(plots.cells):
        for code in cell.classes:
            kept = code == cell.now
            if not is_site(kind, code, cell.area) or (kept and index in occupied):
                continue
            if len(cell.classes) == 1:
                sure.plots.append(index)
            else:
                may.append((index, code, None))
    return sure, may


def _shapes(situation: Situation, plots: Plots, wanted: set[int]) -> Mapping[int, shapely.Geometry]:
    chosen = np.isin(plots.of_face, np.array(sorted(wanted), dtype=np.int64))
    return situation.fabric.dissolve(np.where(chosen, plots.of_face, NOWHERE))


def _array(shapes: list[shapely.Geometry]) -> NDArray[np.object_]:
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found
