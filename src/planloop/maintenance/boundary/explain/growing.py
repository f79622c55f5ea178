"""By how much the limits of growth must give way for a plan to exist."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.explain.asking import ask, least_counted, least_growth
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem
    from planloop.plan.settings import SolverSection


@dataclass(frozen=True, slots=True)
class Loosening:
    """How much more growth than now a plan needs, dm².

    Parameters
    ----------
    balance
        By how much the margin must fall: ``Σ out - Σ in ≥ margin - balance``.
    quota
        By how much the growth that the issued area leaves must rise: ``Σ in - Σ out ≤ growth +
        quota``.
    multiple
        The same of the land that the binding reading of the expansion multiple counts.
    proven
        Whether less is not enough. Of the multiple: whatever the other two. Of the other two: with
        the multiple as stated.
    """

    balance: int
    quota: int
    multiple: int
    proven: bool

    def apply(self, problem: Problem) -> Problem:
        """Return the problem with its limits loosened by this."""
        counted = problem.counted_growth
        return replace(
            problem,
            margin=problem.margin - self.balance,
            growth=problem.growth + self.quota,
            counted_growth=None if counted is None else counted + self.multiple,
        )

    def numbers(self) -> dict[str, object]:
        """Return the amounts for a text, m²; each the most that is needed if not proven."""
        mark = "" if self.proven else "≤ "
        amounts = (self.balance, self.quota, self.multiple)
        return {
            f"{name}_m2": f"{mark}{amount / SQUARE_METRE:.2f}"
            for name, amount in zip(("balance", "quota", "multiple"), amounts, strict=True)
        }


@dataclass(frozen=True, slots=True)
class NoLoosening:
    """No loosening was found.

    Parameters
    ----------
    proven
        Whether none is enough.
    """

    proven: bool

    def numbers(self) -> dict[str, object]:
        """Return nothing to tell."""
        return {}


def loosening(problem: Problem, settings: SolverSection) -> Loosening | NoLoosening:
    """Return the smallest loosening of the limits of growth with which a plan exists.

    Every other rule binds. The multiple gives way only where the other two are not enough.
    """
    kept = within_multiple(problem, settings)
    if isinstance(kept, Loosening) or problem.counted_growth is None:
        return kept
    aims = (least_counted(problem), least_growth(problem))
    answer = ask(replace(_unlimited(problem), counted_growth=None, aims=aims), settings)
    proven = kept.proven and answer.proven
    if answer.choice is None:
        return NoLoosening(proven)
    counted, growth = answer.values
    more = max(0, counted - problem.counted_growth)
    return replace(_needed(problem, growth, proven=proven), multiple=more)


def within_multiple(problem: Problem, settings: SolverSection) -> Loosening | NoLoosening:
    """Return the smallest loosening of the balance and the quota that is enough by itself."""
    answer = ask(replace(_unlimited(problem), aims=(least_growth(problem),)), settings)
    if answer.choice is None:
        return NoLoosening(answer.proven)
    return _needed(problem, answer.values[0], proven=answer.proven)


def _unlimited(problem: Problem) -> Problem:
    """Return the problem with neither balance nor quota: nothing grows by more than may go in."""
    most = sum(cell.area for cell in problem.ins)
    return replace(problem, margin=min(problem.margin, -most), growth=max(problem.growth, most))


def _needed(problem: Problem, growth: int, *, proven: bool) -> Loosening:
    balance, quota = max(0, growth + problem.margin), max(0, growth - problem.growth)
    return Loosening(balance, quota, 0, proven)
