"""Which cells an edge runs through, against shapely's boxes."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.geometry.loops.cells import SPARSE, Cells
from tests.examples import examples


@settings(max_examples=examples(80))
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(2, 25),
    size=st.sampled_from([3, 50, 10**6, 2**33]),
)
def test_every_cell_that_an_edge_meets_holds_it(seed: int, count: int, size: int) -> None:
    random = np.random.default_rng(seed)
    x, y = random.integers(-size, size, (2, count))
    cells = Cells.over(x, y, np.arange(count - 1))
    assert cells.columns * cells.rows <= SPARSE * count + 64
    column, row = np.meshgrid(np.arange(cells.columns), np.arange(cells.rows))
    width = 1 << cells.shift
    west, south = cells.west + column.ravel() * width, cells.south + row.ravel() * width
    boxes = shapely.box(west, south, west + width - 1, south + width - 1)
    points = np.column_stack([x, y]).astype(float)
    lines = shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1))
    held = np.zeros((len(boxes), len(lines)), dtype=bool)
    cell = np.repeat(np.arange(len(boxes)), np.diff(cells.first))
    held[cell, cells.edge] = True
    assert held[shapely.intersects(boxes[:, None], lines[None, :])].all()
    # ... and not too many others: a long edge does not fill the box around it.
    near = shapely.dwithin(boxes[:, None], lines[None, :], 1.5 * width + 3)
    assert near[held].all()
    assert not held[np.arange(0, len(boxes), cells.columns)].any(), "the west column is empty"


def test_no_edges_need_no_cells() -> None:
    none = np.empty(0, dtype=np.int64)
    cells = Cells.over(none, none, none)
    assert cells.first[-1] == len(cells.edge) == 0
