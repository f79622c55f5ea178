"""A further run of the demo after one lock: near to the first scheme, it changes what it must."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import shapely

from tests.scheme.conftest import call

if TYPE_CHECKING:
    from pathlib import Path

LOCKED = """
[locks]
keep = ["{parcel}"]
"""


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def parcel(demo: Path) -> dict[str, Any]:
    """Return the largest parcel that goes out whole."""
    told = [
        item
        for item in read_lines(demo / "scheme" / "decisions.jsonl")
        if (item["subject"], item["outcome"]) == ("parcel", "transfer_out")
    ]
    return max(told, key=lambda item: int(item["area_dm2"]))


@pytest.fixture(scope="module")
def again(demo: Path, parcel: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the scheme that keeps this parcel and is near to the first."""
    text = (demo / "input" / "scheme.toml").read_text(encoding="utf-8")
    assert "[locks]" not in text
    text = text.replace("[inputs]\n", '[inputs]\nnear = "../scheme"\n')
    settings = demo / "input" / "locked.toml"
    settings.write_text(text + LOCKED.format(parcel=parcel["id"]), encoding="utf-8")
    folder = tmp_path_factory.mktemp("again") / "scheme"
    call("scheme", "run", str(settings), "--out", str(folder), "--quiet")
    return folder


@pytest.fixture(scope="module")
def diff(demo: Path, again: Path) -> list[dict[str, Any]]:
    printed = call("scheme", "diff", str(demo / "scheme"), str(again), "--output", "jsonl")
    # The first line is a heading.
    return [json.loads(line) for line in printed.splitlines()[1:]]


def land(diff: list[dict[str, Any]], layer: str) -> list[dict[str, Any]]:
    return [item for item in diff if item["part"] == "land" and item["layer"] == layer]


def test_only_what_takes_the_place_of_the_parcel_moves(
    parcel: dict[str, Any], diff: list[dict[str, Any]]
) -> None:
    boundary = land(diff, "CZKFBJ")
    gone = [item for item in boundary if item["changed"] == "a"]
    # The parcel itself stays; nothing else that went out, or came in, is given back but for the
    # strip by which another parcel balances the areas.
    assert {item["kind"] for item in boundary} == {"3"}
    assert sum(item["area_dm2"] for item in gone) >= parcel["area_dm2"]
    strips = sum(item["area_dm2"] for item in gone) - parcel["area_dm2"]
    assert strips < 0.1 * parcel["area_dm2"]
    fresh = sum(item["area_dm2"] for item in boundary if item["changed"] == "b")
    assert fresh == pytest.approx(parcel["area_dm2"] + strips, abs=200)


def test_what_the_lock_does_not_touch_stays(demo: Path, again: Path) -> None:
    """City lines, projects, and planned land use beside the boundary that differs."""
    for line in ("ZXCQCSLVX", "ZXCQCSHX"):
        first, second = (
            gpd.read_file(folder / "after.gpkg", layer=line) for folder in (demo / "scheme", again)
        )
        assert first.geometry.geom_equals_exact(second.geometry, 0.0).all()
    served = [
        {
            item["id"]
            for item in read_lines(folder / "decisions.jsonl")
            if (item["subject"], item["outcome"]) == ("project", "served")
        }
        for folder in (demo / "scheme", again)
    ]
    assert served[0] == served[1]


def test_planned_land_use_differs_only_where_the_boundary_does(demo: Path, again: Path) -> None:
    shapes = {}
    for folder in (demo / "scheme", again):
        boundary = gpd.read_file(folder / "after.gpkg", layer="CZKFBJ")
        use = gpd.read_file(folder / "after.gpkg", layer="ZXCQGHYDYH")
        shapes[folder] = shapely.union_all(boundary.geometry), use.dissolve("YDYHFLDM")
    (old, before), (new, after) = shapes.values()
    moved = shapely.symmetric_difference(old, new).buffer(0.01)
    assert set(before.index) == set(after.index)
    for code in before.index:
        differs = shapely.symmetric_difference(before.geometry[code], after.geometry[code])
        assert shapely.difference(differs, moved).area < 1.0, code
