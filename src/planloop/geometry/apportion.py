"""Whole numbers that add up: the largest-remainder method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def apportion(
    shares: NDArray[np.float64], group: NDArray[np.int64], totals: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Round shares to whole numbers that add up to a given total in each group.

    Parameters
    ----------
    shares
        Values to round, shape (n,), not negative.
    group
        Group of each value, shape (n,), from 0 to m - 1; negative for values that are rounded on
        their own, half up.
    totals
        Whole total of each group, shape (m,), not negative. It may differ from the group's sum by
        the rounding of the total; the units that are missing go to the values with the largest
        remainders, one each (ties: the first). A total further off, as after noding moved edges,
        scales the group's shares first.

    Returns
    -------
    ndarray of int64, shape (n,)
        Not negative. Each is within 1 of its share unless its group was scaled. A group of shares
        that are all 0 is given its total in equal parts; a group without values has no total.
    """
    shares = _scaled(shares, group, totals)
    whole = np.floor(shares).astype(np.int64)
    alone = group < 0
    whole[alone] = np.floor(shares[alone] + 0.5).astype(np.int64)
    member = np.flatnonzero(~alone)
    if not len(member):
        return whole
    remainder = shares[member] - whole[member]
    order = member[np.lexsort((member, -remainder, group[member]))]
    groups = group[order]
    size = np.bincount(groups, minlength=len(totals))
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    rank = np.arange(len(order)) - first[groups]
    held = np.zeros(len(totals), dtype=np.int64)
    np.add.at(held, groups, whole[order])
    missing = totals - held
    each, extra = np.divmod(missing, np.maximum(size, 1))
    whole[order] += each[groups] + (rank < extra[groups])
    return whole


def _scaled(
    shares: NDArray[np.float64], group: NDArray[np.int64], totals: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return shares with the groups scaled whose total no rounding of each value alone can give."""
    member = np.flatnonzero(group >= 0)
    groups = group[member]
    size = np.bincount(groups, minlength=len(totals))
    low = np.bincount(groups, weights=np.floor(shares[member]), minlength=len(totals))
    sums = np.bincount(groups, weights=shares[member], minlength=len(totals))
    far = ((totals < low) | (totals > low + size)) & (sums > 0.0)
    factor = np.where(far, totals / np.where(far, sums, 1.0), 1.0)
    scaled = shares.copy()
    scaled[member] *= factor[groups]
    return scaled
