"""The random walk of simulated annealing on a boundary swap, in compiled loops."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.loops.compiled import compiled
from planloop.geometry.neighbours import NONE

FINE = 300.0
"""What an illegal piece costs in the end, in score: as much as any project is worth. At first it
costs a part of that: the part of the area that it lacks."""


LATE = 0.9
"""Part of the moves after which what land out of balance costs rises beyond what it may bring."""


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


class Schedule(NamedTuple):
    """What the walk holds to be better, and how much worse a move may be.

    Parameters
    ----------
    price, dearest
        What a dm² out of balance costs, in score: rising from nothing to the first, and late to the
        second.
    least, most
        Surplus that balances, dm².
    hottest, coldest
        Temperature at the first and at the last move, in score.
    """

    price: float
    dearest: float
    least: int
    most: int
    hottest: float
    coldest: float


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
def walk(  # a compiled loop takes all it works on
    yard: Yard,
    units: Units,
    drawn: NDArray[np.int64],
    luck: NDArray[np.float64],
    schedule: Schedule,
) -> NDArray[np.bool_]:
    """Return whether each unit is inside in the best legal state met, shape (u,).

    Where no legal state scored anything, it is the last state.

    Parameters
    ----------
    yard, units
        The ground, and what changes sides.
    drawn, luck
        The unit of each move, and the luck it needs if it makes things worse, shape (moves,).
    schedule
        What is better, and how much worse a move may be.
    """
    price, dearest, least, most, hottest, coldest = schedule
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
        fewer, less = _illegal_near(yard, units, unit, side, notes)
        _turn(units, unit, side)
        more, lack = _illegal_near(yard, units, unit, side, notes)
        off = max(0, least - moved, moved - most) - max(0, least - surplus, surplus - most)
        done = move / len(drawn)
        fine = FINE * (done * (more - fewer) + (1.0 - done) * (lack - less))
        cost = done * price + max(0.0, done - LATE) / (1.0 - LATE) * (dearest - price)
        worse = cost * off + fine - into * units.worth[unit]
        heat = hottest * (coldest / hottest) ** done
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
) -> tuple[int, float]:
    """Return how many illegal pieces a unit is part of or adjoins, and what parts they lack."""
    before = notes.looks[0]
    found, lack = 0, 0.0
    for k in range(units.first[unit], units.first[unit + 1]):
        node = units.nodes[k]
        part = _lacking(yard, node, side, notes, before)
        found, lack = found + (part > 0.0), lack + part
        for j in range(yard.first[node], yard.first[node + 1]):
            part = _lacking(yard, yard.beside[j], side, notes, before)
            found, lack = found + (part > 0.0), lack + part
    return found, lack


@compiled
def _lacking(yard: Yard, node: int, side: NDArray[np.bool_], notes: Notes, before: int) -> float:
    """Return what part of its least area a node's piece lacks; 0 if it was seen since `before`."""
    if notes.seen[node] > before:
        return 0.0
    notes.looks[0] += 1
    look = notes.looks[0]
    notes.seen[node], notes.queue[0] = look, node
    area, old, at, end = yard.area[node], yard.inside[node], 0, 1
    if _enough(yard, side, node, area, old):
        return 0.0
    while at < end:
        here = notes.queue[at]
        at += 1
        for j in range(yard.first[here], yard.first[here + 1]):
            other = yard.beside[j]
            if side[other] != side[node] or notes.seen[other] == look:
                continue
            if notes.seen[other] > before:
                # The piece was found legal before all of it was seen.
                return 0.0
            notes.seen[other], notes.queue[end] = look, other
            end += 1
            area += yard.area[other]
            old = old or yard.inside[other]
            if _enough(yard, side, other, area, old):
                return 0.0
    return 0.0 if _holds_old(yard, side, notes, end) else 1.0 - area / _least(yard, side, node, old)


@compiled
def _least(yard: Yard, side: NDArray[np.bool_], node: int, old: bool) -> int:  # noqa: FBT001  # compiled functions take no keywords
    """Return the least area of a node's piece, given whether some of it was inside before."""
    if side[node]:
        return int(yard.limits[1 if old else 0])
    return int(yard.limits[2])


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
    return area >= _least(yard, side, node, old) or bool(yard.edge[node] and not side[node])


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
