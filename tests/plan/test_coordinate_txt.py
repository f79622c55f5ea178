"""Coordinate files: the dialects that occur, and what is refused with a word on where and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.errors import InputError
from planloop.messages import LANGUAGES
from planloop.plan.formats.coordinate_rings import Point, polygon_of, rings_of
from planloop.plan.formats.coordinate_txt import read_coordinates
from tests.examples import examples

if TYPE_CHECKING:
    from pathlib import Path

HEADER = """[属性描述]
格式版本号=1.01版本
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=28
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
SQUARE = [
    (5004000.0, 387000.0),
    (5004100.0, 387000.0),
    (5004100.0, 387100.0),
    (5004000.0, 387100.0),
]


def ring(points: list[tuple[float, float]], number: int = 1, *, prefix: int = 28) -> str:
    """Return the rows of a ring, the first point repeated at the end."""
    names = [f"J{turn}" for turn in range(1, len(points) + 1)] + ["J1"]
    rows = zip(names, [*points, points[0]], strict=True)
    return "".join(
        f"{name},{number},{north:.3f},{prefix * 1e6 + east:.3f}\n" for name, (north, east) in rows
    )


def parcel(*rings: str, head: str = "{count},1.0000,1,地块一,面,,,,@") -> str:
    count = sum(text.count("\n") for text in rings)
    return head.format(count=count) + "\n" + "".join(rings)


def shifted(east: float, north: float, size: float = 1.0) -> list[tuple[float, float]]:
    y, x = SQUARE[0]
    return [(y + north + (b - y) * size, x + east + (a - x) * size) for b, a in SQUARE]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "地块.txt"


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def refused(path: Path, text: str, key: str, **where: object) -> InputError:
    with pytest.raises(InputError) as caught:
        read_coordinates(write(path, text))
    assert caught.value.key == key
    assert caught.value.where["path"] == str(path)
    for name, value in where.items():
        assert caught.value.where[name] == value
    assert all(caught.value.text(lang) for lang in LANGUAGES)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_encodings(path: Path, encoding: str) -> None:
    frame, notes = read_coordinates(write(path, HEADER + parcel(ring(SQUARE)), encoding))
    assert frame.crs.to_epsg() == 4516, "CGCS2000, zone 28, with the zone in the easting"
    (shape,) = frame.geometry
    assert shape.equals(shapely.Polygon([(28e6 + x, y) for y, x in SQUARE]))
    assert frame["area_ha"].tolist() == [1.0]
    assert frame["name"].tolist() == ["地块一"]
    assert frame.index.tolist() == [11], "the parcel's line"
    assert notes == ()


@pytest.mark.parametrize(
    ("head", "hectares"),
    [
        ("{count},1.0000,1,地块一,面,,,,@", 1.0),
        ("{count} , 1.0000公顷 ,1, 地块一 ,面, , , ,@ ", 1.0),
        ("{count}，10000平方米，1，地块一，面，，，，@", 1.0),
        ("{count},15亩,1,地块一,面,,,,@", 1.0),
        ("{count},1.0,1,地块一,面,J50,建设用地,0701,652702,阿拉套街道,@", 1.0),
        ("{count},1.0,1,地块一,面,J50,建设用地,0701,新增,,,,,@", 1.0),
        ("{count},,1,地块一,面,,,,@", None),
        (",1.0,1,地块一,,,,,@", 1.0),
    ],
)
def test_parcel_lines(path: Path, head: str, hectares: float | None) -> None:
    frame, _ = read_coordinates(write(path, HEADER + parcel(ring(SQUARE), head=head)))
    (found,) = frame["area_ha"]
    assert np.isnan(found) if hectares is None else found == pytest.approx(hectares)
    assert frame["name"].tolist() == ["地块一"]
    assert frame.area.iloc[0] == 1e4


def test_lines_end_as_windows_has_them(path: Path) -> None:
    text = (HEADER + parcel(ring(SQUARE))).replace("\n", "\r\n")
    assert read_coordinates(write(path, text))[0].area.iloc[0] == 1e4


def test_no_zone_before_the_easting(path: Path) -> None:
    frame, _ = read_coordinates(write(path, HEADER + parcel(ring(SQUARE, prefix=0))))
    assert frame.crs.to_epsg() == 4537
    assert frame.total_bounds.tolist() == [387000.0, 5004000.0, 387100.0, 5004100.0]


def test_the_zone_from_the_easting_alone(path: Path) -> None:
    text = HEADER.replace("带号=28\n", "").replace("几度分带=3\n", "")
    frame, _ = read_coordinates(write(path, text + parcel(ring(SQUARE))))
    assert frame.crs.to_epsg() == 4516


def test_a_zone_of_six_degrees(path: Path) -> None:
    text = HEADER.replace("带号=28", "带号=14").replace("几度分带=3", "几度分带=6")
    frame, _ = read_coordinates(write(path, text + parcel(ring(SQUARE, prefix=14))))
    assert frame.crs.to_epsg() == 4492, "CGCS2000 / Gauss-Kruger zone 14 in the EPSG registry"
    frame, _ = read_coordinates(write(path, text + parcel(ring(SQUARE, prefix=0))))
    assert frame.crs.to_epsg() == 4503, "CGCS2000 / Gauss-Kruger CM 81E"


def test_east_before_north(path: Path) -> None:
    rows = parcel(ring(SQUARE)).splitlines()
    turned = [rows[0]]
    for row in rows[1:]:
        name, number, north, east = row.split(",")
        turned.append(f"{name},{number},{east},{north}")
    frame, notes = read_coordinates(write(path, HEADER + "\n".join(turned)))
    assert frame.total_bounds.tolist() == [28387000.0, 5004000.0, 28387100.0, 5004100.0]
    assert notes == ("coordinates-swapped",)


def test_a_ring_that_is_not_closed(path: Path) -> None:
    rows = ring(SQUARE).splitlines(keepends=True)[:-1]
    for count in (4, 5):
        text = HEADER + parcel("".join(rows), head=f"{count},1.0,1,地块,面,,,,@")
        frame, notes = read_coordinates(write(path, text))
        assert frame.area.iloc[0] == 1e4
        assert notes == ("coordinates-unclosed",)


def test_a_last_point_with_a_name_of_its_own(path: Path) -> None:
    """As one of the real samples: the place of the first point under the name J5."""
    text = ring(SQUARE)
    at = text.rindex("J1,")
    frame, notes = read_coordinates(write(path, HEADER + parcel(text[:at] + "J5" + text[at + 2 :])))
    assert frame.area.iloc[0] == 1e4
    assert notes == ()


@pytest.mark.parametrize("number", [1, 2])
def test_a_hole_and_a_further_part_are_told_apart_by_containment(path: Path, number: int) -> None:
    hole, island = shifted(20.0, 20.0, 0.4), shifted(200.0, 0.0, 0.5)
    text = parcel(ring(SQUARE), ring(hole, number), ring(island, number + number - 1))
    frame, _ = read_coordinates(write(path, HEADER + text))
    (shape,) = frame.geometry
    assert shape.geom_type == "MultiPolygon"
    assert shape.area == pytest.approx(1e4 - 1600.0 + 2500.0)
    assert sorted(len(part.interiors) for part in shape.geoms) == [0, 1]


def test_an_island_in_a_hole(path: Path) -> None:
    rings = [ring(shifted(10.0 * k, 10.0 * k, 1 - 0.2 * k), k + 1) for k in range(3)]
    frame, _ = read_coordinates(write(path, HEADER + parcel(*reversed(rings))))
    assert frame.area.iloc[0] == pytest.approx(1e4 - 6400.0 + 3600.0)


def test_more_rings_than_anybody_draws(path: Path) -> None:
    """All within each other: what is held against what grows with the square of their number."""
    nested = [ring(shifted(0.02 * k, 0.02 * k, 1 - 0.0004 * k), k + 1) for k in range(2001)]
    frame, _ = read_coordinates(write(path, HEADER + parcel(*nested[:2000])))
    assert frame.geometry.iloc[0].geom_type == "MultiPolygon"
    refused(path, HEADER + parcel(*nested), "coordinates.many-rings", row=HEADER.count("\n") + 1)


def test_parcels_of_one_number_stay_apart(path: Path) -> None:
    text = parcel(ring(SQUARE)) + parcel(ring(shifted(300.0, 0.0)))
    frame, _ = read_coordinates(write(path, HEADER + text))
    assert frame["number"].tolist() == ["1-1", "1-2"]
    assert frame.index.tolist() == [11, 17]


def test_lines_and_points(path: Path) -> None:
    rows = "".join(ring(SQUARE).splitlines(keepends=True)[:3])
    for word, kind in (("线", "LineString"), ("点", "MultiPoint")):
        text = HEADER + parcel(rows, head="{count},,1,走廊," + word + ",,,,@")
        assert read_coordinates(write(path, text))[0].geom_type.tolist() == [kind]


def test_a_self_crossing_ring_comes_out_invalid_and_not_mended(path: Path) -> None:
    bow = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]
    frame, _ = read_coordinates(write(path, HEADER + parcel(ring(bow))))
    assert not frame.geometry.iloc[0].is_valid


def test_another_system_than_cgcs2000(path: Path) -> None:
    for name in ("1980西安坐标系", "1954北京坐标系", "WGS84"):
        text = HEADER.replace("2000国家大地坐标系", name) + parcel(ring(SQUARE))
        refused(path, text, "coordinates.other-system", row=3)
        frame, _ = read_coordinates(path, crs="EPSG:4516")
        assert frame.crs.to_epsg() == 4516, "whoever names the system is believed"


def test_a_system_that_nobody_names(path: Path) -> None:
    text = HEADER.replace("坐标系=2000国家大地坐标系\n", "") + parcel(ring(SQUARE))
    refused(path, text, "coordinates.no-system")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("投影类型=高斯克吕格", "投影类型=墨卡托", "coordinates.header"),
        ("计量单位=米", "计量单位=度", "coordinates.header"),
        ("几度分带=3", "几度分带=4", "coordinates.header"),
        ("带号=28", "带号=二十八", "coordinates.header"),
        ("带号=28", "带号=" + "9" * 5000, "coordinates.header"),
        ("带号=28", "带号=29", "coordinates.zone-differs"),
    ],
)
def test_headers_that_cannot_be_used(path: Path, old: str, new: str, key: str) -> None:
    refused(path, HEADER.replace(old, new) + parcel(ring(SQUARE)), key)


def test_no_zone_anywhere(path: Path) -> None:
    text = HEADER.replace("带号=28\n", "") + parcel(ring(SQUARE, prefix=0))
    refused(path, text, "coordinates.no-zone")


def test_a_zone_that_does_not_exist(path: Path) -> None:
    text = HEADER.replace("带号=28", "带号=50") + parcel(ring(SQUARE, prefix=0))
    refused(path, text, "coordinates.unknown-zone")


def test_two_zones_in_one_file(path: Path) -> None:
    text = HEADER + parcel(ring(SQUARE)) + parcel(ring(SQUARE, prefix=29))
    refused(path, text, "coordinates.zones", row=18)


def test_a_ring_closed_on_the_wrong_point(path: Path) -> None:
    text = ring(SQUARE)
    at = text.rindex("J1,")
    wrong = text[:at] + "J1,1,5004000.500,28387000.000\n"
    refused(path, HEADER + parcel(wrong), "coordinates.misclosed", row=16)


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_a_file_that_is_cut_off(path: Path, kept: int) -> None:
    rows = ring(SQUARE).splitlines(keepends=True)[:kept]
    text = HEADER + "5,1.0,1,地块,面,,,,@\n" + "".join(rows)
    key = "coordinates.few-points" if kept < 3 else "coordinates.count"
    refused(path, text, key)


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ("J9,1,5004000.0", "coordinates.no-point"),
        ("J9,1,nan,28387000.0", "coordinates.no-point"),
        ("J9,1,inf,28387000.0", "coordinates.no-point"),
        ("J9,1,5_004_000,28387000.0", "coordinates.no-point"),
        ("J9,1,北,东", "coordinates.no-point"),
        ("点数不足", "coordinates.no-point"),
        ("J9,1,5004000.0,82.5", "coordinates.no-place"),
        ("J9,1,45.1,82.5", "coordinates.no-place"),
        ("J9,1,1e300,1e300", "coordinates.no-place"),
        ("J9,1,5004000.0,-28387000.0", "coordinates.no-place"),
    ],
)
def test_rows_that_are_no_point_in_china(path: Path, row: str, key: str) -> None:
    refused(path, HEADER + parcel(ring(SQUARE)) + row + "\n", key, row=17)


@pytest.mark.parametrize(
    "head",
    [
        "many,1.0,1,甲,面,@",
        "-5,1.0,1,甲,面,@",
        "5,large,1,甲,面,@",
        "5,1斤,1,甲,面,@",
        "٥,1,1,甲,面,@",
    ],
)
def test_attributes_that_cannot_be_read(path: Path, head: str) -> None:
    refused(path, HEADER + parcel(ring(SQUARE), head=head), "coordinates.attribute", row=11)


@pytest.mark.parametrize("text", ["", "\n\n", HEADER, "阿拉山口\n", "<html></html>"])
def test_no_parcel(path: Path, text: str) -> None:
    refused(path, text, "coordinates.no-parcels")


def test_a_parcel_without_points(path: Path) -> None:
    refused(path, HEADER + "0,1.0,1,甲,面,@\n", "coordinates.empty", row=11)


def test_points_before_the_first_parcel(path: Path) -> None:
    refused(path, HEADER + ring(SQUARE), "coordinates.stray", row=11)


def test_bytes_that_are_no_text(path: Path) -> None:
    for raw in (b"\x00" * 100, b"\xff\xfe\x00\xd8", b"\x80\x81\xff"):
        path.write_bytes(raw)
        with pytest.raises(InputError) as caught:
            read_coordinates(path)
        assert caught.value.key in {"coordinates.no-text", "coordinates.no-parcels"}


def test_a_file_that_is_too_large(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planloop.plan.formats.coordinate_txt.MOST_BYTES", 100)
    refused(path, HEADER + parcel(ring(SQUARE)), "coordinates.too-large")


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(InputError) as caught:
            read_coordinates(path)
        assert caught.value.key == "read.missing-file"


@given(st.data())
@settings(max_examples=examples(150))
def test_anything_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Lines cut, doubled, or typed wrong: a frame or an InputError, and nothing else."""
    lines = (HEADER + parcel(ring(SQUARE), ring(shifted(20.0, 20.0, 0.4), 2))).splitlines()
    alphabet = st.sampled_from("0123456789.,@=[]-eJ\n\x00面公顷，\u2028 ")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        begin = data.draw(st.integers(0, len(lines[at])))
        end = data.draw(st.integers(begin, len(lines[at])))
        new = data.draw(st.text(alphabet, max_size=6))
        lines[at] = lines[at][:begin] + new + lines[at][end:]
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    refusals: list[InputError] = []
    try:
        frame, _ = read_coordinates(path)
    except InputError as error:
        refusals.append(error)
    else:
        assert len(frame)
        assert frame.crs.to_epsg()
    assert all(error.text(lang) for error in refusals for lang in LANGUAGES)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 12)), max_size=6))
@settings(max_examples=examples(200))
def test_rings_that_do_not_cross_make_the_land_within_an_odd_number(
    boxes: list[tuple[int, int, int]],
) -> None:
    """Brute force: a point is in the polygon where an odd number of rings is around it."""
    shapes: list[shapely.Polygon] = []
    for x, y, size in boxes:
        fresh = shapely.box(3 * x, 3 * y, 3 * x + 2 * size, 3 * y + 2 * size)
        if all(not fresh.exterior.intersects(other.exterior) for other in shapes):
            shapes.append(fresh)
    if not shapes:
        return
    points = [
        Point(1, "J", str(number), x, y)
        for number, shape in enumerate(shapes)
        for x, y in shape.exterior.coords
    ]
    made = polygon_of(rings_of(points))
    x, y = (grid.ravel() + 0.5 for grid in np.meshgrid(np.arange(120.0), np.arange(120.0)))
    around = sum(shapely.contains_xy(shape, x, y).astype(int) for shape in shapes)
    assert (shapely.contains_xy(made, x, y) == (around % 2 == 1)).all()


def test_real_files(real_data: Path) -> None:
    """What the programs wrote: declared areas are planar hectares, 4 decimals."""
    folder = real_data / "formats" / "txt_coordinates"
    if not folder.is_dir():
        pytest.skip("no coordinate files among the real files")
    count = 0
    for path in sorted(folder.glob("*.txt")):
        frame, _ = read_coordinates(path)
        assert frame.crs.to_epsg() == 4526
        assert frame.is_valid.all()
        told = frame["area_ha"].notna()
        assert np.allclose(frame.area[told] / 1e4, frame["area_ha"][told], atol=5.1e-5)
        count += len(frame)
    assert count >= 4
