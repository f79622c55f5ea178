"""Faces of the arrangement become survey parcels: joined by unit, none too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.neighbours import Neighbours, components

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST = 450.0
"""Parcels smaller than this, in m², join the neighbour with the longest shared edge."""

NARROWEST = 6.0
"""So do parcels narrower than this (twice their area over their outline), m."""

ROUNDS = 12


def joined(
    faces: NDArray[np.object_],
    near: Neighbours,
    unit: NDArray[np.int64],
    side: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the parcel of each face, named by one of its faces, shape (n,).

    Parameters
    ----------
    faces, near
        A coverage, shape (n,), and its neighbours.
    unit
        What each face belongs to; touching faces of one unit are one parcel.
    side
        Parcels that are too small join a neighbour of their own side, or any where there is none;
        negative for faces that nothing joins.
    """
    same = unit[near.left] == unit[near.right]
    label = components(len(faces), near.left[same], near.right[same])
    size, outline = shapely.area(faces), shapely.length(faces)
    ours = (side[near.left] >= 0) & (side[near.right] >= 0)
    for allowed in (ours & (side[near.left] == side[near.right]), ours):
        for _ in range(ROUNDS):
            small = _too_small(label, near, size, outline) & (side >= 0)
            border = allowed & (label[near.left] != label[near.right])
            pairs = np.column_stack([label[near.left], label[near.right]])[border]
            pairs, length = np.concatenate([pairs, pairs[:, ::-1]]), np.tile(near.length[border], 2)
            chosen = small[pairs[:, 0]]
            if not chosen.any():
                break
            label = _joined_once(label, pairs[chosen], length[chosen])
    return label


def _too_small(
    label: NDArray[np.int64],
    near: Neighbours,
    size: NDArray[np.float64],
    outline: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Return which labels name parcels that are too small or too narrow, shape (n,)."""
    count = len(label)
    total = np.bincount(label, weights=size, minlength=count)
    round_about = np.bincount(label, weights=outline, minlength=count)
    inner = label[near.left] == label[near.right]
    shared = np.bincount(label[near.left[inner]], weights=near.length[inner], minlength=count)
    narrow = 2.0 * total < NARROWEST * (round_about - 2.0 * shared)
    return (total < SMALLEST) | narrow


def _joined_once(
    label: NDArray[np.int64], pairs: NDArray[np.int64], length: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Join each small parcel (first of a pair) to the neighbour with the longest shared edge."""
    key, index = np.unique(pairs[:, 0] * len(label) + pairs[:, 1], return_inverse=True)
    shared = np.bincount(index, weights=length)
    small, other = key // len(label), key % len(label)
    order = np.lexsort((other, -np.round(shared, 4), small))
    small, other = small[order], other[order]
    first = np.append(True, small[1:] != small[:-1])
    target = np.arange(len(label))
    for one, goal in zip(small[first], other[first], strict=True):
        root = goal
        while target[root] != root:
            root = target[root]
        if root != one:
            target[one] = root
    for _ in range(ROUNDS):
        target = target[target]
    return target[label]


def between(near: Neighbours, parcel: NDArray[np.int64], count: int) -> Neighbours:
    """Return the neighbours of parcels made of faces.

    Parameters
    ----------
    near
        Neighbours of the faces.
    parcel
        Parcel of each face, shape (n,), or -1.
    count
        Number of parcels.
    """
    one, other = parcel[near.left], parcel[near.right]
    link = (one != other) & (one >= 0) & (other >= 0)
    low, high = np.minimum(one[link], other[link]), np.maximum(one[link], other[link])
    key, index = np.unique(low * count + high, return_inverse=True)
    edge = (one >= 0) != (other >= 0)
    owner, own = np.maximum(one[edge], other[edge]), parcel >= 0
    return Neighbours(
        left=key // count,
        right=key % count,
        length=_sums(index, near.length[link], len(key)),
        outer=_sums(owner, near.length[edge], count) + _sums(parcel[own], near.outer[own], count),
    )


def _sums(group: NDArray[np.int64], values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the sum of the values of each group, shape (count,)."""
    return np.asarray(np.bincount(group, weights=values, minlength=count), dtype=np.float64)
