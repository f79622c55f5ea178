"""An order of shapes in which near ones mostly follow each other: memory is read faster so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

BITS = 16
"""Each way, the extent is divided into ``2 ** BITS`` strips."""


def spatial_order(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the indices of shapes along a Z-order curve through the middles of their bounds.

    Parameters
    ----------
    shapes
        Geometries, shape (n,); missing and empty ones come first.

    Returns
    -------
    ndarray of int64, shape (n,)
        A permutation. Shapes in the same square keep their order. (Morton 1966.)
    """
    bounds = shapely.bounds(shapes)
    middle = bounds[:, :2] + bounds[:, 2:]
    there = ~np.isnan(middle[:, 0])
    place = np.zeros(len(shapes), dtype=np.int64)
    if there.any():
        low = middle[there].min(axis=0)
        width = max(float((middle[there].max(axis=0) - low).max()), 1.0)
        strips = ((middle[there] - low) * ((2**BITS - 1) / width)).astype(np.int64)
        for bit in range(BITS):
            x, y = (strips >> bit & 1).T
            place[there] |= (x | y << 1) << 2 * bit
    return np.argsort(place, kind="stable")
