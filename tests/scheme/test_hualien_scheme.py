"""A real plan through the whole way: mapped, maintained, proved, written, proved again."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tests.scheme.conftest import call
from tests.scheme.hualien import write_hualien
from tests.scheme.tampering import move_vertex

if TYPE_CHECKING:
    from pathlib import Path

CANNOT = {"C2.untouchable", "C2.townships", "C2.most-in", "C3.elastic", "C8.added"}
"""The plan has no titles, no approved and no built projects, no elastic land, and the settings no
such limits."""

CENTRAL = ("C7.", "C9.")
"""Claims on layers of the central urban area, which the plan has not; ``test_city_rounds.py`` makes
them up."""


@pytest.fixture(scope="module")
def scheme(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hualien")
    (folder / "input").mkdir()
    settings = write_hualien(real_data, folder / "input")
    call("scheme", "run", str(settings), "--out", str(folder / "scheme"), "-q")
    return folder / "scheme"


def test_it_verifies(scheme: Path) -> None:
    out = call("scheme", "verify", str(scheme), "-o", "jsonl", "-q")
    told = [json.loads(line) for line in out.splitlines()]
    ended = {item["name"]: item["outcome"] for item in told if "outcome" in item}
    assert told[0]["ok"] is True
    aside = {name for name in ended if name.startswith(CENTRAL)}
    assert {name for name, end in ended.items() if end == "not applicable"} == CANNOT | aside
    assert {end for name, end in ended.items() if name not in CANNOT | aside} == {"holds"}


def test_after_is_before_less_out_and_in(scheme: Path) -> None:
    (geodatabase,) = scheme.glob("*.gdb")
    change = gpd.read_file(geodatabase, layer="WHCCZKFBJ").to_crs(4550)
    out = change[change["WHLX"] == "3"].union_all()
    entering = change[change["WHLX"] == "1"].union_all()
    before, after = (
        gpd.read_file(scheme / f"{when}.gpkg", layer="CZKFBJ").union_all()
        for when in ("before", "after")
    )
    expected = before.difference(out).union(entering)
    assert shapely.symmetric_difference(expected, after).area < 0.01
    assert entering.area > 1e4


def test_parcels_that_nothing_cuts_are_those_of_the_source(scheme: Path, real_data: Path) -> None:
    """Every parcel whose outline no site touches comes back with the source's own vertices."""
    source = gpd.read_file(real_data / "urban" / "hualien" / "U0101.json").to_crs(4550)
    parcels = gpd.read_file(scheme / "after.gpkg", layer="XZYDYH")
    told = json.loads((scheme / "scheme.json").read_text(encoding="utf-8"))
    (layer,) = (item for item in told["intake"]["layers"] if item["code"] == "XZYDYH")
    assert layer["features"] == len(parcels)
    assert layer["identical"] + layer["noded"] + layer["moved"] == layer["features"]
    drawn = np.asarray(source.geometry.array, dtype=object)
    grid = shapely.transform(drawn, lambda xy: np.rint(xy * 1e4) / 1e4 + 0.0)
    known = set(shapely.to_wkb(shapely.normalize(shapely.get_parts(grid))).tolist())
    written = shapely.to_wkb(shapely.normalize(np.asarray(parcels.geometry.array, dtype=object)))
    assert sum(item in known for item in written.tolist()) == layer["identical"]
    assert layer["identical"] > 1200


def test_a_moved_vertex_is_named(scheme: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(scheme, tmp_path / "copy")
    zone = move_vertex(copy / "after.gpkg", "GHFQ", "GHFQDM = '520'")
    out = call("scheme", "verify", str(copy), "-o", "jsonl", "-q", code=5)
    assert f"GHFQ:{zone}" in out
