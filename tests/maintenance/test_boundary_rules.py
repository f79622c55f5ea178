"""No rule is idle: without it, some of the tiny instances have another answer.

That every engine agrees with brute force on them (``test_boundary_grounds.py``) would say little of
a rule that never binds. So each is taken out of the problem that the solver is given, one by one,
and what it finds then is judged with the rule.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planloop.maintenance.boundary.explain.rules import present, without
from tests.maintenance.brute_force import RULES, Best, Plans, best, broken
from tests.maintenance.brute_pieces import Land
from tests.maintenance.engines import whole
from tests.maintenance.tiny_case import tiny_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from planloop.maintenance.boundary.problem import Aim, InCell, Problem

SEEDS = range(300)
FEW = 3


def leaving_out(rule: str) -> Callable[[Problem], Problem]:
    """Return what takes out a rule that a user has set, where there is such."""
    return lambda p: without(p, {rule}) if rule in present(p) else p


def each_in(change: Callable[[InCell], InCell]) -> Callable[[Problem], Problem]:
    """Return what changes every cell that may go in."""
    return lambda p: replace(p, ins=tuple(change(cell) for cell in p.ins))


def each_aim(change: Callable[[Aim], Aim]) -> Callable[[Problem], Problem]:
    """Return what changes every level."""
    return lambda p: replace(p, aims=tuple(change(aim) for aim in p.aims))


def of_one_tier(problem: Problem) -> Problem:
    """Let all levels that count projects be one."""
    serving = [aim for aim in problem.aims if aim.serve]
    if len(serving) < 2:
        return problem
    worth = {number: each for aim in serving for number, each in aim.serve.items()}
    others = [aim for aim in problem.aims if not aim.serve]
    return replace(problem, aims=(replace(serving[0], serve=worth), *others))


def all_counted(problem: Problem) -> Problem:
    """Let the multiple count all land."""
    ins = tuple(replace(cell, counted=cell.area) for cell in problem.ins)
    outs = tuple(replace(cell, counted=cell.area) for cell in problem.outs)
    return replace(problem, ins=ins, outs=outs)


def without_edge(problem: Problem) -> Problem:
    """Let no land reach the edge of the region, so that all that is outside may be a hole."""
    nowhere = np.zeros(len(problem.ground), dtype=bool)
    return replace(problem, ground=replace(problem.ground, edge=nowhere))


WITHOUT: dict[str, Callable[[Problem], Problem]] = {
    **{rule: leaving_out(rule) for rule in RULES},
    "what the multiple counts": all_counted,
    "the edge of the region": without_edge,
    "land goes in for a project": each_in(lambda cell: replace(cell, filler=True)),
    "filler": each_in(lambda cell: replace(cell, filler=False)),
    "a share is enough": lambda p: replace(
        p, demands=tuple(replace(item, share=1000) for item in p.demands)
    ),
    "projects share land": each_in(lambda cell: replace(cell, projects=cell.projects[:1])),
    "several tiers": of_one_tier,
    "the order of the levels": lambda p: replace(p, aims=p.aims[::-1]),
    "what changes sides costs": each_aim(lambda aim: replace(aim, change=None)),
    "patches in parts cost": each_aim(lambda aim: replace(aim, torn=0)),
    "the outline costs": each_aim(lambda aim: replace(aim, border=0)),
}


@cache
def case(seed: int) -> tuple[Problem, Best | None]:
    """Return an instance and its best plan."""
    problem = tiny_case(seed)
    return problem, best(problem)


def differs(problem: Problem, expected: Best | None, changed: Problem) -> bool:
    """Return whether what the solver finds for a changed problem is wrong for the true one."""
    if changed is problem:
        return False
    answer = whole(changed)
    if answer is None or expected is None:
        return (answer is None) != (expected is None)
    values = Plans.one(problem, answer.choice).values()[0].tolist()
    return bool(broken(problem, answer.choice)) or values != list(expected.values.values())


@pytest.mark.parametrize("rule", WITHOUT)
def test_without_a_rule_some_answers_are_wrong(rule: str) -> None:
    wrong = (seed for seed in SEEDS if differs(*case(seed), WITHOUT[rule](case(seed)[0])))
    assert len(list(islice(wrong, FEW))) == FEW


def test_the_instances_as_they_are_have_right_answers() -> None:
    """So it is the rules that made the difference."""
    cases = (case(seed) for seed in SEEDS[:20])
    assert not any(differs(problem, expected, replace(problem)) for problem, expected in cases)


def test_were_old_small_pieces_not_spared_some_answers_would_be_others() -> None:
    """It is no part of the problem but of what its limits mean, so the oracle does without."""
    problems = (case(seed) for seed in SEEDS)
    others = (
        True
        for problem, expected in problems
        if expected is not None and Land(problem, spare=False).broken(expected.inside)
    )
    assert len(list(islice(others, FEW))) == FEW
