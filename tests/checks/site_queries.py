"""P1 to P12 of a site by queries written by hand with geopandas, on layers as they are.

They read the standard's tables by the csv module, take areas by pyproj 3.7's geodesics on GRS 80
(the ellipsoid of CGCS2000 but for its flattening's tenth digit), and overlay with GEOS.
"""

from __future__ import annotations

import csv
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyproj
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

GEOD = pyproj.Geod(ellps="GRS80")
CLOSE = 0.2
"""m²: the official rule rounds positions to 3e-5 m, along some hundred metres of outline."""

FORBIDDEN, CONDITIONAL, ALLOWED = "does-not-conform", "conditional", "conforms"
NOTHING = "not-applicable"
GRADE = {"forbidden": FORBIDDEN, "conditional": CONDITIONAL, "allowed": ALLOWED}
RANK = [NOTHING, ALLOWED, CONDITIONAL, FORBIDDEN]
CHECKS = tuple(f"P{number}" for number in range(1, 13))
LINES_BY_ROLE = {
    "redline": "STBHHX",
    "basic_farmland": "YJJBNT",
    "green": "ZXCQCSLVX",
    "yellow": "ZXCQCSHX",
    "blue": "ZXCQCSLX",
    "purple": "ZXCQCSZX",
}
TOLERATED = 1.0
"""m² of overlap that count for nothing."""


@cache
def rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table of the standard."""
    text = (
        resources.files("planloop.standard").joinpath("tables", f"{table}.csv").read_text("utf-8")
    )
    return list(csv.DictReader(text.splitlines()))


def worst(grades: list[str]) -> str:
    """Return the gravest of some grades."""
    return max(grades, key=RANK.index)


class Queries:
    """Queries on one plan.

    Parameters
    ----------
    layers
        Layer code → features, in the plane of `epsg`.
    table
        The project list.
    sites
        Project → drawing: ``shape``, and ``width`` of a line, None where nobody says.
    epsg
        CRS of the plane.
    """

    def __init__(
        self,
        layers: Mapping[str, gpd.GeoDataFrame],
        table: pd.DataFrame,
        sites: Mapping[str, Mapping[str, Any]],
        epsg: int,
    ) -> None:
        self.layers, self.table, self.sites, self.epsg = layers, table, sites, epsg
        self.to_degrees = pyproj.Transformer.from_crs(epsg, 4490, always_xy=True)
        self._pieces: dict[tuple[str, str], gpd.GeoDataFrame] = {}

    def area(self, shape: shapely.Geometry) -> float:
        """Return the area on the ellipsoid, m²; edges are those of the plane, cut to 20 m."""
        total = 0.0
        for part in shapely.get_parts(shape):
            if part.geom_type != "Polygon":
                continue
            dense = shapely.segmentize(shapely.orient_polygons(part), 20.0)
            for ring in [dense.exterior, *dense.interiors]:
                longitude, latitude = self.to_degrees.transform(*ring.coords.xy)
                total += GEOD.polygon_area_perimeter(longitude, latitude)[0]
        return total

    @cached_property
    def shapes(self) -> dict[str, shapely.Geometry]:
        """Project → land of its site: of a line, a corridor."""
        found = {}
        for number, site in self.sites.items():
            shape, width = site["shape"], site["width"]
            if shape.geom_type == "LineString":
                width = width or self.declared(number) / shape.length
                shape = shape.buffer(width / 2, cap_style="flat", join_style="mitre")
            found[number] = shape
        return found

    def is_point(self, number: str) -> bool:
        """Return whether a site is a point, all of which counts as lying where it lies."""
        return bool(self.shapes[number].geom_type == "Point")

    def project(self, number: str) -> dict[str, Any]:
        """Return the row of a project."""
        row: dict[str, Any] = self.table[self.table["number"] == number].iloc[0].to_dict()
        return row

    def declared(self, number: str) -> float:
        """Return the declared area, m²."""
        return float(self.project(number)["area_ha"]) * 1e4

    def own(self, number: str) -> float:
        """Return the area of a site, m²."""
        return self.declared(number) if self.is_point(number) else self.area(self.shapes[number])

    def pieces(self, number: str, layer: str) -> gpd.GeoDataFrame:
        """Return what a site shares with a layer, by gpd.overlay, with its area ``m2``."""
        if (number, layer) not in self._pieces:
            self._pieces[number, layer] = self._overlaid(number, self.layers[layer])
        return self._pieces[number, layer]

    def _overlaid(self, number: str, held: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        site = gpd.GeoDataFrame(geometry=[self.shapes[number]], crs=f"EPSG:{self.epsg}")
        if self.is_point(number):
            hit = held[held.intersects(site.geometry[0])]
            return hit.assign(m2=self.declared(number))
        hit = gpd.overlay(site, held, how="intersection", keep_geom_type=True)
        return hit.assign(m2=[self.area(shape) for shape in hit.geometry])

    def total(self, number: str, layer: str) -> float:
        """Return how much of a site a layer covers, m², overlaps counted once."""
        if layer not in self.layers:
            return 0.0
        hit = self.pieces(number, layer)
        if self.is_point(number):
            return self.declared(number) if len(hit) else 0.0
        return self.area(shapely.union_all(hit.geometry.to_numpy())) if len(hit) else 0.0

    def line(self, number: str, role: str) -> str:
        """Judge a site against one control line: the most that any row permits."""
        if LINES_BY_ROLE[role] not in self.layers:
            return NOTHING
        if self.total(number, LINES_BY_ROLE[role]) <= TOLERATED:
            return ALLOWED
        row = self.project(number)
        fits = [
            item["permit"]
            for item in rows("line_permits")
            if item["line"] == role
            and item["sector"] in {"*", row["sector"]}
            and item["level"] in {"*", row["level"]}
        ]
        return GRADE[next(item for item in ("allowed", "conditional", "forbidden") if item in fits)]

    def p1(self, number: str) -> str:
        """Judge the drawing."""
        if self.is_point(number):
            return CONDITIONAL
        site = self.sites[number]
        if site["shape"].geom_type == "LineString" and not site["width"]:
            return ALLOWED
        off = abs(self.own(number) / self.declared(number) - 1)
        return CONDITIONAL if off > 0.05 else ALLOWED

    def p4(self, number: str) -> str:
        """Judge cropland."""
        hit = self.pieces(number, "XZYDYH")
        fields = hit[hit["YDYHFLDM"].str.startswith("01")]
        return CONDITIONAL if fields["m2"].sum() > TOLERATED else ALLOWED

    def p5(self, number: str) -> str:
        """Judge the boundary."""
        if self.own(number) - self.total(number, "CZKFBJ") <= TOLERATED:
            return ALLOWED
        row = self.project(number)
        sector = next(item for item in rows("sectors") if item["code"] == row["sector"])
        free = sector["needs_boundary"] == "no" or "单独选址" in row["siting"]
        return ALLOWED if free else FORBIDDEN

    def p6(self, number: str) -> str:
        """Judge the zones."""
        grades = []
        for code, group in self.pieces(number, "GHFQ").groupby("GHFQDM"):
            if group["m2"].sum() <= TOLERATED:
                continue
            fits = [
                item
                for item in rows("zone_permits")
                if str(code).startswith(item["zone"])
                and item["sector"] == self.project(number)["sector"]
            ]
            grades.append(GRADE[max(fits, key=lambda item: len(item["zone"]))["permit"]])
        return worst(grades)

    def p7(self, number: str) -> str:
        """Judge the planned land use."""
        if self.total(number, "ZXCQGHYDYH") <= TOLERATED:
            return NOTHING
        sector = self.project(number)["sector"]
        rule = next(r for r in rows("planned_uses") if r["sector"] == sector)
        sums = self.pieces(number, "ZXCQGHYDYH").groupby("YDYHFLDM")["m2"].sum()
        counted = sums[sums > TOLERATED]
        fits = tuple(rule["fits"].split(";"))
        may = (*fits, *filter(None, rule["conditional"].split(";")))
        for prefixes, grade in ((fits, ALLOWED), (may, CONDITIONAL)):
            size = counted[counted.index.str.startswith(prefixes)].sum()
            if size / counted.sum() >= 0.95:
                return grade
        return FORBIDDEN

    def p9(self, number: str) -> str:
        """Judge the flags."""
        grades = [ALLOWED]
        for row in rows("flag_layers"):
            if self.total(number, row["layer"]) > TOLERATED:
                grade = RANK.index(GRADE[row["permit"]])
                if self.project(number)["sector"] in row["exempt"].split(";"):
                    grade -= 1
                grades.append(RANK[grade])
        return worst(grades)

    def p10(self, number: str) -> str:
        """Judge duplicates."""
        mine = self.project(number)
        if (self.table["name"] == mine["name"]).sum() > 1:
            return CONDITIONAL
        if number not in self.sites or self.is_point(number):
            return ALLOWED
        grades = [ALLOWED]
        for other, shape in self.shapes.items():
            if other == number or self.is_point(other):
                continue
            shared = self.area(self.shapes[number].intersection(shape))
            if shared <= TOLERATED:
                continue
            types = {self.sites[one]["shape"].geom_type for one in (number, other)}
            crossing = "LineString" in types
            same = len(types) == 1 and shared >= 0.8 * min(self.own(number), self.own(other))
            grades.append(CONDITIONAL if same or not crossing else ALLOWED)
        return worst(grades)

    def p11(self, number: str) -> str:
        """Judge the row of the list."""
        row = self.project(number)
        near = row["start_year"] <= 2030 and row["end_year"] >= 2026
        return ALLOWED if near and isinstance(row["basis"], str) else CONDITIONAL

    def p12(self, number: str) -> str:
        """Judge whether the site is the plan's own."""
        off = self.own(number) - self.total(number, "XZQX")
        return FORBIDDEN if off > TOLERATED else ALLOWED

    def expected(self, number: str) -> dict[str, str]:
        """Return the grade of each check."""
        if number not in self.sites:
            nothing = dict.fromkeys(CHECKS, NOTHING)
            return nothing | {"P10": self.p10(number), "P11": self.p11(number)}
        lines = [self.line(number, role) for role in ("green", "yellow", "blue", "purple")]
        return {
            "P1": self.p1(number),
            "P2": self.line(number, "redline"),
            "P3": self.line(number, "basic_farmland"),
            "P4": self.p4(number),
            "P5": self.p5(number),
            "P6": self.p6(number),
            "P7": self.p7(number),
            "P8": worst(lines),
            "P9": self.p9(number),
            "P10": self.p10(number),
            "P11": self.p11(number),
            "P12": self.p12(number),
        }
