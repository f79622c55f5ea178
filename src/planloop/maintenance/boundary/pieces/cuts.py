"""Finding clauses that a plan, or a relaxed one, breaks."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.ground import FREE
from planloop.maintenance.boundary.pieces.clauses import Clause, clauses_of
from planloop.maintenance.boundary.pieces.judging import Judge
from planloop.maintenance.boundary.pieces.pool import Pool
from planloop.maintenance.boundary.pieces.presolve import Fixed, presolve
from planloop.maintenance.boundary.pieces.rings import Rings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Problem

THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Where relaxed plans are rounded to look for pieces."""

AHEAD = 12
"""Up to so many nodes beside an illegal piece, it is looked at with two of them as well as one."""

VIOLATED = 1e-4
"""By how much a relaxed plan must break a clause for it to be worth adding."""

FEW = 4000
"""So many clauses of nearest rings are held from the beginning."""

MOST = 400
"""Clauses that are added at once to a relaxed plan, those broken most."""


class Separation:
    """Finds clauses, and keeps those that were found.

    Parameters
    ----------
    problem
        The problem.
    """

    def __init__(self, problem: Problem) -> None:
        self.ground = problem.ground
        self.judge = Judge(problem)
        self.fixed: Fixed = presolve(problem)
        self.clauses: set[Clause] = set()
        self._pool = Pool(self.judge, self.fixed.nodes)
        self._rings = Rings(self.judge, self.fixed.nodes)
        # Plans need not know what presolve has found, so these clauses do without it.
        self._land = self.ground.spread(np.full(problem.cells, FREE, dtype=np.int8))

    def near(self) -> tuple[Clause, ...]:
        """Return the clauses of the nearest rings, if there are not too many to hold them all."""
        clauses = self._pool.clauses
        return self._kept(set(clauses)) if len(clauses) <= FEW else ()

    def against(self, inside: NDArray[np.bool_]) -> tuple[Clause, ...]:
        """Return clauses that a plan breaks, and what it would break next.

        Parameters
        ----------
        inside
            Whether each cell is inside, shape (:attr:`Problem.cells`,).

        Returns
        -------
        tuple of Clause
            Empty if and only if no piece is illegal.
        """
        found: set[Clause] = set()
        for nodes, side in self.judge.illegal(self.ground.spread(inside)):
            found.update(self._clauses(nodes, inside=side))
            found.update(self._ahead(nodes, inside=side))
        return self._kept(found)

    def relaxed(self, inside: NDArray[np.float64]) -> tuple[Clause, ...]:
        """Return clauses that a relaxed plan breaks, those broken most first.

        Parameters
        ----------
        inside
            Each cell between outside (0) and inside (1), shape (:attr:`Problem.cells`,).
        """
        found = self._broken(self._pool.broken(inside, VIOLATED), inside)
        if not found:
            found = self._broken(self._rounded(inside), inside)
        if not found:
            found = self._broken(self._ringed(inside), inside)
        return self._kept(set(found))

    def _broken(self, clauses: Iterable[Clause], inside: NDArray[np.float64]) -> list[Clause]:
        """Return those clauses, not yet found, that a relaxed plan breaks most."""
        excess = {clause: round(clause.excess(inside), 9) for clause in set(clauses) - self.clauses}
        worst = [clause for clause, by in excess.items() if by > VIOLATED]
        return sorted(worst, key=lambda clause: (-excess[clause], clause))[:MOST]

    def _rounded(self, inside: NDArray[np.float64]) -> Iterator[Clause]:
        """Yield clauses of the illegal pieces of a relaxed plan that is rounded."""
        for threshold in THRESHOLDS:
            for nodes, side in self.judge.illegal(self.ground.spread(inside >= threshold)):
                yield from self._clauses(nodes, inside=side)

    def _ringed(self, inside: NDArray[np.float64]) -> Iterator[Clause]:
        """Yield clauses of what a relaxed plan joins too weakly to the land round it."""
        for nodes, side in self._rings.weak(inside):
            yield from self._clauses(nodes, inside=side)

    def _kept(self, found: set[Clause]) -> tuple[Clause, ...]:
        self.clauses.update(found)
        return tuple(sorted(found))

    def _clauses(self, nodes: NDArray[np.int64], *, inside: bool) -> list[Clause]:
        return clauses_of(self.ground, self._land, nodes, inside=inside)

    def _ahead(self, nodes: NDArray[np.int64], *, inside: bool) -> list[Clause]:
        """Return clauses of a piece with one or two of the nodes beside it.

        Without them each new plan carries the fault outward by a ring.
        """
        around = self.ground.beside(nodes)
        around = around[self._land[around] != np.int8(not inside)]
        found = []
        for count in (1, 2) if len(around) <= AHEAD else (1,):
            for more in combinations(around.tolist(), count):
                larger = np.append(nodes, more)
                if self.judge.too_small(larger, inside=inside):
                    found += self._clauses(larger, inside=inside)
        return found
