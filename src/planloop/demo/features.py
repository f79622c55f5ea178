"""Features with the standard's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop import standard
from planloop.demo.city import CODE, NAME, identifier
from planloop.demo.frame import EPSG
from planloop.geometry.area import area_dm2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SYNTHETIC = "合成数据"
"""Remark of everything that is invented."""


def features(
    code: str, shapes: Sequence[shapely.Geometry] | NDArray[np.object_], **own: object
) -> gpd.GeoDataFrame:
    """Return features of a layer with the standard's fields, in its order.

    Identifiers, codes, areas, lengths and the remark that the data are synthetic are filled in;
    fields that are given nothing are left out.

    Parameters
    ----------
    code
        Layer code.
    shapes
        Geometries on the grid, shape (n,).
    own
        Values of further fields: one for all features, or one each.

    Raises
    ------
    KeyError
        The standard's layer has no such field.
    """
    geometry = np.asarray(shapes, dtype=object)
    spec = standard.load().layer(code)
    names = [item.field for item in standard.load().fields(code)]
    values: dict[str, object] = {
        "BSM": [identifier(serial) for serial in range(1, len(geometry) + 1)],
        "YSDM": spec.ysdm or None,
        "XZQDM": CODE,
        "XZQMC": NAME,
        "BZ": SYNTHETIC,
    }
    if spec.geometry == "polygon":
        values |= dict.fromkeys(("MJ", "TBMJ"), area_dm2(geometry, epsg=EPSG) / 100.0)
    if spec.geometry == "line":
        values["CD"] = np.round(shapely.length(geometry), 2)
    unknown = set(own) - set(names)
    if unknown:
        raise KeyError(*sorted(unknown))
    values |= own
    columns = {name: values[name] for name in names if values.get(name) is not None}
    table = pd.DataFrame(columns, index=range(len(geometry)))
    return gpd.GeoDataFrame(table, geometry=geometry, crs=f"EPSG:{EPSG}")


def numbered(name: str, count: int) -> list[str]:
    """Return a name with running numbers."""
    return [f"{name}{number}" for number in range(1, count + 1)]
