"""Whether a File Geodatabase holds just what was to be written: field by field, shape by shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely

from planloop.errors import OutputError
from planloop.plan.formats.filegdb import GEOGRAPHIC, fields, on_the_grid
from planloop.plan.formats.vector import list_layers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from planloop.plan.formats.filegdb import GdbLayer


def check_gdb(path: Path, layers: Iterable[GdbLayer]) -> None:
    """Refuse a File Geodatabase that does not hold these layers, and no others.

    A full disk does not always make the writing fail.

    Parameters
    ----------
    path
        The ``.gdb``.
    layers
        The feature classes, their geometry normalised and on the grid.

    Raises
    ------
    OutputError
        A feature class is missing, is too many, or has another coordinate system, other fields or
        types, other features or another order of them, or other values or shapes.
    InputError
        GDAL does not open the file.
    """
    held = {layer.name: layer for layer in layers}
    wrong = sorted(set(held).symmetric_difference(list_layers(path)))
    wrong = wrong or [name for name, layer in held.items() if not _holds(path, layer)]
    if wrong:
        raise OutputError("write.differs", path=path, layer=wrong[0])


def _holds(path: Path, layer: GdbLayer) -> bool:
    meta, stored = pyogrio.read_arrow(path, layer=layer.name)
    place = meta["geometry_name"]
    expected = fields(layer)
    found = stored.drop_columns([place])
    if meta["crs"] != f"EPSG:{GEOGRAPHIC}" or not found.equals(expected):
        return False
    degrees = shapely.from_wkb(stored[place].to_numpy())
    epsg = int(layer.frame.crs.to_epsg() or 0)
    shapes = np.asarray(layer.frame.geometry.array, dtype=object)
    same: bool = np.array_equal(shapely.to_wkb(on_the_grid(degrees, epsg)), shapely.to_wkb(shapes))
    return same
