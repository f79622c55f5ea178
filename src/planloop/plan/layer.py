"""One layer of a plan: features of one standard code, on the grid, in canonical form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop.geometry.grid import snap_geometry
from planloop.plan.digest import digest_layer

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Layer:
    """Features of one standard layer code.

    Parameters
    ----------
    code
        Standard layer code, e.g. ``"CZKFBJ"``.
    frame
        Features in canonical form (see :func:`canonical`): index ``fid`` of unique identifiers in
        ascending order; columns of type ``str``, ``int64`` or ``float64``; normalised geometry
        on the grid. Never changed in place.
    """

    code: str
    frame: gpd.GeoDataFrame

    @property
    def ids(self) -> NDArray[np.object_]:
        """Feature identifiers, shape (n,), ascending."""
        return np.asarray(self.frame.index, dtype=object)

    @property
    def geometry(self) -> NDArray[np.object_]:
        """Geometries, shape (n,), in the order of the identifiers."""
        return np.asarray(self.frame.geometry.array, dtype=object)

    @cached_property
    def digest(self) -> str:
        """Logical digest: of content, not of bytes. Plans that share the layer share it, too."""
        return digest_layer(self)

    def values(self, field: str) -> NDArray[np.object_]:
        """Return one field as objects, shape (n,), with None where it is missing or null."""
        if field not in self.frame.columns:
            return np.full(len(self.frame), None, dtype=object)
        column = self.frame[field]
        values = np.array(column, dtype=object)
        values[column.isna().to_numpy()] = None
        return values

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.frame)


def canonical(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return `frame` in the one form in which layers are stored, compared and digested.

    Rows ordered by identifier; whole numbers as int64 (float64 where some are missing), other
    numbers as float64, everything else as text; geometry snapped to the grid and normalised.
    """
    ids = pd.Index(frame.index.astype(str), name="fid", dtype="str")
    frame = frame.set_axis(ids, axis=0).sort_index(kind="stable")
    name = frame.geometry.name
    columns: dict[str, object] = {
        str(column): canonical_column(frame[column]) for column in frame.columns if column != name
    }
    geometry = shapely.normalize(snap_geometry(np.asarray(frame.geometry.array, dtype=object)))
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=frame.crs, index=frame.index)


def canonical_column(column: pd.Series) -> pd.Series:
    """Return a column as int64, float64 or text: the three types that every format keeps."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.astype("int64")
    if pd.api.types.is_integer_dtype(column.dtype):
        return column.astype("float64" if column.isna().any() else "int64")
    if pd.api.types.is_float_dtype(column.dtype):
        return column.astype("float64")
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column.dt.strftime("%Y-%m-%d").astype("str")
    return column.astype("str")
