"""What is written and printed of two schemes that differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib import image

from planloop.checks.diffs.change import Change
from planloop.checks.scheme_diff import SchemeDiff, compare
from planloop.errors import OutputError
from planloop.publishing.diff_files import publish_difference
from planloop.publishing.diff_lines import _levels, area_text, diff_lines
from planloop.publishing.diff_map import COLOURS, compose, small_land
from planloop.publishing.map import own_settings
from planloop.publishing.publish import publish
from tests.checks.compared import KEPT, other

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def diff(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> SchemeDiff:
    return compare(folder, publish(other(), tmp_path_factory.mktemp("other") / "b"))


@pytest.fixture(scope="module")
def same(folder: Path) -> SchemeDiff:
    return compare(folder, folder)


def test_lines_tell_what_moved_and_what_it_cost(diff: SchemeDiff) -> None:
    text = "\n".join(diff_lines(diff, "en"))
    assert f"locks.keep  B adds {KEPT}, 652702000000000001" in text
    assert "swap.most_in_ha  50.0 → –" in text
    assert "Tier 1, near term  1 → 0 projects  B is worse" in text
    assert "weak-first" not in text
    assert "project P-1 口岸查验  Served" in text
    assert "→ Not this time" in text
    assert re.search(rf"parcel {KEPT}  Transferred out [\d.]+ ha → Kept [\d.]+ ha", text)
    assert re.search(r"CZKFBJ .*only A  out  [\d.]+ ha \(1 pieces\)", text)
    assert re.search(r"CZKFBJ .*A and B otherwise  in  ", text)
    assert "C2.most-in  Holds → Not applicable" in text
    assert "Transferred in  " in text
    assert "are the same" not in text


def test_the_first_level_of_a_task_that_differs_decides() -> None:
    told = [
        Change("level", "tier-1-near", -3.0, -4.0),
        Change("level", "compact", 2200.0, 3200.0),
        Change("level", "lines.lines-surplus", 1_234_500.0, 5_000.0),
        Change("level", "lines.nobody-knows", 1.0, 2.0),
    ]
    assert _levels(told, "en") == [
        "Tier 1, near term  3 → 4 projects  B is better",
        "Shortest outline  2,200 → 3,200 m",
        "Area that compensates beyond what is cut  1.23 ha → 50.00 m²  B is better",
        "nobody-knows  1 → 2",
    ]
    assert _levels(told[1:2], "zh") == ["边界外轮廓最短  2,200 → 3,200 米  B 较差"]
    assert _levels([], "zh") == []


def test_lines_in_chinese(diff: SchemeDiff) -> None:
    text = "\n".join(diff_lines(diff, "zh"))
    assert "第一优先级、近期项目  1 → 0 个项目  B 较差" in text
    assert f"图斑 {KEPT}  调出" in text
    assert "CZKFBJ 城镇开发边界  仅 B  调入" in text


def test_of_the_same_little_is_said(same: SchemeDiff) -> None:
    lines = list(diff_lines(same, "zh"))
    assert len(lines) == 11
    assert lines[3] == "两个方案内容相同。"
    assert all(line.endswith("：相同") for line in lines[4:])


def test_long_parts_are_cut_and_counted(diff: SchemeDiff) -> None:
    short = list(diff_lines(diff, "en", most=1))
    accounts = short.index(next(line for line in short if line.startswith("Accounts")))
    count = len(diff.of("total")) + len(diff.of("table"))
    assert short[accounts] == f"Accounts: {count} differ"
    assert short[accounts + 2] == f"  … {count - 1} more; -o json lists all"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (12_345_678, "12.35 ha"),
        (10_000, "0.01 ha"),
        (9_999, "99.99 m²"),
        (-5_000_000, "-5.00 ha"),
        (-1, "-0.01 m²"),
        (0, "0.00 ha"),
    ],
)
def test_areas_are_shown_so_that_something_is_seen(size: int, text: str) -> None:
    assert area_text(size, "en") == text


def test_the_land_as_a_layer(diff: SchemeDiff, tmp_path: Path) -> None:
    (path,) = publish_difference(diff, layer=tmp_path / "land.gpkg")
    found = gpd.read_file(path, layer="land")
    assert found["area_dm2"].tolist() == diff.land["area_dm2"].tolist()
    assert found["zh"].tolist()[0].startswith("仅 A")
    assert shapely.equals_exact(
        found.geometry.to_numpy(), diff.land.geometry.to_numpy(), tolerance=0.0
    ).all()
    assert [item.name for item in tmp_path.iterdir()] == ["land.gpkg"]


def test_no_land_is_an_empty_layer(same: SchemeDiff, tmp_path: Path) -> None:
    (path,) = publish_difference(same, layer=tmp_path / "land.gpkg")
    assert len(gpd.read_file(path, layer="land")) == 0


def test_the_map_shows_each_scheme_in_its_colour(diff: SchemeDiff, tmp_path: Path) -> None:
    paths = publish_difference(diff, image=tmp_path / "one.png")
    paths += publish_difference(diff, image=tmp_path / "two.png")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    seen = (image.imread(paths[0])[..., :3] * 255).round().astype(int)
    for name in ("a", "b", "both"):
        colour = [int(COLOURS[name][0][at : at + 2], 16) for at in (1, 3, 5)]
        assert np.abs(seen - colour).max(axis=-1).min() <= 2, name
    with own_settings():
        drawn = {str(part.get_gid()) for part in compose(diff).axes[1].get_children()}
    assert {"a-in", "a-out", "b-in", "b-out", "both", "boundary"} <= drawn


def test_rings_run_round_what_would_be_overlooked() -> None:
    """On paper 4 mm, 4 mm beside it, and 6 mm wide, at 10 m for a mm."""
    land = np.array(
        [shapely.box(0, 0, 40, 40), shapely.box(50, 0, 90, 9), shapely.box(0, 500, 60, 505)]
    )
    (ring,) = small_land(land, 10.0)
    assert shapely.contains_properly(ring, land).tolist() == [True, True, False]
    assert ring.bounds == pytest.approx((-30.0, -30.0, 120.0, 70.0))
    assert len(small_land(land[2:], 10.0)) == 0
    assert len(small_land(land[:0], 10.0)) == 0


def test_the_map_of_the_same(same: SchemeDiff, tmp_path: Path) -> None:
    (path,) = publish_difference(same, image=tmp_path / "one.png")
    assert path.stat().st_size > 10_000


@pytest.mark.parametrize(
    ("layer", "picture", "key"),
    [("land.shp", None, "diff.suffix"), (None, "map.jpg", "diff.suffix")],
)
def test_other_formats_are_refused(
    diff: SchemeDiff, tmp_path: Path, layer: str | None, picture: str | None, key: str
) -> None:
    with pytest.raises(OutputError) as caught:
        publish_difference(
            diff,
            layer=tmp_path / layer if layer else None,
            image=tmp_path / picture if picture else None,
        )
    assert caught.value.key == key


def test_nothing_is_written_where_one_cannot_be(diff: SchemeDiff, tmp_path: Path) -> None:
    there = tmp_path / "map.png"
    there.write_bytes(b"mine")
    with pytest.raises(OutputError) as caught:
        publish_difference(diff, layer=tmp_path / "land.gpkg", image=there)
    assert caught.value.key == "write.exists"
    assert [item.name for item in tmp_path.iterdir()] == ["map.png"]
    for place in ({"image": tmp_path / "no" / "map.png"}, {"layer": tmp_path / "no" / "l.gpkg"}):
        with pytest.raises(OutputError) as caught:
            publish_difference(diff, **place)
        assert caught.value.key == "write.failed"
    assert there.read_bytes() == b"mine"
