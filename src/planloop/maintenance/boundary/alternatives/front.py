"""What could be had for what: the plans that no other beats in both of two measures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.problem import COARSE, AtMost
from planloop.maintenance.boundary.solving.best_plan import best_plan
from planloop.maintenance.boundary.solving.search import NotFound
from planloop.maintenance.boundary.verify import value
from planloop.progress import silent

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Aim, Choice, Problem
    from planloop.plan.settings import SolverSection
    from planloop.progress import Progress

EFFORT = 3
"""So many times are plans looked for, at most, for each point that may be shown."""


@dataclass(frozen=True, slots=True)
class Point:
    """A plan of a front.

    Parameters
    ----------
    first, second
        What it costs by both measures.
    choice
        The plan; it balances within the window of the front.
    proven
        Whether it is proven that no plan beats it.
    """

    first: int
    second: int
    choice: Choice
    proven: bool


@dataclass(frozen=True, slots=True)
class Front:
    """Plans of which none costs less than another by both measures.

    Parameters
    ----------
    points
        In the order of the first measure, the least first.
    complete
        Whether these are all there are.
    """

    points: tuple[Point, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class _Gap:
    """Between two points that lie next to each other, and what is known of it.

    Parameters
    ----------
    left, right
        The points; the left one costs less by the first measure, and more by the second.
    empty
        No point costs by the second measure more than the right one and at most this.
    """

    left: Point
    right: Point
    empty: int

    @property
    def open(self) -> bool:
        """Whether a point may lie in it: whole numbers have to fit in by both measures."""
        return self.empty < self.left.second - 1 and self.left.first + 1 < self.right.first

    @property
    def limit(self) -> int:
        """What a plan that is looked for in it may cost by the second measure."""
        middle = (self.left.second + self.right.second) // 2
        return middle if middle > self.empty else self.left.second - 1


def front(  # noqa: PLR0913  # two measures, how many points, and how
    problem: Problem,
    first: Aim,
    second: Aim,
    settings: SolverSection,
    most: int,
    *,
    window: int = COARSE,
    progress: Progress = silent,
) -> Front:
    """Return the front of two measures, or points spread over it.

    Parameters
    ----------
    problem
        The problem; its own levels do not count.
    first, second
        The measures. The first should have few values: where they follow each other without a step
        between, no more is looked for.
    settings
        Limits of each solve.
    most
        Points at most; 2 are its ends.
    window
        Window of the balance, dm², where it is wider than the problem's.
    progress
        Told of each point.

    Notes
    -----
    The ε-constraint method: the best plan by the first measure, and of those by the second, among
    all that cost at most ε by the second. The ends come first, then what lies in the middle of the
    widest gap, until no gap is open. So with few points allowed they lie far apart.
    """
    search = _Search(problem.widened(window), first, second, settings)
    ends = [search.least((first, second)), search.least((second, first))]
    points = [point for point in ends if point is not None]
    if len(points) < len(ends) or points[0].first >= points[1].first:
        return Front(_undominated(points), search.sure)
    gaps = [_Gap(points[0], points[1], points[1].second)]
    for _ in range(EFFORT * most):
        progress("front", len(points), most)
        wide = [gap for gap in gaps if gap.open]
        if not wide or len(points) >= most:
            break
        gap = max(wide, key=lambda item: item.left.second - item.right.second)
        gaps.remove(gap)
        found = search.least((first, second), gap.limit)
        if found is None or not gap.empty < found.second < gap.left.second:
            gaps.append(replace(gap, empty=gap.limit))
            continue
        points.append(found)
        gaps += [_Gap(gap.left, found, gap.limit), _Gap(found, gap.right, gap.empty)]
    progress("front", most, most)
    complete = search.sure and not any(gap.open for gap in gaps)
    return Front(_undominated(points), complete)


class _Search:
    """Looks for points, and remembers whether every answer was proven."""

    def __init__(self, problem: Problem, first: Aim, second: Aim, settings: SolverSection) -> None:
        self.problem, self.first, self.second, self.settings = problem, first, second, settings
        self.sure = True

    def least(self, aims: tuple[Aim, Aim], limit: int | None = None) -> Point | None:
        """Return the best plan by some levels, which costs no more by the second measure."""
        bounds = self.problem.at_most
        if limit is not None:
            bounds = (*bounds, AtMost(self.second, limit))
        asked = replace(self.problem, aims=aims, at_most=bounds)
        found = best_plan(asked, self.settings, silent)
        if isinstance(found, NotFound):
            self.sure &= found.proven
            return None
        measured = {aim.name: value(asked, found.choice, aim) for aim in aims}
        proven = all(measured[level.name] <= level.bound for level in found.levels)
        self.sure &= proven
        pair = measured[self.first.name], measured[self.second.name]
        return Point(*pair, found.choice, proven)


def _undominated(points: list[Point]) -> tuple[Point, ...]:
    """Return the points that no other beats, each pair of values once, in order."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda item: (item.first, item.second)):
        if not kept or point.second < kept[-1].second:
            kept.append(point)
    return tuple(kept)
