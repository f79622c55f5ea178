"""A plan beside others: what it serves, what each level costs, and what is proven of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planloop.maintenance.boundary.aims import TIE_BREAK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planloop.maintenance.boundary.problem import Choice, Problem

Standing = Literal["best", "as-good", "as-many", "behind", "ahead"]
"""``best``: the first of all. ``ahead``: the same, but not what was to be the best: that was not
proven. ``as-good``: of the same value on every level but the one that only breaks ties.
``as-many``: loses no project of any level, and is worse by what else it costs. ``behind``: loses
projects."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What a plan costs by one level.

    Parameters
    ----------
    name
        Entry of ``messages/levels.toml``.
    value
        What it costs.
    loss
        How much more that is than the best plan costs.
    bound
        No plan of its kind (unlike the plans before it) costs less, as long as the levels above
        are what they are; None where nothing is known.
    proven
        Whether this level and all above are proven: value and bound meet.
    of_projects
        Whether the level is about which projects are served, and nothing else.
    """

    name: str
    value: int
    loss: int
    bound: int | None
    proven: bool
    of_projects: bool


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several plans.

    Parameters
    ----------
    choice
        The plan.
    levels
        What it costs, level by level.
    standing
        How it compares with the best one.
    gained, left
        Numbers of the projects that it serves and the best one does not, and the other way round:
        a swap, where it is as good or serves as many.
    found
        How many were found before it.
    """

    choice: Choice
    levels: tuple[Reached, ...]
    standing: Standing
    gained: tuple[str, ...]
    left: tuple[str, ...]
    found: int

    @property
    def projects_proven(self) -> bool:
        """Whether all levels that count projects are proven."""
        return all(item.proven for item in self.levels if item.of_projects)

    @property
    def proven(self) -> bool:
        """Whether every level is proven."""
        return all(item.proven for item in self.levels)


def standing(problem: Problem, losses: Sequence[int]) -> Standing:
    """Return how a plan compares with the best one, from what it loses on each level.

    The best one is no worse: of the levels on which they differ, the plan loses on the first.
    """
    told = [
        (aim, loss)
        for aim, loss in zip(problem.aims, losses, strict=True)
        if loss and aim.name != TIE_BREAK
    ]
    if not told:
        return "as-good"
    aim, _ = told[0]
    return "behind" if aim.of_projects else "as-many"
