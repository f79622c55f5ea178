"""The order that polygons get from their own geometry, whatever order they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray


def in_canonical_order(faces: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return normalised polygons ordered by their bounds, then by their well-known binary."""
    bounds = shapely.bounds(faces)
    order = np.lexsort(bounds.T[::-1])
    ranked = bounds[order]
    tied = np.flatnonzero((ranked[1:] == ranked[:-1]).all(axis=1))
    if len(tied):
        keys = [(*bounds[index], shapely.to_wkb(faces[index])) for index in order]
        order = order[sorted(range(len(order)), key=keys.__getitem__)]
    return faces[order]
