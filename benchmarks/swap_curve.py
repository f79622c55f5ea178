"""How value and bound of a boundary swap close in on each other, by CPU seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from benchmarks.tasks.clock import Clock
    from planloop.progress import Reached


class Point(NamedTuple):
    """Where a search was at one time.

    Parameters
    ----------
    cpu
        CPU seconds since the search began.
    level
        The level of the objective.
    value, bound
        Of the best plan so far (infinite where there is none), and what no plan is better than
        (-∞ where that is not known).
    """

    cpu: float
    level: str
    value: float
    bound: float


class Curve:
    """Notes what a search tells of itself; given to it as its progress.

    Parameters
    ----------
    clock
        Tells the CPU seconds.
    """

    def __init__(self, clock: Clock) -> None:
        self.points: list[Point] = []
        self._clock, self._began = clock, clock.cpu()

    def __call__(
        self, _step: str, _done: int, _total: int, reached: Reached | None = None, /
    ) -> None:
        """Note how far the search has come; without that, a level has ended or another begins."""
        if reached is not None:
            self.told(reached.level, reached.value, reached.bound)
        elif self.points:
            # The level's last word held until now.
            self.told(*self.points[-1][1:])

    def told(self, level: str, value: float, bound: float) -> None:
        """Note value and bound of a level as of now."""
        self.points.append(Point(self._clock.cpu() - self._began, level, value, bound))
