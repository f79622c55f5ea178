"""The central urban area of the demo: its structure, and how many homes each facility reaches.

All of it anew from ``before.gpkg`` and ``after.gpkg``, with GEOS's overlay and brute force.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.scheme.ellipsoid import ground_area
from tests.scheme.walking import Streets
from tests.scheme.written import LEDGER, Written, standard_rows, units

if TYPE_CHECKING:
    from pathlib import Path

PLAN, SURVEY = "ZXCQGHYDYH", "XZYDYH"
STATES = {"current": "现状", "before": "维护前", "after": "维护后"}
TOTAL, CITY = "合计", "城市建设用地"
HOMES = "07"


@pytest.fixture(scope="module")
def written(demo: Path) -> Written:
    return Written(demo / "scheme")


def overlaid(
    one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, how: str = "intersection"
) -> gpd.GeoDataFrame:
    return gpd.overlay(
        one.reset_index(drop=True), other.reset_index(drop=True), how=how, keep_geom_type=True
    )


@pytest.fixture(scope="module")
def sizes(written: Written) -> dict[str, pd.Series]:
    """Return the area of each land class in the three states, m²."""
    found = {}
    for when in ("before", "after"):
        frame = written.layer(when, PLAN)
        found[when] = pd.Series(ground_area(frame.geometry), frame["YDYHFLDM"])
    around = [written.layer(when, PLAN).union_all() for when in ("before", "after")]
    central = gpd.GeoDataFrame(
        geometry=[shapely.union_all(around)], crs=written.layer("before", PLAN).crs
    )
    now = overlaid(written.layer("before", SURVEY)[["YDYHFLDM", "geometry"]], central)
    found["current"] = pd.Series(ground_area(now.geometry), now["YDYHFLDM"])
    return {state: size.groupby(level=0).sum() for state, size in found.items()}


def in_city(code: str) -> bool:
    """Return whether a class is city construction land, by the row of the standard."""
    (row,) = [row for row in standard_rows("land_groups") if row["name"] == "town"]
    inside, outside = (tuple(row[key].split(";")) for key in ("include", "exclude"))
    return code.startswith(inside) and not code.startswith(outside)


def by_class(size: pd.Series, *, city: bool = False) -> pd.Series:
    held = size[[in_city(code) for code in size.index]] if city else size
    return held.groupby(held.index.str[:2]).sum()


def hundredths(value: float) -> Decimal:
    return Decimal(repr(float(value))).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_the_structure_table(written: Written, sizes: dict[str, pd.Series]) -> None:
    """Classes, shares of city construction land, m² per resident: each as shown, and each sum."""
    sheet = written.sheet("中心城区用地结构").set_index("用地分类")
    residents = written.document["settings"]["central"]["population"]
    classes = list(sheet.index[:-2])
    assert list(sheet.index[-2:]) == [CITY, TOTAL]
    for state, name in STATES.items():
        share, person = (
            f"{name}占城市建设用地（%）" if state == "current" else f"{name}占比（%）",
            f"{name}人均（平方米）",
        )
        size, town = by_class(sizes[state]), by_class(sizes[state], city=True)
        assert set(size[size > LEDGER].index) <= set(classes)
        shown = pd.Series(units(sheet[f"{name}（公顷）"]), sheet.index)
        expected = size.reindex(classes, fill_value=0.0)
        assert np.abs(shown[classes] - expected).max() <= 1, "the last digit is a square metre"
        assert abs(shown[CITY] - town.sum()) <= 0.5 + LEDGER
        assert abs(shown[TOTAL] - size.sum()) <= 0.5 + LEDGER
        assert shown[classes].sum() == shown[TOTAL]
        town = town.reindex(classes, fill_value=0.0)
        percent = pd.Series(
            [Decimal(f"{item:.2f}") for item in sheet[share][:-1]], [*classes, CITY]
        )
        assert percent[classes].sum() == percent[CITY] == 100
        for code in classes:
            assert abs(float(percent[code]) - 100 * town[code] / town.sum()) < 0.01
            assert Decimal(f"{sheet[person][code]:.2f}") == hundredths(town[code] / residents)
        assert Decimal(f"{sheet[person][CITY]:.2f}") == hundredths(town.sum() / residents)
        exact = written.exact("structure", f"{state}_dm2")
        np.testing.assert_allclose(exact[:-2], expected, atol=LEDGER)
        np.testing.assert_allclose(exact[-2:], [town.sum(), size.sum()], atol=LEDGER)
        assert round(sum(exact[:-2]) * 100) == round(exact[-1] * 100)
    difference = units(sheet["增减（公顷）"])
    change = by_class(sizes["after"]).sub(by_class(sizes["before"]), fill_value=0.0)
    assert np.abs(difference[:-2] - change.reindex(classes, fill_value=0.0)).max() <= 1


def test_ranges(written: Written, sizes: dict[str, pd.Series]) -> None:
    """Each group's share or land per resident, and by how much it is outside its range."""
    sheet = written.sheet("用地结构与规范区间")
    residents = written.document["settings"]["central"]["population"]
    held = {row["name_zh"]: row for row in standard_rows("structure_ranges")}
    for _, line in sheet.iterrows():
        row, share = held[line["用地类别"]], line["计量方式"].startswith("占比")
        for when in ("before", "after"):
            size = sizes[when]
            town = sum(by_class(size, city=True))
            prefixes = tuple(row["classes"].split(";"))
            own = sum(m2 for code, m2 in size.items() if str(code).startswith(prefixes))
            value = 100 * own / town if share else own / residents
            assert Decimal(f"{line[STATES[when]]:.2f}") == hundredths(value)
            if share:
                least, most = (float(row[f"{key}_share"]) * town for key in ("least", "most"))
                assert line["下限"] == 100 * float(row["least_share"])
                assert line["上限"] == 100 * float(row["most_share"])
            else:
                least, most = float(row["least_person_m2"]) * residents, np.inf
                assert line["下限"] == float(row["least_person_m2"])
                assert line["上限"] == ""
            outside = max(0.0, least - own, own - most)
            (shown,) = units([line[f"{STATES[when]}超出区间（公顷）"]])
            assert abs(shown - outside) <= 0.5 + LEDGER
    assert len(sheet) == sum(
        bool(row["least_share"]) + bool(row["least_person_m2"]) for row in held.values()
    )


@pytest.fixture(scope="module")
def forced(written: Written) -> shapely.Geometry:
    """Return the land that the boundary or a green or yellow line brought a change to."""
    found = []
    for layer, field in (("CZKFBJ", None), ("ZXCQCSLVX", "LX"), ("ZXCQCSHX", "SSLX")):
        before, after = (written.layer(when, layer) for when in ("before", "after"))
        if field is None:
            found.append(shapely.symmetric_difference(before.union_all(), after.union_all()))
            continue
        for kind in {*before[field], *after[field]}:
            held = [frame[frame[field] == kind].union_all() for frame in (before, after)]
            found.append(shapely.symmetric_difference(*held))
    return shapely.union_all(found)


@pytest.fixture(scope="module")
def homes(written: Written, forced: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return land for homes before or after, cut where plots change or a change is forced."""
    plots = [
        written.layer(when, PLAN)
        .reset_index()[["planloop_id", "YDYHFLDM", "geometry"]]
        .rename(columns={"planloop_id": f"id_{when}", "YDYHFLDM": when})
        for when in ("before", "after")
    ]
    both = overlaid(plots[0], plots[1], how="union")
    both = both[
        both["before"].str.startswith(HOMES, na=False)
        | both["after"].str.startswith(HOMES, na=False)
    ]
    keys = ["id_before", "id_after", "before", "after"]
    both = both.fillna(dict.fromkeys(keys, "")).explode()
    parts = []
    for inside in (True, False):
        cut = shapely.intersection if inside else shapely.difference
        shapes = cut(both.geometry.to_numpy(), forced)
        parts.append(both.set_geometry(shapes, crs=both.crs).assign(forced=inside))
    found = pd.concat(parts).explode()
    found = found[shapely.get_dimensions(found.geometry.to_numpy()) == 2]
    found = found[found.area > 1e-6].dissolve([*keys, "forced"]).reset_index()
    return found.assign(m2=ground_area(found.geometry))


class Town:
    """What serves in a state."""

    def __init__(self, written: Written, when: str) -> None:
        self.stands = written.layer("before", "ZXCQGGFWSSD")
        plots = written.layer(when, PLAN)
        codes = [self._under(self.stands, written.layer(time, PLAN)) for time in ("before", when)]
        self.stands = self.stands[[one == other for one, other in zip(*codes, strict=True)]]
        taken = plots.sindex.query(self.stands.geometry, predicate="intersects")[1]
        vacant = plots.drop(plots.index[taken])
        self.vacant = vacant.assign(m2=ground_area(vacant.geometry))

    @staticmethod
    def _under(points: gpd.GeoDataFrame, plots: gpd.GeoDataFrame) -> list[str]:
        hit = points.sjoin(plots[["YDYHFLDM", "geometry"]], how="left", predicate="intersects")
        first = hit[~hit.index.duplicated()]
        return [str(code) for code in first["YDYHFLDM"].reindex(points.index)]

    def places(self, kind: dict[str, str]) -> list[shapely.Geometry]:
        """Return facilities of a kind, and vacant sites that are large enough for one."""
        large = self.vacant["m2"] >= float(kind["least_site_m2"])
        fits = self.vacant["YDYHFLDM"].str.startswith(kind["land_class"])
        points = self.stands[self.stands["LX"] == kind["code"]]
        return [*points.geometry, *self.vacant[large & fits].geometry]


def test_coverage_by_brute_force(written: Written, homes: gpd.GeoDataFrame) -> None:
    """Every piece of homes to every facility and site, along every way of the streets."""
    streets = Streets(written.layer("before", "ZXCQDLZXX").geometry)
    sheet = written.sheet("设施服务覆盖").set_index("类别")
    lacking = written.sheet("设施薄弱区")
    left = pd.Series(units(lacking["未覆盖居住用地（公顷）"]), lacking["类别"])
    kinds = standard_rows("service_kinds")
    assert list(sheet.index) == [kind["name_zh"] for kind in kinds]
    close = []
    for when in ("before", "after"):
        town, is_home = Town(written, when), homes[when].str.startswith(HOMES)
        for place, kind in enumerate(kinds):
            radius = float(kind["radius_m"])
            far = streets.distances(homes.geometry, town.places(kind)).min(axis=1, initial=np.inf)
            served = (far <= radius) & is_home
            close.append(np.abs(far[is_home] - radius).min())
            row, name = sheet.loc[kind["name_zh"]], STATES[when]
            total, reached = homes["m2"][is_home].sum(), homes["m2"][served].sum()
            shown = units([row[f"{name}居住用地（公顷）"], row[f"{name}覆盖（公顷）"]])
            assert np.abs(shown - [total, reached]).max() <= 0.5 + LEDGER, kind["code"]
            assert row[f"{name}占比（%）"] == pytest.approx(
                float(hundredths(100 * reached / total))
            )
            exact = [
                written.exact("services", f"{key}_{when}_dm2")[place] for key in ("homes", "served")
            ]
            np.testing.assert_allclose(exact, [total, reached], atol=LEDGER)
            told = written.proof("C7.coverage")
            assert told[f"{kind['code']}_{when}_dm2"] == round(exact[1] * 100)
            if when == "after":
                assert abs(
                    left.get(kind["name_zh"], pd.Series()).sum() - (total - reached)
                ) <= 0.5 * len(left)
                assert row["服务半径（米）"] == radius
    # No home lies so near a radius that rounding a length by a micrometre could decide.
    assert min(close) > 1e-5
