"""The land-use problem as a mixed-integer program in whole numbers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.model import Row
from planloop.maintenance.boundary.solving.highs import Program
from planloop.maintenance.land_use.verify import outside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.land_use.problem import Choice, Problem, Range, Service

DM2 = "dm²"
LEVELS = (
    "use-nearest",
    "structure-outside",
    "homes-unserved",
    "use-area-changed",
    "use-plots-changed",
)
"""Entries of ``messages/levels.toml``, the most important first."""


@dataclass(frozen=True, slots=True)
class Term:
    """A sum over columns and a constant."""

    columns: Mapping[int, int]
    constant: int = 0


class Model:
    """The compiled program.

    With the area a_i of cell i and the classes K_i that it may have::

        x_ik ∈ {0, 1}, Σ_k x_ik = 1                       a cell has one class
        u d_g ≥ least_g - Σ a_i x_ik,  u d_g ≥ Σ a_i x_ik - most_g    over the classes of group g
        least_g - o_g ≤ Σ a_i x_ik ≤ most_g + o_g         it may be outside by o_g
        m_ir ≥ Σ x_ih - Σ x_jk                            homes h of cell i less all (j, k) near it
        Σ a_i m_ir ≤ what the share of now allows         for every kind r of facility
        Σ_k x_ik + Σ_l x_jl ≤ 1                           neighbours, each k barred beside each l
        Σ a_i (1 - x_i,now) ≤ the most that may change

    The levels count in units of u dm². The one on services counts what is a home now as if it
    stayed one: else to give up homes would be the way to leave fewer unserved. Homes that stay, and
    that the same plots may serve, have one m together.

    Parameters
    ----------
    problem
        The problem.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.column: dict[tuple[int, str], int] = {}
        self._upper: list[int] = []
        self._whole: list[bool] = []
        self.rows: list[Row] = []
        self._costs: list[dict[int, int]] = [{} for _ in LEVELS]
        self._constant = [0] * len(LEVELS)
        self._beyond: dict[int, int] = {}
        self._missed: list[tuple[int, Term]] = []
        self._cells()
        self._neighbours()
        self._nearest()
        self._change()
        for number, item in enumerate(problem.ranges):
            self._range(number, item)
        for service in problem.services:
            self._service(service)

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self._upper)

    def _add(self, upper: int, *, whole: bool) -> int:
        self._upper.append(upper)
        self._whole.append(whole)
        return len(self._upper) - 1

    def _row(
        self,
        name: str,
        terms: Mapping[int, int],
        limits: tuple[int | None, int | None],
        unit: str = "",
    ) -> None:
        kept = {column: value for column, value in terms.items() if value}
        self.rows.append(Row(name, tuple(kept), tuple(kept.values()), *limits, unit))

    def _cells(self) -> None:
        for index in self.problem.movable:
            cell = self.problem.cells[index]
            for code in cell.classes:
                may = cell.lock in {None, code}
                self.column[index, code] = self._add(int(may), whole=True)
            mine = {self.column[index, code]: 1 for code in cell.classes}
            self._row(f"one:{index}", mine, (1, 1))

    def has(self, index: int, codes: frozenset[str]) -> Term:
        """Return the term that is 1 if a cell has one of some classes."""
        cell = self.problem.cells[index]
        if len(cell.classes) == 1:
            return Term({}, int(cell.now in codes))
        return Term({self.column[index, code]: 1 for code in cell.classes if code in codes})

    def _neighbours(self) -> None:
        problem = self.problem
        beside: dict[str, set[str]] = defaultdict(set)
        for here, there in problem.barred:
            beside[there].add(here)
        now = problem.now
        for one, other in problem.neighbours:
            if (now[one], now[other]) in problem.barred:
                continue
            # Classes of the other plot that bar the same ones here share a row.
            alike: dict[frozenset[str], set[str]] = defaultdict(set)
            for code in problem.cells[other].classes:
                alike[frozenset(beside[code].intersection(problem.cells[one].classes))].add(code)
            for codes, barring in sorted(alike.items(), key=_by_codes):
                mine, its = self.has(one, codes), self.has(other, frozenset(barring))
                if codes and (mine.columns or its.columns):
                    most = 1 - mine.constant - its.constant
                    terms = {**mine.columns, **its.columns}
                    self._row(f"beside:{one}:{other}:{min(barring)}", terms, (None, most))

    def _nearest(self) -> None:
        for index in self.problem.movable:
            cell, near = self.problem.cells[index], self.problem.nearest(index)
            if near is not None:
                size = self.problem.counted(cell.area)
                others = (self.column[index, code] for code in cell.classes if code != near)
                self._costs[0] |= dict.fromkeys(others, size)

    def _change(self) -> None:
        terms = {}
        for index in self.problem.movable:
            cell = self.problem.cells[index]
            for code in cell.classes[1:]:
                column = self.column[index, code]
                terms[column] = cell.area
                self._costs[3][column] = self.problem.counted(cell.area)
                self._costs[4][column] = 1
        self._row("most-change", terms, (None, self.problem.most_change), DM2)

    def _range(self, number: int, item: Range) -> None:
        problem = self.problem
        fixed = 0
        terms: dict[int, int] = {}
        for index, cell in enumerate(problem.cells):
            held = self.has(index, item.members)
            fixed += cell.area * held.constant
            terms |= dict.fromkeys(held.columns, cell.area)
        unit, out = problem.unit, item.most_outside
        beyond = self._add(-(-out // unit), whole=True)
        self._beyond[number] = beyond
        if item.least is not None:
            least = item.least - fixed
            self._row(f"least:{item.name}", terms | {beyond: unit}, (least, None), DM2)
            self._row(f"at-least:{item.name}", terms, (least - out, None), DM2)
        if item.most is not None:
            most = item.most - fixed
            self._row(f"most:{item.name}", terms | {beyond: -unit}, (None, most), DM2)
            self._row(f"at-most:{item.name}", terms, (None, most + out), DM2)
        if item.counts:
            self._costs[1][beyond] = 1

    def _service(self, item: Service) -> None:
        """Add what homes are unserved, and that their share is no larger than now."""
        area: dict[int, int] = defaultdict(int)
        counted: dict[int, int] = defaultdict(int)
        together: dict[frozenset[int], list[int]] = defaultdict(list)
        for index, home in enumerate(self._homes):
            near = self._near(item, index)
            if near is None or not (home.columns or home.constant):
                continue
            if home.columns:
                column = self._unserved(f"{item.kind}:{index}", home, near)
                area[column] = self.problem.cells[index].area
                size = self.problem.counted(area[column])
                if self.problem.cells[index].now not in self.problem.homes:
                    counted[column] = size
                elif near:
                    name = f"{item.kind}:{index}:was"
                    counted[self._unserved(name, Term({}, 1), near)] = size
                else:
                    self._constant[2] += size
            else:
                together[near].append(index)
        for number, near in enumerate(sorted(together, key=sorted)):
            sizes = [self.problem.cells[index].area for index in together[near]]
            if near:
                name = f"{item.kind}:together:{number}"
                column = self._unserved(name, Term({}, 1), near)
                area[column] = sum(sizes)
                counted[column] = sum(map(self.problem.counted, sizes))
            else:
                self._constant[2] += sum(map(self.problem.counted, sizes))
        self._costs[2] |= counted
        hopeless = sum(self.problem.cells[index].area for index in together[frozenset()])
        self._no_smaller_share(item, area, hopeless)

    @cached_property
    def _homes(self) -> list[Term]:
        """For each cell, the term that is 1 if it is a home."""
        return [self.has(index, self.problem.homes) for index in range(len(self.problem.cells))]

    def _near(self, item: Service, index: int) -> frozenset[int] | None:
        """Return the columns that serve a cell, None where it is served whatever they are."""
        if index in item.always:
            return None
        near: set[int] = set()
        for place, code in item.near.get(index, frozenset()):
            there = self.has(place, frozenset({code}))
            if there.constant:
                return None
            near.update(there.columns)
        return frozenset(near)

    def _no_smaller_share(self, item: Service, terms: Mapping[int, int], constant: int) -> None:
        problem, now = self.problem, self.problem.now
        total = missed = 0
        for index, cell in enumerate(problem.cells):
            if cell.now in problem.homes:
                total += cell.area
                places = item.near.get(index, frozenset())
                served = index in item.always or any(now[place] == code for place, code in places)
                missed += 0 if served else cell.area
        if not total:
            return
        limit, row = missed - constant, defaultdict(int, terms)
        for index in problem.movable:
            area = problem.cells[index].area
            share = missed * area // total
            if now[index] in problem.homes:
                share = -(-missed * area // total)
                limit -= share
            for column in self._homes[index].columns:
                row[column] -= share
        self._row(f"served:{item.kind}", row, (None, limit), DM2)

    def _unserved(self, name: str, home: Term, near: frozenset[int]) -> int:
        """Add the column that is 1 where a home is there and nothing near it serves it."""
        column = self._add(1, whole=False)
        served: dict[int, int] = defaultdict(int)
        for mine in home.columns:
            served[mine] -= 1
        for its in sorted(near):
            served[its] += 1
        self._missed.append((column, Term(served, -home.constant)))
        self._row(f"unserved:{name}", served | {column: 1}, (home.constant, None))
        return column

    @cached_property
    def _bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        upper = np.array(self._upper, dtype=np.float64)
        return np.zeros(len(upper)), upper

    def costs(self, level: int) -> NDArray[np.float64]:
        """Return the costs of a level, shape (n,)."""
        found = np.zeros(self.columns)
        for column, cost in self._costs[level].items():
            found[column] = cost
        return found

    def held(self, level: int, value: int) -> Row:
        """Return the row that lets no plan be worse by a level than a value."""
        costs = self._costs[level]
        most = value - self._constant[level]
        return Row(f"hold:{LEVELS[level]}", tuple(costs), tuple(costs.values()), None, most)

    def constant(self, level: int) -> int:
        """Return what no column of a level decides on."""
        return self._constant[level]

    def program(self, costs: NDArray[np.float64], further: list[Row]) -> Program:
        """Return the program that minimises costs, shape (n,), under further rows."""
        whole = np.array(self._whole, dtype=bool)
        return Program(*self._bounds, whole, costs, [*self.rows, *further])

    def values_of(self, choice: Choice) -> NDArray[np.int64]:
        """Return the columns of a choice, shape (n,)."""
        found = np.zeros(self.columns, dtype=np.int64)
        for index in self.problem.movable:
            found[self.column[index, choice[index]]] = 1
        for number, item in enumerate(self.problem.ranges):
            beyond = outside(self.problem, item, choice)
            found[self._beyond[number]] = -(-beyond // self.problem.unit)
        for column, term in self._missed:
            served = term.constant + sum(found[one] * by for one, by in term.columns.items())
            found[column] = int(served < 0)
        return found

    def choice_of(self, values: NDArray[np.int64]) -> Choice:
        """Return the choice that columns stand for."""
        chosen = list(self.problem.now)
        for (index, code), column in self.column.items():
            if values[column] == 1:
                chosen[index] = code
        return tuple(chosen)


def _by_codes(item: tuple[frozenset[str], set[str]]) -> list[str]:
    return sorted(item[1])
