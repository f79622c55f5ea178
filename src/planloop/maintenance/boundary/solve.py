"""Solve the boundary model, level by level, and check what comes out in whole numbers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.contradiction import contradiction
from planloop.maintenance.boundary.highs import CLOSED, optimise, version
from planloop.maintenance.boundary.model import Level, Row, compile_model
from planloop.maintenance.boundary.problem import Choice
from planloop.maintenance.boundary.repair import repaired
from planloop.plan.certificate import SolveLevel, SolverCertificate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.highs import Ended
    from planloop.maintenance.boundary.model import Model
    from planloop.maintenance.boundary.problem import Problem
    from planloop.plan.settings import SolverSection
    from planloop.progress import Progress

HALF = 0.5

WIDE = 10_000
"""Window of the balance, dm², in which branch-and-bound finds its way; narrower ones are solved
after one that wide."""


def solve(
    problem: Problem, settings: SolverSection, progress: Progress
) -> tuple[Choice, SolverCertificate]:
    """Choose the swap.

    Each level of the objective is solved with the levels above held at what they reached, from the
    plan that they reached it with. Every plan is checked in whole numbers; the solver's word is not
    taken for it. A level that ends at a limit keeps the best plan found so far and says so.

    A window of the balance narrower than 100 m² is solved in two steps: first with a window of
    100 m², whose bounds hold for the narrow one, too; then from its plan, repaired by exchanging a
    few cells. A level on which the repaired plan meets the bound is proven without another search.

    Raises
    ------
    InfeasibleError
        No legal swap exists, or none was found within the limits.
    """
    model = compile_model(problem)
    start, known = _head_start(problem, model, settings, progress)
    plan, levels = _solve_levels(problem, model, settings, progress, start, known)
    choice = _choice(problem, model, plan)
    if not is_legal(problem, choice):
        raise contradiction(problem, model, settings)
    return choice, SolverCertificate(version(), len(model.columns), len(model.rows), levels)


def _head_start(
    problem: Problem, model: Model, settings: SolverSection, progress: Progress
) -> tuple[NDArray[np.float64] | None, tuple[SolveLevel, ...]]:
    """Return a plan to start from and what is known of each level, from a wider window."""
    if problem.tolerance - problem.margin >= WIDE or not problem.outs:
        return None, ()
    wide = replace(problem, tolerance=problem.margin + WIDE)
    try:
        plan, levels = _solve_levels(wide, compile_model(wide), settings, progress, None, ())
    except InfeasibleError:
        # The narrow window says why, in its own terms.
        return None, ()
    legal = partial(_keeps, problem, model)
    return plan if legal(plan) else repaired(problem, model, plan, legal), levels


def _solve_levels(  # noqa: PLR0913, PLR0917  # the parts of one solve
    problem: Problem,
    model: Model,
    settings: SolverSection,
    progress: Progress,
    start: NDArray[np.float64] | None,
    known: tuple[SolveLevel, ...],
) -> tuple[NDArray[np.float64], tuple[SolveLevel, ...]]:
    """Solve level after level; return the plan, and how each level ended.

    Parameters
    ----------
    problem, model, settings, progress
        As they are.
    start
        A legal plan to start from, or None.
    known
        Levels of the same problem with a wider window: their bounds hold as long as the levels
        above reached the same. Empty where there is none.
    """
    rows = list(model.rows)
    told: list[SolveLevel] = []
    best = start if model.columns else np.zeros(0)
    same = bool(known)
    for number, level in enumerate(model.levels if model.columns else ()):
        progress("solve", number, len(model.levels))
        floor = known[number].bound if same else -np.inf
        if best is not None and _meets(level, best, floor):
            value = float(level.costs @ best)
            told.append(replace(known[number], status="optimal", value=value, bound=value, gap=0.0))
        else:
            ended = optimise(model, rows, level.costs, best, settings)
            found = ended.values
            if found is not None and not _keeps(problem, model, found):
                found = None
            best = _better(level, found, best)
            if best is None:
                raise _no_plan(problem, model, ended, settings)
            told.append(_level(level, ended, best, floor))
        same = same and told[-1].value == known[number].value
        if level.whole:
            terms = np.flatnonzero(level.costs)
            held = float(level.costs @ best)
            name = f"hold:{level.name}"
            rows.append(Row(name, tuple(terms), tuple(level.costs[terms]), -np.inf, held))
    progress("solve", len(model.levels), len(model.levels))
    return np.zeros(0) if best is None else best, tuple(told)


def _meets(level: Level, plan: NDArray[np.float64], floor: float) -> bool:
    """Return whether a plan costs no more than the least that any can."""
    value = float(level.costs @ plan)
    return value - floor <= CLOSED * max(1.0, abs(value))


def _keeps(problem: Problem, model: Model, plan: NDArray[np.float64]) -> bool:
    """Return whether a plan, given by its columns, keeps every row of the problem."""
    return is_legal(problem, _choice(problem, model, plan))


def is_legal(problem: Problem, choice: Choice) -> bool:
    """Return whether a choice keeps every row of the problem, in whole numbers, without the model.

    It keeps them if what goes out exceeds what goes in by at least the margin and at most the
    tolerance; the quotas hold; a cell goes in if and only if a served project needs it or a lock
    says so; and what locks say is done.
    """
    served, gone_in, gone_out = set(choice.served), set(choice.ins), set(choice.outs)
    ins = [problem.ins[index] for index in choice.ins]
    outs = [problem.outs[index] for index in choice.outs]
    surplus = sum(cell.area for cell in outs) - sum(cell.area for cell in ins)
    counted = sum(cell.counted for cell in ins) - sum(cell.counted for cell in outs)
    limit = problem.counted_growth
    return (
        problem.margin <= surplus <= problem.tolerance
        and -surplus <= problem.growth
        and (limit is None or counted <= limit)
        and all(
            (cell.locked or bool(served.intersection(cell.projects))) == (index in gone_in)
            for index, cell in enumerate(problem.ins)
        )
        and all(item.number in served for item in problem.demands if item.must)
        and all(index in gone_out for index, cell in enumerate(problem.outs) if cell.locked)
    )


def _choice(problem: Problem, model: Model, values: NDArray[np.float64]) -> Choice:
    on = {name for name, value in zip(model.columns, values, strict=True) if value > HALF}
    return Choice(
        served=tuple(item.number for item in problem.demands if f"serve:{item.number}" in on),
        ins=tuple(index for index in range(len(problem.ins)) if f"in:{index}" in on),
        outs=tuple(index for index in range(len(problem.outs)) if f"out:{index}" in on),
    )


def _better(
    level: Level, found: NDArray[np.float64] | None, best: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """Return the plan of the lower cost, the new one of two as good."""
    if found is None or (best is not None and level.costs @ best < level.costs @ found):
        return best
    return found


def _level(level: Level, ended: Ended, best: NDArray[np.float64], floor: float) -> SolveLevel:
    """Return how a level ended; `optimal` only where value and bound meet."""
    value = float(level.costs @ best)
    proved = floor if ended.bound is None else max(ended.bound, floor)
    bound = min(proved, value) if np.isfinite(proved) else np.nan
    if level.whole:
        # No plan has a value between two whole numbers.
        bound = float(np.ceil(bound - CLOSED))
    gap = (value - bound) / max(1.0, abs(value))
    status = "gap" if ended.status in {"optimal", "infeasible"} else ended.status
    if gap <= CLOSED:
        status, bound, gap = "optimal", value, 0.0
    return SolveLevel(level.name, status, value, bound, gap, ended.seconds, ended.nodes)


def _no_plan(
    problem: Problem, model: Model, ended: Ended, settings: SolverSection
) -> InfeasibleError:
    if ended.status == "infeasible":
        return contradiction(problem, model, settings)
    if ended.values is not None:
        return InfeasibleError("boundary.not-verified")
    seconds, nodes = f"{ended.seconds:.1f}", max(ended.nodes, 0)
    return InfeasibleError("boundary.no-plan", seconds=seconds, nodes=nodes)
