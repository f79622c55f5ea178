"""The boundary problem as a mixed-integer program, with names one can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import InCell, OutCell, Problem

INFINITE = np.inf
SQUARE_METRE = 100
"""dm² in one m²: rows of area are in m², so that coefficients stay near those of the others."""

HALF_DM2 = 0.005
"""Half a dm² in m². Sums of cells are whole dm², so a row of area that is wider by this admits no
further plan, and no rounding of the coefficients can shut a legal one out."""


@dataclass(frozen=True, slots=True)
class Row:
    """One linear row ``lower ≤ Σ coefficient · column ≤ upper``.

    Parameters
    ----------
    name
        Name of the row.
    columns, coefficients
        Terms.
    lower, upper
        Bounds.
    rule
        What the row or bound stands for, where a user has set it: a setting, by its name.
    """

    name: str
    columns: tuple[int, ...]
    coefficients: tuple[float, ...]
    lower: float
    upper: float
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the lexicographic objective.

    Parameters
    ----------
    name
        Entry of ``messages/levels.toml``.
    costs
        Cost of each column, shape (n,); always minimised.
    whole
        True where the value is a whole number, so that it can be held exactly.
    """

    name: str
    costs: NDArray[np.float64]
    whole: bool


@dataclass(frozen=True, slots=True)
class Model:
    """The compiled program; every column is binary.

    Parameters
    ----------
    columns
        Names: ``serve:<project>``, ``in:<cell>``, ``out:<cell>``, ``touched:<patch>``,
        ``whole:<patch>``.
    rows
        Rows.
    levels
        Objective levels, the first the most important; all but the last are whole.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    levels: tuple[Level, ...]


def compile_model(problem: Problem) -> Model:
    """Compile a boundary problem.

    Notes
    -----
    Columns (binary): z_p project served; s_c in-cell goes in; y_d out-cell goes out; t_k, f_k patch
    touched, patch gone as a whole. With a the areas of cells and b the counted part of them::

        s_c ≥ z_p                          for every project p that needs cell c
        s_c ≤ Σ_p z_p                      a cell goes in only for a project (or a lock)
        z_p = 1, s_c = 1, y_d = 1          locks
        margin ≤ Σ a_d y_d - Σ a_c s_c ≤ tolerance
        Σ a_c s_c - Σ a_d y_d ≤ growth
        Σ b_c s_c - Σ b_d y_d ≤ counted growth
        f_k ≤ y_d ≤ t_k                    for every cell d of patch k

    Levels: for each tier, near-term projects before later ones, the most served; then
    min Σ a_d strength_d y_d (ha) + Σ_k (t_k - f_k): weak land first, patches whole rather than in
    parts.
    """
    builder = _Builder(problem)
    builder.projects()
    builder.locks()
    builder.areas()
    builder.patches()
    return Model(tuple(builder.names), tuple(builder.rows), tuple(builder.levels()))


class _Builder:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.patch_numbers = sorted({cell.patch for cell in problem.outs if cell.patch is not None})
        names = [f"serve:{demand.number}" for demand in problem.demands]
        names += [f"in:{index}" for index in range(len(problem.ins))]
        names += [f"out:{index}" for index in range(len(problem.outs))]
        names += [f"touched:{patch}" for patch in self.patch_numbers]
        names += [f"whole:{patch}" for patch in self.patch_numbers]
        self.names = names
        self.number = {name: index for index, name in enumerate(names)}
        self.rows: list[Row] = []
        self.ins = [self.number[f"in:{index}"] for index in range(len(problem.ins))]
        self.outs = [self.number[f"out:{index}"] for index in range(len(problem.outs))]

    def row(
        self, name: str, terms: dict[int, float], lower: float, upper: float, rule: str = ""
    ) -> None:
        self.rows.append(Row(name, tuple(terms), tuple(terms.values()), lower, upper, rule))

    def projects(self) -> None:
        for index, cell in enumerate(self.problem.ins):
            column = self.ins[index]
            wanted = [self.number[f"serve:{number}"] for number in cell.projects]
            for number, project in zip(cell.projects, wanted, strict=True):
                self.row(f"need:{number}:{index}", {column: 1.0, project: -1.0}, 0.0, INFINITE)
            if not cell.locked:
                terms = {column: 1.0} | dict.fromkeys(wanted, -1.0)
                self.row(f"only-for:{index}", terms, -INFINITE, 0.0)

    def locks(self) -> None:
        problem = self.problem
        fixed = [
            (self.number[f"serve:{item.number}"], "locks.must_serve")
            for item in problem.demands
            if item.must
        ]
        for rule, columns, cells in (
            ("locks.must_in", self.ins, problem.ins),
            ("locks.must_out", self.outs, problem.outs),
        ):
            pairs: zip[tuple[int, InCell | OutCell]] = zip(columns, cells, strict=True)
            fixed += [(column, rule) for column, cell in pairs if cell.locked]
        for column, rule in fixed:
            self.row(f"lock:{self.names[column]}", {column: 1.0}, 1.0, 1.0, rule)

    def areas(self) -> None:
        problem = self.problem
        surplus = self._surplus(
            [cell.area for cell in problem.ins], [cell.area for cell in problem.outs]
        )
        for rule, terms, lower, upper in (
            ("balance", surplus, problem.margin, None),
            ("swap.balance_tolerance_m2", surplus, None, problem.tolerance),
            ("quota.issued_area_ha", surplus, -problem.growth, None),
        ):
            self._area_row(rule, terms, lower, upper)
        if problem.counted_growth is not None:
            counted = self._surplus(
                [cell.counted for cell in problem.ins], [cell.counted for cell in problem.outs]
            )
            self._area_row("quota.issued_multiple", counted, -problem.counted_growth, None)

    def _surplus(self, ins: Sequence[int], outs: Sequence[int]) -> dict[int, float]:
        """Return the terms of Σ out - Σ in, m²."""
        terms = {
            column: -area / SQUARE_METRE for column, area in zip(self.ins, ins, strict=True)
        } | {column: area / SQUARE_METRE for column, area in zip(self.outs, outs, strict=True)}
        return {column: value for column, value in terms.items() if value}

    def _area_row(
        self, rule: str, terms: dict[int, float], lower: int | None, upper: int | None
    ) -> None:
        least = -INFINITE if lower is None else lower / SQUARE_METRE - HALF_DM2
        most = INFINITE if upper is None else upper / SQUARE_METRE + HALF_DM2
        self.row(rule, terms, least, most, rule)

    def patches(self) -> None:
        for index, cell in enumerate(self.problem.outs):
            if cell.patch is None:
                continue
            out = self.outs[index]
            touched = self.number[f"touched:{cell.patch}"]
            whole = self.number[f"whole:{cell.patch}"]
            self.row(f"touched:{index}", {touched: 1.0, out: -1.0}, 0.0, INFINITE)
            self.row(f"whole:{index}", {out: 1.0, whole: -1.0}, 0.0, INFINITE)

    def levels(self) -> list[Level]:
        problem = self.problem
        levels = []
        for tier in sorted({demand.tier for demand in problem.demands}):
            for near in (True, False):
                costs = np.zeros(len(self.names))
                for demand in problem.demands:
                    if demand.tier == tier and demand.near is near:
                        costs[self.number[f"serve:{demand.number}"]] = -1.0
                if costs.any():
                    name = f"tier-{tier}-{'near' if near else 'later'}"
                    levels.append(Level(name, costs, whole=True))
        costs = np.zeros(len(self.names))
        for index, cell in enumerate(problem.outs):
            costs[self.outs[index]] = cell.area / 1e6 * cell.strength
        for patch in self.patch_numbers:
            costs[self.number[f"touched:{patch}"]] = 1.0
            costs[self.number[f"whole:{patch}"]] = -1.0
        levels.append(Level("weak-first", costs, whole=False))
        return levels
