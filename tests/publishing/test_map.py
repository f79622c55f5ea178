"""The map: what stands on the sheet is what the scheme holds, and the same every time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pytest
import shapely
from matplotlib import image

from planloop.messages import render
from planloop.publishing.map import MapSheet, compose, draw_maps
from planloop.publishing.map_style import styles
from tests.publishing.far_region import (
    EAST,
    FAR,
    NORTH,
    OUT,
    REGION,
    TOTALS,
    TOWN,
    box,
    layer,
    pieces,
    plan,
    scheme,
    swapped,
    unchanged,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.artist import Artist

    from planloop.plan.layer import Layer
    from planloop.plan.scheme import Scheme

ROADS = [
    shapely.LineString([(EAST + 1e3, NORTH + 1e3), (EAST + 3e4, NORTH + 2.5e4)]),
    shapely.LineString([(EAST + 1e3, NORTH + 2e3), (EAST + 3e4, NORTH + 2.6e4)]),
]


def rich() -> Scheme:
    """Return a scheme whose plan has every layer that the map knows."""
    lake, farm, red = box(24.5, 10, 27, 12), box(12, 15, 15, 18), box(24, 9, 28, 13)
    more = [
        layer("XZQXZ", [box(0, 0, 20, 30), box(20, 0, 40, 30)], XZQMC=["西乡", "东镇"]),
        layer("XZYDYH", [lake, shapely.difference(REGION, lake)], YDYHFLDM=["170200", "010300"]),
        layer("STBHHX", [red]),
        layer("YJJBNT", [farm]),
        layer("ZDJTJCSSX", ROADS, MC=["沿海铁路", "国道"]),
        layer("CZTXD", [shapely.Point(EAST + 2.05e4, NORTH + 1.3e4)], MC="县城"),
    ]
    elastic = box(18, 17, 20, 18)

    def made(*boundary: shapely.Geometry) -> list[Layer]:
        rest = shapely.difference(REGION, shapely.union_all([*boundary, elastic]))
        shapes, codes = [*boundary, elastic], ["410"] * len(boundary) + ["420"]
        return [
            layer("CZKFBJ", shapes, GHFQDM=codes),
            layer("GHFQ", [*shapes, rest], GHFQDM=[*codes, "520"]),
        ]

    near = box(23, 14, 24, 15)
    told: Scheme = scheme(
        plan(TOWN, OUT, FAR, more=[*more, *made(TOWN, OUT, FAR)]),
        plan(TOWN, more=[*more, *made(shapely.union(TOWN, near))]),
        pieces(("1", near), ("3", OUT), ("3", FAR)),
        synthetic=True,
    )
    return told


CASES = pytest.mark.parametrize("made", [swapped, unchanged, rich])


@cache
def sheet_of(made: Callable[[], Scheme]) -> MapSheet:
    """Return a scheme's sheet, drawn once for all tests that only look at it."""
    return compose(made())


def features(sheet: MapSheet) -> set[str]:
    """Return the styles of all features drawn in the panels and the locator."""
    found = set()
    for axes in sheet.figure.axes[1:]:
        found |= {str(artist.get_gid()) for artist in axes.get_children() if artist.get_gid()}
    return found


@CASES
def test_the_legend_lists_what_is_drawn_and_nothing_else(made: Callable[[], Scheme]) -> None:
    sheet = sheet_of(made)
    keys = [style.key for style in sheet.legend]
    assert set(keys) == features(sheet)
    assert len(keys) == len(set(keys))
    labels = [style.label_zh for style in sheet.legend]
    assert len(labels) == len(set(labels))
    assert all(style.label_en for style in sheet.legend)


def test_everything_of_a_rich_plan_is_drawn() -> None:
    expected = {style.key for style in styles().values() if style.legend is not None}
    expected -= {"zone", "special", "boundary", "street", "far_in"}
    expected |= {"zone-410", "zone-420", "zone-520"}
    assert features(sheet_of(rich)) == expected


def test_what_a_plan_lacks_is_not_drawn() -> None:
    base = {"zone-410", "zone-520", "concentrated", "region", "frame"}
    assert features(sheet_of(unchanged)) == base
    changes = {"transfer_in", "transfer_out", "far_out"}
    assert features(sheet_of(swapped)) == base | changes


def test_specks_and_thin_holes_are_drawn() -> None:
    """Land far below what can be seen on paper, alone and as a hole, stops nothing."""
    speck, hole = box(17, 14, 17.0001, 14.0001), box(20, 14, 20.00002, 14.5)
    town = shapely.difference(TOWN, hole)
    told = scheme(plan(town, speck), plan(town), pieces(("3", speck)))
    assert {"zone-410", "transfer_out"} <= features(compose(told))


def test_transfers_are_only_in_the_panel_after() -> None:
    before, after = sheet_of(swapped).figure.axes[1:3]
    drawn = [{str(artist.get_gid()) for artist in axes.get_children()} for axes in (before, after)]
    assert not {"transfer_in", "transfer_out"} & drawn[0]
    assert {"transfer_in", "transfer_out"} <= drawn[1]
    assert before.get_xlim() == after.get_xlim()
    assert before.get_ylim() == after.get_ylim()


@CASES
def test_the_scale_is_true(made: Callable[[], Scheme]) -> None:
    """Metres on the ground over millimetres on paper, taken from the axes of both panels."""
    sheet = sheet_of(made)
    width, height = (float(part) * 25.4 for part in sheet.figure.get_size_inches())
    assert width == pytest.approx(420)
    assert height == pytest.approx(297)
    for axes in sheet.figure.axes[1:3]:
        place = axes.get_position()
        for limits, share, paper in (
            (axes.get_xlim(), place.width, width),
            (axes.get_ylim(), place.height, height),
        ):
            scale = (limits[1] - limits[0]) * 1000 / (share * paper)
            assert scale == pytest.approx(sheet.extent.scale, rel=1e-9)


def texts(sheet: MapSheet) -> list[str]:
    """Return the texts of the sheet, without those of the maps."""
    return [text.get_text() for text in sheet.figure.axes[0].texts] + [
        artist.get_text() for artist in sheet.figure.axes[0].artists if hasattr(artist, "get_text")
    ]


def test_key_figures_are_those_of_the_accounts() -> None:
    """dm² in hectares with two decimals, by hand."""
    found = texts(sheet_of(swapped))
    for text in ("123.46", "123.47", "100.00", "2,345.68", "2,345.67", "1.2345", "1 块", "2 块"):
        assert text in found
    assert TOTALS["transferred_in_dm2"] == 123_456_789, "123.456789 ha"


def test_a_multiple_that_is_none_is_left_out() -> None:
    assert render("map.multiple-after", {}, "zh") in texts(sheet_of(swapped))
    assert render("map.multiple-after", {}, "zh") not in texts(sheet_of(unchanged))


def boxes(sheet: MapSheet, artists: list[Artist]) -> list[shapely.Polygon]:
    renderer = sheet.figure.canvas.get_renderer()  # type: ignore[attr-defined]  # the Agg canvas
    return [shapely.box(*artist.get_window_extent(renderer).extents) for artist in artists]


@CASES
def test_no_text_covers_another_or_leaves_the_sheet(made: Callable[[], Scheme]) -> None:
    sheet = sheet_of(made)
    held = [artist for artist in sheet.figure.axes[0].get_children() if hasattr(artist, "get_text")]
    held = [artist for artist in held if artist.get_text()]
    found = boxes(sheet, held)
    tree = shapely.STRtree(found)
    left, right = tree.query(found, predicate="intersects")
    for one, other in zip(left, right, strict=True):
        if one < other:
            shared = shapely.intersection(found[one], found[other]).area
            pair = (held[one].get_text(), held[other].get_text())
            assert shared < 0.15 * min(found[one].area, found[other].area), pair
    page = shapely.box(*sheet.figure.bbox.extents).buffer(-70)
    assert all(page.contains(item) for item in found)


def test_names_stand_in_what_they_name_and_clear_of_each_other() -> None:
    sheet = sheet_of(rich)
    placed = {item.name.text: item for item in sheet.names}
    assert set(placed) == {"西乡", "东镇", "县城"}
    for item in placed.values():
        assert sheet.extent.box.contains(shapely.Point(item.x, item.y))
        if item.name.shape.geom_type == "Polygon":
            assert item.name.shape.contains(shapely.Point(item.x, item.y))
    labels = [
        artist for artist in sheet.figure.axes[1].get_children() if hasattr(artist, "get_text")
    ]
    labels = [artist for artist in labels if artist.get_text() and artist.get_zorder() == 901]
    first, *rest = boxes(sheet, labels)
    assert len(rest) == 2
    assert not any(first.intersects(other) for other in rest)
    assert not rest[0].intersects(rest[1])


@CASES
def test_equal_schemes_give_equal_bytes(made: Callable[[], Scheme], tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    first, second = (draw_maps(made(), folder) for folder in folders)
    assert [path.name for path in first] == ["before_after.png", "before_after.pdf"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert b"CreationDate" not in first[1].read_bytes()
    assert image.imread(first[0]).shape[:2] == (2338, 3307)


def test_the_users_own_settings_of_matplotlib_do_not_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    (png, pdf) = draw_maps(swapped(), tmp_path / "one")
    monkeypatch.setitem(mpl.rcParams, "hatch.linewidth", 4.0)
    monkeypatch.setitem(mpl.rcParams, "axes.linewidth", 5.0)
    monkeypatch.setitem(mpl.rcParams, "text.color", "red")
    (again, other) = draw_maps(swapped(), tmp_path / "two")
    assert png.read_bytes() == again.read_bytes()
    assert pdf.read_bytes() == other.read_bytes()
    assert mpl.rcParams["axes.linewidth"] == 5.0


def run(program: str, *arguments: str | Path) -> str:
    """Return what a program of poppler-utils prints."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is missing: install Debian's poppler-utils")
    command = [found, *map(str, arguments)]
    ended = subprocess.run(  # noqa: S603  # our own arguments
        command, capture_output=True, check=True, env=os.environ | {"LC_ALL": "C.UTF-8"}
    )
    return ended.stdout.decode()


def test_the_pdf_holds_its_texts_as_text(tmp_path: Path) -> None:
    made = rich()
    _, pdf = draw_maps(made, tmp_path)
    text = run("pdftotext", "-layout", pdf, "-")
    flat = re.sub(r"\s", "", text)
    wanted = [made.settings.scheme.name, "123.46", "2,345.68", "2027-03-04", "西乡", "东镇", "县城"]
    wanted += [render(f"map.{key}", {}, "zh") for key in ("title", "before", "after", "synthetic")]
    wanted += [render(f"map.{key}", {}, "en") for key in ("title", "review")]
    sheet = sheet_of(rich)
    wanted += [f"1:{sheet.extent.scale:,}"]
    wanted += [label for style in sheet.legend for label in (style.label_zh, style.label_en)]
    for words in wanted:
        assert re.sub(r"\s", "", words) in flat, words


def test_the_pdf_embeds_our_font_alone(tmp_path: Path) -> None:
    _, pdf = draw_maps(rich(), tmp_path)
    rows = run("pdffonts", pdf).splitlines()[2:]
    names = {row.split()[0].partition("+")[2] for row in rows}
    assert names == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
    for row in rows:
        assert re.search(r"TrueType +Identity-H +yes yes yes", row), row
    assert "Title:           远方县国土空间总体规划动态维护方案" in run("pdfinfo", pdf)


def test_letters_beyond_the_font_warn_nobody(tmp_path: Path) -> None:
    """A missing glyph is a warning of matplotlib, and warnings are errors here."""
    old = swapped()
    named = scheme(old.before, old.after, old.changes.pieces, name="花蓮市道滘𠳐$x$")
    _, pdf = draw_maps(named, tmp_path)
    assert "花〓市道滘𠳐$x$" in run("pdftotext", "-layout", pdf, "-")


def test_the_note_on_synthetic_data_only_where_it_is_true() -> None:
    note = render("map.synthetic", {}, "zh")
    assert any(note in text for text in texts(sheet_of(rich)))
    assert not any(note in text for text in texts(sheet_of(swapped)))
    review = render("map.review", {}, "zh")
    assert all(any(review in text for text in texts(sheet_of(made))) for made in (rich, swapped))


def test_a_change_of_the_scheme_changes_the_map(tmp_path: Path) -> None:
    first = draw_maps(swapped(), tmp_path)[0].read_bytes()
    old = swapped()
    more = scheme(old.before, old.after, old.changes.pieces, {**TOTALS, "pieces_in": 7})
    assert draw_maps(more, tmp_path)[0].read_bytes() != first


def test_pixels_show_the_transfers(tmp_path: Path) -> None:
    """The middle of a piece that goes in is red or white (its hatch) after, and was not before."""
    made = swapped()
    sheet = sheet_of(swapped)
    png, _ = draw_maps(made, tmp_path)
    pixels = image.imread(png)[..., :3]
    centre = shapely.centroid(made.changes.of("CZKFBJ", "1").geometry.iloc[0])
    colours = []
    for axes in sheet.figure.axes[1:3]:
        column, up = axes.transData.transform((centre.x, centre.y))
        row = pixels.shape[0] - round(up)
        colours.append(pixels[row - 12 : row + 12, round(column) - 12 : round(column) + 12])
    red = [((patch[..., 0] > 0.9) & (patch[..., 1] < 0.3)).mean() for patch in colours]
    assert red[0] == 0.0
    assert red[1] > 0.4
    assert np.ptp(colours[0].reshape(-1, 3), axis=0).max() < 0.05, "one zone before"
