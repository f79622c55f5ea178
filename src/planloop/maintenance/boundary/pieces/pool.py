"""Clauses for nested balls round every node, checked all at once against a relaxed plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.neighbours import NONE
from planloop.maintenance.boundary.pieces.clauses import Clause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.pieces.judging import Judge

RADIUS = 4
"""Steps from a node at most."""


class Pool:
    """The clauses of all nodes reached from a node within some steps, for as long as too small.

    Parameters
    ----------
    judge
        Of the problem.
    state
        1 or 0 for nodes that are inside, or outside, in every plan; -1 for others, shape (k,).
    """

    def __init__(self, judge: Judge, state: NDArray[np.int8]) -> None:
        found = dict.fromkeys(self._balls(judge, state))
        self.clauses = list(found)
        sides = np.array([clause.inside for clause in self.clauses], dtype=bool)
        self._inside = sides
        self._head = np.array([clause.cell for clause in self.clauses], dtype=np.int64)
        counts = np.array([len(clause.beside) for clause in self.clauses], dtype=np.int64)
        flat = [cell for clause in self.clauses for cell in clause.beside]
        self._beside = np.array(flat, dtype=np.int64)
        self._owner = np.repeat(np.arange(len(counts)), counts)
        self._count = counts

    def broken(self, inside: NDArray[np.float64], least: float) -> list[Clause]:
        """Return the clauses that a relaxed plan breaks by more than a least amount.

        Parameters
        ----------
        inside
            Each cell between outside (0) and inside (1), shape (cells,).
        least
            The amount.
        """
        if not self.clauses:
            return []
        sums = np.bincount(self._owner, inside[self._beside], minlength=len(self.clauses))
        beside = np.where(self._inside, sums, self._count - sums)
        # Land fixed to the side heads a clause as 1, whichever side it is.
        value = np.append(inside, np.nan)[self._head]
        head = np.where(self._inside, value, 1.0 - value)
        head[self._head == NONE] = 1.0
        return [self.clauses[k] for k in np.flatnonzero(head - beside > least)]

    @staticmethod
    def _balls(judge: Judge, state: NDArray[np.int8]) -> Iterator[Clause]:
        limits = judge.limits
        land = _Land(judge, state)
        for inside, limit in (
            (True, max(limits.least_rest, limits.least_new)),
            (False, limits.least_hole),
        ):
            for start in range(len(state)) if limit else ():
                if state[start] != (not inside):
                    yield from land.balls(start, inside=inside)


class _Land:
    """The ground in plain lists, which are read faster one by one."""

    def __init__(self, judge: Judge, state: NDArray[np.int8]) -> None:
        ground = judge.ground
        self.judge, self.state = judge, state.tolist()
        self.cell, self.area = ground.cell.tolist(), ground.area.tolist()
        self.old, self.edge = ground.inside.tolist(), ground.edge.tolist()
        self.spared = judge.spared.tolist()
        self.least: list[int] = judge.limits.least(np.array([False, True])).tolist()
        self.near = [nodes.tolist() for nodes in ground.neighbours]

    def balls(self, start: int, *, inside: bool) -> Iterator[Clause]:
        """Yield the clauses of the balls round a node."""
        ball, shell, size, old = {start}, {start}, 0, False
        head = self.cell[start]
        for _ in range(RADIUS):
            size += sum(self.area[node] for node in shell)
            old = old or any(self.old[node] for node in shell)
            if self._may_be(ball, shell, size, old=old, inside=inside):
                return
            if any(self.state[node] == inside for node in shell):
                head = NONE
            shell = {node for at in shell for node in self.near[at]} - ball
            shell = {node for node in shell if self.state[node] != (not inside)}
            if not shell:
                return
            beside = {self.cell[node] for node in shell}
            if head not in beside and not any(self.state[node] == inside for node in shell):
                yield Clause(inside, head, tuple(sorted(beside)))
            ball |= shell

    def _may_be(
        self, ball: set[int], shell: set[int], size: int, *, old: bool, inside: bool
    ) -> bool:
        """Return whether a ball, to which a shell came last, is no illegal piece."""
        limits = self.judge.limits
        if inside:
            large = size >= self.least[old]
        else:
            large = size >= limits.least_hole or any(self.edge[node] for node in shell)
        if large or not any(self.spared[node] for node in shell):
            return large
        return self.judge.holds_old(np.array(sorted(ball)), inside=inside)
