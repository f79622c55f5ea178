"""GeoPackage: layers of a plan, written and read back to the bit."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from planloop import standard
from planloop.errors import InputError
from planloop.plan.formats.vector import list_layers, read_layer
from planloop.plan.layer import Layer, canonical, canonical_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

ID = "planloop_id"
"""Column that holds the feature identifier; GeoPackage wants whole numbers as its own."""

TABLE = "table_"
"""Begins the name of each table without geometry."""

VERSION = "1.3"
"""Newest version that QGIS 3.22 reads without a warning."""


def write_layers(
    path: Path, layers: Iterable[Layer], tables: Mapping[str, pd.DataFrame] | None = None
) -> None:
    """Write layers, and tables without geometry, to a new GeoPackage.

    Written in place: call it in a folder of :func:`~planloop.plan.formats.staging.staged_folder`,
    and read back what matters.

    Parameters
    ----------
    path
        File to write; must not exist.
    layers
        Layers in canonical form.
    tables
        Name → table.
    """
    with _unsynced():
        _write_layers(path, layers)
        for name, table in (tables or {}).items():
            _write(table, path, layer=f"{TABLE}{name}")


def replace_layers(path: Path, layers: Iterable[Layer]) -> None:
    """Put layers into a GeoPackage, in the place of those of the same code; all others stay.

    Written in place, as :func:`write_layers` is.

    Parameters
    ----------
    path
        A file that :func:`write_layers` wrote.
    layers
        Layers in canonical form.
    """
    with _unsynced():
        _write_layers(path, layers)


@contextmanager
def _unsynced() -> Iterator[None]:
    """Let SQLite not wait for the disk at each layer: whoever puts the file in place syncs it.

    Waiting takes most of the time that writing a plan takes.
    """
    name = "OGR_SQLITE_SYNCHRONOUS"
    held = pyogrio.get_gdal_config_option(name)
    pyogrio.set_gdal_config_options({name: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({name: held})


def _write_layers(path: Path, layers: Iterable[Layer]) -> None:
    specs = standard.load().layers
    for layer in layers:
        name = specs[layer.code].name_zh if layer.code in specs else layer.code
        _write(
            layer.frame.reset_index(names=ID),
            path,
            layer=layer.code,
            geometry_type=_geometry_type(layer),
            promote_to_multi=False,
            layer_options={"IDENTIFIER": name, "DESCRIPTION": name},
        )


def _write(table: pd.DataFrame, path: Path, **options: object) -> None:
    """Write one layer or table; one of the same name goes, the rest of the file stays."""
    told = {"driver": "GPKG", "dataset_options": {"VERSION": VERSION}}
    pyogrio.write_dataframe(table, path, use_arrow=True, **told, **options)


def read_layers(path: Path) -> dict[str, Layer]:
    """Read back the layers that :func:`write_layers` wrote, to the bit.

    Raises
    ------
    InputError
        The file is missing, unreadable, or not written by planloop.
    """
    found = {}
    for name in list_layers(path):
        if name.startswith(TABLE):
            continue
        frame, _ = read_layer(path, name)
        if ID not in frame.columns:
            raise InputError("read.not-ours", path=path, layer=name)
        if frame[ID].duplicated().any():
            row = int(frame[ID].duplicated().to_numpy().argmax()) + 1
            raise InputError("read.duplicate-id", path=path, layer=name, row=row)
        found[name] = Layer(name, canonical(frame.set_index(ID)))
    return found


def read_tables(path: Path) -> dict[str, pd.DataFrame]:
    """Read back the tables that :func:`write_layers` wrote.

    Raises
    ------
    InputError
        The file is missing or unreadable.
    """
    found = {}
    for name in list_layers(path):
        if name.startswith(TABLE):
            try:
                table = pyogrio.read_dataframe(path, layer=name)
            except (DataLayerError, DataSourceError, OSError, ValueError) as error:
                reason = " ".join(str(error).split())[:300]
                key = "read.unreadable"
                raise InputError(key, path=path, layer=name, reason=reason) from error
            found[name.removeprefix(TABLE)] = canonical_table(table)
    return found


def canonical_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with columns of type text, int64 or float64 only."""
    return pd.DataFrame({str(name): canonical_column(table[name]) for name in table.columns})


def _geometry_type(layer: Layer) -> str:
    kinds = set(gpd.GeoSeries(layer.geometry).geom_type)
    if kinds <= {"Polygon"}:
        return "Polygon"
    return kinds.pop() if len(kinds) == 1 else "Unknown"
