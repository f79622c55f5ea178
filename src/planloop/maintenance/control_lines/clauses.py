"""The clauses that a plan with a torn site or a loose patch breaks.

They hold of every legal plan, and are added when a plan breaks them. With N the cells beside a
connected set P of cells:

*Site in several pieces.* P is a piece of the site and b one of its cells elsewhere. Whoever uses a
cell a of P and b for the site must cross N, so ``x[a] + x[b] ≤ 1 + Σ_{n∈N} x[n]``. Where all of P
is smaller than the site must be, b is not needed: ``x[a] ≤ Σ_{n∈N} x[n]``.

*Loose patch.* P is too small a patch, attached to nothing. A cell i of P stays in a patch within P,
as small and as loose, unless the patch leaves P or meets a new site of the kind:
``x[i] ≤ Σ_{n∈N, q of the kind} x[n,q] + Σ_{p∈P, q site of the kind} x[p,q]``.

Node-separator inequalities, as for the pieces of the boundary (``boundary/pieces/clauses.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.maintenance.boundary.model import Row
from planloop.maintenance.control_lines.presolve import need
from planloop.maintenance.control_lines.problem import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planloop.maintenance.control_lines.model import Columns
    from planloop.maintenance.control_lines.problem import Choice


def broken(columns: Columns, choice: Choice) -> list[Row]:
    """Return the clauses that a plan breaks; none where it keeps the rules for pieces."""
    near = columns.problem.near()
    found: list[Row] = []
    for number, requirement in enumerate(columns.problem.requirements):
        parts = pieces(choice.cells_of(number), near)
        if requirement.site:
            found += _torn(columns, number, parts, near)
        else:
            for part in parts:
                if not _meets_site(columns, choice, number, part, near):
                    found += _patch(columns, number, part, near)
    return found


def smallest(columns: Columns) -> list[Row]:
    """Return the clauses of single cells that are too small to be a site or a patch."""
    near = columns.problem.near()
    found: list[Row] = []
    for number, requirement in enumerate(columns.problem.requirements):
        least = need(columns.problem, number)
        for cell in columns.of_requirement(number):
            if not requirement.site:
                found += _patch(columns, number, {cell}, near)
            elif columns.problem.area[cell] < least:
                found += _small(columns, number, {cell}, near)
    return found


def _torn(
    columns: Columns, number: int, parts: list[set[int]], near: list[set[int]]
) -> Iterator[Row]:
    """Yield the clauses of a site in several pieces."""
    if len(parts) < 2:  # noqa: PLR2004  # one piece is what it should be
        return
    problem, used = columns.problem, columns.of_requirement(number)
    size = [sum(int(problem.area[cell]) for cell in part) for part in parts]
    main = max(range(len(parts)), key=lambda index: size[index])
    far = min(parts[main])
    for index, part in enumerate(parts):
        if size[index] < need(problem, number):
            yield from _small(columns, number, part, near)
        elif index != main:
            ways_out = _ways_out(columns, number, part, near)
            for cell in sorted(part):
                yield _row(f"torn:{number}:{cell}", [used[cell], used[far]], ways_out, 1)


def _small(columns: Columns, number: int, part: set[int], near: list[set[int]]) -> Iterator[Row]:
    """Yield the clauses of connected cells that are smaller than their site must be."""
    ways_out = _ways_out(columns, number, part, near)
    for cell in sorted(part):
        yield _row(f"small:{number}:{cell}", [columns.used[cell, number]], ways_out, 0)


def _ways_out(columns: Columns, number: int, part: set[int], near: list[set[int]]) -> list[int]:
    """Return the columns of a requirement's cells beside some of them."""
    beside = sorted(_beside(part, near))
    return [columns.used[cell, number] for cell in beside if (cell, number) in columns.used]


def _patch(columns: Columns, number: int, part: set[int], near: list[set[int]]) -> Iterator[Row]:
    """Yield the clauses of connected cells, if they are too small a patch, attached to nothing."""
    problem, requirement = columns.problem, columns.problem.requirements[number]
    large = sum(int(problem.area[cell]) for cell in part) >= requirement.least
    if large or any(requirement.attached[cell] for cell in part):
        return
    sites = _sites_alike(columns, number)
    used, beside = columns.used, sorted(_beside(part, near))
    ways_out = [used[cell, r] for cell in beside for r in (number, *sites) if (cell, r) in used]
    ways_out += [used[cell, r] for cell in sorted(part) for r in sites if (cell, r) in used]
    for cell in sorted(part):
        yield _row(f"patch:{number}:{cell}", [used[cell, number]], ways_out, 0)


def _meets_site(
    columns: Columns, choice: Choice, number: int, part: set[int], near: list[set[int]]
) -> bool:
    """Return whether a patch adjoins a new site of its kind."""
    sites = _sites_alike(columns, number)
    return any(choice.use[cell] in sites for cell in _beside(part, near))


def _sites_alike(columns: Columns, number: int) -> list[int]:
    """Return the other requirements of the kind of one."""
    wants = columns.problem.requirements
    kind = wants[number].kind
    return [other for other, item in enumerate(wants) if item.kind == kind and other != number]


def _beside(part: set[int], near: list[set[int]]) -> set[int]:
    found: set[int] = set()
    return found.union(*(near[cell] for cell in part)) - part


def _row(name: str, heads: list[int], ways_out: list[int], slack: int) -> Row:
    """Return ``Σ heads ≤ slack + Σ ways_out``."""
    terms = (*heads, *ways_out)
    return Row(name, terms, (*(1,) * len(heads), *(-1,) * len(ways_out)), None, slack)
