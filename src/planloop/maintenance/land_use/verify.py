"""Which rules a choice of classes breaks, and what it is worth: recounted in whole numbers."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planloop.maintenance.land_use.problem import Cell, Choice, Problem, Range, Service


def faults(problem: Problem, choice: Choice) -> list[str]:
    """Return the rules that a choice breaks, each with where; empty if it is legal.

    Parameters
    ----------
    problem
        The problem.
    choice
        Class of each cell.

    Notes
    -----
    ``class``: a cell has a class that it may not have. ``lock``: another than the planner's.
    ``range``: a group is farther outside its range than it may be. ``service``: a smaller share of
    the homes is served than now. ``neighbours``: classes became neighbours that may not. ``most``:
    more land changes than may.
    """
    found = []
    for cell, code in zip(problem.cells, choice, strict=True):
        if code not in cell.classes:
            found.append(f"class:{cell.id}")
        if cell.lock is not None and code != cell.lock:
            found.append(f"lock:{cell.id}")
    found += [
        f"range:{item.name}"
        for item in problem.ranges
        if outside(problem, item, choice) > item.most_outside
    ]
    found += [
        f"service:{item.kind}"
        for item in problem.services
        if sum(problem.cells[home].area for home in missed(problem, item, choice))
        > _most_missed(problem, item, choice)
    ]
    now = problem.now
    found += [
        f"neighbours:{problem.cells[one].id}:{problem.cells[other].id}"
        for one, other in problem.neighbours
        if (choice[one], choice[other]) in problem.barred
        and (now[one], now[other]) not in problem.barred
    ]
    if sum(cell.area for cell in changed(problem, choice)) > problem.most_change:
        found.append("most")
    return found


def values(problem: Problem, choice: Choice) -> tuple[int, int, int, int, int]:
    """Return the value of each level: all to be as small as can be, the first first.

    Returns
    -------
    nearest
        Area of what an earlier scheme gives another class, plot by plot in units; 0 without one.
    structure
        Area by which the groups that count are outside their ranges, each in units, rounded up.
    service
        Area of homes without a facility, plot by plot in units, summed over the kinds; what is a
        home now counts as if it stayed one.
    area, cells
        What changes its class: area, plot by plot in units, and number of cells.
    """
    moved = changed(problem, choice)
    return (
        sum(
            problem.counted(cell.area)
            for index, (cell, code) in enumerate(zip(problem.cells, choice, strict=True))
            if problem.nearest(index) not in {None, code}
        ),
        sum(
            -(-outside(problem, item, choice) // problem.unit)
            for item in problem.ranges
            if item.counts
        ),
        sum(
            problem.counted(problem.cells[home].area)
            for item in problem.services
            for home in unserved(problem, item, choice)
        ),
        sum(problem.counted(cell.area) for cell in moved),
        len(moved),
    )


def changed(problem: Problem, choice: Choice) -> list[Cell]:
    """Return the cells that change their class."""
    return [cell for cell, code in zip(problem.cells, choice, strict=True) if code != cell.now]


def rank(problem: Problem, choice: Choice) -> tuple[int, ...]:
    """Return by what choices of the same values are ordered: as few cells as can be leave the
    class that they have now, the first cells first; then the first of the classes.
    """  # noqa: D205
    return tuple(cell.classes.index(code) for cell, code in zip(problem.cells, choice, strict=True))


def outside(problem: Problem, item: Range, choice: Choice) -> int:
    """Return by how much a group is outside its range, dm²."""
    area = sum(
        cell.area for cell, code in zip(problem.cells, choice, strict=True) if code in item.members
    )
    if item.least is not None and area < item.least:
        return item.least - area
    if item.most is not None and area > item.most:
        return area - item.most
    return 0


def missed(problem: Problem, item: Service, choice: Choice) -> list[int]:
    """Return the homes that a kind of facility does not serve."""
    return [index for index in unserved(problem, item, choice) if choice[index] in problem.homes]


def unserved(
    problem: Problem, item: Service, choice: Choice, among: Iterable[int] | None = None
) -> list[int]:
    """Return the cells, of all or some, that are homes, or are now, and that a kind leaves out."""
    found = []
    for index in range(len(choice)) if among is None else among:
        homes = problem.homes.intersection((choice[index], problem.cells[index].now))
        if not homes or index in item.always:
            continue
        places = item.near.get(index, frozenset())
        if not any(choice[place] == needed for place, needed in places):
            found.append(index)
    return found


def _most_missed(problem: Problem, item: Service, choice: Choice) -> int | float:
    """Return how much of the homes may be missed, dm²: no larger share than now.

    What the share allows is counted cell by cell in whole dm²: a cell that becomes a home allows
    for its share rounded down, one that ceases to be one takes away its share rounded up.
    """
    now = problem.now
    total = sum(cell.area for cell in problem.cells if cell.now in problem.homes)
    if not total:
        return float("inf")
    base = sum(problem.cells[home].area for home in missed(problem, item, now))
    share, allowed = Fraction(base, total), base
    for cell, code in zip(problem.cells, choice, strict=True):
        if code in problem.homes and cell.now not in problem.homes:
            allowed += floor(share * cell.area)
        elif code not in problem.homes and cell.now in problem.homes:
            allowed -= ceil(share * cell.area)
    return allowed
