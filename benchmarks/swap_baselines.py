"""What others do about a boundary swap: sort and pick, by hand's rule or by score and area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import Spent
from benchmarks.swap_pieces import illegal_pieces
from benchmarks.tasks.clock import Clock
from planloop.maintenance.boundary.problem import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from planloop.maintenance.boundary.problem import Demand, Problem


@dataclass(frozen=True, slots=True)
class Pick:
    """A swap that a method chose, whether legal or not.

    Parameters
    ----------
    choice
        The swap.
    score
        What it serves, by the first aim.
    illegal
        Number of pieces and holes that are too small.
    balanced
        Whether what goes out and what goes in balance.
    spent
        What choosing took.
    """

    choice: Choice
    score: int
    illegal: int
    balanced: bool
    spent: Spent

    @property
    def legal(self) -> bool:
        """Whether it keeps the rules; projects and locks are kept by all baselines."""
        return self.balanced and self.illegal == 0


def picked(method: Callable[[Problem], Choice], problem: Problem) -> Pick:
    """Let a method choose, and judge what it chose."""
    clock = Clock()
    with clock.phase("choose"):
        choice = method(problem)
    return judged(problem, choice, Spent(*clock.phases["choose"]))


def judged(problem: Problem, choice: Choice, spent: Spent) -> Pick:
    """Judge a swap that took some time to choose."""
    worth = problem.aims[0].serve
    surplus = sum(problem.outs[index].area for index in choice.outs)
    surplus -= sum(problem.ins[index].area for index in choice.ins)
    return Pick(
        choice=choice,
        score=sum(worth[number] for number in choice.served),
        illegal=illegal_pieces(problem, choice),
        balanced=max(problem.margin, -problem.growth) <= surplus <= problem.tolerance,
        spent=spent,
    )


def planner(problem: Problem) -> Choice:
    """Serve by tier, then year, then area, the smallest first; weakest land goes out first."""
    worth, need = problem.aims[0].serve, needs(problem)

    def rank(demand: Demand) -> tuple[int, int, int]:
        return demand.tier, -worth[demand.number], need[demand.number]

    return _in_order(problem, sorted(problem.demands, key=rank))


def greedy(problem: Problem) -> Choice:
    """Serve by score for each area, the highest first; weakest land goes out first."""
    worth, need = problem.aims[0].serve, needs(problem)

    def rank(demand: Demand) -> float:
        return -worth[demand.number] / need[demand.number]

    return _in_order(problem, sorted(problem.demands, key=rank))


def needs(problem: Problem) -> dict[str, int]:
    """Return the area of each project's land outside the boundary, dm²."""
    need = dict.fromkeys((demand.number for demand in problem.demands), 0)
    for cell in problem.ins:
        for number in cell.projects:
            need[number] += cell.area
    return need


def _in_order(problem: Problem, demands: Iterable[Demand]) -> Choice:
    """Serve what still fits into the land that may go out, in some order, with all of its land."""
    need = needs(problem)
    weakest = np.argsort([cell.strength for cell in problem.outs], kind="stable")
    gone = np.cumsum([problem.outs[index].area for index in weakest])
    left = int(gone[-1])
    served = set()
    for demand in demands:
        if need[demand.number] <= left:
            left -= need[demand.number]
            served.add(demand.number)
    # The first cells that together are at least as large as what goes in.
    count = int(np.searchsorted(gone, gone[-1] - left)) + 1 if served else 0
    return Choice(
        served=tuple(item.number for item in problem.demands if item.number in served),
        ins=tuple(
            index for index, cell in enumerate(problem.ins) if served.intersection(cell.projects)
        ),
        outs=tuple(sorted(weakest[:count].tolist())),
    )
