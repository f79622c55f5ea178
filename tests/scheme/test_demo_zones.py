"""Zones, townships and patches of the demo, overlaid anew with geopandas.

Compared with what the workbook shows, to its last digit, and with the exact values of the page and
the proofs, to the rounding of the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.scheme.ellipsoid import WORKING, ground_area
from tests.scheme.official import official_area
from tests.scheme.written import LEDGER, Written, units

if TYPE_CHECKING:
    from pathlib import Path

IN, OUT = "1", "3"
TOTAL = "合计"


@pytest.fixture(scope="module")
def written(demo: Path) -> Written:
    return Written(demo / "scheme")


def overlaid(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what two layers share, with its area ``m2``."""
    found = gpd.overlay(
        one.reset_index(drop=True), other.reset_index(drop=True), keep_geom_type=True
    )
    return found.assign(m2=ground_area(found.geometry))


def zones(written: Written, when: str) -> gpd.GeoDataFrame:
    return written.layer(when, "GHFQ")[["GHFQDM", "geometry"]].rename(columns={"GHFQDM": when})


@pytest.fixture(scope="module")
def matrix(written: Written) -> pd.DataFrame:
    """Return before down, after across, m²."""
    found = overlaid(zones(written, "before"), zones(written, "after"))
    return found.pivot_table(index="before", columns="after", values="m2", aggfunc="sum").fillna(0)


@pytest.fixture(scope="module")
def held(written: Written) -> dict[str, pd.Series]:
    """Return the area of each zone before and after, m²."""
    found = {}
    for when in ("before", "after"):
        frame = zones(written, when)
        found[when] = pd.Series(ground_area(frame.geometry), frame[when]).groupby(level=0).sum()
    return found


def test_the_area_is_the_official_one(written: Written) -> None:
    """To 0.01 m² on every piece of the boundary's change: positions are not rounded here."""
    shapes = [shape for kind in (IN, OUT) for shape in moved(written, kind).geometry]
    expected = [float(official_area(shape)) for shape in shapes]
    assert len(shapes) > 50
    np.testing.assert_allclose(ground_area(shapes), expected, rtol=0, atol=0.01)


def test_the_matrix_is_the_overlay(matrix: pd.DataFrame, written: Written) -> None:
    sheet = written.sheet("用途转换矩阵")
    corner = sheet.columns[0]
    named = sheet.set_index(sheet[corner].str[:3]).drop(columns=corner)
    named.columns = named.columns.str[:3]
    total = TOTAL[:3]
    assert [*named.index] == [*matrix.index, total]
    assert [*named.columns] == [*matrix.columns, total]
    shown = np.array([units(row) for row in named.to_numpy()])
    expected = matrix.to_numpy()
    assert np.abs(shown[:-1, :-1] - expected).max() <= 1, "the last digit is a square metre"
    assert np.abs(shown[:-1, -1] - expected.sum(axis=1)).max() <= 2, "rows add up as shown"
    np.testing.assert_array_equal(shown[:, :-1].sum(axis=1), shown[:, -1])
    np.testing.assert_array_equal(shown[:-1].sum(axis=0), shown[-1])
    # Nothing else changed its zone: no cell is empty that should not be.
    assert ((expected > LEDGER) == (shown[:-1, :-1] > 0)).all()


def test_rows_are_before_and_columns_after(
    matrix: pd.DataFrame, held: dict[str, pd.Series], written: Written
) -> None:
    np.testing.assert_allclose(matrix.sum(axis=1), held["before"], atol=0.01)
    np.testing.assert_allclose(matrix.sum(axis=0), held["after"], atol=0.01)
    told = written.exact("transition", "area_dm2")
    cells = matrix.to_numpy()
    np.testing.assert_allclose(told[:-1], cells[cells > LEDGER], atol=LEDGER)
    assert round(sum(told[:-1]) * 100) == round(told[-1] * 100)


def test_the_zones_table(
    matrix: pd.DataFrame, held: dict[str, pd.Series], written: Written
) -> None:
    sheet = written.sheet("维护前后分区面积").set_index("代码")
    stays = pd.Series(np.diag(matrix), matrix.index)
    expected = {
        "维护前（公顷）": held["before"],
        "转出（公顷）": held["before"] - stays,
        "转入（公顷）": held["after"] - stays,
        "维护后（公顷）": held["after"],
    }
    for title, sizes in expected.items():
        assert [*sheet.index] == [*sizes.index, TOTAL]
        shown = units(sheet[title])
        assert np.abs(shown[:-1] - sizes.to_numpy()).max() <= 1
        assert shown[:-1].sum() == shown[-1]
        assert abs(shown[-1] - sizes.sum()) <= 0.5 + LEDGER
    for key, sizes in zip(("before_dm2", "after_dm2"), held.values(), strict=True):
        np.testing.assert_allclose(written.exact("zones", key)[:-1], sizes, atol=LEDGER)
    # To 0.01 m²: after = before - lost + gained, zone by zone.
    ledger = {
        key: np.rint(np.array(written.exact("zones", f"{key}_dm2")) * 100)
        for key in ("before", "lost", "gained", "after")
    }
    np.testing.assert_array_equal(
        ledger["before"] - ledger["lost"] + ledger["gained"], ledger["after"]
    )


def moved(written: Written, kind: str) -> gpd.GeoDataFrame:
    pieces = written.layer("decisions", "pieces")
    return pieces[(pieces["layer"] == "CZKFBJ") & (pieces["kind"] == kind)]


def test_townships(written: Written) -> None:
    """Land in and out of the boundary by township and part: as much out as in."""
    towns = written.layer("before", "XZQXZ")[["XZQMC", "geometry"]]
    boundary = {
        when: written.layer(when, "CZKFBJ")[["GHFQDM", "geometry"]] for when in ("before", "after")
    }
    entering, leaving = (
        moved(written, kind)[[code, "geometry"]].rename(columns={code: "GHFQDM"})
        for kind, code in ((IN, "code_after"), (OUT, "code_before"))
    )
    land = {
        "维护前（公顷）": boundary["before"],
        "调入（公顷）": entering,
        "调出（公顷）": leaving,
        "维护后（公顷）": boundary["after"],
    }
    sheet = written.sheet("乡镇").set_index("乡镇")
    parts = written.sheet("乡镇边界分部").set_index(["乡镇", "代码"])
    sums = {}
    for title, frame in land.items():
        found = overlaid(towns, frame)
        sums[title] = found["m2"].sum()
        size = found.groupby("XZQMC")["m2"].sum()
        assert abs(sums[title] - ground_area(frame.geometry).sum()) < 0.01, "all lies in a township"
        shown = pd.Series(units(sheet[title]), sheet.index)
        for name in shown.index[:-1]:
            assert abs(shown[name] - size.get(name, 0.0)) <= 1
        assert shown.iloc[:-1].sum() == shown.iloc[-1]
        split = found.groupby(["XZQMC", "GHFQDM"])["m2"].sum()
        shown = pd.Series(units(parts[title]), parts.index)
        for key in shown.index[:-1]:
            assert abs(shown[key] - split.get(key, 0.0)) <= 1
        assert set(split[split > LEDGER].index) <= set(shown.index)
        assert shown.iloc[:-1].sum() == shown.iloc[-1]
    assert abs(sums["调出（公顷）"] - sums["调入（公顷）"]) < LEDGER
    areas = pd.Series(ground_area(towns.geometry), towns["XZQMC"])
    shown = pd.Series(units(sheet["面积（公顷）"]), sheet.index)
    assert np.abs(shown[areas.index] - areas).max() <= 1


def patches(frame: gpd.GeoDataFrame) -> int:
    """Return the number of connected patches: a polygon of a union is one, points do not join."""
    return len(shapely.get_parts(shapely.union_all(frame.geometry.to_numpy())))


def test_patches_of_zones(written: Written) -> None:
    told = written.proof("C6.fragmentation")
    for when in ("before", "after"):
        frame = written.layer(when, "GHFQ")
        first = frame["GHFQDM"].str[:1] + "00"
        found = {code: patches(part) for code, part in frame.groupby(first)}
        assert {code: told[f"{code}_patches_{when}"] for code in found} == found
        assert told[f"patches_{when}"] == sum(found.values())
    assert told["patches_after"] <= told["patches_before"]


def test_patches_of_the_boundary_are_those_of_the_town_zone(written: Written) -> None:
    told = written.proof("C6.fragmentation")
    for when in ("before", "after"):
        assert patches(written.layer(when, "CZKFBJ")) == told[f"400_patches_{when}"]
    assert written.layer("after", "CZKFBJ").crs == WORKING


def test_land_taken_in_by_class(written: Written) -> None:
    parcels = written.layer("before", "XZYDYH")[["YDYHFLDM", "geometry"]]
    found = overlaid(parcels, moved(written, IN)[["geometry"]]).groupby("YDYHFLDM")["m2"].sum()
    sheet = written.sheet("占用地类").set_index("地类代码")
    shown = pd.Series(units(sheet["面积（公顷）"]), sheet.index)
    assert [*shown.index] == [*found[found > LEDGER].index, TOTAL]
    assert np.abs(shown[found.index] - found).max() <= 1
    assert shown.iloc[:-1].sum() == shown.iloc[-1]


def test_multiples(written: Written) -> None:
    """The whole boundary, and all but its special-use part, over the base year's town land."""
    quota = written.document["settings"]["quota"]
    base, issued = quota["base_town_area_ha"] * 1e4, quota["issued_multiple"]
    sheet = written.sheet("扩展倍数").set_index("口径")
    for when, name in (("before", "维护前"), ("after", "维护后")):
        frame = written.layer(when, "CZKFBJ")
        size = pd.Series(ground_area(frame.geometry), frame["GHFQDM"])
        for reading, held in (("M1", size), ("M2", size[~size.index.str.startswith("430")])):
            row = sheet.loc[reading]
            assert row[f"{name}倍数"] == round(held.sum() / base, 4)
            assert abs(units([row[f"{name}（公顷）"]])[0] - held.sum()) <= 0.5 + LEDGER
            if when == "after":
                assert row["余量"] == pytest.approx(issued - row["维护后倍数"], abs=1e-9)
    assert list(sheet.index[sheet["约束"] == "是"]) == [quota["multiple_reading"]]
    assert list(sheet.loc["M3"].iloc[2:]) == [""] * 8, "statistics that no plan holds"


def test_indicators_of_layers(written: Written) -> None:
    """Redline, parks and sports land per person, density of roads: as the workbook shows them."""
    sheet = written.sheet("规划指标").set_index("指标编号")
    people = float(written.table("indicators").set_index("number")["target"]["15-中心"]) * 1e4
    central = written.layer("before", "ZXCQFW")[["geometry"]]
    survey = written.layer("before", "XZYDYH")[["YDYHFLDM", "geometry"]]
    for when, name in (("before", "维护前"), ("after", "维护后")):
        redline = ground_area([written.layer(when, "STBHHX").union_all()])[0]
        assert sheet[name]["1"] == round(redline / 1e6, 4)
        planned = written.layer(when, "ZXCQGHYDYH")[["YDYHFLDM", "geometry"]]
        unplanned = central.overlay(planned[["geometry"]], how="difference")
        land = pd.concat([overlaid(planned, central), overlaid(survey, unplanned)])
        for number, prefix in (("29", "0805"), ("30", "1401")):
            size = land["m2"][land["YDYHFLDM"].str.startswith(prefix)].sum()
            assert sheet[name][number] == round(size / people, 2)
        roads = written.layer(when, "ZXCQDLZXX").intersection(central.union_all())
        density = roads.length.sum() / 1e3 / (ground_area(central.geometry).sum() / 1e6)
        assert sheet[name]["19"] == round(density, 2)
