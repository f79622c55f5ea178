"""Whether a GeoPackage holds just what was to be written: cell by cell, as SQLite sees it.

Nothing is put into frames, normalised or digested, so that this takes a small part of the time that
reading takes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd
import shapely

from planloop.errors import OutputError
from planloop.plan.formats.geopackage import ID, TABLE
from planloop.plan.formats.vector import list_layers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from planloop.plan.layer import Layer

    Cells: TypeAlias = NDArray[Any]

TYPES = {"i": "INTEGER", "u": "INTEGER", "f": "REAL"}
"""Kind of a column → what it is in SQLite; all others are TEXT."""

GEOMETRY = """
SELECT CASE organization WHEN 'EPSG' THEN organization_coordsys_id END,
       column_name, geometry_type_name
FROM gpkg_geometry_columns JOIN gpkg_spatial_ref_sys USING (srs_id) WHERE table_name = ?
"""

HEADERS = (8, 40, 56, 56, 72)
"""Bytes before the well-known binary of a geometry, by the kind of its envelope (OGC 12-128)."""

ROWS = 20_000
"""How many are compared at once."""


def check_stored(path: Path, layers: Iterable[Layer], tables: Mapping[str, pd.DataFrame]) -> None:
    """Refuse a GeoPackage that does not hold these layers and tables, and no others.

    A full disk does not always make the writing fail.

    Parameters
    ----------
    path
        The file.
    layers
        Layers in canonical form.
    tables
        Name → table.

    Raises
    ------
    OutputError
        The file is damaged; or a layer or table is missing, is too many, or has another coordinate
        system, other columns or types, other rows or another order of rows, or other cells.
    InputError
        GDAL does not open the file.
    """
    held = {layer.code: layer for layer in layers}
    named = {f"{TABLE}{name}": table for name, table in tables.items()}
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            base.create_function("wkb", 1, _well_known, deterministic=True)
            (state,) = base.execute("PRAGMA quick_check(1)").fetchone()
            if state != "ok":
                raise OutputError("write.failed", path=path, reason=state)
            wrong = [code for code, layer in held.items() if not _holds_layer(base, layer)]
            wrong += [name for name, table in named.items() if not _holds_table(base, name, table)]
    except sqlite3.Error as error:
        raise OutputError("write.failed", path=path, reason=error) from error
    wrong = wrong or sorted({*held, *named}.symmetric_difference(list_layers(path)))
    if wrong:
        raise OutputError("write.differs", path=path, layer=wrong[0].removeprefix(TABLE))


def _holds_layer(base: sqlite3.Connection, layer: Layer) -> bool:
    frame = layer.frame
    told = base.execute(GEOMETRY, (layer.code,)).fetchone()
    if told is None or told[0] != (None if frame.crs is None else frame.crs.to_epsg()):
        return False
    _, place, kind = told
    names = frame.columns.drop(frame.geometry.name)
    fields = {ID: layer.ids} | {str(name): frame[name].to_numpy() for name in names}
    held = {_quoted(name): cells for name, cells in fields.items()}
    held[f"wkb({_quoted(place)})"] = shapely.to_wkb(layer.geometry, byte_order=1, flavor="iso")
    return _holds(base, layer.code, _types(fields) | {place: kind}, held)


def _holds_table(base: sqlite3.Connection, name: str, table: pd.DataFrame) -> bool:
    fields = {str(column): table[column].to_numpy() for column in table.columns}
    held = {_quoted(name): cells for name, cells in fields.items()}
    return _holds(base, name, _types(fields), held)


def _types(fields: Mapping[str, Cells]) -> dict[str, str]:
    return {name: TYPES.get(cells.dtype.kind, "TEXT") for name, cells in fields.items()}


def _holds(
    base: sqlite3.Connection, name: str, types: Mapping[str, str], held: Mapping[str, Cells]
) -> bool:
    """Return whether a table has just these columns, and each expression these values."""
    told = base.execute(f"PRAGMA table_info({_quoted(name)})").fetchall()
    if {column: kind for _, column, kind, _, _, key in told if not key} != types:
        return False
    query = f"SELECT {', '.join(held)} FROM {_quoted(name)} ORDER BY fid"  # noqa: S608  # quoted
    rows = base.execute(query)
    for start in range(0, len(next(iter(held.values()))), ROWS):
        expected = [_plain(cells[start : start + ROWS]) for cells in held.values()]
        if list(zip(*rows.fetchmany(ROWS), strict=True)) != expected:
            return False
    return rows.fetchone() is None


def _plain(cells: Cells) -> tuple[object, ...]:
    """Return cells as SQLite gives them, None where one is missing."""
    values = cells.tolist()
    if cells.dtype.kind in "iu":
        return tuple(values)
    missing = pd.isna(cells).tolist()
    return tuple(None if gone else cell for cell, gone in zip(values, missing, strict=True))


def _well_known(stored: bytes | None) -> bytes | None:
    """Return the well-known binary of a geometry, without what GeoPackage puts before it."""
    return None if stored is None else stored[HEADERS[stored[3] >> 1 & 7] :]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
