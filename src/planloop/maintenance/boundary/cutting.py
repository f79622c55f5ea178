"""Cut one cell that goes out in two, of which one part stays: faces, cells and plan anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.errors import InputError
from planloop.geometry.cut_off import cut_off
from planloop.geometry.split import shared_anew, split
from planloop.maintenance.boundary.nodes import ground_of
from planloop.maintenance.boundary.quota import counts
from planloop.maintenance.boundary.townships import townships
from planloop.maintenance.boundary.verify import faults
from planloop.maintenance.situation import Situation
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.cut_places import CutPlace
    from planloop.maintenance.boundary.problem import Aim, Choice, InCell, OutCell, Problem


@dataclass(frozen=True, slots=True)
class CutCell:
    """A cell that was cut.

    Parameters
    ----------
    rest, strip
        Indices of the parts among the cells that may go out: that which goes, that which stays.
    """

    rest: int
    strip: int


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """A plan on its ground: what a cut takes and gives back.

    Parameters
    ----------
    situation
        The plan as the swap sees it; a cut gives its fabric a new last face.
    problem, choice
        The cells, and which of them go; a cut gives a new last cell, which stays.
    cuts
        What was cut.
    """

    situation: Situation
    problem: Problem
    choice: Choice
    cuts: tuple[CutCell, ...] = ()


def cut(plot: Plot, place: CutPlace, wanted: int) -> Plot | None:
    """Keep a strip of a cell that goes out inside.

    Parameters
    ----------
    plot
        The plan.
    place
        Where the strip is cut off.
    wanted
        Area of the strip, dm².

    Returns
    -------
    Plot or None
        None where there is no such cut, where it leaves a sliver on either side, or where any rule
        but the balance would be broken.
    """
    situation, settings = plot.situation, plot.situation.settings.swap
    fabric = situation.fabric
    width, least = settings.sliver_width_m, settings.sliver_area_m2 * SQUARE_METRE
    if not least <= wanted <= fabric.area[place.face] - least:
        return None
    found = cut_off(
        fabric.faces[place.face],
        place.along,
        wanted / SQUARE_METRE,
        epsg=fabric.epsg,
        clearance=width,
    )
    if found is None:
        return None
    try:
        # The ends are vertices that there are: no neighbour gets one, frozen or not.
        divided, _ = split(
            fabric, place.face, found.line, frozen=np.arange(len(fabric)) != place.face
        )
    except InputError:
        return None
    divided = shared_anew(divided, place.face)
    halves = np.array([place.face, len(fabric)])
    inside = shapely.contains(divided.faces[halves], shapely.point_on_surface(found.part))
    strip = int(halves[int(np.argmax(inside))])
    narrow = shapely.is_empty(shapely.buffer(divided.faces[halves], -width / 2.0))
    if narrow.any() or (divided.area[halves] < least).any():
        return None
    after = Situation.read(
        situation.plan, divided, situation.settings, situation.drawn, situation.earlier
    )
    made = _plot(plot, after, place.cell, strip, halves)
    # What is still too much may go by further cuts.
    loose = replace(made.problem, tolerance=np.iinfo(np.int64).max, townships=())
    return None if faults(replace(loose, margin=-loose.tolerance), made.choice) else made


def _plot(
    plot: Plot, situation: Situation, cell: int, strip: int, halves: NDArray[np.int64]
) -> Plot:
    """Return the plan on the divided faces."""
    problem, choice = plot.problem, plot.choice
    outs = list(problem.outs)
    faces = outs[cell].faces
    both = np.union1d(faces, halves)
    outs[cell] = replace(outs[cell], faces=np.setdiff1d(both, [strip]))
    outs.append(replace(outs[cell], faces=np.array([strip], dtype=np.int64)))
    ins = [_measured_in(situation, item) for item in problem.ins]
    outs = [_measured_out(situation, item) for item in outs]
    share = outs[-1].area / (outs[-1].area + outs[cell].area)
    place = len(ins) + cell
    anew = replace(
        problem,
        ins=tuple(ins),
        outs=tuple(outs),
        ground=ground_of(situation, ins, outs),
        aims=tuple(_divided(aim, place, share) for aim in problem.aims),
        at_most=tuple(
            replace(bound, aim=_divided(bound.aim, place, share)) for bound in problem.at_most
        ),
    )
    if problem.townships:
        limits = {town.name: town for town in problem.townships}
        towns = townships(situation, ins, outs)
        anew = replace(
            anew,
            townships=tuple(
                replace(town, least=limits[town.name].least, most=limits[town.name].most)
                for town in towns
            ),
        )
    return Plot(situation, anew, choice, (*plot.cuts, CutCell(cell, len(outs) - 1)))


def _measured_in(situation: Situation, cell: InCell) -> InCell:
    """Return a cell with its area by the faces: others of the parcel may round the other way."""
    area = situation.area(cell.faces)
    return replace(cell, area=area, counted=area if cell.counted else 0)


def _measured_out(situation: Situation, cell: OutCell) -> OutCell:
    counted = cell.faces[counts(situation, situation.sub_zone[cell.faces])]
    return replace(cell, area=situation.area(cell.faces), counted=situation.area(counted))


def _divided(aim: Aim, cell: int, share: float) -> Aim:
    """Return an aim in which a cell's cost is shared with a new last cell."""
    if aim.change is None:
        return aim
    part = round(int(aim.change[cell]) * share)
    change = np.append(aim.change, part)
    change[cell] -= part
    return replace(aim, change=change)
