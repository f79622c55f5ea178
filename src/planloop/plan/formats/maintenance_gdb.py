"""The maintenance geodatabase: before, change and after of every changed layer.

For a layer L it holds ``WHQ``L, ``WHC``L and ``WHH``L at its root (data standard 1.11; practice, no
national text was seen). In all kinds of layer ``WHQ`` holds the features that a difference touches,
as they were, and ``WHH`` what lies in their place and what came in, as it is now: before without
``WHQ`` and with ``WHH`` is after. The kinds differ in ``WHC``: layers that cover all have the
pieces whose code changed (WHLX 2), layers that cover part those that came in (1) and went out (3).
"""

from __future__ import annotations

import struct
from itertools import count
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from planloop import standard
from planloop.errors import InputError
from planloop.plan.decided import piece_text
from planloop.plan.formats.filegdb import GdbLayer, read_gdb_layer, write_gdb
from planloop.plan.formats.filegdb_check import check_gdb
from planloop.plan.formats.vector import list_layers
from planloop.plan.layer import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from planloop.plan.change_set import ChangeSet
    from planloop.plan.plan import Plan
    from planloop.plan.settings import SchemeSettings

UNSEEN = ("WHLY", "JDZBLY", "KZBSHSLX")
"""Fields whose code lists nobody outside has seen: left empty, and listed as unsettled."""

ID = "BSM"

OWN_FIELDS = {"OBJECTID", "SHAPE"}
"""Fields that a File Geodatabase gives each feature class by itself."""

HEADER = struct.Struct("<6iQ")
"""Start of a table of a File Geodatabase; its last number is the size of the file in bytes."""


def maintained(
    before: Plan, after: Plan, changes: ChangeSet, settings: SchemeSettings
) -> dict[str, gpd.GeoDataFrame]:
    """Return the feature classes of the delivery in the working CRS.

    Parameters
    ----------
    before, after, changes
        The change and the plans around it.
    settings
        ``[delivery] boundary_layers`` says whether the boundary is in; it is not in the list of
        maintainable layers that was seen.

    Returns
    -------
    dict
        Name of the feature class → features, indexed by BSM in ascending order, with BSM as the
        first field. Boundary and zones are there even where nothing changed.
    """
    naming = standard.load().naming
    roles = settings.roles
    codes = {*changes.deltas, *changes.pieces["layer"], roles.boundary, roles.zones}
    if not settings.delivery.boundary_layers:
        codes.discard(roles.boundary)
    found = {}
    for code in sorted(codes & set(before.layers) & set(after.layers)):
        delta = changes.deltas.get(code)
        empty = before.layer(code).frame.iloc[:0]
        old, new = (empty, empty) if delta is None else (delta.old, delta.new)
        found[f"{naming.before}{code}"] = _features(code, old)
        found[f"{naming.change}{code}"] = _change(code, before, changes)
        found[f"{naming.after}{code}"] = _features(code, new)
    return found


def write_maintenance_gdb(path: Path, classes: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write the feature classes of :func:`maintained` to a new File Geodatabase.

    In longitude and latitude (EPSG:4490), with Chinese aliases, exact on the grid. Written in
    place, as :func:`~planloop.plan.formats.filegdb.write_gdb` is.
    """
    write_gdb(path, [_gdb_layer(name, frame) for name, frame in classes.items()])


def check_maintenance_gdb(path: Path, classes: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Refuse a File Geodatabase that does not hold just these feature classes.

    Raises
    ------
    InputError
        The file is unreadable or cut off.
    OutputError
        A feature class differs, is missing or is too many.
    """
    _check_whole(path)
    check_gdb(path, [_gdb_layer(name, frame) for name, frame in classes.items()])


def read_maintenance_gdb(path: Path, epsg: int) -> dict[str, gpd.GeoDataFrame]:
    """Read back what :func:`write_maintenance_gdb` wrote: the same frames, in the working CRS.

    Raises
    ------
    InputError
        The file is missing, unreadable or cut off.
    """
    names = list_layers(path)
    _check_whole(path)
    found = {}
    for name in sorted(names):
        frame = read_gdb_layer(path, name, epsg)
        if ID in frame.columns:
            frame = frame.set_index(pd.Index(frame[ID].astype("str"), name="fid"))
        found[name] = canonical(frame)
    return found


def _check_whole(path: Path) -> None:
    """Compare the size of each table with what its header says: GDAL reads past some losses."""
    for table in sorted(path.glob("a*.gdbtable")):
        head = table.read_bytes()[: HEADER.size]
        if len(head) < HEADER.size or HEADER.unpack(head)[-1] != table.stat().st_size:
            raise InputError("read.truncated", path=path, layer=table.name)


def _features(code: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return records of the plan with the standard's fields first, in its order."""
    table = frame if ID in frame.columns else frame.assign(**{ID: frame.index.astype("str")})
    table = table.rename(columns=_renamed(table))
    known = [spec.field for spec in standard.load().fields(code)]
    rest = [name for name in table.columns if name not in {*known, table.geometry.name}]
    order = [ID, *(name for name in (*known, *rest) if name in table.columns and name != ID)]
    return gpd.GeoDataFrame(table[[*order, table.geometry.name]], crs=frame.crs)


def _renamed(frame: gpd.GeoDataFrame) -> dict[str, str]:
    """Return new names of fields that are called as a File Geodatabase calls its own.

    They get a number behind, as ArcGIS does.
    """
    taken = {str(name).upper() for name in frame.columns}
    found = {}
    for name in frame.columns.drop(frame.geometry.name):
        if str(name).upper() in OWN_FIELDS:
            free = (f"{name}_{number}" for number in count(1))
            found[name] = next(item for item in free if item.upper() not in taken)
            taken.add(found[name].upper())
    return found


def _change(code: str, before: Plan, changes: ChangeSet) -> gpd.GeoDataFrame:
    """Return the pieces of a layer with the fields of the change layers."""
    table = standard.load()
    region = before.region
    pieces = changes.of(code).sort_index()
    serials = range(1, len(pieces) + 1)
    values: dict[str, object] = {
        ID: [table.naming.feature_id(region.code, serial) for serial in serials],
        "YSDM": _feature_code(code, before),
        "XZQDM": region.code,
        "XZQMC": region.name,
        "WHLX": pieces["kind"].to_numpy(dtype=object),
        "WHBH": [str(piece).removeprefix(f"{code}-") for piece in pieces.index],
        "BZ": [_cut(piece_text(row, "zh"), "BZ") for row in pieces.to_dict("records")],
    }
    index = pd.Index(values[ID], name="fid", dtype="str")
    columns = {
        spec.field: pd.Series(values.get(spec.field), index=index, dtype="str")
        for spec in table.maintenance_fields
    }
    geometry = np.asarray(pieces.geometry.array, dtype=object)
    crs = f"EPSG:{region.epsg}"
    return canonical(gpd.GeoDataFrame(columns, geometry=geometry, crs=crs, index=index))


def _feature_code(code: str, before: Plan) -> str | None:
    """Return the feature code (YSDM) of a layer: the standard's, else the one its features have."""
    specs = standard.load().layers
    if code in specs and specs[code].ysdm:
        return specs[code].ysdm
    held = pd.Series(before.layer(code).values("YSDM"), dtype="str").dropna()
    return str(held.mode().iloc[0]) if len(held) else None


def _cut(text: str, field: str) -> str:
    """Return a text no longer than the field."""
    (width,) = (spec.length for spec in standard.load().maintenance_fields if spec.field == field)
    return text if len(text) <= width else text[: width - 1] + "…"


def _gdb_layer(name: str, frame: gpd.GeoDataFrame) -> GdbLayer:
    table = standard.load()
    naming = table.naming
    titles = {naming.before: "维护前", naming.change: "维护变化", naming.after: "维护后"}
    prefix = next(item for item in titles if name.startswith(item))
    code = name.removeprefix(prefix)
    title = table.layers[code].name_zh if code in table.layers else code
    specs = table.maintenance_fields if prefix == naming.change else table.fields(code)
    text = {spec.field: spec.length for spec in specs if spec.type in {"Char", "VarChar"}}
    return GdbLayer(
        name=name,
        alias=f"{title}（{titles[prefix]}）",
        frame=frame,
        aliases={spec.field: spec.alias_zh for spec in specs},
        widths={
            field: max(length, int(frame[field].str.len().max() or 0))
            for field, length in text.items()
            if length and field in frame.columns and frame[field].notna().any()
        },
    )
