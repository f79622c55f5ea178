"""A city on a board of squares of 100 m, drawn as text, for cases one can reckon by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop import standard
from planloop.geometry.area import area_dm2
from planloop.geometry.fabric import Fabric
from planloop.maintenance.situation import Situation
from planloop.plan.layer import Layer, canonical
from planloop.plan.participants import participants
from planloop.plan.plan import Plan
from planloop.plan.region import Region
from tests.checks.toy_city import CORNER, EPSG, frame, plain, quota, serial, settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

SIDE = 100.0


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a rectangle in units of squares; column 0 is west, row 0 south."""
    x, y = CORNER
    return shapely.box(x + SIDE * west, y + SIDE * south, x + SIDE * east, y + SIDE * north)


def square(column: int, row: int) -> shapely.Polygon:
    return box(column, row, column + 1, row + 1)


def size(*shapes: shapely.Polygon) -> int:
    """Return the sum of official areas in dm²."""
    return int(area_dm2(np.array(shapes, dtype=object), epsg=EPSG).sum())


def read(text: str) -> dict[tuple[int, int], str]:
    """Return the words of a drawing by column and row; the last line is row 0."""
    lines = [line.split() for line in text.strip().splitlines()]
    return {
        (column, row): word
        for row, line in enumerate(reversed(lines))
        for column, word in enumerate(line)
    }


def parts(cells: Sequence[tuple[int, int]]) -> list[shapely.Polygon]:
    whole = shapely.coverage_union_all([square(*cell) for cell in sorted(cells)])
    return sorted(shapely.get_parts(whole).tolist(), key=lambda part: part.bounds)


def zone_layer(zones: Mapping[tuple[int, int], str], *, only: str = "") -> gpd.GeoDataFrame:
    rows: list[dict[str, object]] = []
    for code in sorted({code for code in zones.values() if code.startswith(only)}):
        for part in parts([cell for cell, held in zones.items() if held == code]):
            name = standard.load().zones[code].name_zh
            number = serial(len(rows) + 1)
            rows.append({"BSM": number, "GHFQDM": code, "GHFQMC": name, "geometry": part})
    return frame(rows)


def parcel(column: int, row: int, width: int) -> str:
    """Return the identifier of a square's survey parcel on a board of some width."""
    return serial(row * width + column + 1)


def project_table(projects: Mapping[str, tuple[str, int]]) -> pd.DataFrame:
    """Return a project list: number → sector and first year."""
    return pd.DataFrame(
        {
            "number": pd.Series(list(projects), dtype="str"),
            "name": pd.Series([f"项目{number}" for number in projects], dtype="str"),
            "sector": pd.Series([sector for sector, _ in projects.values()], dtype="str"),
            "basis": pd.Series(["项目依据"] * len(projects), dtype="str"),
            "start_year": pd.Series([year for _, year in projects.values()], dtype="int64"),
        }
    )


def assessment_table(*rows: tuple[str, str, str | None, str | None]) -> pd.DataFrame:
    """Return an assessment table: number, kind, layer, feature."""
    columns = ["number", "kind", "layer", "feature"]
    return pd.DataFrame(list(rows), columns=columns).astype("str")


def board(  # noqa: PLR0913  # a city has many parts, each named
    zones: str,
    *,
    classes: str = "",
    layers: Mapping[str, Sequence[shapely.Polygon] | gpd.GeoDataFrame] | None = None,
    sites: Mapping[str, Sequence[shapely.Polygon]] | None = None,
    projects: Mapping[str, tuple[str, int]] | None = None,
    assessment: pd.DataFrame | None = None,
    without: Sequence[tuple[str, int, int]] = (),
    **sections: Mapping[str, object],
) -> Situation:
    """Return the situation of a city on a board.

    Parameters
    ----------
    zones, classes
        Drawings of zone codes and current land classes; land in the zones 4… is the boundary.
        Without classes everything is dry cropland.
    layers
        Further layers by code: frames, or bare shapes.
    sites
        Sites by project; a project without an entry in `projects` is a port that starts in 2026.
    projects, assessment
        The tables.
    without
        Squares that a layer leaves out: code, column, row.
    **sections
        Entries of the settings.
    """
    code = read(zones)
    kind = read(classes) if classes else dict.fromkeys(code, "010300")
    width = max(column for column, _ in code) + 1
    places = [(column, row) for row in range(len(code) // width) for column in range(width)]

    def held(layer: str) -> list[tuple[int, int]]:
        return [place for place in places if (layer, *place) not in without]

    sites = sites or {}
    listed = dict.fromkeys(sites, ("口岸", 2026)) | dict(projects or {})
    site_rows = [(number, shape) for number, shapes in sites.items() for shape in shapes]
    drawn: dict[str, gpd.GeoDataFrame] = {
        "XZQX": plain(*parts(held("XZQX"))),
        "XZYDYH": frame(
            [
                {"BSM": parcel(*place, width), "YDYHFLDM": kind[place], "geometry": square(*place)}
                for place in held("XZYDYH")
            ]
        ),
        "GHFQ": zone_layer({place: code[place] for place in held("GHFQ")}),
        "CZKFBJ": zone_layer(code, only="4"),
    }
    if site_rows:
        drawn["JQZDXMM"] = frame(
            [
                {"BSM": serial(row), "XMBH": number, "geometry": shape}
                for row, (number, shape) in enumerate(site_rows, start=1)
            ]
        )
    for name, given in (layers or {}).items():
        drawn[name] = given if isinstance(given, gpd.GeoDataFrame) else plain(*given)
    chosen = settings(**sections)
    raw = {name: Layer(name, canonical(item)) for name, item in drawn.items()}
    partition, overlapping = participants(raw, chosen.roles)
    fabric = Fabric.build(
        {name: (raw[name].ids, raw[name].geometry) for name in partition},
        {name: (raw[name].ids, raw[name].geometry) for name in overlapping},
        epsg=EPSG,
        host="XZYDYH",
    )
    noded = {name: _noded(fabric, raw[name]) for name in (*partition, *overlapping)}
    tables = {"projects": project_table(listed)}
    if assessment is not None:
        tables["assessment"] = assessment
    region = Region("652702", "棋盘市", EPSG)
    plan = Plan(region, raw | noded, tables, quota(chosen))
    return Situation.read(plan, fabric, chosen)


def _noded(fabric: Fabric, layer: Layer) -> Layer:
    """Return a layer with the vertices that noding gave it."""
    shapes = []
    for number in range(len(layer)):
        if layer.code in fabric.labels:
            faces = fabric.labels[layer.code].faces(number)
        else:
            relation = fabric.relations[layer.code]
            faces = relation.face[relation.feature == number]
        shapes.append(shapely.coverage_union_all(fabric.faces[faces]))
    return Layer(layer.code, canonical(layer.frame.set_geometry(shapes, crs=layer.frame.crs)))


def faces_in(situation: Situation, *shapes: shapely.Polygon) -> NDArray[np.int64]:
    """Return the faces whose middle lies in any of the shapes."""
    middle = shapely.point_on_surface(situation.fabric.faces)
    hit = np.any([shapely.contains(shape, middle) for shape in shapes], axis=0)
    return np.flatnonzero(hit)


def with_settings(situation: Situation, **sections: Mapping[str, object]) -> Situation:
    """Return the same city under other settings."""
    chosen = settings(**sections)
    plan = replace(situation.plan, quota=quota(chosen))
    return Situation.read(plan, situation.fabric, chosen)
