"""Why no legal swap exists: the rules that contradict each other, by their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.highs import optimise

if TYPE_CHECKING:
    from planloop.maintenance.boundary.model import Model, Row
    from planloop.maintenance.boundary.problem import InCell, Problem
    from planloop.plan.settings import SolverSection

SHOWN = 5
"""Identifiers that are listed of each lock."""


def contradiction(problem: Problem, model: Model, settings: SolverSection) -> InfeasibleError:
    """Return the error that names rules which no plan keeps together.

    Rules are left out one after the other, the limits first, and left out for good where the rest
    still has no plan (deletion filter): what remains is needed for the contradiction. A run that
    ends at a limit proves nothing, so there the rule stays.
    """
    rules = list(dict.fromkeys(row.rule for row in reversed(model.rows) if row.rule))
    needed = list(rules)
    for rule in rules:
        rest = [item for item in needed if item != rule]
        rows = [row for row in model.rows if not row.rule or row.rule in rest]
        if _without_plan(model, rows, settings):
            needed = rest
    least_in = sum(cell.area for cell in problem.ins if _must(problem, cell))
    return InfeasibleError(
        "boundary.infeasible",
        rules="; ".join(_told(problem, rule) for rule in rules if rule in needed),
        least_in=_hectares(least_in),
        most_in=_hectares(sum(cell.area for cell in problem.ins)),
        least_out=_hectares(sum(cell.area for cell in problem.outs if cell.locked)),
        most_out=_hectares(sum(cell.area for cell in problem.outs)),
    )


def _without_plan(model: Model, rows: list[Row], settings: SolverSection) -> bool:
    if not model.columns:
        return any(row.lower > 0.0 or row.upper < 0.0 for row in rows)
    nothing = np.zeros(len(model.columns))
    return optimise(model, rows, nothing, None, settings).status == "infeasible"


def _must(problem: Problem, cell: InCell) -> bool:
    """Return whether a cell goes in whatever the solver decides."""
    wanted = any(item.must and item.number in cell.projects for item in problem.demands)
    return cell.locked or wanted


def _told(problem: Problem, rule: str) -> str:
    """Return a rule as its setting and value."""
    locked = {
        "locks.must_serve": [item.number for item in problem.demands if item.must],
        "locks.must_out": sorted({cell.parcel for cell in problem.outs if cell.locked}),
    }
    if rule in locked:
        ids = locked[rule]
        return f"{rule} = [{', '.join(ids[:SHOWN])}{', …' if len(ids) > SHOWN else ''}]"
    limits = {
        "locks.must_in": f"{sum(cell.area for cell in problem.ins if cell.locked) / 1e6:.4f} ha",
        "balance": f"Σ out - Σ in ≥ {problem.margin / 100:.2f} m²",
        "swap.balance_tolerance_m2": f"Σ out - Σ in ≤ {problem.tolerance / 100:.2f} m²",
        "quota.issued_area_ha": f"Σ in - Σ out ≤ {problem.growth / 100:.2f} m²",
        "quota.issued_multiple": f"Σ in - Σ out ≤ {(problem.counted_growth or 0) / 100:.2f} m²",
    }
    return f"{rule}: {limits[rule]}"


def _hectares(area: int) -> str:
    return f"{area / 1e6:.4f}"
