"""A plan in the making: cells change sides, and what breaks the rules for pieces is mended."""

from __future__ import annotations

from collections import Counter
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.neighbours import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.pieces.cuts import Separation
    from planloop.maintenance.boundary.problem import Problem


class Sketch:
    """Sides of all cells, changed step by step; every change can be taken back.

    Parameters
    ----------
    problem
        The problem.
    separation
        Its pieces: what is too small, and what is fixed.
    inside
        Whether each cell is inside to begin with, shape (cells,).
    """

    def __init__(self, problem: Problem, separation: Separation, inside: NDArray[np.bool_]) -> None:
        ground, limits = problem.ground, problem.limits
        self.inside: list[bool] = inside.tolist()
        self._judge = separation.judge
        self._ground = ground
        self._side: list[bool] = ground.spread(inside).tolist()
        self._beside = [some.tolist() for some in ground.neighbours]
        self._area: list[int] = ground.area.tolist()
        self._old: list[bool] = ground.inside.tolist()
        self._edge: list[bool] = ground.edge.tolist()
        self._cell: list[int] = ground.cell.tolist()
        self._nodes: list[list[int]] = [[] for _ in range(problem.cells)]
        for node, cell in enumerate(self._cell):
            if cell != NONE:
                self._nodes[cell].append(node)
        self._fixed: list[int] = separation.fixed.inside.tolist()
        first = len(problem.ins)
        # Cells that join: others need a project to go in.
        self._joins = [cell >= first or problem.ins[cell].filler for cell in range(problem.cells)]
        self._enough = max(limits.least_new, limits.least_rest), limits.least_rest
        self._hole = limits.least_hole
        self._done: list[int] = []

    def mark(self) -> int:
        """Return a place to go back to."""
        return len(self._done)

    def back(self, mark: int) -> None:
        """Take back all that changed since a place."""
        while len(self._done) > mark:
            self._turn(self._done.pop())

    def changed(self, mark: int) -> list[int]:
        """Return the cells that changed sides since a place."""
        # Mending may take back what went out.
        times = Counter(self._done[mark:])
        return [cell for cell, count in times.items() if count % 2]

    def all_legal(self) -> bool:
        """Mend all illegal pieces; return whether none is left."""
        return self._mended([nodes.tolist() for nodes, _ in self._judge.illegal(self._sides())])

    def at_fault(self) -> list[int]:
        """Return the cells of illegal pieces, and those beside them."""
        found: set[int] = set()
        for nodes, _ in self._judge.illegal(self._sides()):
            found.update(self._cell[node] for node in nodes.tolist())
            found.update(self._cell[node] for node in self._ground.beside(nodes).tolist())
        return sorted(found - {NONE})

    def change(self, cells: Iterable[int], *, mend: bool) -> bool:
        """Let cells change sides; return whether all pieces are legal then, mended if need be.

        What was changed stands in either case.
        """
        turned = []
        for cell in cells:
            if self._fixed[cell] == int(self.inside[cell]):
                return False
            self._do(cell)
            turned.append(cell)
        broken = self._broken(turned)
        return not broken or (mend and self._mended(broken))

    def _sides(self) -> NDArray[np.bool_]:
        """Return whether each node is inside, shape (k,)."""
        return np.array(self._side, dtype=bool)

    def _do(self, cell: int) -> None:
        self._turn(cell)
        self._done.append(cell)

    def _turn(self, cell: int) -> None:
        self.inside[cell] = not self.inside[cell]
        for node in self._nodes[cell]:
            self._side[node] = self.inside[cell]

    def _broken(self, cells: Iterable[int]) -> list[list[int]]:
        """Return the illegal pieces at some cells and beside them."""
        places = {node for cell in cells for node in self._nodes[cell]}
        places |= {other for node in places for other in self._beside[node]}
        seen: set[int] = set()
        found = []
        for node in sorted(places):
            if node not in seen:
                nodes, legal = self._piece(node)
                seen |= nodes
                if not legal:
                    found.append(sorted(nodes))
        return found

    def _piece(self, start: int) -> tuple[set[int], bool]:
        """Return the piece at a node, as much of it as tells whether it is legal, and that."""
        side, area, new = self._side, 0, True
        inside = side[start]
        seen, todo = {start}, [start]
        while todo:
            node = todo.pop()
            area += self._area[node]
            if inside:
                new = new and not self._old[node]
                if area >= self._enough[0 if new else 1]:
                    return seen, True
            elif area >= self._hole or self._edge[node]:
                return seen, True
            for other in self._beside[node]:
                if side[other] == inside and other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen, self._judge.holds_old(np.array(sorted(seen)), inside=inside)

    def _mended(self, broken: list[list[int]]) -> bool:
        """Join illegal pieces to their like, or let them change sides; return whether all are."""
        legal = True
        # Each step brings cells in, and none out: it ends.
        while broken:
            # What was mended before may have mended this one, too.
            nodes, legal_now = self._piece(broken.pop()[0])
            if legal_now:
                continue
            piece = sorted(nodes)
            inside = self._side[piece[0]]
            cells = self._way(piece) or self._whole(piece) if inside else self._inner(piece)
            if not cells:
                legal = False
                continue
            for cell in cells:
                self._do(cell)
            broken += self._broken(cells)
        return legal

    def _inner(self, piece: list[int]) -> list[int]:
        """Return the cells of a hole, if all of it may go in."""
        free = all(self._may_join(node) for node in piece)
        return sorted({self._cell[node] for node in piece}) if free else []

    def _whole(self, piece: list[int]) -> list[int]:
        """Return the cells that have left old small pieces, parts of which a piece holds."""
        judge = self._judge
        # Not of old small holes: land that went in where one was.
        old = {int(judge.old[node]) for node in piece if judge.spared[node] and self._old[node]}
        cells = {
            self._cell[node]
            for node in np.flatnonzero(np.isin(judge.old, sorted(old))).tolist()
            if not self._side[node]
        }
        return sorted(cells) if all(self._fixed[cell] != 0 for cell in cells) else []

    def _way(self, piece: list[int]) -> list[int]:
        """Return the cells of the way of least area from a piece inside to any other.

        Where there is none shorter than that, those of the land round it with which the piece is
        large enough.
        """
        mine = set(piece)
        new = not any(self._old[node] for node in piece)
        missing = self._enough[0 if new else 1] - sum(self._area[node] for node in piece)
        best = dict.fromkeys(piece, 0)
        before: dict[int, int] = {}
        queue = [(0, node) for node in piece]
        round_it: list[int] = []
        while queue:
            length, node = heappop(queue)
            if length > best[node]:
                continue
            if length > missing and (cells := self._grown(round_it, missing)):
                return cells
            if node not in mine:
                if self._side[node]:
                    return self._led(node, before, mine)
                round_it.append(node)
            for other, step in self._steps(node):
                if other not in mine and length + step < best.get(other, length + step + 1):
                    best[other] = length + step
                    before[other] = node
                    heappush(queue, (length + step, other))
        return self._grown(round_it, missing)

    def _led(self, node: int, before: dict[int, int], mine: set[int]) -> list[int]:
        """Return the cells of a way that leads to a node."""
        way = set()
        while (node := before[node]) not in mine:
            way.add(self._cell[node])
        return sorted(way)

    def _steps(self, node: int) -> Iterator[tuple[int, int]]:
        """Yield the nodes that a way may lead to from one, and the area that this takes."""
        for other in self._beside[node]:
            if self._side[other]:
                yield other, 0
            elif self._may_join(other):
                yield other, self._area[other]

    def _may_join(self, node: int) -> bool:
        cell = self._cell[node]
        return cell != NONE and self._joins[cell] and self._fixed[cell] != 0

    def _grown(self, nodes: list[int], missing: int) -> list[int]:
        """Return the cells of the first of some nodes that together have an area."""
        cells = set()
        for node in nodes:
            cells.add(self._cell[node])
            missing -= self._area[node]
            if missing <= 0:
                return sorted(cells)
        return []
