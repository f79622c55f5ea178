"""File Geodatabase in longitude and latitude, exact on the grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from planloop.geometry.grid import snap_geometry
from planloop.plan.crs import transform
from planloop.plan.formats.vector import read_layer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

GEOGRAPHIC = 4490
"""CGCS2000 longitude and latitude, the CRS of delivery."""

RESOLUTION = {"XYSCALE": "1e12", "XORIGIN": "-400", "YORIGIN": "-400", "XYTOLERANCE": "1e-11"}
"""Steps of 1e-12 degrees (a tenth of a micrometre), so that the 0.1 mm grid comes back exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class GdbLayer:
    """A layer to write.

    Parameters
    ----------
    name
        Name of the feature class.
    alias
        Its Chinese name.
    frame
        Features in the working CRS.
    aliases
        Field → its Chinese name.
    widths
        Text field → its length in characters; others are as long as the format allows.
    """

    name: str
    alias: str
    frame: gpd.GeoDataFrame
    aliases: Mapping[str, str]
    widths: Mapping[str, int] = field(default_factory=dict)


def write_gdb(path: Path, layers: Iterable[GdbLayer]) -> None:
    """Write layers to a new File Geodatabase in EPSG:4490, feature classes at the root.

    Written in place: call it in a folder of :func:`~planloop.plan.formats.staging.staged_folder`,
    and read back what matters.

    Texts get the widths and fields the aliases that the layers name. Whole numbers are 32-bit
    integers, which every ArcGIS reads. A layer with a number beyond that is written for ArcGIS
    Pro 3.2 or later, the first to have 64-bit integers; for others GDAL would make it a
    floating-point number, and digits would go.

    Parameters
    ----------
    path
        The ``.gdb`` to write; must not exist.
    layers
        The feature classes.
    """
    for layer in layers:
        shapes = np.asarray(layer.frame.geometry.array, dtype=object)
        epsg = int(layer.frame.crs.to_epsg() or 0)
        table = fields(layer).append_column(
            pa.field(_SHAPE, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}),
            pa.array(shapely.to_wkb(transform(shapes, epsg, GEOGRAPHIC)), pa.binary()),
        )
        options = {"LAYER_ALIAS": layer.alias, **RESOLUTION}
        if any(pa.types.is_int64(item.type) for item in table.schema):
            options["TARGET_ARCGIS_VERSION"] = "ARCGIS_PRO_3_2_OR_LATER"
        pyogrio.write_arrow(
            table,
            path,
            layer=layer.name,
            driver="OpenFileGDB",
            append=path.exists(),
            geometry_name=_SHAPE,
            geometry_type=_geometry_type(set(shapely.get_type_id(shapes).tolist())),
            crs=f"EPSG:{GEOGRAPHIC}",
            layer_options=options,
            dataset_options=None if path.exists() else {"TARGET_ARCGIS_VERSION": "ALL"},
        )


_SHAPE = "SHAPE"


def fields(layer: GdbLayer) -> pa.Table:
    """Return the fields as an Arrow table whose metadata tell GDAL aliases and widths.

    The frame's writer of pyogrio has no place for either.
    """
    schema, columns = [], []
    for name in layer.frame.columns.drop(layer.frame.geometry.name):
        column = _column(layer.frame[name])
        told = {"GDAL:OGR:alternative_name": layer.aliases.get(name, name)}
        if name in layer.widths and pa.types.is_string(column.type):
            told["GDAL:OGR:width"] = str(layer.widths[name])
        schema.append(pa.field(str(name), column.type, metadata=told))
        columns.append(column)
    return pa.table(columns, schema=pa.schema(schema))


def _column(values: pd.Series) -> pa.Array:
    missing = values.isna().to_numpy()
    if pd.api.types.is_float_dtype(values.dtype):
        return pa.array(values.to_numpy(dtype=np.float64), pa.float64(), mask=missing)
    if pd.api.types.is_integer_dtype(values.dtype) and not missing.any():
        whole = values.to_numpy(dtype=np.int64)
        small = np.iinfo(np.int32)
        fits = whole.min(initial=0) >= small.min and whole.max(initial=0) <= small.max
        return pa.array(whole, pa.int32() if fits else pa.int64())
    texts = [None if gone else str(item) for item, gone in zip(values, missing, strict=True)]
    return pa.array(texts, pa.string())


def read_gdb_layer(path: Path, layer: str, epsg: int) -> gpd.GeoDataFrame:
    """Read a feature class back into the working CRS, on the grid, single parts normalised.

    Parameters
    ----------
    path, layer
        The geodatabase and the feature class.
    epsg
        Working CRS.
    """
    frame, _ = read_layer(path, layer)
    shapes = on_the_grid(np.asarray(frame.geometry.array, dtype=object), epsg)
    table = frame.drop(columns=frame.geometry.name)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=f"EPSG:{epsg}")


def on_the_grid(degrees: NDArray[np.object_], epsg: int) -> NDArray[np.object_]:
    """Return geometries in longitude and latitude, shape (n,), as they were before the writing."""
    back = snap_geometry(transform(degrees, GEOGRAPHIC, epsg))
    single = np.array([_single(shape) for shape in back], dtype=object)
    normal: NDArray[np.object_] = shapely.normalize(single)
    return normal


def _single(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the only part of a geometry that the format has wrapped as multi-part."""
    return shapely.get_geometry(shape, 0) if shapely.get_num_geometries(shape) == 1 else shape


def _geometry_type(kinds: set[int]) -> str:
    point, line = {0, 4}, {1, 5}
    if kinds and kinds <= point:
        return "Point"
    if kinds and kinds <= line:
        return "MultiLineString"
    return "MultiPolygon"
