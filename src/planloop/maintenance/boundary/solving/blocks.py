"""The independent parts of a model: only a few rows, as the balance, join them.

No piece that is too small can reach beyond fixed land that is large enough by itself. So cells
that adjoin, also across fixed land that is too small, belong together, and columns that a row
joins; what is left apart is decided on apart, at given prices of the rows that span several blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.neighbours import NONE, components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.ground import Ground
    from planloop.maintenance.boundary.model import Row
    from planloop.maintenance.boundary.pieces.cuts import Separation
    from planloop.maintenance.boundary.pieces.judging import Judge


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Columns that only coupling rows join to others.

    Parameters
    ----------
    columns
        Their numbers in the model, ascending, shape (n,).
    rows
        The model's rows over these columns alone.
    """

    columns: NDArray[np.int64]
    rows: tuple[Row, ...]


def blocks_of(count: int, rows: Sequence[Row], separation: Separation) -> list[Block]:
    """Return the blocks of a model, in the order of their first columns.

    Parameters
    ----------
    count
        Number of columns.
    rows
        All rows but those that may span blocks.
    separation
        Of the problem.
    """
    ends = _adjoining(separation.ground, separation.judge)
    for row in rows:
        ends += [(row.columns[0], column) for column in row.columns[1:]]
    left, right = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    root = components(count, left, right)
    order = np.argsort(root, kind="stable")
    firsts, start = np.unique(root[order], return_index=True)
    place = {int(first): number for number, first in enumerate(firsts)}
    own: list[list[Row]] = [[] for _ in firsts]
    for row in rows:
        if row.columns:
            own[place[int(root[row.columns[0]])]].append(row)
    return [
        Block(columns, tuple(mine))
        for columns, mine in zip(np.split(order, start[1:]), own, strict=True)
    ]


def _adjoining(ground: Ground, judge: Judge) -> list[tuple[int, int]]:
    """Return pairs of cells that one piece which is too small could hold together."""
    fixed = ground.cell == NONE
    large = fixed.copy()
    for node in np.flatnonzero(fixed):
        alone = np.array([node])
        large[node] = not judge.too_small(alone, inside=bool(ground.inside[node]))
    link = ~(large[ground.left] | large[ground.right])
    piece = components(len(ground), ground.left[link], ground.right[link])
    cells = np.flatnonzero(~fixed)
    by_piece = cells[np.argsort(piece[cells], kind="stable")]
    same = piece[by_piece[1:]] == piece[by_piece[:-1]]
    pairs = zip(ground.cell[by_piece[:-1][same]], ground.cell[by_piece[1:][same]], strict=True)
    return [(int(one), int(other)) for one, other in pairs]
