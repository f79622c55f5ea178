"""The ground of a swap, read off the faces: which land hangs together and moves together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.neighbours import NONE, components
from planloop.maintenance.boundary.ground import CENTIMETRES, Ground

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import InCell, OutCell
    from planloop.maintenance.situation import Situation

FIXED_OUTSIDE, FIXED_INSIDE = -1, -2
"""Keys of faces that no cell decides on; others have the number of their cell."""


def ground_of(situation: Situation, ins: Sequence[InCell], outs: Sequence[OutCell]) -> Ground:
    """Return the ground of a swap.

    Parameters
    ----------
    situation
        The plan as the swap sees it.
    ins, outs
        Cells that may go in and out; no face is in two of them.

    Notes
    -----
    A node is a connected patch of faces that one cell decides on, or of fixed land of one side, in
    the order of the smallest faces. A shared edge joins, however short, a point does not: as for
    patches everywhere else, so that proofs come to the same patches without knowing the cells. A
    node reaches the edge of the region where an edge of it is shared with no other face. Land
    outside the region counts as any other that stays outside.
    """
    fabric = situation.fabric
    near = fabric.neighbours
    key = np.where(situation.inside, FIXED_INSIDE, FIXED_OUTSIDE)
    for number, faces in enumerate([*(cell.faces for cell in ins), *(cell.faces for cell in outs)]):
        key[faces] = number
    same = key[near.left] == key[near.right]
    label = components(len(fabric), near.left[same], near.right[same])
    first, node = np.unique(label, return_inverse=True)
    area = np.zeros(len(first), dtype=np.int64)
    np.add.at(area, node, fabric.area)
    edge = np.zeros(len(first), dtype=bool)
    edge[node[near.outer > 0.0]] = True
    left, right, length = _pairs(
        node[near.left[~same]], node[near.right[~same]], near.length[~same]
    )
    return Ground(
        cell=np.maximum(key[first], NONE),
        inside=situation.inside[first],
        area=area,
        edge=edge,
        left=left,
        right=right,
        length=length,
    )


def _pairs(
    one: NDArray[np.int64], other: NDArray[np.int64], length: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return each pair of nodes once, the lower first, and the length of its edges in cm."""
    ends = np.sort(np.stack([one, other]), axis=0)
    pairs, place = np.unique(ends, axis=1, return_inverse=True)
    total = np.bincount(place, weights=length, minlength=pairs.shape[1])
    return pairs[0], pairs[1], np.rint(total * CENTIMETRES).astype(np.int64)
