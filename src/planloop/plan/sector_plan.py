"""A sector plan as it stands in a file: its sites in the working CRS, good or flawed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError

from planloop import standard
from planloop.errors import InputError
from planloop.geometry.grid import snap_geometry
from planloop.plan.crs import check_datum, check_place, transform
from planloop.plan.finding import Finding, Severity
from planloop.plan.formats.coordinate_txt import SUFFIX, read_coordinates
from planloop.plan.formats.vector import list_layers, read_layer
from planloop.plan.layer import Layer
from planloop.plan.sector_sites import TABLE, sites_in
from planloop.plan.shapes import check_near
from planloop.plan.site import AREAS, LINES, POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from planloop.plan.region import Region
    from planloop.plan.site import Project, Site

MOST_SITES = 100_000
"""Most features that one plan may have."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a sector plan is to be read: what its file does not say of itself.

    Parameters
    ----------
    layer
        Layer to read; all that have a geometry if it is None.
    crs
        Coordinate system, where the file states none or a wrong one.
    datum
        The assumption, in words, under which another datum is taken as CGCS2000.
    width
        Width of lines without one, m.
    sector
        Sector of sites without one.
    """

    layer: str | None = None
    crs: str | None = None
    datum: str | None = None
    width: float | None = None
    sector: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SectorPlan:
    """The sites of a sector plan.

    Parameters
    ----------
    name
        Name of the file.
    crs
        Coordinate systems of its layers, and the assumption on their datum.
    sites
        One for each project that its features name, and for each feature that names none.
    findings
        What was found while reading.
    """

    name: str
    crs: str
    sites: tuple[Site, ...]
    findings: tuple[Finding, ...]


def read_sector_plan(
    path: Path,
    region: Region,
    around: NDArray[np.object_],
    projects: Mapping[str, Project],
    reading: Reading | None = None,
) -> SectorPlan:
    """Read a sector plan.

    Parameters
    ----------
    path
        A vector file (.gpkg, .shp, .gdb, .geojson, or a .zip of one), or a coordinate file (.txt).
    region
        The region, with the working CRS.
    around
        Polygons of the region in the working CRS.
    projects
        Projects of the plan's list by number; what the file does not say of one is taken from here.
    reading
        What the file does not say of itself.

    Raises
    ------
    InputError
        The file cannot be read, has no features, or too many; its coordinate system is unknown or
        cannot be used; it lies far from the region; or the sector asked for does not exist.
    """
    how = reading or Reading()
    _check_reading(how)
    findings: list[Finding] = []
    systems: list[str] = []
    drawn: list[tuple[str, gpd.GeoDataFrame]] = []
    for layer, frame in _frames(path, how, findings):
        where: dict[str, Any] = {"path": path} | ({"layer": layer} if layer else {})
        if len(frame):
            systems.append(_system(frame, how, where))
            drawn.append((layer, _projected(frame, region, where)))
    count = sum(len(frame) for _, frame in drawn)
    if not count:
        raise InputError("sector.empty", path=path)
    if count > MOST_SITES:
        raise InputError("sector.too-many", path=path, count=count, limit=MOST_SITES)
    for _, frame in drawn:
        good = frame[frame["flaw"] == ""]
        if len(good):
            check_near(Layer(TABLE, good), around, path.name)
    sites = tuple(sites_in(drawn, projects, how, findings))
    return SectorPlan(path.name, "; ".join(dict.fromkeys(systems)), sites, tuple(findings))


def _check_reading(how: Reading) -> None:
    sectors = standard.load().sectors
    if how.sector is not None and how.sector not in sectors:
        raise InputError("sector.unknown", sector=how.sector, sectors=", ".join(sectors))
    if how.crs is not None:
        try:
            pyproj.CRS.from_user_input(how.crs)
        except CRSError as error:
            raise InputError("sector.crs", crs=how.crs) from error


def _frames(
    path: Path, how: Reading, findings: list[Finding]
) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Yield the name and the features of each layer, rows numbered from 1."""

    def note(code: str, source: str) -> None:
        findings.append(Finding(code, Severity.INFO, TABLE, numbers={"source": source}))

    if path.suffix.lower() == SUFFIX:
        frame, notes = read_coordinates(path, crs=how.crs)
        for code in notes:
            note(code, path.name)
        yield "", frame
        return
    for layer in [how.layer] if how.layer else list_layers(path):
        try:
            frame, notes = read_layer(path, layer)
        except InputError as error:
            if error.key != "read.no-geometry" or how.layer:
                raise
            note("sector-plan-table", layer)
            continue
        for code in notes:
            note(code, layer)
        if how.crs is not None:
            frame = frame.set_crs(how.crs, allow_override=True)
        yield layer, frame.set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)


def _system(frame: gpd.GeoDataFrame, how: Reading, where: Mapping[str, Any]) -> str:
    if frame.crs is None:
        raise InputError("sector.no-crs", **where)
    try:
        return check_datum(pyproj.CRS(frame.crs), how.datum, where)
    except InputError as error:
        if error.key == "read.datum-unstated":
            told: dict[str, Any] = {**where, **error.params}
            raise InputError("sector.datum-unstated", **told) from error
        raise


def _projected(
    frame: gpd.GeoDataFrame, region: Region, where: Mapping[str, Any]
) -> gpd.GeoDataFrame:
    """Return features in the working CRS, on the grid, with ``flaw`` and ``flaw_reason``.

    A flaw is an entry ``flaw-…`` of the messages on conformity, empty where there is none.
    """
    shapes = np.asarray(frame.geometry.array, dtype=object).copy()
    flaws = np.full(len(frame), "", dtype=object)
    reasons = np.full(len(frame), "", dtype=object)

    def mark(wrong: NDArray[np.bool_], flaw: str, told: NDArray[np.object_] | None = None) -> None:
        fresh = wrong & (flaws == "")
        flaws[fresh] = flaw
        if told is not None:
            reasons[fresh] = told[fresh]

    mark(shapely.is_missing(shapes) | shapely.is_empty(shapes), "empty")
    kinds = np.array(["" if shape is None else shape.geom_type for shape in shapes], dtype=object)
    mark(~np.isin(kinds, AREAS + LINES + POINTS), "kind", kinds)
    infinite = ~np.isfinite(shapely.bounds(shapes)).all(axis=1)
    mark(infinite, "not-finite")
    usable = flaws == ""
    crs = pyproj.CRS(frame.crs)
    if usable.any():
        check_place(shapes[usable], crs, where)
    areal = np.isin(kinds, AREAS)
    if crs.is_projected:
        mark(areal & ~shapely.is_valid(shapes), "invalid", _reasons(shapes))
    epsg = crs.to_epsg()
    name = f"EPSG:{epsg}" if epsg else crs.to_wkt()
    shapes[flaws != ""] = None
    shapes = snap_geometry(transform(shapes, name, region.epsg))
    mark(areal & ~shapely.is_valid(shapes), "invalid", _reasons(shapes))
    mark(areal & ~(shapely.area(shapes) > 0), "no-area")
    mark(np.isin(kinds, LINES) & ~(shapely.length(shapes) > 0), "no-length")
    table = frame.drop(columns=frame.geometry.name).assign(flaw=flaws, flaw_reason=reasons)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=f"EPSG:{region.epsg}")


def _reasons(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    with np.errstate(invalid="ignore"):
        return np.asarray(shapely.is_valid_reason(shapes), dtype=object)
