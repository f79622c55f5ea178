"""The files of a written scheme: which there are, their bytes, and plans that can be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.errors import InputError
from planloop.plan import written
from planloop.plan.decided import PARCELS, PIECES, PROJECTS, pieces_of
from planloop.plan.finding import Finding, Severity
from planloop.plan.formats.geopackage import read_layers, read_tables
from planloop.plan.intake import quota_of
from planloop.plan.plan import Plan
from planloop.plan.region import Region

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from planloop.plan.layer import Layer
    from planloop.plan.scheme_document import SchemeDocument
    from planloop.plan.settings import SchemeSettings

WORKING = range(4534, 4555)
"""CRS that a plan may be kept in: 3° Gauss-Krüger zones without zone prefix."""


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """What ``decisions.gpkg`` holds.

    Parameters
    ----------
    pieces
        The pieces of the change set.
    piece_frame
        Their layer as it stands in the file.
    parcels
        The decisions on parcels.
    projects
        The decisions on projects.
    """

    pieces: gpd.GeoDataFrame
    piece_frame: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    projects: pd.DataFrame


def file_findings(
    directory: Path, document: SchemeDocument, settings: SchemeSettings
) -> Iterator[Finding]:
    """Find files that are missing, of no part, no plain files, or of other bytes than stated."""
    names = set(written.file_names(settings))
    present = {item.name: item for item in sorted(directory.iterdir())}
    for name in sorted(names - set(present)):
        yield _file("written-missing", name)
    for name in sorted(set(present) - names):
        yield _file("written-unlisted", name)
    for name in sorted(names & set(present)):
        path = present[name]
        inner = sorted(path.rglob("*")) if path.is_dir() and not path.is_symlink() else []
        if any(
            item.is_symlink() or not (item.is_file() or item.is_dir()) for item in [path, *inner]
        ):
            yield _file("written-foreign", name)
    for name in sorted({*document.files, *written.HASHED}):
        told = document.files.get(name)
        found = None
        if name in written.HASHED and (directory / name).is_file():
            found = written.file_digest(directory / name)
        if told != found and (name in present or name not in names):
            yield _file("written-bytes", name, told=str(told), found=str(found))


def _file(code: str, name: str, **numbers: str) -> Finding:
    return Finding(code, Severity.ERROR, "", numbers={"file": name, **numbers})


def region_of(settings: SchemeSettings, document: SchemeDocument) -> Region:
    """Return the region of the settings, in the working CRS that the document names.

    Raises
    ------
    InputError
        That is no CRS to work in.
    """
    epsg = document.region.epsg
    if epsg not in WORKING:
        raise InputError(
            "written.not-a-scheme", path=written.DOCUMENT, field="region.epsg", reason=epsg
        )
    declared = settings.region.declared_area_km2
    area = None if declared is None else declared * 1e6
    return Region(settings.region.code, settings.region.name, epsg, area)


def plan_of(
    path: Path, region: Region, settings: SchemeSettings, found: list[Finding]
) -> Plan | None:
    """Read a plan; None, with findings, where a geometry of it cannot be used.

    Raises
    ------
    InputError
        The file is missing or unreadable.
    """
    layers = read_layers(path)
    tables = read_tables(path)
    usable = [item for layer in layers.values() for item in _unusable(path.name, layer, region)]
    found += usable
    if usable:
        return None
    if "projects" not in tables or not {"number", "name"} <= set(tables["projects"].columns):
        raise InputError("read.missing-layer", path=path, layer="table_projects", present="-")
    return Plan(region, layers, tables, quota_of(settings))


def read_decided(path: Path, region: Region, found: list[Finding]) -> Decided | None:
    """Read ``decisions.gpkg``; None, with findings, where a geometry of it cannot be used.

    Raises
    ------
    InputError
        The file is missing, unreadable, or has not what it should.
    """
    layers, tables = read_layers(path), read_tables(path)
    present = ", ".join([*layers, *tables])
    for name in (PIECES, PARCELS, PROJECTS):
        if name not in (*layers, *tables):
            raise InputError("read.missing-layer", path=path, layer=name, present=present)
    unusable = [item for layer in layers.values() for item in _unusable(path.name, layer, region)]
    found += unusable
    if unusable:
        return None
    pieces = pieces_of(layers[PIECES])
    return Decided(pieces, layers[PIECES].frame, layers[PARCELS].frame, tables[PROJECTS])


def _unusable(file: str, layer: Layer, region: Region) -> Iterator[Finding]:
    crs = layer.frame.crs
    epsg = None if crs is None else crs.to_epsg()
    if epsg != region.epsg:
        numbers = {"file": file, "told": epsg, "found": region.epsg}
        yield Finding("written-crs", Severity.ERROR, layer.code, numbers=numbers)
        return
    shapes = layer.geometry
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    areal = np.isin(shapely.get_type_id(shapes), (3, 6))
    bad = missing | (areal & ~shapely.is_valid(shapes))
    for number in np.flatnonzero(bad):
        reason = "-" if missing[number] else str(shapely.is_valid_reason(shapes[number]))
        ids = (str(layer.ids[number]),)
        numbers = {"file": file, "reason": reason}
        yield Finding("written-geometry", Severity.ERROR, layer.code, ids, numbers=numbers)


def layer_findings(
    file: str, found: Mapping[str, str], told: Mapping[str, str]
) -> Iterator[Finding]:
    """Find layers and tables whose content is not that of the stated digest."""
    for name in sorted({*found, *told}):
        if found.get(name) != told.get(name):
            numbers = {
                "file": file,
                "told": told.get(name, "–")[:12],
                "found": found.get(name, "–")[:12],
            }
            yield Finding("written-layer", Severity.ERROR, name, numbers=numbers)
