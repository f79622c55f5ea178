"""Why no plan is better, checked without a solver: whole numbers, and a flood fill.

It sees only what ``certificate.json`` says, and adds that up again; what cannot be added up, bounds
of blocks, it names as trusted. That the rows say what the rules ask for is not checked here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import TYPE_CHECKING

from planloop.checks.land import Land
from planloop.plan.optimality import ARITHMETIC, BALANCE, BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planloop.plan.optimality import (
        Clause,
        Ground,
        Optimality,
        Prices,
        Prover,
        Solved,
        Terms,
    )

Case = dict[int, int]
"""Columns that are 0 or 1 in all plans of a case."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row ``least ≤ Σ value · column ≤ most``; None where there is no limit."""

    terms: dict[int, int]
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not stand.

    Parameters
    ----------
    kind
        What is wrong: a finding's code is ``certificate-`` and this.
    place
        Row, clause, node or level.
    told, found
        What the certificate says, and what it comes to.
    """

    kind: str
    place: str
    told: object = "-"
    found: object = "-"


@dataclass(frozen=True, slots=True)
class Checked:
    """What of a certificate stands.

    Parameters
    ----------
    bounds
        Of each level its bound, and who proves it; up to the first that does not stand.
    trusted
        Bounds of blocks that were taken on the solver's word.
    faults
        What does not stand.
    """

    bounds: tuple[tuple[int, Prover], ...]
    trusted: int
    faults: tuple[Fault, ...]


def checked(told: Optimality) -> Checked:
    """Check a certificate.

    Raises
    ------
    IndexError, KeyError, ValueError
        It speaks of rows, columns or nodes that there are not, or parts cases as none can be.
    """
    faults = list(_plan(told))
    cases: list[Case] = [{}]
    bounds, trusted = [], 0
    for number, solved in enumerate(told.levels):
        rows, name = lines_of(told, number), solved.parts[0].name
        faults += _blocks(told, solved, rows, number)
        if len(solved.parts) > 1 and any(
            part.constant or max(part.costs.values, default=0) > 0 for part in solved.parts
        ):
            faults.append(Fault("joined", name))
        bound, by, cases = readded(told, solved, rows, cases)
        if (bound, by) != (solved.bound, solved.by):
            faults.append(Fault("bound", name, f"{solved.bound}, {solved.by}", f"{bound}, {by}"))
            # The levels below go on from the cases that it leaves open.
            break
        bounds.append((bound, by))
        trusted += sum(block.bound is not None for block in solved.blocks)
    return Checked(tuple(bounds), trusted, tuple(faults))


def _plan(told: Optimality) -> Iterator[Fault]:
    """Find rows that the plan breaks, pieces that are too small, and clauses that do not hold."""
    lines = lines_of(told, 0)
    for number, line in enumerate(lines):
        total = sum(value * told.plan[column] for column, value in line.terms.items())
        least, most = (total if one is None else one for one in (line.least, line.most))
        if not least <= total <= most:
            name = told.rows[number].name if number < len(told.rows) else f"clause {number}"
            yield Fault("row", name, f"{line.least} ≤ … ≤ {line.most}", total)
    sizes = Counter[int]()
    for cell, area in zip(told.ground.cell, told.ground.area, strict=True):
        sizes[cell] += area
    for cell in sizes.keys() - {-1}:
        if lines[told.land[BALANCE]].terms.get(cell, 0) != sizes[cell]:
            yield Fault("area", told.columns[cell], found=sizes[cell])
    land = Land(told.ground)
    for piece in land.faults(told.plan[: told.ins + told.outs]):
        yield Fault("piece", f"node {min(piece)}", found=sum(told.ground.area[i] for i in piece))
    for number, clause in enumerate(told.clauses):
        if not land.holds(clause):
            yield Fault("clause", f"clause {number}")


def lines_of(told: Optimality, number: int) -> list[Line]:
    """Return the rows, those that hold the levels above one, and those that the clauses are.

    A level is held at what it costs the plan: no other plan may be worse by it.
    """
    costs = [costs_of(solved) for solved in told.levels[:number]]
    return [
        *(Line(_terms(row.terms), row.least, row.most) for row in told.rows),
        *(Line(one, None, sum(c * told.plan[k] for k, c in one.items())) for one in costs),
        *(line_of(told.ground, clause) for clause in told.clauses),
    ]


def _terms(terms: Terms) -> dict[int, int]:
    found = dict(zip(terms.columns, terms.values, strict=True))
    if len(found) < len(terms.columns):
        raise ValueError(terms.columns)
    return found


def line_of(ground: Ground, clause: Clause) -> Line:
    """Return ``L_head ≤ Σ L_beside`` with L the share of the clause's side: x, or 1 - x."""
    head, terms = ground.cell[clause.node], dict.fromkeys(clause.beside, 1)
    if head >= 0:
        terms[head] = -1
    if clause.inside:
        return Line(terms, int(head < 0), None)
    return Line(terms, None, len(terms) - (1 if head < 0 else 2))


def costs_of(solved: Solved) -> dict[int, int]:
    """Return what each column costs by a level."""
    costs = Counter[int]()
    for part in solved.parts:
        for column, cost in _terms(part.costs).items():
            costs[column] += part.unit * cost
    return costs


# --------------------------------------------------------------------------------------- bounds


@dataclass(frozen=True)
class Priced:
    """What plans cost at some prices: ``(constant + Σ costs · columns) / per``.

    `paid` is what each row adds to the constant.
    """

    per: int
    costs: list[int]
    paid: dict[int, int]

    @cached_property
    def _anywhere(self) -> int:
        return sum(self.paid.values()) + sum(cost for cost in self.costs if cost < 0)

    def least(self, case: Case) -> int:
        """Return the least that a plan of a case costs, times `per`."""
        costs = ((self.costs[column], side) for column, side in case.items())
        return self._anywhere + sum(cost * side - min(0, cost) for cost, side in costs)


def priced(costs: Mapping[int, int], count: int, rows: Sequence[Line], prices: Prices) -> Priced:
    """Return what plans cost at prices of rows; one of a limit that a row has not is nothing."""
    ratios = [price.as_integer_ratio() for price in prices.prices]
    per = lcm(*(below for _, below in ratios))
    left = [costs.get(column, 0) * per for column in range(count)]
    paid: dict[int, int] = {}
    for row, (above, below) in zip(prices.rows, ratios, strict=True):
        line, price = rows[row], above * (per // below)
        limit = line.least if price > 0 else line.most
        if limit is not None and row not in paid:
            paid[row] = price * limit
            for column, value in line.terms.items():
                left[column] -= price * value
    return Priced(per, left, paid)


def readded(
    told: Optimality, solved: Solved, rows: Sequence[Line], cases: Sequence[Case]
) -> tuple[int, Prover, list[Case]]:
    """Return the bound of a level, who proves it, and the cases in which plans may be as good."""
    costs, count, value = costs_of(solved), len(told.columns), solved.value(told.plan)
    sets = [priced(costs, count, rows, prices) for prices in solved.prices]
    parts = list(_parted(told, solved, cases))
    proved = [_rounded(solved, costs, sets[at].least(case), sets[at].per) for case, at in parts]
    by: Prover = ARITHMETIC
    bound = min([value, *proved])
    if solved.blocks:
        apart = min(
            value, _rounded(solved, costs, *_of_blocks(solved, sets[-1]).as_integer_ratio())
        )
        if apart > bound:
            bound, by = apart, BLOCKS
    return bound, by, [case for (case, _), one in zip(parts, proved, strict=True) if one <= value]


def _parted(told: Optimality, solved: Solved, cases: Sequence[Case]) -> Iterator[tuple[Case, int]]:
    """Yield the cases into which the open ones are parted, each with the number of its prices."""
    fractional = set(told.fractional)
    for case, tree in zip(cases, solved.cases, strict=True):
        waiting = [case]
        for step in tree:
            one = waiting.pop()
            if step < 0:
                yield one, -1 - step
            elif step in one or step in fractional:
                raise ValueError(step)
            else:
                waiting += [{**one, step: 1}, {**one, step: 0}]
        if waiting:
            raise ValueError(len(waiting))


def _rounded(solved: Solved, costs: Mapping[int, int], above: int, below: int) -> int:
    """Return the least value of a level that is not below a bound of its costs, a fraction."""
    constant = sum(part.unit * part.constant for part in solved.parts)
    step = gcd(*costs.values()) or 1
    return constant + step * -(-above // (below * step))


# --------------------------------------------------------------------------------------- blocks


def owners(solved: Solved, rows: Sequence[Line]) -> tuple[dict[int, int], dict[int, int]]:
    """Return the block of each column, and of each row that has columns of one block alone."""
    of_column = {
        column: number for number, block in enumerate(solved.blocks) for column in block.columns
    }
    of_row = {}
    for number, line in enumerate(rows):
        among = {of_column[column] for column in line.terms}
        if len(among) == 1:
            of_row[number] = among.pop()
    return of_column, of_row


def _blocks(told: Optimality, solved: Solved, rows: Sequence[Line], number: int) -> Iterator[Fault]:
    """Find rows that join blocks and may not, and blocks that the plan itself belies."""
    columns = [column for block in solved.blocks for column in block.columns]
    if not columns:
        return
    if sorted(columns) != list(range(len(told.columns))):
        raise ValueError(number)
    own, first = owners(solved, rows)[1], len(told.rows)
    may = {*told.spanning, *range(first, first + number)}
    for place, line in enumerate(rows):
        if line.terms and place not in own and place not in may:
            yield Fault("spans", solved.parts[0].name, found=place)
    joined = priced(costs_of(solved), len(told.columns), rows, solved.prices[-1])
    for place, block in enumerate(solved.blocks):
        cost = Fraction(sum(joined.costs[k] * told.plan[k] for k in block.columns), joined.per)
        if block.bound is not None and block.bound > cost:
            yield Fault("block", solved.parts[0].name, f"{place + 1}: {block.bound}", float(cost))


def _of_blocks(solved: Solved, joined: Priced) -> Fraction:
    """Return the bound of the costs that the blocks add up to: each its own, where it has one."""
    total = Fraction(sum(joined.paid.values()), joined.per)
    for block in solved.blocks:
        least = Fraction(sum(min(0, joined.costs[column]) for column in block.columns), joined.per)
        total += least if block.bound is None else max(least, Fraction(block.bound))
    return total
