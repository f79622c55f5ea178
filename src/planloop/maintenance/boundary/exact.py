"""A swap that balances to about 0.01 m²: chosen in a wide window, then one parcel cut to fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.cut_places import cut_places, least_strip
from planloop.maintenance.boundary.cutting import Plot, cut
from planloop.maintenance.boundary.townships import NOWHERE
from planloop.maintenance.boundary.verify import faults
from planloop.maintenance.situation import field_of_face
from planloop.plan.code_fields import TOWNSHIP_NAME
from planloop.plan.units import HECTARE, SQUARE_METRE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.cut_places import CutPlace
    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.maintenance.situation import Situation

WIDE = HECTARE
"""Window of the balance, dm², before a parcel is cut. One in which sums of whole parcels are found
easily; wider, and more of a parcel than is usual would have to stay."""

AIMED = 6
"""How often a cut is aimed anew, so that both ledgers balance."""

ROOMY = 1.2
"""A strip is wanted so many times larger than the least that is no sliver: drawn, it needs room."""


@dataclass(frozen=True, slots=True)
class Want:
    """Land that has to stay after all.

    Parameters
    ----------
    town
        Number of the township in which it lies; None where only the whole has to balance.
    area
        How much, dm².
    """

    town: int | None
    area: int


def widened(problem: Problem) -> Problem:
    """Return the problem with a window in which a cut takes away what is too much."""
    wide = problem.widened(WIDE)
    more = wide.tolerance - problem.tolerance
    towns = tuple(replace(town, most=town.most + more) for town in problem.townships)
    return replace(wide, townships=towns)


def fitted(plot: Plot, delivered: Callable[[Plot], tuple[int, int]]) -> Plot | None:
    """Return the plan with a parcel cut (one in each township) so that it balances.

    Parameters
    ----------
    plot
        A plan that is legal in the widened window; its problem has the window that is to be met.
    delivered
        Tells the least and the most of a plan's surplus by the delivered pieces, dm².

    Returns
    -------
    Plot or None
        The plan with the smallest surplus of those that are legal and in which no ledger falls
        below the margin; None where no parcel can be cut so.
    """
    wants = _wants(plot.problem, plot.choice)
    if not wants:
        return None
    made: Plot | None = plot
    for want in wants[:-1]:
        made = None if made is None else _first_cut(made, want)[0]
    if made is None:
        return None
    first, place = _first_cut(made, wants[-1])
    if first is None or place is None:
        return None
    return _aimed(made, first, place, wants[-1].area, delivered)


def needed(plot: Plot) -> int | None:
    """Return how much has to be too much for a strip to be no sliver, dm²; None where none is."""
    everywhere = np.ones(len(plot.situation.fabric), dtype=bool)
    area = plot.situation.fabric.area
    rest = plot.situation.settings.swap.sliver_area_m2 * SQUARE_METRE
    # A parcel too small for a strip and a rest is no place for one.
    found = [
        size
        for place in cut_places(plot.situation, plot.problem, plot.choice, everywhere)
        if (size := round(least_strip(plot.situation, place) * ROOMY)) + rest <= area[place.face]
    ]
    least = min(found, default=None)
    return None if least is None or least >= WIDE else least


def _aimed(
    before: Plot,
    first: Plot,
    place: CutPlace,
    wanted: int,
    delivered: Callable[[Plot], tuple[int, int]],
) -> Plot | None:
    """Return the best of several cuts at one place, each aimed by what the last one missed."""
    goal = _goal(before.problem)
    best: tuple[int, Plot] | None = None
    made: Plot | None = first
    tried = {wanted}
    for _ in range(AIMED):
        if made is None:
            break
        least, most = delivered(made)
        faces = made.problem.surplus(made.choice)
        least, most = min(least, faces), max(most, faces)
        legal = least >= goal and most <= made.problem.tolerance
        if legal and not faults(made.problem, made.choice) and (best is None or most < best[0]):
            best = most, made
        wanted += least - goal
        if wanted in tried:
            break
        tried.add(wanted)
        made = cut(before, place, wanted)
    return None if best is None else best[1]


def _goal(problem: Problem) -> int:
    """Return the smallest surplus that may be: the margin, or what the boundary must shrink by."""
    return max(problem.margin, -problem.growth)


def _first_cut(plot: Plot, want: Want) -> tuple[Plot | None, CutPlace | None]:
    within = _within(plot.situation, plot.problem, want.town)
    for place in cut_places(plot.situation, plot.problem, plot.choice, within):
        made = cut(plot, place, want.area)
        if made is not None:
            return made, place
    return None, None


def _within(situation: Situation, problem: Problem, town: int | None) -> NDArray[np.bool_]:
    """Return the faces of a township."""
    if town is None:
        return np.ones(len(situation.fabric), dtype=bool)
    layer = situation.settings.roles.townships
    names = field_of_face(situation.plan, situation.fabric, layer, TOWNSHIP_NAME)
    wanted = problem.townships[town].name
    return np.array([(name or NOWHERE) == wanted for name in names], dtype=bool)


def _wants(problem: Problem, choice: Choice) -> list[Want]:
    """Return what has to stay after all: at most one part in each township, the largest last.

    A township that loses more than it may keeps the excess. What is then still too much by the
    whole stays where there is most room for it.
    """
    total = problem.surplus(choice) - _goal(problem)
    if not problem.townships:
        return [Want(None, total)] if total > 0 else []
    lost = [town.surplus(choice) for town in problem.townships]
    parts = [
        max(0, had - (town.most - problem.tolerance))
        for had, town in zip(lost, problem.townships, strict=True)
    ]
    left = total - sum(parts)
    room = [
        had - part - town.least
        for had, part, town in zip(lost, parts, problem.townships, strict=True)
    ]
    for number in sorted(range(len(room)), key=lambda index: (-room[index], index)):
        more = min(max(left, 0), max(room[number], 0))
        parts[number] += more
        left -= more
    found = [Want(number, part) for number, part in enumerate(parts) if part > 0]
    return sorted(found, key=lambda want: (want.area, want.town)) if left == 0 else []
