"""Legal plans within a second or two: by a rule of thumb, and out of plans that are not legal."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.problem import WHOLE, Choice
from planloop.maintenance.boundary.solving.sketch import Sketch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.pieces.cuts import Separation
    from planloop.maintenance.boundary.problem import Problem


class Greedy:
    """Makes plans of a problem; the caller checks them.

    Parameters
    ----------
    problem
        The problem.
    separation
        Its pieces.
    worth
        What serving each project is worth; those that are worth nothing are left out.
    """

    def __init__(
        self, problem: Problem, separation: Separation, worth: Mapping[str, float]
    ) -> None:
        self._problem, self._separation, self._worth = problem, separation, worth
        self._first = len(problem.ins)
        self._fixed: list[int] = separation.fixed.inside.tolist()
        self._area = [cell.area for cell in problem.ins] + [cell.area for cell in problem.outs]
        self._least = max(problem.margin, -problem.growth)
        wanted: dict[str, list[int]] = {item.number: [] for item in problem.demands}
        for index, cell in enumerate(problem.ins):
            for number in cell.projects:
                wanted[number].append(index)
        self._wanted = wanted
        self._share = {item.number: item.share for item in problem.demands}
        self._must = [item.number for item in problem.demands if item.must]

    def plan(self) -> Choice:
        """Return a plan: all land out that may go, and project after project in.

        Projects that are worth most for the area that they take come first. It takes their land,
        and what joins that and fills its pockets.
        """
        sketch = Sketch(self._problem, self._separation, self._separation.fixed.inside == 1)
        served: set[str] = set()
        if not sketch.all_legal():
            self._join(sketch, served)
        return self._finished(sketch, served)

    def like(self, inside: NDArray[np.bool_], served: Iterable[str]) -> Choice:
        """Return a plan that is much like one that breaks rules.

        Parameters
        ----------
        inside
            Whether each cell is inside in that one, shape (cells,).
        served
            The projects that it serves.
        """
        asked = frozenset(served)
        # Plans that come from a relaxed one need not be such that projects have their land.
        left = {
            number
            for number in asked
            if self._enough(number, [cell for cell in self._wanted[number] if inside[cell]])
        }
        while True:
            pattern = inside.copy()
            pattern[self._only_for(set(self._wanted) - left, left)] = False
            sketch = Sketch(self._problem, self._separation, pattern)
            if sketch.all_legal():
                break
            # Whose land cannot be joined, or encloses a pocket that cannot go in, is not served.
            guilty = {
                number
                for cell in sketch.at_fault()
                if cell < self._first
                for number in self._problem.ins[cell].projects
            } & left - set(self._must)
            if not guilty:
                break
            left -= guilty
        # What nothing was wrong with balances, perhaps by cells that fit as no others do.
        balanced = self._least <= self._surplus(sketch) <= self._problem.tolerance
        if left != asked or sketch.changed(0) or not balanced:
            self._tighten(sketch)
            self._make_room(sketch, left)
        return self._finished(sketch, left)

    def _join(self, sketch: Sketch, served: set[str]) -> None:
        """Serve projects by whose land illegal pieces become legal, most worth first."""
        mark, waiting = sketch.mark(), set(self._wanted)
        while fault := sketch.at_fault():
            near = {
                number
                for cell in fault
                if cell < self._first
                for number in self._problem.ins[cell].projects
            } & waiting
            if not near or self._surplus(sketch) < self._least:
                sketch.back(mark)
                served.clear()
                return
            number = min(near, key=lambda number: (-self._worth.get(number, 0), number))
            waiting.discard(number)
            cells = self._land(number)
            if cells is not None:
                # Several may be needed to make one piece legal.
                sketch.change([cell for cell in cells if not sketch.inside[cell]], mend=True)
                served.add(number)

    def _finished(self, sketch: Sketch, served: set[str]) -> Choice:
        """Return the plan of a sketch, filled up with projects and balanced."""
        surplus = self._surplus(sketch)
        for number in self._must:
            spent = None if number in served else self._serve(sketch, number, surplus)
            if spent is not None:
                surplus -= spent
                served.add(number)
        surplus -= self._fill_up(sketch, served, surplus)
        self._come_back(sketch, surplus)
        now = np.array(sketch.inside, dtype=bool)
        return Choice(
            served=tuple(number for number in self._wanted if number in served),
            ins=tuple(np.flatnonzero(now[: self._first]).tolist()),
            outs=tuple(np.flatnonzero(~now[self._first :]).tolist()),
        )

    def _fill_up(self, sketch: Sketch, served: set[str], surplus: int) -> int:
        """Serve what is worth most for its area while there is room; return the area taken."""
        waiting = [
            (-np.inf, number)
            for number in self._wanted
            if number not in served and self._worth.get(number, 0) > 0
        ]
        heapify(waiting)
        taken = 0
        while waiting:
            rate, number = heappop(waiting)
            mark = sketch.mark()
            spent = self._serve(sketch, number, surplus - taken)
            if spent is None:
                continue
            now = -self._worth[number] / max(spent, 1)
            if now > rate and waiting and now > waiting[0][0]:
                sketch.back(mark)
                heappush(waiting, (now, number))
                continue
            taken += spent
            served.add(number)
        return taken

    def _serve(self, sketch: Sketch, number: str, surplus: int) -> int | None:
        """Serve a project; return the area that it takes, or None, with nothing changed."""
        mark, cells = sketch.mark(), self._land(number)
        if cells is None:
            return None
        missing = [cell for cell in cells if not sketch.inside[cell]]
        if surplus - self._size(missing) >= self._least and sketch.change(missing, mend=True):
            # All that changed is inside now.
            spent = self._size(sketch.changed(mark))
            if surplus - spent >= self._least:
                return spent
        sketch.back(mark)
        return None

    def _land(self, number: str) -> list[int] | None:
        """Return the cells of a project that may go in, or None if they do not do."""
        cells = [cell for cell in self._wanted[number] if self._fixed[cell] != 0]
        return cells if self._enough(number, cells) else None

    def _enough(self, number: str, cells: list[int]) -> bool:
        """Return whether some of the cells of a project suffice for it."""
        wanted, share = self._wanted[number], self._share[number]
        if share >= WHOLE or len(cells) == len(wanted):
            return len(cells) == len(wanted)
        return WHOLE * self._size(cells) >= share * self._size(wanted)

    def _make_room(self, sketch: Sketch, served: set[str]) -> None:
        """Serve fewer projects, those worth least for their area first, until the balance holds."""
        must = set(self._must)
        order = sorted(
            served - must,
            key=lambda number: (
                self._worth.get(number, 0) / max(self._size(self._wanted[number]), 1),
                number,
            ),
        )
        for number in order:
            if self._surplus(sketch) >= self._least:
                return
            mark = sketch.mark()
            cells = self._only_for({number}, served - {number})
            if sketch.change([cell for cell in cells if sketch.inside[cell]], mend=True):
                served.discard(number)
                self._tighten(sketch)
            else:
                sketch.back(mark)

    def _tighten(self, sketch: Sketch) -> None:
        """Take back land that joins nothing any more, and let go what may go, cell by cell."""
        for cell, inside in enumerate(list(sketch.inside)):
            loose = cell >= self._first or not self._problem.ins[cell].projects
            if inside and loose and self._fixed[cell] != 1:
                mark = sketch.mark()
                if not sketch.change([cell], mend=False):
                    sketch.back(mark)

    def _come_back(self, sketch: Sketch, surplus: int) -> None:
        """Let land that went out stay, the strongest drive first, until the balance is met."""
        first, outs = self._first, self._problem.outs
        gone = [
            index
            for index in range(len(outs))
            if not sketch.inside[first + index] and self._fixed[first + index] != 0
        ]
        gone.sort(key=lambda index: (-outs[index].strength, index))
        moved = True
        while surplus > self._problem.tolerance and moved:
            moved = False
            for index in gone:
                area = outs[index].area
                if sketch.inside[first + index] or surplus - area < self._least:
                    continue
                mark = sketch.mark()
                if not sketch.change([first + index], mend=False):
                    sketch.back(mark)
                    continue
                surplus -= area
                moved = True
                if surplus <= self._problem.tolerance:
                    break

    def _only_for(self, dropped: set[str], others: set[str]) -> list[int]:
        """Return the cells that some projects want, and no others, and nothing else holds in."""
        return sorted(
            {
                cell
                for number in dropped
                for cell in self._wanted[number]
                if not others.intersection(self._problem.ins[cell].projects)
                and self._fixed[cell] != 1
                and not self._problem.ins[cell].filler
            }
        )

    def _size(self, cells: Iterable[int]) -> int:
        return sum(self._area[cell] for cell in cells)

    def _surplus(self, sketch: Sketch) -> int:
        """Return the area out less the area in, dm²."""
        return sum(
            (-area if inside else 0) if cell < self._first else (0 if inside else area)
            for cell, (area, inside) in enumerate(zip(self._area, sketch.inside, strict=True))
        )
