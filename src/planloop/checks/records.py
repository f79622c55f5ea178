"""Records compared as they stand: every field, and the geometry vertex by vertex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray


def differing(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame | None) -> list[str]:
    """Return the identifiers of records that are not in both frames, or not the same, sorted.

    Where the columns or the coordinate systems differ, every record does.
    """
    if other is None:
        return sorted(map(str, one.index))
    if one is other:
        return []
    lonely = one.index.symmetric_difference(other.index)
    shared = one.index.intersection(other.index)
    if set(one.columns) != set(other.columns) or one.crs != other.crs:
        return sorted(map(str, {*lonely, *shared}))
    left, right = (
        frame if frame.index.equals(shared) else frame.loc[shared] for frame in (one, other)
    )
    same = shapely.equals_exact(_shapes(left), _shapes(right), tolerance=0.0)
    for column in one.columns:
        if column != one.geometry.name:
            same &= _equal(
                left[column].to_numpy(dtype=object), right[column].to_numpy(dtype=object)
            )
    return sorted(map(str, {*lonely, *shared[~same]}))


def _shapes(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    return np.asarray(frame.geometry.array, dtype=object)


def _equal(one: NDArray[np.object_], other: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Compare values of a column; two that are missing are the same."""
    return np.array(
        [a == b or (a != a and b != b) for a, b in zip(one, other, strict=True)],  # noqa: PLR0124  # NaN is not itself
        dtype=bool,
    )
