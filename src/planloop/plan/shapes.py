"""The geometries of a source layer: there, of the right kind, valid, in the right place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop import standard
from planloop.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from planloop.plan.layer import Layer

FAR = 50_000.0
"""A feature this far from the region, in metres, has the wrong CRS."""

TYPES = {
    "polygon": ("Polygon", "MultiPolygon"),
    "line": ("LineString", "MultiLineString"),
    "point": ("Point", "MultiPoint"),
}


def check_shapes(
    frame: gpd.GeoDataFrame, code: str, where: Mapping[str, Any], *, as_drawn: bool
) -> None:
    """Check the geometries of a source, in its CRS.

    Parameters
    ----------
    frame
        Features; index: one-based row in the source.
    code
        Standard layer code.
    where
        Path and layer, for the error.
    as_drawn
        Whether polygons must be valid in degrees, too. An edge that is straight on the ground
        bends in degrees, so those are judged on the grid only, unless they are to be dissolved.

    Raises
    ------
    InputError
        A geometry is missing, empty, of the wrong kind, invalid or without area.
    """
    shapes = np.asarray(frame.geometry.array, dtype=object)
    rows = frame.index.to_numpy()
    kind = standard.load().layer(code).geometry
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if missing.any():
        raise InputError("read.empty-geometry", row=int(rows[missing][0]), **where)
    types = np.array([shape.geom_type for shape in shapes])
    wrong = ~np.isin(types, TYPES.get(kind, sum(TYPES.values(), ())))
    if wrong.any():
        row = int(rows[wrong][0])
        raise InputError(
            "read.wrong-geometry", row=row, found=types[wrong][0], wanted=kind, **where
        )
    if as_drawn or (frame.crs is not None and frame.crs.is_projected):
        check_valid(shapes, rows, "read.invalid-geometry", where)
    if kind == "polygon" and (shapely.area(shapes) <= 0).any():
        raise InputError("read.zero-area", row=int(rows[shapely.area(shapes) <= 0][0]), **where)


def check_valid(
    shapes: NDArray[np.object_], rows: NDArray[np.int64], key: str, where: Mapping[str, Any]
) -> None:
    """Check that geometries, shape (n,), are valid and not empty.

    Raises
    ------
    InputError
        With `key`, the row, the reason and the place, of the first that is not.
    """
    invalid = np.flatnonzero(~shapely.is_valid(shapes) | shapely.is_empty(shapes))
    if not len(invalid):
        return
    reason = str(shapely.is_valid_reason(shapes[invalid[0]]))
    text, _, place = reason.partition("[")
    numbers = place.rstrip("]").split()
    at = (float(numbers[0]), float(numbers[1])) if len(numbers) > 1 else None
    raise InputError(key, row=int(rows[invalid[0]]), at=at, reason=text, **where)


def check_near(layer: Layer, region: NDArray[np.object_], source: str) -> None:
    """Check that no feature of a layer lies far from the region.

    Parameters
    ----------
    layer
        Layer in the working CRS.
    region
        Polygons of the region in the working CRS.
    source
        File that the layer came from, for the error.

    Raises
    ------
    InputError
        One does: a wrong zone, declared for the layer or used for this feature. The error names
        the farthest.
    """
    zone = shapely.box(*shapely.total_bounds(region))
    extents = shapely.envelope(layer.geometry)
    distances = shapely.distance(extents, zone)
    worst = int(np.argmax(distances))
    if distances[worst] > FAR:
        centre = shapely.centroid(extents[worst])
        raise InputError(
            "read.far-away",
            layer=layer.code,
            feature=str(layer.ids[worst]),
            at=(float(centre.x), float(centre.y)),
            distance=f"{distances[worst] / 1000:.0f}",
            source=source,
        )
