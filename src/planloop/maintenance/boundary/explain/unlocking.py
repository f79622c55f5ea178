"""The fewest locks of a kind that must go for a plan to exist."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.explain.asking import ask
from planloop.maintenance.boundary.explain.relaxation import Relaxation, nothing
from planloop.maintenance.boundary.explain.rules import without
from planloop.maintenance.boundary.problem import Aim
from planloop.maintenance.boundary.rule_names import MUST_IN, MUST_OUT, MUST_SERVE
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.plan.settings import SolverSection

FEWEST = "fewest-locks"
"""Name of the aim."""


def fewer_locks(problem: Problem, rule: str, settings: SolverSection) -> Relaxation:
    """Let go of the fewest locks of one kind: projects, or cells."""
    aims = (_kept(problem, rule),)
    answer = ask(replace(without(problem, {rule}), aims=aims), settings)
    if answer.choice is None:
        return nothing(rule, proven=answer.proven)
    found = {MUST_SERVE: _served, MUST_IN: _put_in, MUST_OUT: _taken_out}[rule]
    return replace(found(problem, answer.choice), proven=answer.proven)


def _kept(problem: Problem, rule: str) -> Aim:
    """Return the aim that as many locks are kept as can be."""
    if rule == MUST_SERVE:
        return Aim(FEWEST, serve={item.number: 1 for item in problem.demands if item.must})
    change = np.zeros(problem.cells, dtype=np.int64)
    cells = problem.ins if rule == MUST_IN else problem.outs
    first = 0 if rule == MUST_IN else len(problem.ins)
    change[first : first + len(cells)] = [-int(cell.locked) for cell in cells]
    return Aim(FEWEST, change=change)


def _served(problem: Problem, choice: Choice) -> Relaxation:
    """Return that projects need not be served which are not."""
    served = set(choice.served)
    lifted = tuple(
        item.number for item in problem.demands if item.must and item.number not in served
    )
    demands = tuple(
        replace(item, must=item.must and item.number in served) for item in problem.demands
    )
    relaxed = replace(problem, demands=demands)
    return Relaxation(MUST_SERVE, "relax-must-serve", evidence=lifted, relaxed=relaxed)


def _put_in(problem: Problem, choice: Choice) -> Relaxation:
    """Return that cells need not go in which do not."""
    gone = set(choice.ins)
    lifted = [cell for index, cell in enumerate(problem.ins) if cell.locked and index not in gone]
    ins = tuple(
        replace(cell, locked=cell.locked and index in gone)
        for index, cell in enumerate(problem.ins)
    )
    area = sum(cell.area for cell in lifted)
    numbers = {"count": len(lifted), "area_m2": f"{area / SQUARE_METRE:.2f}"}
    return Relaxation(MUST_IN, "relax-must-in", numbers, relaxed=replace(problem, ins=ins))


def _taken_out(problem: Problem, choice: Choice) -> Relaxation:
    """Return that cells need not go out which do not."""
    gone = set(choice.outs)
    lifted = {
        cell.parcel for index, cell in enumerate(problem.outs) if cell.locked and index not in gone
    }
    outs = tuple(
        replace(cell, locked=cell.locked and index in gone)
        for index, cell in enumerate(problem.outs)
    )
    relaxed = replace(problem, outs=outs)
    evidence = tuple(sorted(lifted))
    return Relaxation(MUST_OUT, "relax-must-out", evidence=evidence, relaxed=relaxed)
