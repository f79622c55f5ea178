"""A maintenance of the real city plan of Hualien, with projects and an assessment made up here.

The plan's file is no part of the repository and nothing made from it is kept: everything is written
to a temporary folder.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from benchmarks.cities.making import write_table

EXAMPLE = Path(__file__).parents[2] / "examples" / "hualien" / "mapping.toml"
OUTSIDE = ["農業區", "保護區", "河川區", "風景區"]
CRS = "EPSG:3826"
SITES, IDLE = 9, 60
SHARED = 20.0
"""Metres of common edge from which a parcel lies at the edge of the town, and off the sites."""

SITE_SOURCE = """
[[source]]
path = "sites.gpkg"
to = "JQZDXMM"
datum = "TWD97 taken as CGCS2000"
"""

SETTINGS = """
[scheme]
name = "花蓮市都市計畫動態維護（測試）"
year = 2026
synthetic = true
[region]
code = "100150"
name = "花蓮市"
[inputs]
mapping = "mapping.toml"
projects = "projects.xlsx"
assessment = "assessment.xlsx"
[quota]
issued_area_ha = 1900.0
issued_multiple = 1.5
base_town_area_ha = 1300.0
[frozen]
zones = ["100", "210"]
[swap]
balance_tolerance_m2 = 500.0
town_classes = ["08", "10", "11", "12", "13", "14"]
"""


def write_hualien(real_data: Path, folder: Path) -> Path:
    """Write the city's maintenance as files and return its ``scheme.toml``."""
    source = real_data / "urban" / "hualien" / "U0101.json"
    plan = gpd.read_file(source)
    (folder / "U0101.json").symlink_to(source)
    sites = _sites(plan)
    frame = gpd.GeoDataFrame(
        {"XMBH": [f"HL-{n:02d}" for n in range(1, len(sites) + 1)]}, geometry=sites, crs=CRS
    )
    pyogrio.write_dataframe(frame, folder / "sites.gpkg")
    mapping = EXAMPLE.read_text(encoding="utf-8") + SITE_SOURCE
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    sectors = ("口岸", "物流仓储", "民生")
    write_table(
        folder / "projects.xlsx",
        "projects",
        [
            {
                "number": number,
                "name": f"項目{number}",
                "sector": sectors[row % len(sectors)],
                "start_year": 2026 + row,
                "end_year": 2030 + row,
                "area_ha": shapely.area(site) / 1e4,
                "basis": "測試",
            }
            for row, (number, site) in enumerate(zip(frame["XMBH"], sites, strict=True))
        ],
    )
    idle = _fringe(plan, sites)[:IDLE]
    write_table(
        folder / "assessment.xlsx",
        "assessment",
        [
            {
                "number": f"A-{row:02d}",
                "kind": "闲置",
                "layer": "XZYDYH",
                "feature": feature,
                "description": "測試",
            }
            for row, feature in enumerate(idle, start=1)
        ],
    )
    settings = folder / "scheme.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    return settings


def _sites(plan: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    """Return squares on farmland, each where a field comes nearest to the development land.

    A square that would cut farmland apart is left out: the zones must hang together.
    """
    town = shapely.union_all(plan[~plan["分區類"].isin(OUTSIDE)].geometry.to_numpy())
    fields = plan[plan["分區類"] == "農業區"].geometry.to_numpy()
    farmland = shapely.union_all(fields)
    order = np.argsort(-shapely.area(fields), kind="stable")
    found: list[shapely.Geometry] = []
    for field in fields[order]:
        near = shapely.get_point(shapely.shortest_line(field, town), 0)
        square = shapely.box(near.x - 75, near.y - 75, near.x + 75, near.y + 75)
        parts = shapely.get_parts(shapely.intersection(field, square))
        parts = parts[shapely.get_dimensions(parts) == 2]
        site = parts[np.argmax(shapely.area(parts))]
        # A hair wider: rounding would leave slivers that hold the rest together.
        rest = shapely.difference(farmland, shapely.buffer(site, 0.01))
        if shapely.get_num_geometries(rest) == shapely.get_num_geometries(farmland):
            farmland = rest
            found.append(site)
    return found[:SITES]


def _fringe(plan: gpd.GeoDataFrame, sites: list[shapely.Geometry]) -> list[str]:
    """Return houses and shops at the edge of the town, where farmland begins, off the sites."""
    farmland = shapely.union_all(plan[plan["分區類"] == "農業區"].geometry.to_numpy())
    town = plan[plan["分區類"].isin(["住宅區", "商業區"])]
    shared = shapely.length(shapely.intersection(town.boundary.to_numpy(), farmland.boundary))
    apart = shapely.distance(town.geometry.to_numpy(), shapely.union_all(sites)) > SHARED
    return sorted(town[(shared > SHARED) & apart]["OBJECTID"].astype(str))
