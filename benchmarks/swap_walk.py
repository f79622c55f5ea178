"""The random walk of simulated annealing on a boundary swap, in compiled loops."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.loops.compiled import compiled
from planloop.geometry.neighbours import NONE

HOTTEST, COLDEST = 300.0, 3.0
"""Temperature at the first and at the last move, in score."""

FINE = 300.0
"""What an illegal piece costs, in score: as much as any project is worth."""


class Yard(NamedTuple):
    """The ground, laid out for compiled loops.

    Parameters
    ----------
    first, beside
        The nodes beside node i are ``beside[first[i] : first[i + 1]]``.
    area, edge, inside
        Those of the ground, shape (k,).
    old
        Number of the old piece too small that a node is part of, or -1, shape (k,).
    size
        How many nodes each of these pieces has, shape (o,).
    limits
        Least area of a new patch, of another patch and of a hole, dm², shape (3,).
    """

    first: NDArray[np.int64]
    beside: NDArray[np.int64]
    area: NDArray[np.int64]
    edge: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    old: NDArray[np.int64]
    size: NDArray[np.int64]
    limits: NDArray[np.int64]


class Units(NamedTuple):
    """What changes sides at once: a project with all of its land, or one cell of another kind.

    Parameters
    ----------
    first, nodes
        The nodes of unit u are ``nodes[first[u] : first[u + 1]]``.
    area
        dm², shape (u,).
    worth
        What it scores to have it inside, shape (u,).
    """

    first: NDArray[np.int64]
    nodes: NDArray[np.int64]
    area: NDArray[np.int64]
    worth: NDArray[np.int64]


class Notes(NamedTuple):
    """Room to note what was seen while pieces are judged.

    Parameters
    ----------
    looks
        How many pieces were looked at so far, shape (1,).
    seen
        At which look each node was seen last, shape (k,).
    queue
        Nodes of the piece looked at, shape (k,).
    held
        How many nodes of each old piece it holds, shape (o,).
    """

    looks: NDArray[np.int64]
    seen: NDArray[np.int64]
    queue: NDArray[np.int64]
    held: NDArray[np.int64]


@compiled
def walk(
    yard: Yard,
    units: Units,
    drawn: NDArray[np.int64],
    luck: NDArray[np.float64],
    balance: tuple[float, int, int],
) -> NDArray[np.bool_]:
    """Return whether each unit is inside in the best legal state met, shape (u,).

    Where no legal state scored anything, it is the last state.

    Parameters
    ----------
    yard, units
        The ground, and what changes sides.
    drawn, luck
        The unit of each move, and the luck it needs if it makes things worse, shape (moves,).
    balance
        What a dm² out of balance costs in the end, rising from nothing, and the least and largest
        surplus, dm².
    """
    price, least, most = balance
    side = yard.inside.copy()
    inside = side[units.nodes[units.first[:-1]]]
    best, top = inside.copy(), 0
    notes = Notes(
        np.zeros(1, np.int64),
        np.zeros(len(side), np.int64),
        np.zeros(len(side), np.int64),
        np.zeros(len(yard.size), np.int64),
    )
    surplus = score = illegal = 0
    for move in range(len(drawn)):
        unit = drawn[move]
        into = -1 if inside[unit] else 1
        moved = surplus - into * units.area[unit]
        fewer = _illegal_near(yard, units, unit, side, notes)
        _turn(units, unit, side)
        more = _illegal_near(yard, units, unit, side, notes)
        off = max(0, least - moved, moved - most) - max(0, least - surplus, surplus - most)
        done = move / len(drawn)
        worse = done * price * off + FINE * (more - fewer) - into * units.worth[unit]
        heat = HOTTEST * (COLDEST / HOTTEST) ** done
        if worse > 0.0 and luck[move] >= np.exp(-worse / heat):
            _turn(units, unit, side)
            continue
        inside[unit] = not inside[unit]
        surplus = moved
        score += into * units.worth[unit]
        illegal += more - fewer
        if score > top and illegal == 0 and least <= surplus <= most:
            top = score
            best[:] = inside
    return best if top > 0 else inside


@compiled
def _turn(units: Units, unit: int, side: NDArray[np.bool_]) -> None:
    """Put a unit on the other side."""
    for k in range(units.first[unit], units.first[unit + 1]):
        side[units.nodes[k]] = not side[units.nodes[k]]


@compiled
def _illegal_near(
    yard: Yard, units: Units, unit: int, side: NDArray[np.bool_], notes: Notes
) -> int:
    """Return how many illegal pieces a unit is part of or adjoins."""
    before = notes.looks[0]
    found = 0
    for k in range(units.first[unit], units.first[unit + 1]):
        node = units.nodes[k]
        found += _illegal(yard, node, side, notes, before)
        for j in range(yard.first[node], yard.first[node + 1]):
            found += _illegal(yard, yard.beside[j], side, notes, before)
    return found


@compiled
def _illegal(yard: Yard, node: int, side: NDArray[np.bool_], notes: Notes, before: int) -> int:
    """Return 1 if a node's piece is illegal and was not looked at since `before`, else 0."""
    if notes.seen[node] > before:
        return 0
    notes.looks[0] += 1
    look = notes.looks[0]
    notes.seen[node], notes.queue[0] = look, node
    area, old, at, end = yard.area[node], yard.inside[node], 0, 1
    if _enough(yard, side, node, area, old):
        return 0
    while at < end:
        here = notes.queue[at]
        at += 1
        for j in range(yard.first[here], yard.first[here + 1]):
            other = yard.beside[j]
            if side[other] != side[node] or notes.seen[other] == look:
                continue
            if notes.seen[other] > before:
                # The piece was found legal before all of it was seen.
                return 0
            notes.seen[other], notes.queue[end] = look, other
            end += 1
            area += yard.area[other]
            old = old or yard.inside[other]
            if _enough(yard, side, other, area, old):
                return 0
    return 0 if _holds_old(yard, side, notes, end) else 1


@compiled
def _enough(yard: Yard, side: NDArray[np.bool_], node: int, area: int, old: bool) -> bool:  # noqa: FBT001  # compiled functions take no keywords
    """Return whether a piece with a node is large enough, given what was seen of it.

    Parameters
    ----------
    yard, side
        The ground, and whether each node is inside, shape (k,).
    node
        The node seen last.
    area
        Of the nodes seen, dm².
    old
        Whether one of them was inside before.
    """
    if side[node]:
        return bool(area >= yard.limits[1 if old else 0])
    return bool(area >= yard.limits[2] or yard.edge[node])


@compiled
def _holds_old(yard: Yard, side: NDArray[np.bool_], notes: Notes, end: int) -> bool:
    """Return whether the first nodes of the queue hold, whole, an old piece that was too small."""
    whole = False
    for k in range(end):
        node = notes.queue[k]
        old = yard.old[node]
        if old != NONE and yard.inside[node] == side[node]:
            notes.held[old] += 1
            whole = whole or notes.held[old] == yard.size[old]
    for k in range(end):
        old = yard.old[notes.queue[k]]
        if old != NONE:
            notes.held[old] = 0
    return whole
