"""Drawn locks as they stand in a file: one drawing for each feature, in the working CRS."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from planloop import standard
from planloop.errors import InputError
from planloop.geometry.grid import snap_geometry
from planloop.plan.cells import as_text, has_lost_digits, is_blank
from planloop.plan.crs import check_datum, check_place, transform
from planloop.plan.digest import digest_table
from planloop.plan.fields import PROJECT
from planloop.plan.finding import Finding, Severity
from planloop.plan.formats.vector import list_layers, read_layer
from planloop.plan.layer import Layer
from planloop.plan.shapes import check_near, check_valid

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from planloop.plan.region import Region
    from planloop.plan.settings import InputsSection

TABLE = "locks"
"""The fields of a drawing, as columns of the standard; also the name of the input."""

POLYGONS, POINTS = ("Polygon", "MultiPolygon"), ("Point", "MultiPoint")


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """One drawn lock.

    Parameters
    ----------
    row
        One-based row in the file.
    lock
        The lock that it stands for.
    number
        Number of the project that it names, or None.
    shape
        Polygons or points in the working CRS, on the grid.
    """

    row: int
    lock: str
    number: str | None
    shape: shapely.Geometry

    @property
    def is_area(self) -> bool:
        """Whether it covers land; otherwise it is made of points."""
        return self.shape.geom_type in POLYGONS


@dataclass(frozen=True, slots=True, eq=False)
class Drawings:
    """All drawings of a file.

    Parameters
    ----------
    path
        The file.
    items
        The drawings in the order of the file.
    digest
        Logical digest of what they say.
    findings
        What was found while reading.
    """

    path: Path
    items: tuple[Drawing, ...]
    digest: str
    findings: tuple[Finding, ...]


def read_drawings(
    inputs: InputsSection, region: Region, around: NDArray[np.object_]
) -> Drawings | None:
    """Read the drawn locks of a scheme, if it has any.

    Parameters
    ----------
    inputs
        Where the file is, and what it does not say of itself.
    region
        The region, with the working CRS.
    around
        Polygons of the region in the working CRS.

    Raises
    ------
    InputError
        The file, its coordinate system, a geometry, a field or a word cannot be used.
    """
    path = inputs.locks
    if path is None:
        return None
    layer = inputs.locks_layer
    if layer is None and len(names := list_layers(path)) != 1:
        raise InputError("read.locks-which-layer", path=path, present=", ".join(names))
    frame, notes = read_layer(path, layer)
    where: dict[str, Any] = {"path": path} | ({} if layer is None else {"layer": layer})
    if not len(frame):
        raise InputError("read.locks-empty", **where)
    frame = frame.set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)
    if inputs.locks_crs is not None:
        frame = frame.set_crs(inputs.locks_crs, allow_override=True)
    shapes = _shapes(frame, inputs.locks_datum, region, where)
    drawn = gpd.GeoDataFrame(geometry=shapes, crs=f"EPSG:{region.epsg}", index=frame.index)
    check_near(Layer(TABLE, drawn), around, path.name)
    locks, numbers = _locks(frame, where), _numbers(frame, where)
    items = tuple(
        Drawing(row, lock, number, shape)
        for row, lock, number, shape in zip(frame.index, locks, numbers, shapes, strict=True)
    )
    said = pd.DataFrame(
        {
            "lock": pd.Series(locks, dtype="str"),
            "number": pd.Series(numbers, dtype="str"),
            "wkb": pd.Series(shapely.to_wkb(shapes, hex=True, byte_order=1), dtype="str"),
        }
    )
    told = {"source": path.name}
    findings = tuple(Finding(note, Severity.INFO, TABLE, numbers=told) for note in notes)
    return Drawings(path, items, digest_table(said), findings)


def _shapes(
    frame: gpd.GeoDataFrame, datum: str | None, region: Region, where: dict[str, Any]
) -> NDArray[np.object_]:
    """Return the shapes in the working CRS, on the grid, in normal form."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    rows = frame.index.to_numpy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if missing.any():
        raise InputError("read.empty-geometry", row=int(rows[missing][0]), **where)
    types = np.array([shape.geom_type for shape in shapes])
    wrong = ~np.isin(types, POLYGONS + POINTS)
    if wrong.any():
        found, wanted = types[wrong][0], "Polygon / Point"
        row = int(rows[wrong][0])
        raise InputError("read.wrong-geometry", row=row, found=found, wanted=wanted, **where)
    if frame.crs is None:
        raise InputError("read.locks-no-crs", **where)
    crs = pyproj.CRS(frame.crs)
    try:
        check_datum(crs, datum, where)
    except InputError as error:
        if error.key == "read.datum-unstated":
            told: dict[str, Any] = where | error.params
            raise InputError("read.locks-datum-unstated", **told) from error
        raise
    check_place(shapes, crs, where)
    if crs.is_projected:
        check_valid(shapes, rows, "read.invalid-geometry", where)
    epsg = crs.to_epsg()
    name = f"EPSG:{epsg}" if epsg else crs.to_wkt()
    found_shapes = snap_geometry(transform(shapes, name, region.epsg))
    check_valid(found_shapes, rows, "read.invalid-on-grid", where)
    flat = np.isin(types, POLYGONS) & (shapely.area(found_shapes) <= 0)
    if flat.any():
        raise InputError("read.zero-area", row=int(rows[flat][0]), **where)
    normal: NDArray[np.object_] = shapely.normalize(found_shapes)
    return normal


def _locks(frame: gpd.GeoDataFrame, where: dict[str, Any]) -> list[str]:
    """Return the lock that each drawing stands for."""
    columns = standard.load().columns(TABLE)
    spec = next(column for column in columns if column.name == "lock")
    field = _field(frame, (spec.name, spec.header))
    if field is None:
        present = ", ".join(map(str, frame.columns.drop(frame.geometry.name)))
        names = f"{spec.header} / {spec.name}"
        raise InputError("read.locks-no-field", field=names, present=present, **where)
    words = standard.load().lock_words
    found = []
    for row, value in frame[field].items():
        if is_blank(value):
            raise InputError("read.empty-cell", column=field, row=int(row), **where)
        word = _plain(str(value))
        if word not in words:
            codes = ", ".join(words)
            raise InputError(
                "read.unknown-value", column=field, value=value, codes=codes, row=int(row), **where
            )
        found.append(words[word])
    return found


def _numbers(frame: gpd.GeoDataFrame, where: dict[str, Any]) -> list[str | None]:
    """Return the number of the project that each drawing names, or None."""
    columns = standard.load().columns(TABLE)
    spec = next(column for column in columns if column.name == "number")
    field = _field(frame, (spec.name, spec.header, PROJECT))
    if field is None:
        return [None] * len(frame)
    found = []
    for row, value in frame[field].items():
        if has_lost_digits(value):
            raise InputError(
                "read.too-many-digits", column=field, value=value, row=int(row), **where
            )
        found.append(None if is_blank(value) else str(as_text(value)).strip())
    return found


def _field(frame: gpd.GeoDataFrame, names: tuple[str, ...]) -> str | None:
    """Return the first field of a name, however it is cased; None where there is none."""
    fields = {_plain(str(name)): str(name) for name in frame.columns.drop(frame.geometry.name)}
    return next((fields[_plain(name)] for name in names if _plain(name) in fields), None)


def _plain(text: str) -> str:
    """Return a word without spaces, in half-width forms and small letters."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
