"""Rounds made up on two real city plans, through the whole way: run, proved, written, verified."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import shapely

from benchmarks.cities.city import CITIES, read_parcels
from benchmarks.cities.making import make_round
from tests.scheme.conftest import call

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = {"hualien": 5, "changhua": 1}
CANNOT = {
    "hualien": {"C2.townships", "C3.elastic"},
    "changhua": {"C2.townships", "C3.elastic", "C4.frozen-zones", "C9.frozen-lines"},
}
"""The plans have no townships that balance by themselves, and no elastic part; Changhua has no
frozen zone, and no river."""

STEP = 1e-4
"""The grid, m."""

EPSG = {"hualien": 4550, "changhua": 4549}
"""121.6°E lies in zone 41, 120.5°E in zone 40."""


@pytest.fixture(scope="module", params=sorted(CITIES))
def city(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(city: str, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the round's input, and the scheme made of it."""
    made = tmp_path_factory.mktemp(city)
    (made / "input").mkdir()
    settings = make_round(CITIES[city], real_data, SEEDS[city], made / "input")
    call("scheme", "run", str(settings), "--out", str(made / "scheme"), "-q")
    return made


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Any]:
    text = (folder / "scheme" / "scheme.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def test_it_verifies(folder: Path, city: str) -> None:
    out = call("scheme", "verify", str(folder / "scheme"), "-o", "jsonl", "-q")
    lines = [json.loads(line) for line in out.splitlines()]
    ended = {item["name"]: item["outcome"] for item in lines if "outcome" in item}
    assert lines[0]["ok"] is True
    assert {name for name, end in ended.items() if end != "holds"} == CANNOT[city]
    assert len(ended) >= 40


def test_every_level_is_proven(told: dict[str, Any]) -> None:
    levels = told["solver"]["levels"]
    assert {level["name"]: level["status"] for level in levels} == {
        level["name"]: "optimal" for level in levels
    }
    assert all(level["value"] == level["bound"] for level in levels)
    tiers = [level["name"] for level in levels if level["name"].startswith("tier-")]
    assert len(tiers) == 6, "three tiers, near and later"
    assert [level["name"] for level in levels][6:] == ["weak-first", "compact", "smallest-ids"]


def test_not_all_can_be_served(folder: Path, told: dict[str, Any]) -> None:
    text = (folder / "scheme" / "decisions.jsonl").read_text(encoding="utf-8")
    decided = [json.loads(line) for line in text.splitlines()]
    outcomes = [item["outcome"] for item in decided if item["subject"] == "project"]
    assert len(outcomes) == 50
    assert {name: outcomes.count(name) for name in ("not_needed", "blocked", "inside")} == {
        "not_needed": 4,
        "blocked": 2,
        "inside": 4,
    }
    served = outcomes.count("served")
    assert 10 <= served <= 30
    assert told["totals"]["pieces_out"] > 10


def test_lines_over_what_stands_are_cleared(folder: Path, told: dict[str, Any]) -> None:
    """Three homes drawn as parks and a shop drawn as a substation: each has a title."""
    text = (folder / "scheme" / "decisions.jsonl").read_text(encoding="utf-8")
    decided = [json.loads(line) for line in text.splitlines()]
    lines = [item for item in decided if item["subject"] == "line"]
    assert sorted(item["id"].partition(":")[0] for item in lines) == [
        "ZXCQCSHX",
        *["ZXCQCSLVX"] * 3,
    ]
    assert {item["outcome"] for item in lines} == {"replaced"}
    assert all(any(mark.startswith("QSZD:") for mark in item["evidence"]) for item in lines)
    tasks = told["solver"]["tasks"]
    assert {level["status"] for level in tasks["lines"]} == {"optimal"}
    assert any(item["outcome"] == "changed" for item in decided if item["subject"] == "plot")


def test_it_balances(folder: Path, told: dict[str, Any]) -> None:
    totals = told["totals"]
    settings = (folder / "input" / "scheme.toml").read_text(encoding="utf-8")
    (most_in,) = re.findall(r"most_in_ha = ([\d.]+)", settings)
    assert 0 <= totals["surplus_dm2"] <= 100
    assert 0 <= totals["surplus_features_dm2"] <= 100
    assert 0.8 * float(most_in) < totals["transferred_in_dm2"] / 1e6 <= float(most_in)


def test_the_boundary_before_is_the_plans_development_land(
    folder: Path, city: str, real_data: Path
) -> None:
    parcels = read_parcels(CITIES[city], real_data)
    source = gpd.GeoSeries(parcels.shape[parcels.inside], crs="EPSG:3826").to_crs(EPSG[city])
    before = gpd.read_file(folder / "scheme" / "before.gpkg", layer="CZKFBJ")
    assert before.crs.to_epsg() == EPSG[city]
    town = source.union_all()
    off = shapely.symmetric_difference(town, before.union_all())
    assert off.area < STEP * town.length, "nothing but the grid moved the outline"
    assert {"hualien": 6, "changhua": 39}[city] == len(before)
