"""Clauses for nested balls round every node, checked all at once against a relaxed plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.neighbours import NONE
from planloop.maintenance.boundary.pieces.balls import Land, rings
from planloop.maintenance.boundary.pieces.clauses import Clause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.pieces.judging import Judge


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
        """Yield the clauses; one may come more than once."""
        ground, limits = judge.ground, judge.limits
        count = len(ground)
        near = ground.neighbours
        first = np.append(0, np.cumsum([len(nodes) for nodes in near])).astype(np.int64)
        beside = np.concatenate([np.zeros(0, dtype=np.int64), *near])
        whole = np.bincount(judge.old, minlength=count)
        inner = limits.least(ground.inside), np.zeros(count, dtype=bool)
        outer = np.full(count, limits.least_hole), ground.edge
        for inside, (least, shut) in ((True, inner), (False, outer)):
            barred, held = state == np.int8(not inside), state == np.int8(inside)
            spared = judge.spared & (ground.inside == inside)
            old = np.where(spared, judge.old, NONE)
            land = Land(
                first, beside, ground.cell, ground.area, least, shut, barred, held, old, whole
            )
            heads, stops, cells = (found.tolist() for found in rings(land))
            start = 0
            for head, stop in zip(heads, stops, strict=True):
                yield Clause(inside, head, tuple(cells[start:stop]))
                start = stop
