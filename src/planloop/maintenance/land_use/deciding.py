"""Why each plot that might change its planned class did, or did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop import standard
from planloop.maintenance.land_use.verify import outside, unserved
from planloop.plan.decision import Decision
from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from planloop.maintenance.land_use.problem import Choice, Problem
    from planloop.maintenance.land_use.solve import Found

LOCKED, FOR_STRUCTURE, FOR_SERVICE, WITH_OTHERS = (
    "use-locked",
    "use-for-structure",
    "use-for-service",
    "use-with-others",
)
"""Entries of ``messages/reasons.toml``: why land changed its planned class."""

TOLD = {
    LOCKED: "plot-locked",
    FOR_STRUCTURE: "plot-for-structure",
    FOR_SERVICE: "plot-for-service",
    WITH_OTHERS: "plot-with-others",
}
"""The same of a plot, with its numbers."""


def reason_of(problem: Problem, choice: Choice, cell: int) -> str:
    """Return why a plot changed: what would be worse if it alone had stayed as it was."""
    if problem.cells[cell].lock is not None:
        return LOCKED
    structure, homes = _worse(problem, choice, cell)
    if structure > 0:
        return FOR_STRUCTURE
    return FOR_SERVICE if homes > 0 else WITH_OTHERS


def decided(problem: Problem, found: Found) -> tuple[Decision, ...]:
    """Return a decision on each plot that might change its class.

    The subject is ``plot``; the outcome ``changed`` or ``kept``. Of a plot that changed the numbers
    say what would be worse had it alone stayed: land of groups outside their ranges, and homes
    without a kind of facility, in hectares.
    """
    names, decisions = standard.load(), []
    for index in problem.movable:
        cell, code = problem.cells[index], found.choice[index]
        numbers: dict[str, object] = {
            "now": f"{cell.now} {names.land_class(cell.now).name_zh}",
            "then": f"{code} {names.land_class(code).name_zh}",
        }
        if code == cell.now:
            reason = "plot-kept-locked" if cell.lock is not None else "plot-kept"
            decisions.append(Decision("plot", cell.id, "kept", reason, numbers, cell.area))
            continue
        kept = _kept(problem, found.choice, index)
        structure, homes = _worse(problem, found.choice, index)
        kinds = [
            item.kind
            for item in problem.services
            if set(unserved(problem, item, kept)) - set(unserved(problem, item, found.choice))
        ]
        numbers |= {
            "structure_ha": f"{structure / HECTARE:.4f}",
            "homes_ha": f"{homes / HECTARE:.4f}",
            "kinds": ", ".join(kinds) or "–",
        }
        reason = TOLD[reason_of(problem, found.choice, index)]
        decisions.append(Decision("plot", cell.id, "changed", reason, numbers, cell.area))
    return tuple(sorted(decisions, key=lambda item: item.id))


def _worse(problem: Problem, choice: Choice, cell: int) -> tuple[int, int]:
    """Return what would be worse if a cell alone had stayed as it was, dm².

    Returns
    -------
    structure
        More land of groups outside their ranges.
    homes
        More homes without a kind of facility, summed over the kinds.
    """
    kept = _kept(problem, choice, cell)
    structure = sum(
        outside(problem, item, kept) - outside(problem, item, choice)
        for item in problem.ranges
        if item.counts
    )
    without = [
        sum(
            problem.cells[home].area
            for item in problem.services
            for home in unserved(problem, item, plan)
        )
        for plan in (kept, choice)
    ]
    return structure, without[0] - without[1]


def _kept(problem: Problem, choice: Choice, cell: int) -> Choice:
    return (*choice[:cell], problem.cells[cell].now, *choice[cell + 1 :])
