"""Simulated annealing on a boundary swap, with penalties for what the rules forbid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.swap_pieces import small_pieces
from benchmarks.swap_walk import Schedule, Units, Yard, walk
from planloop.geometry.neighbours import NONE
from planloop.maintenance.boundary.problem import Choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Problem

MOVES = 8_000_000

PROJECTS = 0.1
"""One move in ten is about a project."""

PRICE = 1.0
"""What land out of balance comes to cost, as a multiple of what projects score for an area; in the
end it costs twice what the best of them scores."""

HOTTEST = 300.0
"""Temperature at the first move, in score: as much as any project is worth."""

COLDEST = 0.025
"""Temperature at the last move, as a part of the price of a cell. Were it higher, small cells would
go to and fro until the end."""


def annealed(problem: Problem, moves: int = MOVES, seed: int = 0) -> Choice:
    """Return the best legal swap met on a random walk from where nothing changes.

    Each move puts a project with all of its land, or a cell of another kind, on the other side.
    If the walk meets no legal swap, what is returned is where it ends.

    Parameters
    ----------
    problem
        Each cell that may go in is filler or wanted by one project, and nothing is locked.
    moves
        How many to try.
    seed
        Of the draws.
    """
    projects, ins = len(problem.demands), len(problem.ins)
    numbers = {demand.number: place for place, demand in enumerate(problem.demands)}
    unit = np.zeros(problem.cells, dtype=np.int64)
    alone = np.ones(problem.cells, dtype=bool)
    for index, cell in enumerate(problem.ins):
        if not cell.filler:
            unit[index], alone[index] = numbers[cell.projects[0]], False
    unit[alone] = projects + np.arange(alone.sum())
    units = _units(problem, unit)

    random = np.random.default_rng(seed)
    drawn = random.integers(projects, len(units.area), size=moves)
    drawn = np.where(random.random(moves) < PROJECTS, random.integers(projects, size=moves), drawn)
    price = PRICE * float(units.worth.sum() / units.area[:projects].sum())
    schedule = Schedule(
        price=price,
        dearest=2.0 * float((units.worth[:projects] / units.area[:projects]).max()),
        least=max(problem.margin, -problem.growth),
        most=problem.tolerance,
        hottest=HOTTEST,
        coldest=COLDEST * price * float(units.area[projects:].mean()),
    )
    inside = walk(_yard(problem), units, drawn, random.random(moves), schedule)
    served = [demand.number for demand, on in zip(problem.demands, inside, strict=False) if on]
    after = inside[unit]
    gone_in, gone_out = np.flatnonzero(after[:ins]), np.flatnonzero(~after[ins:])
    return Choice(tuple(served), tuple(gone_in.tolist()), tuple(gone_out.tolist()))


def _units(problem: Problem, unit: NDArray[np.int64]) -> Units:
    """Return the units, given that of each cell, shape (cells,); the projects come first."""
    count = int(unit.max()) + 1
    area, worth = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    areas = [cell.area for cell in problem.ins] + [cell.area for cell in problem.outs]
    np.add.at(area, unit, areas)
    for place, demand in enumerate(problem.demands):
        worth[place] = problem.aims[0].serve[demand.number]
    free = np.flatnonzero(problem.ground.cell != NONE)
    of_node = unit[problem.ground.cell[free]]
    first = np.searchsorted(np.sort(of_node), np.arange(count + 1))
    return Units(first, free[np.argsort(of_node, kind="stable")], area, worth)


def _yard(problem: Problem) -> Yard:
    """Return the ground for compiled loops."""
    ground, limits = problem.ground, problem.limits
    piece, small = small_pieces(problem, ground.inside)
    old = np.full(len(ground), NONE, dtype=np.int64)
    _, old[small], size = np.unique(piece[small], return_inverse=True, return_counts=True)
    degree = np.array([len(beside) for beside in ground.neighbours])
    return Yard(
        first=np.append(0, np.cumsum(degree)),
        beside=np.concatenate(ground.neighbours),
        area=ground.area,
        edge=ground.edge,
        inside=ground.inside,
        old=old,
        size=size,
        limits=np.array([limits.least_new, limits.least_rest, limits.least_hole]),
    )
