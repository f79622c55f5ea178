"""Relabelled faces become features again, and the change set that leads to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop import standard
from planloop.geometry.area import area_dm2
from planloop.geometry.grid import snap_geometry
from planloop.plan.change_set import LayerDelta
from planloop.plan.layer import Layer, canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.geometry.fabric import Fabric
    from planloop.plan.region import Region


@dataclass(frozen=True, slots=True, eq=False)
class Relabelling:
    """What changes in one layer, on the faces of the fabric.

    Parameters
    ----------
    layer
        The layer before.
    faces
        Faces that change, shape (k,).
    code
        Code that each gets, shape (k,); None where the face leaves the layer. A layer without a
        code list (a city line) has its kinds, in words, for codes.
    group
        What each face moved for (a project, a parcel), shape (k,): faces of one code, one group and
        one connected patch become one new feature.
    code_field, name_field
        Fields that hold the code and its name; no name where the code is one itself.
    names
        Code → name.
    given
        Group → fields that land of it gets beside these, by name; fields that the layer does not
        have are left out.
    """

    layer: Layer
    faces: NDArray[np.int64]
    code: NDArray[np.object_]
    group: NDArray[np.object_]
    code_field: str
    name_field: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Redrawn:
    """A layer after relabelling.

    Parameters
    ----------
    delta
        Records that leave and enter.
    after_id
        Identifier of the feature that each relabelled face lies in afterwards, shape (k,); None
        where it left the layer.
    """

    delta: LayerDelta
    after_id: NDArray[np.object_]


def redraw(fabric: Fabric, region: Region, change: Relabelling) -> Redrawn:
    """Make features of relabelled faces, by the standard's rules for splitting and merging.

    Features are single part. The largest part of what is left of a feature keeps its identifier
    (ties: the lower x, then y of a point on it); other parts and land that enters get new
    identifiers after the layer's maximum, in descending order of area, then by position. New parts
    inherit every field of the feature but identifiers and areas, which are computed anew.
    """
    labels = fabric.labels[change.layer.code]
    touched = np.unique(labels.of_face[change.faces])
    touched = touched[touched >= 0]
    moved = np.zeros(len(fabric), dtype=bool)
    moved[change.faces] = True
    left = {
        number: labels.faces(number)[~moved[labels.faces(number)]] for number in touched.tolist()
    }
    records = change.layer.frame.reset_index(names="fid").to_dict("records")
    kept: list[dict[str, object]] = []
    new: list[tuple[dict[str, object], shapely.Polygon, NDArray[np.int64]]] = []
    for number, faces in left.items():
        parts = _parts(fabric, faces)
        for rank, (shape, _) in enumerate(parts):
            record = records[number] | {"geometry": shape}
            if rank == 0:
                kept.append(record)
            else:
                new.append((record, shape, np.zeros(0, dtype=np.int64)))
    template = dict.fromkeys(records[0]) if records else {}
    after_id = np.full(len(fabric), None, dtype=object)
    for faces, code, group in _entering(fabric, change):
        record = template | _common(change, region, code, group)
        for shape, members in _parts(fabric, faces):
            new.append((record | {"geometry": shape}, shape, members))
    sizes = _sizes([item[1] for item in new], fabric.epsg)
    order = sorted(range(len(new)), key=lambda index: (-sizes[index], *_place(new[index][1])))
    for serial, index in enumerate(order, start=_highest(change.layer) + 1):
        record, _, members = new[index]
        fid = standard.load().naming.feature_id(region.code, serial)
        record["fid"] = fid
        if "BSM" in record:
            record["BSM"] = fid
        after_id[members] = fid
    frame = _frame([*kept, *(item[0] for item in new)], change.layer, fabric.epsg)
    old = change.layer.frame.iloc[touched]
    return Redrawn(LayerDelta(change.layer.code, old, frame), after_id[change.faces])


def _entering(fabric: Fabric, change: Relabelling) -> list[tuple[NDArray[np.int64], str, str]]:
    """Return the faces that enter with their code and group, by these, in a fixed order."""
    keys = sorted(
        {
            (str(code), str(group))
            for code, group in zip(change.code, change.group, strict=True)
            if code is not None
        }
    )
    found = []
    for code, group in keys:
        chosen = (change.code == code) & (change.group == group)
        mask = np.zeros(len(fabric), dtype=bool)
        mask[change.faces[chosen]] = True
        found += [(faces, code, group) for faces in fabric.patches(mask)]
    return found


def _parts(
    fabric: Fabric, faces: NDArray[np.int64]
) -> list[tuple[shapely.Polygon, NDArray[np.int64]]]:
    """Return the single parts that faces dissolve to, the largest first, with their faces."""
    if not len(faces):
        return []
    mask = np.zeros(len(fabric), dtype=bool)
    mask[faces] = True
    # The union of faces that hang together by edges is one polygon, of which GEOS's coverage union
    # is many times faster than that by disjoint subsets.
    parts = [
        (shapely.normalize(shapely.coverage_union_all(fabric.faces[members])), members)
        for members in fabric.patches(mask)
    ]
    sizes = _sizes([item[0] for item in parts], fabric.epsg)
    order = sorted(range(len(parts)), key=lambda index: (-sizes[index], *_place(parts[index][0])))
    return [parts[index] for index in order]


def _sizes(shapes: Sequence[shapely.Polygon], epsg: int) -> list[int]:
    if not shapes:
        return []
    return [int(size) for size in area_dm2(np.array(shapes, dtype=object), epsg=epsg)]


def _place(shape: shapely.Polygon) -> tuple[float, float]:
    point = shapely.point_on_surface(shape)
    return float(point.x), float(point.y)


def _common(change: Relabelling, region: Region, code: str, group: str) -> dict[str, object]:
    """Return the fields of land that enters a layer."""
    frame = change.layer.frame
    values: dict[str, object] = {"XZQDM": region.code, "XZQMC": region.name}
    values |= change.given.get(group, {})
    values[change.code_field] = code
    if change.name_field is not None:
        values[change.name_field] = change.names[code]
    spec = standard.load().layer(change.layer.code)
    if spec.ysdm:
        values["YSDM"] = spec.ysdm
    elif "YSDM" in frame.columns and frame["YSDM"].notna().any():
        values["YSDM"] = str(frame["YSDM"].dropna().mode().iloc[0])
    return {name: value for name, value in values.items() if name in frame.columns}


def _highest(layer: Layer) -> int:
    """Return the highest serial among the layer's identifiers."""
    serials = [int(fid[-8:]) for fid in layer.ids if fid[-8:].isdecimal()]
    return max(serials, default=0)


def _frame(records: Sequence[dict[str, object]], layer: Layer, epsg: int) -> gpd.GeoDataFrame:
    """Return records as a frame in canonical form with the layer's columns and types."""
    source = layer.frame
    columns = [str(name) for name in source.columns if name != source.geometry.name]
    geometry = snap_geometry(np.array([item["geometry"] for item in records], dtype=object))
    table = pd.DataFrame(
        {
            name: pd.Series([item[name] for item in records], dtype=object).astype(
                source[name].dtype
            )
            for name in columns
        }
    )
    table.index = pd.Index([str(item["fid"]) for item in records], name="fid")
    for name in ("MJ", "TBMJ", "TBDLMJ"):
        if name in columns:
            table[name] = area_dm2(geometry, epsg=epsg) / 100.0
    return canonical(gpd.GeoDataFrame(table, geometry=geometry, crs=source.crs))
