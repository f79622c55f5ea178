"""Why each plot that might change its planned class did, or did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop import standard
from planloop.maintenance.land_use.verify import outside, unserved
from planloop.plan.decision import Decision
from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    return _reason(_structure(problem, choice, cell), _homes(problem, choice, cell))


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
        structure = _structure(problem, found.choice, index)
        homes = _homes(problem, found.choice, index)
        kinds = [kind for kind, (more, _) in homes.items() if more]
        without = sum(more - fewer for more, fewer in homes.values())
        numbers |= {
            "structure_ha": f"{structure / HECTARE:.4f}",
            "homes_ha": f"{without / HECTARE:.4f}",
            "kinds": ", ".join(kinds) or "–",
        }
        reason = TOLD[LOCKED if cell.lock is not None else _reason(structure, homes)]
        decisions.append(Decision("plot", cell.id, "changed", reason, numbers, cell.area))
    return tuple(sorted(decisions, key=lambda item: item.id))


def _reason(structure: int, homes: Mapping[str, tuple[int, int]]) -> str:
    if structure > 0:
        return FOR_STRUCTURE
    more = sum(more - fewer for more, fewer in homes.values())
    return FOR_SERVICE if more > 0 else WITH_OTHERS


def _structure(problem: Problem, choice: Choice, cell: int) -> int:
    """Return how much more land of groups would be outside their ranges had a cell stayed, dm²."""
    kept = (*choice[:cell], problem.cells[cell].now, *choice[cell + 1 :])
    return sum(
        outside(problem, item, kept) - outside(problem, item, choice)
        for item in problem.ranges
        if item.counts and (choice[cell] in item.members) != (kept[cell] in item.members)
    )


def _homes(problem: Problem, choice: Choice, cell: int) -> Mapping[str, tuple[int, int]]:
    """Return what homes would be without each kind, and what with it again, had a cell stayed, dm².

    Only homes that the cell may serve, and the cell itself, can differ.
    """
    kept = (*choice[:cell], problem.cells[cell].now, *choice[cell + 1 :])
    found = {}
    for item in problem.services:
        homes = [*item.homes_of.get(cell, ()), cell]
        then, stayed = (set(unserved(problem, item, plan, homes)) for plan in (choice, kept))
        more, fewer = (
            sum(problem.cells[home].area for home in cells)
            for cells in (stayed - then, then - stayed)
        )
        found[item.kind] = more, fewer
    return found
