"""The toy city with everything that conformity is judged by, and twenty projects in it.

Layers overlap, sites are crooked: nothing is noded, as in the files that people hand over.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from planloop import standard
from planloop.checks.conformity.checking import check_sites
from planloop.checks.conformity.grounds import Grounds
from planloop.geometry.area import area
from planloop.plan.layer import Layer, canonical
from planloop.plan.plan import Plan
from planloop.plan.region import Region
from planloop.plan.site import Project, Site, site_of
from tests.checks.toy_city import (
    CORNER,
    EPSG,
    PITCH,
    block,
    cell,
    frame,
    plain,
    quota,
    raw_layers,
    serial,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from planloop.checks.conformity.verdict import Judged

SEED = 20260601
COUNT = 20
LINES, POINTS = "JQZDXMX", "JQZDXMD"
CHOSEN = settings(swap={"near_term": (2026, 2030)})


def land_use() -> gpd.GeoDataFrame:
    """Return the planned land use of the central area, parcel by parcel; one has none."""
    classes = ["0701", "1001", "1101", "1207", "1401", "1303", "0901", "16"]
    rows = []
    for number, (column, row) in enumerate((c, r) for c in range(4, 9) for r in range(2, 6)):
        if (column, row) == (7, 4):
            continue
        code = classes[(3 * column + row) % len(classes)]
        rows.append({"BSM": serial(number + 1), "YDYHFLDM": code, "geometry": cell(column, row)})
    return frame(rows)


@cache
def town_layers() -> dict[str, gpd.GeoDataFrame]:
    """Return every layer but those of sites."""
    layers = raw_layers()
    del layers["JQZDXMM"], layers["LSJTDLX"]
    central = shapely.union_all([cell(c, r) for c in range(4, 9) for r in range(2, 6)])
    return layers | {
        "ZXCQFW": plain(central),
        "ZXCQGHYDYH": land_use(),
        "ZXCQCSLVX": plain(block(6.2, 4.2, 6.8, 4.7), block(7.3, 2.2, 8.1, 2.9), LX="公园"),
        "ZXCQCSHX": plain(block(4.3, 4.4, 4.9, 5.3), SSLX="电力"),
        "ZXCQCSLX": plain(block(5.0, 1.2, 8.9, 1.6)),
        "ZXCQCSZX": plain(block(8.2, 5.1, 8.6, 5.6)),
        "XZZRZHFXFBM": plain(block(9.3, 4.3, 11.9, 7.9), block(8.9, 5.2, 10.2, 6.1)),
        "SYDYJBHQ": plain(block(4.2, 6.3, 5.4, 7.4)),
        "BJGKD": plain(block(0.0, 7.4, 12.0, 8.0)),
        "LSWHBHX": plain(block(6.9, 6.2, 7.8, 7.1)),
    }


def drawn(random: np.random.Generator, kind: str) -> shapely.Geometry:
    """Return a crooked quadrangle, a bent line, or a point."""
    centre = random.uniform([0.9, 0.9], [11.1, 7.1])
    if kind == "point":
        return shapely.Point(np.array(CORNER) + PITCH * centre)
    if kind == "line":
        steps = np.cumsum(random.uniform([0.4, -0.6], [1.3, 0.9], (4, 2)), axis=0) - [1.5, 0.3]
        return shapely.LineString(np.array(CORNER) + PITCH * (centre + steps))
    size = random.uniform(0.25, 0.85, 2)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * size
    corners = corners + random.uniform(-0.15, 0.15, (4, 2))
    return shapely.Polygon(np.array(CORNER) + PITCH * (centre + corners))


@cache
def twenty() -> tuple[pd.DataFrame, dict[str, dict[str, Any]]]:
    """Return the list of twenty projects, and the drawing and width of each by number."""
    random = np.random.default_rng(SEED)
    sectors = list(standard.load().sectors)
    kinds = ["area"] * 12 + ["line"] * 4 + ["bare line"] + ["point"] * 2 + ["none"]
    rows, sites = [], {}
    for turn, kind in enumerate(kinds, start=1):
        number = f"P-{turn:02d}"
        start = int(random.integers(2025, 2033))
        row: dict[str, Any] = {
            "number": number,
            "name": f"项目{turn % 19}",
            "sector": sectors[turn % len(sectors)],
            "level": str(random.choice(["国家", "自治区", "州", "市"])),
            "start_year": start,
            "end_year": start + int(random.integers(0, 4)),
            "area_ha": 0.8,
            "cropland_ha": float(random.choice([0.0, 0.4])),
            "siting": str(random.choice(["单独选址", "批次用地"])),
            "basis": None if turn % 7 == 0 else f"规划第{turn}页",
        }
        if kind != "none":
            shape = drawn(random, kind.split()[-1])
            width = float(random.uniform(8.0, 30.0)) if kind == "line" else None
            sites[number] = {"shape": shape, "width": width}
            if kind == "area":
                size = float(area(np.array([shape], dtype=object), epsg=EPSG)[0]) / 1e4
                row["area_ha"] = round(size * float(random.choice([0.9, 0.97, 1.0, 1.04])), 4)
        rows.append(row)
    return pd.DataFrame(rows), sites


@cache
def site_frames() -> dict[str, gpd.GeoDataFrame]:
    """Return the three layers of sites."""
    found: dict[str, list[dict[str, Any]]] = {"JQZDXMM": [], LINES: [], POINTS: []}
    layer_of = {"Polygon": "JQZDXMM", "LineString": LINES, "Point": POINTS}
    for number, site in twenty()[1].items():
        rows = found[layer_of[site["shape"].geom_type]]
        row = {"BSM": serial(len(rows) + 1), "XMBH": number, "geometry": site["shape"]}
        rows.append(row | ({"HXKD": site["width"]} if site["width"] else {}))
    return {code: frame(rows) for code, rows in found.items()}


def town(edit: Mapping[str, gpd.GeoDataFrame | None] | None = None) -> Plan:
    """Return the plan; layers may be put in the place of others, None takes one out."""
    layers = town_layers() | site_frames() | dict(edit or {})
    held = {code: Layer(code, canonical(item)) for code, item in layers.items() if item is not None}
    region = Region("652702", "玩具市", EPSG, 9.7e5)
    return Plan(region, held, {"projects": twenty()[0]}, quota(CHOSEN))


@cache
def grounds() -> Grounds:
    """Return the town ready to be asked."""
    return Grounds(town(), CHOSEN)


def ask(shape: shapely.Geometry, where: Grounds | None = None, **facts: Any) -> Judged:  # noqa: ANN401  # fields of Project
    """Return what is said of one new site."""
    project = Project(facts.pop("number", "NEW"), **facts)
    site = site_of(project, np.array([shape], dtype=object), np.array([np.nan]))
    return asked(site, where)


def asked(site: Site, where: Grounds | None = None) -> Judged:
    """Return what is said of one site from a file."""
    return check_sites(where or grounds(), [site]).judged[0]
