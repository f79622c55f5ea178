"""The compensation problem as a mixed-integer program.

Columns between 0 and 1: ``x[c,r]`` cell c is used for requirement r (only where it may be of use),
``y[l]`` loss l is cut, ``z[r,k]`` the site r lies in the connected land k, ``u[h]`` home h is
within reach of a park afterwards (only for homes that are not by land that stays anyway); and
``s``, by how much less land of homes is within reach after than before, dm². With areas ``a`` and
needs ``n``::

    Σ_r x[c,r] ≤ 1                                      for each cell
    Σ_c min(a_c, n_r) x[c,r] ≥ Σ_{l of r} a_l y[l]      for each requirement that is no site
    x[c,r] ≤ Σ_{l of r} y[l]                            for each of its cells
    Σ_k z[r,k] = y[l of r]                              for each site
    Σ_{c∈k} min(a_c, n_r) x[c,r] ≥ n_r z[r,k]           for each land that it may lie in
    x[c,r] ≤ z[r,k]                                     for each cell of that
    u[h] ≤ Σ_{c near h, r park} x[c,r] + Σ_{l near h} (1 - y[l])
    Σ_h a_h u[h] + s ≥ Σ_{h before, not kept} a_h

An area larger than what is needed counts as just that: whole plans are the same, fractions of cells
are not. That sites are in one piece and patches attached or large enough is left to
``clauses.py``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.model import Row
from planloop.maintenance.control_lines.presolve import need, usable
from planloop.maintenance.control_lines.problem import NOT_ALLOWED, Choice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.control_lines.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns of the program.

    Parameters
    ----------
    problem
        The problem.
    lands
        For each requirement, the connected land that it may use.
    used
        (cell, requirement) → column.
    cut
        Column of each loss, shape (losses,).
    lies
        (site, number of its land) → column.
    served
        Home → column, for homes whose reach is decided.
    """

    problem: Problem
    lands: tuple[list[set[int]], ...]
    used: Mapping[tuple[int, int], int]
    cut: NDArray[np.int64]
    lies: Mapping[tuple[int, int], int]
    served: Mapping[int, int]

    @classmethod
    def of(cls, problem: Problem) -> Columns:
        """Return the columns of a problem."""
        lands = tuple(usable(problem, number) for number in range(len(problem.requirements)))
        pairs = sorted(
            (cell, number) for number, found in enumerate(lands) for land in found for cell in land
        )
        sites = [
            (number, land)
            for number, found in enumerate(lands)
            if problem.requirements[number].site
            for land in range(len(found))
        ]
        near = {int(home) for home in [*problem.homes.cells[:, 0], *problem.homes.losses[:, 0]]}
        homes = sorted(home for home in near if not problem.homes.kept[home])
        first = np.cumsum([0, len(pairs), len(problem.losses), len(sites)]).tolist()
        return cls(
            problem,
            lands,
            {pair: column for column, pair in enumerate(pairs, start=first[0])},
            np.arange(first[1], first[2], dtype=np.int64),
            {site: column for column, site in enumerate(sites, start=first[2])},
            {home: column for column, home in enumerate(homes, start=first[3])},
        )

    @property
    def short(self) -> int:
        """The column of the shortfall of reach, the last one."""
        return self.count - 1

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.used) + len(self.cut) + len(self.lies) + len(self.served) + 1

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Which must be whole numbers: reach is by itself, shape (n,)."""
        return np.arange(self.count) < self.count - 1 - len(self.served)

    @property
    def upper(self) -> NDArray[np.float64]:
        """Upper bounds, shape (n,)."""
        upper = np.ones(self.count)
        upper[self.short] = self.at_stake
        return upper

    @property
    def at_stake(self) -> int:
        """Land of homes within reach before, and not by land that stays, dm²."""
        homes = self.problem.homes
        return int(homes.area[homes.before & ~homes.kept].sum())

    def zeros(self) -> NDArray[np.int64]:
        """Return a cost of 0 for each column."""
        return np.zeros(self.count, dtype=np.int64)

    def of_requirement(self, number: int) -> dict[int, int]:
        """Return cell → column of a requirement."""
        return {cell: column for (cell, use), column in self.used.items() if use == number}

    def choice(self, values: NDArray[np.int64]) -> Choice:
        """Return the plan that columns, shape (n,), say."""
        use = [NOT_ALLOWED] * len(self.problem.area)
        for (cell, number), column in self.used.items():
            if values[column]:
                use[cell] = number
        return Choice(tuple(use), tuple(bool(value) for value in values[self.cut]))

    def values(self, choice: Choice) -> NDArray[np.int64]:
        """Return the columns of a plan, shape (n,): homes are served where they can be."""
        values, homes = self.zeros(), self.problem.homes
        for pair, column in self.used.items():
            values[column] = choice.use[pair[0]] == pair[1]
        values[self.cut] = choice.cut
        for home, cell in homes.cells.tolist():
            use = choice.use[cell]
            if home in self.served and use != NOT_ALLOWED and self.problem.requirements[use].park:
                values[self.served[home]] = 1
        for home, loss in homes.losses.tolist():
            if home in self.served and not choice.cut[loss]:
                values[self.served[home]] = 1
        for (number, land), column in self.lies.items():
            values[column] = not self.lands[number][land].isdisjoint(choice.cells_of(number))
        reached = sum(int(homes.area[home]) * int(values[k]) for home, k in self.served.items())
        values[self.short] = max(0, self.at_stake - reached)
        return values


def rows(columns: Columns) -> list[Row]:
    """Return the rows of the program, without clauses."""
    found = [*_once(columns), *_reach(columns), _coverage(columns)]
    for number, requirement in enumerate(columns.problem.requirements):
        found += (_site if requirement.site else _parts)(columns, number)
    return found


def _once(columns: Columns) -> Iterator[Row]:
    """Yield: a cell is used for one requirement at most."""
    found: dict[int, list[int]] = defaultdict(list)
    for (cell, _), column in columns.used.items():
        found[cell].append(column)
    for cell, terms in found.items():
        if len(terms) > 1:
            yield Row(f"once:{cell}", tuple(terms), (1,) * len(terms), None, 1)


def _parts(columns: Columns, number: int) -> Iterator[Row]:
    """Yield: cells have at least the area that is cut, and are used only where something is."""
    problem, most = columns.problem, need(columns.problem, number)
    cut = {int(columns.cut[loss]): problem.losses[loss].area for loss in problem.losses_of(number)}
    used = columns.of_requirement(number)
    terms = {column: min(int(problem.area[cell]), most) for cell, column in used.items()}
    terms |= {column: -area for column, area in cut.items()}
    yield Row(f"enough:{number}", tuple(terms), tuple(terms.values()), 0, None, "dm²")
    for cell, column in used.items():
        signs = (-1, *(1,) * len(cut))
        yield Row(f"only:{cell}:{number}", (column, *cut), signs, 0, None)


def _site(columns: Columns, number: int) -> Iterator[Row]:
    """Yield: a site lies in one connected land, and has the area that is cut."""
    problem, most = columns.problem, need(columns.problem, number)
    lands = {land: columns.lies[number, land] for land in range(len(columns.lands[number]))}
    (loss,) = problem.losses_of(number)
    terms = (int(columns.cut[loss]), *lands.values())
    yield Row(f"site:{number}", terms, (-1, *(1,) * len(lands)), 0, 0)
    for land, lies in lands.items():
        used = {cell: columns.used[cell, number] for cell in sorted(columns.lands[number][land])}
        sizes = {column: min(int(problem.area[cell]), most) for cell, column in used.items()}
        sizes[lies] = -most
        yield Row(f"enough:{number}:{land}", tuple(sizes), tuple(sizes.values()), 0, None, "dm²")
        for cell, column in used.items():
            yield Row(f"only:{cell}:{number}", (column, lies), (-1, 1), 0, None)


def _reach(columns: Columns) -> Iterator[Row]:
    """Yield: a home is served only by a cell that is a park, or by a park that is not cut."""
    problem = columns.problem
    parks = [number for number, item in enumerate(problem.requirements) if item.park]
    cells: dict[int, list[int]] = defaultdict(list)
    losses: dict[int, list[int]] = defaultdict(list)
    for home, cell in problem.homes.cells.tolist():
        cells[home] += [columns.used[cell, r] for r in parks if (cell, r) in columns.used]
    for home, loss in problem.homes.losses.tolist():
        losses[home].append(int(columns.cut[loss]))
    for home, column in columns.served.items():
        terms = (column, *cells[home], *losses[home])
        signs = (-1, *(1,) * len(cells[home]), *(-1,) * len(losses[home]))
        yield Row(f"reach:{home}", terms, signs, -len(losses[home]), None)


def _coverage(columns: Columns) -> Row:
    """Return: what is within reach after, and what is short, is what was within reach before."""
    areas = columns.problem.homes.area
    terms = {column: int(areas[home]) for home, column in columns.served.items()}
    terms[columns.short] = 1
    return Row("coverage", tuple(terms), tuple(terms.values()), columns.at_stake, None, "dm²")
