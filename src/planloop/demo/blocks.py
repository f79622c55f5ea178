"""A street grid becomes blocks, plots and streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.demo.frame import STEP, rectangle
from planloop.demo.programme import PROGRAMMES, planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import shapely

    Box = tuple[float, float, float, float]

OUTSIDE = "."
SECTION = 4
"""Blocks along one survey parcel of a street."""

NARROWEST = 0.38
"""Least share of a plot's length that a cut leaves on each side."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A part of the town with its own street grid.

    Parameters
    ----------
    name
        ``core``, ``logistics`` or ``processing``.
    u, v
        Where the streets across and along the railway run: their centre lines in the frame, m.
    u_width, v_width
        Their widths, m; 0 where the blocks reach the edge.
    plan
        A letter of :data:`planloop.demo.programme.PROGRAMMES` for each block: one text for each
        row between two streets of `v`, in it one letter for each column between two of `u`.
    """

    name: str
    u: tuple[float, ...]
    v: tuple[float, ...]
    u_width: tuple[float, ...]
    v_width: tuple[float, ...]
    plan: tuple[str, ...]

    def letter(self, column: int, row: int) -> str:
        """Return the letter of a block, ``.`` where there is none."""
        if 0 <= row < len(self.plan) and 0 <= column < len(self.plan[row]):
            return self.plan[row][column]
        return OUTSIDE


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the town.

    Parameters
    ----------
    district
        ``core``, ``logistics``, ``processing``, ``yard`` or ``belt``.
    role
        ``plot``, ``street``, ``yard`` or ``belt``.
    key
        Pieces of one key make one survey parcel where they touch.
    shape
        Its outline.
    use
        Planned land class.
    built
        Whether it is built (streets and yard always are).
    letter
        Letter of its block.
    u, v
        Its middle in the frame.
    """

    district: str
    role: str
    key: str
    shape: shapely.Polygon
    use: str = "1207"
    built: bool = True
    letter: str = ""
    u: float = 0.0
    v: float = 0.0


def pieces(grid: Grid, random: np.random.Generator) -> Iterator[Piece]:
    """Yield the plots and streets of a grid."""
    for row in range(len(grid.plan)):
        for column in range(len(grid.plan[row])):
            if grid.letter(column, row) != OUTSIDE:
                yield from _streets(grid, column, row)
                yield from _plots(grid, column, row, random)


def _halves(grid: Grid, column: int, row: int) -> Box:
    """Return half the width of the street before and after a block, across and along."""
    across, along = grid.u_width, grid.v_width
    return across[column] / 2, along[row] / 2, across[column + 1] / 2, along[row + 1] / 2


def _streets(grid: Grid, column: int, row: int) -> Iterator[Piece]:
    """Yield the halves of the streets round a block that lie in its cell."""
    u1, u2, v1, v2 = *grid.u[column : column + 2], *grid.v[row : row + 2]
    before, below, after, above = _halves(grid, column, row)
    section = column // SECTION
    name = grid.name
    halves = (
        (f"{name}-along-{row}-{section}", (u1, v1, u2, v1 + below)),
        (f"{name}-along-{row + 1}-{section}", (u1, v2 - above, u2, v2)),
        (f"{name}-across-{column}-{row}", (u1, v1 + below, u1 + before, v2 - above)),
        (f"{name}-across-{column + 1}-{row}", (u2 - after, v1 + below, u2, v2 - above)),
    )
    for key, box in halves:
        if box[2] - box[0] > STEP and box[3] - box[1] > STEP:
            yield Piece(name, "street", key, rectangle(*box))


def _plots(grid: Grid, column: int, row: int, random: np.random.Generator) -> Iterator[Piece]:
    letter = grid.letter(column, row)
    programme = PROGRAMMES[letter]
    before, below, after, above = _halves(grid, column, row)
    box = (
        grid.u[column] + before,
        grid.v[row] + below,
        grid.u[column + 1] - after,
        grid.v[row + 1] - above,
    )
    low, high = programme.plots
    parts = _split(box, int(random.integers(low, high + 1)), random)
    parts.sort(key=lambda part: (part[0] - part[2]) * (part[3] - part[1]))
    uses = planned(letter, len(parts), random)
    for number, (part, use) in enumerate(zip(parts, uses, strict=True)):
        yield Piece(
            district=grid.name,
            role="plot",
            key=f"{grid.name}-plot-{column}-{row}-{number}",
            shape=rectangle(*part),
            use=use,
            built=bool(random.uniform() < programme.built),
            letter=letter,
            u=(part[0] + part[2]) / 2,
            v=(part[1] + part[3]) / 2,
        )


def _split(box: Box, count: int, random: np.random.Generator) -> list[Box]:
    """Cut a block across its longer side, again and again, the largest part first."""
    parts = [box]
    while len(parts) < count:
        parts.sort(key=lambda part: (part[2] - part[0]) * (part[3] - part[1]))
        u1, v1, u2, v2 = parts.pop()
        share = float(random.uniform(NARROWEST, 1.0 - NARROWEST))
        if u2 - u1 >= v2 - v1:
            cut = u1 + (u2 - u1) * share
            parts += [(u1, v1, cut, v2), (cut, v1, u2, v2)]
        else:
            cut = v1 + (v2 - v1) * share
            parts += [(u1, v1, u2, cut), (u1, cut, u2, v2)]
    return parts
