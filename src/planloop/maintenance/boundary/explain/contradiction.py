"""The error of a problem without plan: the rules that contradict each other, and the ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary.rule_names import (
    BALANCE,
    HOLE,
    MOST_IN,
    MULTIPLE,
    MUST_IN,
    MUST_OUT,
    MUST_SERVE,
    NEW,
    QUOTA,
    REST,
    TOLERANCE,
    TOWNSHIPS,
)

if TYPE_CHECKING:
    from planloop.maintenance.boundary.explain.relaxation import Relaxation
    from planloop.maintenance.boundary.problem import InCell, Problem, Township

SHOWN = 5
"""Identifiers that are listed of each lock."""


class ContradictionError(InfeasibleError):
    """No legal swap exists.

    Parameters
    ----------
    problem
        The problem that has no plan.
    relaxations
        For each of the rules that contradict each other, what it would have to be instead.
    """

    def __init__(self, problem: Problem, relaxations: tuple[Relaxation, ...]) -> None:
        self.relaxations = relaxations
        super().__init__(
            "boundary.infeasible",
            rules="; ".join(_told(problem, item.rule) for item in relaxations),
            least_in=_hectares([cell.area for cell in problem.ins if _must(problem, cell)]),
            most_in=_hectares([cell.area for cell in problem.ins]),
            least_out=_hectares([cell.area for cell in problem.outs if cell.locked]),
            most_out=_hectares([cell.area for cell in problem.outs]),
        )

    def text(self, lang: str) -> str:
        """Return the message, and each way out, in ``"zh"`` or ``"en"``."""
        ways = [item.text(lang) for item in self.relaxations]
        return "\n".join([super().text(lang), *dict.fromkeys(ways)])


def _must(problem: Problem, cell: InCell) -> bool:
    """Return whether a cell goes in whatever the solver decides."""
    wanted = any(item.must and item.number in cell.projects for item in problem.demands)
    return cell.locked or wanted


def _told(problem: Problem, rule: str) -> str:
    """Return a rule as its setting and value."""
    locked = {
        MUST_SERVE: [item.number for item in problem.demands if item.must],
        MUST_OUT: sorted({cell.parcel for cell in problem.outs if cell.locked}),
    }
    if rule in locked:
        ids = locked[rule]
        return f"{rule} = [{', '.join(ids[:SHOWN])}{', …' if len(ids) > SHOWN else ''}]"
    put_in = [cell.area for cell in problem.ins if cell.locked]
    limits = {
        MUST_IN: f"{_hectares(put_in)} ha",
        BALANCE: f"Σ out - Σ in ≥ {problem.margin / 100:.2f} m²",
        TOLERANCE: f"Σ out - Σ in ≤ {problem.tolerance / 100:.2f} m²",
        QUOTA: f"Σ in - Σ out ≤ {problem.growth / 100:.2f} m²",
        MULTIPLE: f"Σ in - Σ out ≤ {(problem.counted_growth or 0) / 100:.2f} m²",
        NEW: f"{_hectares([problem.limits.least_new])} ha",
        REST: f"{_hectares([problem.limits.least_rest])} ha",
        HOLE: f"{_hectares([problem.limits.least_hole])} ha",
        TOWNSHIPS: ", ".join(dict.fromkeys(map(_balanced, problem.townships))),
        MOST_IN: f"Σ in ≤ {_hectares([problem.most_in or 0])} ha",
    }
    return f"{rule}: {limits[rule]}"


def _balanced(town: Township) -> str:
    """Return the limits of a township, which are those of all of them as a rule."""
    return f"{town.least / 100:.2f} m² ≤ Σ out - Σ in ≤ {town.most / 100:.2f} m²"


def _hectares(areas: list[int]) -> str:
    return f"{sum(areas) / 1e6:.4f}"
