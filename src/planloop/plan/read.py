"""Read every source of a scheme: projected, on the grid, checked; not yet noded together."""

from __future__ import annotations

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
from planloop.plan.crs import (
    GEOGRAPHIC,
    check_datum,
    check_place,
    transform,
    working_epsg,
    zone_shares,
)
from planloop.plan.fields import typed
from planloop.plan.finding import Finding, Severity
from planloop.plan.formats.vector import read_layer
from planloop.plan.formats.workbook import read_table
from planloop.plan.layer import Layer, canonical
from planloop.plan.mapping import apply_source, read_mapping
from planloop.plan.projects import check_projects
from planloop.plan.region import Region
from planloop.plan.shapes import check_near, check_shapes, check_valid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.plan.mapping import Source
    from planloop.plan.settings import SchemeSettings
    from planloop.progress import Progress


@dataclass(frozen=True, slots=True, eq=False)
class SourceLayer:
    """One layer as read.

    Parameters
    ----------
    layer
        The layer in canonical form: working CRS, on the grid, single parts.
    source
        File and layer it came from.
    crs
        CRS of the source and the assumption on its datum.
    exploded
        Multi-part features taken apart.
    wkb
        Well-known binary of each feature as it stood in the source, in its CRS.
    """

    layer: Layer
    source: str
    crs: str
    exploded: int
    wkb: tuple[bytes, ...]


TABLES = {
    "projects": "projects",
    "approved_projects": "projects",
    "assessment": "assessment",
    "indicators": "indicators",
    "clauses": "clauses",
}
"""Tables of a scheme, by the setting that names the file, and the kind of table each is."""


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Everything that a scheme reads.

    Parameters
    ----------
    region
        The region, with the working CRS.
    layers
        Layer code → layer as read.
    tables
        Those of :data:`TABLES` that are named; ``projects`` always.
    zone_shares
        3° zone → share of the region.
    findings
        What was found while reading.
    """

    region: Region
    layers: Mapping[str, SourceLayer]
    tables: Mapping[str, pd.DataFrame]
    zone_shares: Mapping[int, float]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Raw:
    source: Source
    code: str
    frame: gpd.GeoDataFrame
    crs: str
    name: str


def read_sources(settings: SchemeSettings, progress: Progress) -> Sources:
    """Read all files of a scheme.

    Raises
    ------
    InputError, SettingsError
        A file, layer, field, code, geometry, table or coordinate system cannot be used.
    """
    mapping = read_mapping(settings.inputs.mapping)
    findings: list[Finding] = []
    raws: dict[str, list[_Raw]] = {}
    for number, source in enumerate(mapping.source):
        progress("read", number, len(mapping.source))
        raw = _raw(source, findings)
        raws.setdefault(raw.code, []).append(raw)
    progress("read", len(mapping.source), len(mapping.source))
    code = settings.region.code
    region_raw = raws.get(settings.roles.region)
    if region_raw is None:
        key = "plan.missing-layer"
        raise InputError(key, layer=settings.roles.region, present=", ".join(sorted(raws)))
    shares = zone_shares(_degrees(region_raw))
    chosen = settings.region.working_crs
    epsg = working_epsg(shares) if chosen == "auto" else int(chosen)
    declared = settings.region.declared_area_km2
    region = Region(code, settings.region.name, epsg, None if declared is None else declared * 1e6)
    layers = {name: _layer(name, group, region, findings) for name, group in raws.items()}
    around = layers[settings.roles.region].layer.geometry
    for item in layers.values():
        check_near(item.layer, around, item.source)
    files = settings.inputs.files
    tables = {name: read_table(files[name], kind) for name, kind in TABLES.items() if name in files}
    held = {name: item.layer for name, item in layers.items()}
    findings += check_projects(tables["projects"], held, settings)
    return Sources(region, layers, tables, shares, tuple(findings))


def _raw(source: Source, findings: list[Finding]) -> _Raw:
    code = standard.load().layer(source.to).code
    frame, notes = read_layer(source.path, source.layer, encoding=source.encoding)
    name = f"{source.path.name}:{source.layer}" if source.layer else source.path.name
    findings += [Finding(note, Severity.INFO, code, numbers={"source": name}) for note in notes]
    if source.crs is not None:
        frame = frame.set_crs(source.crs, allow_override=True)
    where: dict[str, Any] = {"path": source.path, "layer": source.layer or source.to}
    crs = check_datum(None if frame.crs is None else pyproj.CRS(frame.crs), source.datum, where)

    def check(chosen: gpd.GeoDataFrame) -> None:
        if not len(chosen):
            raise InputError("read.empty-layer", **where)
        check_shapes(chosen, code, where, as_drawn=source.dissolve)
        check_place(np.asarray(chosen.geometry.array, dtype=object), pyproj.CRS(chosen.crs), where)

    frame = typed(code, apply_source(source, frame, check), {"path": source.path})
    return _Raw(source, code, frame, crs, name)


def _degrees(raws: list[_Raw]) -> NDArray[np.object_]:
    return np.concatenate(
        [
            transform(
                np.asarray(raw.frame.geometry.array, dtype=object), _wkt(raw.frame), GEOGRAPHIC
            )
            for raw in raws
        ]
    )


def _wkt(frame: gpd.GeoDataFrame) -> str:
    epsg = frame.crs.to_epsg()
    return f"EPSG:{epsg}" if epsg else str(frame.crs.to_wkt())


def _layer(code: str, raws: list[_Raw], region: Region, findings: list[Finding]) -> SourceLayer:
    frames, wkb, exploded = [], [], 0
    for raw in raws:
        shapes = np.asarray(raw.frame.geometry.array, dtype=object)
        parts, owner = shapely.get_parts(
            snap_geometry(transform(shapes, _wkt(raw.frame), region.epsg)), return_index=True
        )
        exploded += int((shapely.get_num_geometries(shapes) > 1).sum())
        table = raw.frame.drop(columns=raw.frame.geometry.name).iloc[owner]
        frames.append(gpd.GeoDataFrame(table, geometry=parts, crs=f"EPSG:{region.epsg}"))
        wkb += list(shapely.to_wkb(shapes[owner]))
        where: dict[str, Any] = {"path": raw.source.path, "layer": code}
        check_valid(parts, table.index.to_numpy(), "read.invalid-on-grid", where)
    frame = gpd.GeoDataFrame(pd.concat(frames), crs=f"EPSG:{region.epsg}")
    ids = _identifiers(code, frame, region, findings)
    order = np.argsort(ids, kind="stable")
    frame.index = pd.Index(ids, name="fid")
    if "BSM" in frame.columns:
        frame["BSM"] = ids
    if exploded:
        numbers = {"count": exploded}
        findings.append(Finding("exploded", Severity.INFO, code, numbers=numbers))
    return SourceLayer(
        layer=Layer(code, canonical(frame)),
        source="; ".join(raw.name for raw in raws),
        crs="; ".join(dict.fromkeys(raw.crs for raw in raws)),
        exploded=exploded,
        wkb=tuple(wkb[index] for index in order),
    )


def _identifiers(
    code: str, frame: gpd.GeoDataFrame, region: Region, findings: list[Finding]
) -> list[str]:
    """Return the source's identifiers where they are whole and unique, new ones otherwise."""
    if "BSM" in frame.columns:
        stored = frame["BSM"]
        texts = [None if pd.isna(item) else str(item).strip() for item in stored]
        if all(texts) and len(set(texts)) == len(texts):
            return [str(text) for text in texts]
    naming = standard.load().naming
    findings.append(
        Finding("identifiers-assigned", Severity.INFO, code, numbers={"count": len(frame)})
    )
    return [naming.feature_id(region.code, serial) for serial in range(1, len(frame) + 1)]
