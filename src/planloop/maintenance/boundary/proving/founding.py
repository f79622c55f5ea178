"""Clauses that need no word of presolve or locks, so that a flood fill can check each of them.

Some that a search keeps hold only because presolve, or a lock, has put cells on the other side.
Such cells then stand beside, too: that they are on the other side, other clauses and rows say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.checks.land import Land
from planloop.geometry.neighbours import NONE
from planloop.maintenance.boundary.ground import FREE
from planloop.maintenance.boundary.pieces.clauses import Clause, clauses_of
from planloop.plan import optimality

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planloop.maintenance.boundary.model import Row
    from planloop.maintenance.boundary.pieces.cuts import Separation

Key = tuple[bool, int, tuple[int, ...]]
"""Side, cell (-1 for fixed land), and the cells beside."""


class Founded:
    """Clauses, each with the node from which it can be checked.

    Parameters
    ----------
    separation
        Of the problem.
    ground
        Its land, as the certificate tells it.
    """

    def __init__(self, separation: Separation, ground: optimality.Ground) -> None:
        self._separation = separation
        self._land = Land(ground)
        self._fixed = separation.fixed.nodes.tolist()
        self._nodes: dict[int, list[int]] = {}
        for node, cell in enumerate(ground.cell):
            self._nodes.setdefault(cell, []).append(node)
        self.clauses: dict[Key, optimality.Clause] = {}

    def take(self, clauses: Iterable[Clause]) -> list[Row]:
        """Keep those clauses that can be checked; return the rows of those that are new."""
        rows = []
        for clause in clauses:
            found = self._founded(clause)
            if found is None:
                continue
            cell = self._land.ground.cell[found.node]
            key = clause.inside, cell, tuple(found.beside)
            if key not in self.clauses:
                self.clauses[key] = found
                rows.append(Clause(*key).row())
        return rows

    def of_presolve(self) -> Iterator[Clause]:
        """Yield the clauses that say what presolve has found."""
        fixed, ground = self._separation.fixed, self._separation.ground
        state = np.where(ground.cell == NONE, ground.inside.astype(np.int8), np.int8(FREE))
        for cell, nodes in fixed.reasons.items():
            side = fixed.inside[cell] == 0
            yield from clauses_of(ground, state, nodes, inside=bool(side))

    def _founded(self, clause: Clause) -> optimality.Clause | None:
        """Return a clause with a node that it can be checked from; None where there is none."""
        for node in self._heads(clause):
            found = self._told(node, clause, set())
            if not self._land.holds(found):
                found = self._told(node, clause, self._barred(node, clause))
            if self._land.holds(found):
                return found
        return None

    @staticmethod
    def _told(node: int, clause: Clause, more: set[int]) -> optimality.Clause:
        beside = sorted(more.union(clause.beside) - {NONE})
        return optimality.Clause(inside=clause.inside, node=node, beside=beside)

    def _heads(self, clause: Clause) -> Iterator[int]:
        """Yield nodes that a clause may mean: of its cell, or fixed to the side."""
        if clause.cell != NONE:
            yield from self._nodes[clause.cell]
            return
        edge = [node for cell in clause.beside for node in self._nodes[cell]]
        reached = {near for node in edge for near in self._land.near[node]}
        todo = sorted(node for node in reached if self._within(node, clause))
        seen: set[int] = set()
        for start in todo:
            if start not in seen:
                piece = self._reached(start, clause)
                seen |= piece
                yield from sorted(node for node in piece if self._fixed[node] == clause.inside)

    def _reached(self, node: int, clause: Clause) -> set[int]:
        """Return what the piece of a node lies in, or so much that it is large enough."""
        most = self._land.enough(inside=clause.inside)
        return self._land.flooded(node, lambda other: self._within(other, clause), most)

    def _within(self, node: int, clause: Clause) -> bool:
        """Return whether a node may be of the side while no cell beside is."""
        if self._land.ground.cell[node] in clause.beside:
            return False
        return self._fixed[node] in {FREE, int(clause.inside)}

    def _barred(self, node: int, clause: Clause) -> set[int]:
        """Return the cells that presolve, or a lock, has put on the other side of what is meant."""
        piece = self._reached(node, clause)
        beside = {near for one in piece for near in self._land.near[one]} - piece
        return {
            self._land.ground.cell[one]
            for one in beside
            if self._fixed[one] not in {FREE, int(clause.inside)}
        }
