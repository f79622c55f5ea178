"""By how much the balance of townships must give way for a plan to exist."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.explain.asking import any_plan
from planloop.maintenance.boundary.explain.relaxation import Relaxation, nothing
from planloop.maintenance.boundary.explain.rules import without
from planloop.maintenance.boundary.rule_names import TOWNSHIPS
from planloop.plan.decision import NONE
from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Choice, Problem, Township
    from planloop.plan.settings import SolverSection


def wider_townships(problem: Problem, settings: SolverSection) -> Relaxation:
    """Let the surplus of every township be larger and smaller: by as little as can be.

    Notes
    -----
    A plan that is legal with one widening is so with any larger one. Every plan found lowers what
    is known to be enough to what it needs; every second question is whether any less will do.
    """
    answer = any_plan(without(problem, {TOWNSHIPS}), settings)
    if answer.choice is None:
        return nothing(TOWNSHIPS, proven=answer.proven)
    choice, proven, too_little = answer.choice, True, 0
    enough = _needed(problem, choice)
    just_below = True
    while too_little + 1 < enough:
        tried = enough - 1 if just_below else (too_little + enough) // 2
        answer = any_plan(widened(problem, tried), settings)
        if answer.choice is None:
            too_little, proven = tried, proven and answer.proven
        else:
            choice = answer.choice
            enough = _needed(problem, choice)
        just_below = not just_below
    strained = [
        town.name or NONE for town in problem.townships if _needed_of(town, choice) == enough
    ]
    numbers = {
        "by_ha": f"{'' if proven else '≤ '}{enough / HECTARE:.6f}",
        "townships": ", ".join(strained),
    }
    relaxed = widened(problem, enough)
    return Relaxation(TOWNSHIPS, "relax-townships", numbers, relaxed=relaxed, proven=proven)


def widened(problem: Problem, area: int) -> Problem:
    """Return the problem with the limits of every township wider by an area, dm², on both sides."""
    towns = tuple(
        replace(town, least=town.least - area, most=town.most + area) for town in problem.townships
    )
    return replace(problem, townships=towns)


def _needed(problem: Problem, choice: Choice) -> int:
    """Return the least widening that makes a choice legal, dm²."""
    return max(_needed_of(town, choice) for town in problem.townships)


def _needed_of(town: Township, choice: Choice) -> int:
    surplus = town.surplus(choice)
    return max(0, town.least - surplus, surplus - town.most)
