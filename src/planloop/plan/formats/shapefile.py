"""Shapefile with Chinese texts in GBK."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from planloop.errors import OutputError
from planloop.plan.formats.staging import staged

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.layer import Layer

ENCODING = "GBK"
NAME_BYTES = 10
TEXT_BYTES = 254
LARGEST_FLOAT, LARGEST_INT = 1e15, 10**18
"""Beyond these the dBASE table drops digits without a word."""

ID = "BSM"
"""Field of the identifier; filled from the index where the layer has no such field."""


def write_shapefile(path: Path, layer: Layer) -> None:
    """Write a layer to a new shapefile, in the layer's CRS, texts in GBK with a ``.cpg``.

    A shapefile cannot tell an empty text from a missing one, keeps 15 decimals of a number, and
    names fields with at most 10 bytes. What it would cut or replace silently is refused.

    Parameters
    ----------
    path
        The ``.shp`` to write; must not exist.
    layer
        Layer in canonical form. Identifiers go into the field BSM.

    Raises
    ------
    OutputError
        A field name, text or number does not fit; the layer mixes kinds of geometry; the file
        exists or cannot be written. Nothing is left behind.
    """
    table = table_with_id(layer)
    _check_names(path, layer.code, table)
    _check_values(path, layer, table)
    kinds = sorted({shape.geom_type.removeprefix("Multi") for shape in layer.geometry})
    if len(kinds) > 1:
        raise OutputError(
            "write.mixed-geometry", path=path, layer=layer.code, kinds=", ".join(kinds)
        )
    frame = gpd.GeoDataFrame(table, geometry=layer.geometry, crs=layer.frame.crs)
    with staged(path, features=len(layer)) as aside:
        pyogrio.write_dataframe(
            frame,
            aside,
            driver="ESRI Shapefile",
            encoding=ENCODING,
            geometry_type=kinds[0] if kinds else "Polygon",
            layer_options={"2GB_LIMIT": "YES"},
        )


def table_with_id(layer: Layer) -> pd.DataFrame:
    """Return a layer's fields without geometry, the identifier among them, rows numbered."""
    table = pd.DataFrame(layer.frame.drop(columns=layer.frame.geometry.name)).reset_index(drop=True)
    if ID not in table.columns:
        table.insert(0, ID, pd.Series(layer.ids, dtype="str"))
    return table


def _check_names(path: Path, code: str, table: pd.DataFrame) -> None:
    seen: set[str] = set()
    for name in map(str, table.columns):
        size = len(name.encode(ENCODING, errors="replace"))
        if size > NAME_BYTES or name.upper() in seen or not _encodes(name):
            raise OutputError(
                "write.field-name", path=path, layer=code, field=name, limit=NAME_BYTES
            )
        seen.add(name.upper())


def _check_values(path: Path, layer: Layer, table: pd.DataFrame) -> None:
    for name in table.columns:
        column = table[name]
        if pd.api.types.is_numeric_dtype(column.dtype):
            _check_numbers(path, layer, name, column)
        else:
            _check_texts(path, layer, name, column)


def _check_numbers(path: Path, layer: Layer, name: str, column: pd.Series) -> None:
    whole = pd.api.types.is_integer_dtype(column.dtype)
    limit = LARGEST_INT if whole else LARGEST_FLOAT
    wrong = np.flatnonzero((column.abs() >= limit).to_numpy(dtype=bool))
    if len(wrong):
        raise OutputError(
            "write.number-too-large",
            path=path,
            layer=layer.code,
            feature=str(layer.ids[wrong[0]]),
            field=name,
            value=column.iloc[int(wrong[0])],
        )


def _check_texts(path: Path, layer: Layer, name: str, column: pd.Series) -> None:
    for feature, value in zip(layer.ids, column, strict=True):
        if pd.isna(value):
            continue
        text = str(value)
        if not _encodes(text):
            raise OutputError(
                "write.not-in-encoding",
                path=path,
                layer=layer.code,
                feature=str(feature),
                field=name,
                value=text,
                encoding=ENCODING,
            )
        length = len(text.encode(ENCODING))
        if length > TEXT_BYTES:
            raise OutputError(
                "write.text-too-long",
                path=path,
                layer=layer.code,
                feature=str(feature),
                field=name,
                length=length,
                limit=TEXT_BYTES,
            )


def _encodes(text: str) -> bool:
    try:
        text.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True
