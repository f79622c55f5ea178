"""Reading vector files as they come: archives, encodings, heights, arcs."""

from __future__ import annotations

import shutil
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio
import pytest
import shapely

from planloop.errors import InputError
from planloop.plan.formats.archive import MOST_ENTRIES
from planloop.plan.formats.vector import list_layers, read_layer

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = ["黑龙江省", "阿拉山口市", "口岸"]


def towns(count: int = 3) -> gpd.GeoDataFrame:
    names = [TEXTS[number % 3] for number in range(count)]
    shapes = [shapely.box(n, 0, n + 1, 1) for n in range(count)]
    return gpd.GeoDataFrame({"MC": names}, geometry=shapes, crs="EPSG:4537")


def shapefile(folder: Path, *, encoding: str, count: int = 3, cpg: bool = False) -> Path:
    path = folder / "towns.shp"
    pyogrio.write_dataframe(towns(count), path, encoding=encoding)
    if not cpg:
        path.with_suffix(".cpg").unlink()
    return path


def zipped(path: Path, members: list[Path], base: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.write(member, member.relative_to(base))
    return path


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.json", "a.gdb", "a.shp"])
def test_every_format_gives_the_same(tmp_path: Path, name: str) -> None:
    driver = {"a.json": "GeoJSON", "a.gdb": "OpenFileGDB"}.get(name)
    options = {"encoding": "GBK"} if name.endswith("shp") else {}
    kind = "MultiPolygon" if name.endswith("gdb") else None
    pyogrio.write_dataframe(towns(), tmp_path / name, driver=driver, geometry_type=kind, **options)
    frame, notes = read_layer(tmp_path / name)
    assert list(frame["MC"]) == TEXTS
    assert frame.crs.to_epsg() == 4537
    assert shapely.equals(frame.geometry.to_numpy(), towns().geometry.to_numpy()).all()
    assert notes == ()
    assert list_layers(tmp_path / name) == ["a"]


@pytest.mark.parametrize(("encoding", "count"), [("GBK", 3), ("GBK", 200), ("GB18030", 3)])
def test_a_shapefile_in_gbk_that_does_not_say_so(tmp_path: Path, encoding: str, count: int) -> None:
    frame, notes = read_layer(shapefile(tmp_path, encoding=encoding, count=count))
    assert list(frame["MC"])[:3] == TEXTS
    assert notes == ("encoding-guessed",)


@pytest.mark.parametrize("count", [3, 127, 128, 200, 250])
def test_a_shapefile_in_utf8_that_does_not_say_so(tmp_path: Path, count: int) -> None:
    """The header of the table counts the rows in binary: it is no text, and decides nothing."""
    frame, _ = read_layer(shapefile(tmp_path, encoding="UTF-8", count=count))
    assert list(frame["MC"])[:3] == TEXTS


def test_a_field_name_in_utf8_that_is_cut_off(tmp_path: Path, refused: Callable[..., None]) -> None:
    """Four Chinese characters are 12 bytes, and a name has 10: an error, and no other letters."""
    path = tmp_path / "a.shp"
    pyogrio.write_dataframe(towns().assign(abcdefghij="x"), path, encoding="UTF-8")
    path.with_suffix(".cpg").unlink()
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace(b"abcdefghij", "行政区名".encode()[:10]))
    with pytest.raises(InputError) as caught:
        read_layer(path)
    refused(caught.value, "read.unreadable", path=path)


def test_plain_letters_need_no_guess(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    pyogrio.write_dataframe(towns(200).assign(MC="abc"), path, encoding="GBK")
    path.with_suffix(".cpg").unlink()
    assert read_layer(path)[1] == ()


def test_what_the_cpg_says_is_believed(tmp_path: Path) -> None:
    frame, notes = read_layer(shapefile(tmp_path, encoding="GBK", cpg=True))
    assert list(frame["MC"]) == TEXTS
    assert notes == ()


def test_what_the_mapping_says_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    pyogrio.write_dataframe(towns().assign(MC="花蓮市"), path, encoding="BIG5")
    path.with_suffix(".cpg").unlink()
    frame, notes = read_layer(path, encoding="BIG5")
    assert set(frame["MC"]) == {"花蓮市"}
    assert notes == ()


def test_an_encoding_that_does_not_exist(tmp_path: Path, refused: Callable[..., None]) -> None:
    path = shapefile(tmp_path, encoding="GBK")
    with pytest.raises(InputError) as caught:
        read_layer(path, encoding="KLINGON")
    refused(caught.value, "read.unreadable", path=path)


def test_a_real_shapefile_in_gbk(real_data: Path) -> None:
    frame, notes = read_layer(real_data / "formats" / "gbk_shp" / "chinese_poly.shp")
    assert frame.isin(["黑龙江省"]).any(axis=None)
    assert notes == ("encoding-guessed",)


@pytest.mark.parametrize("cpg", [True, False])
def test_a_zipped_shapefile_in_gbk(tmp_path: Path, cpg: bool) -> None:  # noqa: FBT001  # a case
    shapefile(tmp_path, encoding="GBK", cpg=cpg)
    path = zipped(tmp_path / "towns.zip", sorted(tmp_path.glob("towns.*")), tmp_path)
    frame, notes = read_layer(path)
    assert list(frame["MC"]) == TEXTS
    assert notes == (() if cpg else ("encoding-guessed",))


@pytest.mark.parametrize("folder", ["", "成果/1矢量数据"])
def test_a_zipped_geodatabase(tmp_path: Path, folder: str) -> None:
    base = tmp_path / "in"
    (base / folder).mkdir(parents=True)
    pyogrio.write_dataframe(
        towns(), base / folder / "a.gdb", driver="OpenFileGDB", geometry_type="MultiPolygon"
    )
    members = sorted(item for item in base.rglob("*") if item.is_file())
    frame, _ = read_layer(zipped(tmp_path / "a.gdb.zip", members, base))
    assert list(frame["MC"]) == TEXTS


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "in/a.shp"])
def test_other_zipped_sources(tmp_path: Path, name: str) -> None:
    base = tmp_path / "base"
    (base / name).parent.mkdir(parents=True)
    pyogrio.write_dataframe(towns(), base / name)
    members = sorted(item for item in base.rglob("*") if item.is_file())
    frame, _ = read_layer(zipped(tmp_path / "a.zip", members, base))
    assert list(frame["MC"]) == TEXTS


def test_several_shapefiles_in_an_archive_are_its_layers(tmp_path: Path) -> None:
    for name, text in {"甲": "黑龙江省", "乙": "阿拉山口市"}.items():
        path = tmp_path / f"{name}.shp"
        pyogrio.write_dataframe(towns().assign(MC=text), path, encoding="GBK")
        path.with_suffix(".cpg").unlink()
    members = [item for item in tmp_path.iterdir() if item.is_file()]
    path = zipped(tmp_path / "a.zip", sorted(members), tmp_path)
    assert sorted(list_layers(path)) == ["乙", "甲"]
    assert set(read_layer(path, "乙")[0]["MC"]) == {"阿拉山口市"}


@pytest.mark.parametrize("names", [[], ["a.gdb/x", "b.gdb/x"], ["a.shp", "b.gpkg"]])
def test_an_archive_holds_one_source(
    tmp_path: Path, names: list[str], refused: Callable[..., None]
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in [*names, "readme.txt"]:
            archive.writestr(name, b"x")
    with pytest.raises(InputError) as caught:
        list_layers(path)
    refused(caught.value, "read.which-source", path=path)


class NameInGbk(zipfile.ZipInfo):
    """An entry as Windows writes it in China: its name in GBK, and no word on that."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  # zipfile's own name
        return self.filename.encode("gbk"), self.flag_bits


class NameInUtf8(NameInGbk):
    """An entry as some programs on other systems write it: in UTF-8, and no word on that."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  # zipfile's own name
        return self.filename.encode("utf-8"), self.flag_bits


@pytest.mark.parametrize("entry", [NameInGbk, NameInUtf8, zipfile.ZipInfo])
def test_chinese_names_in_archives(tmp_path: Path, entry: type[zipfile.ZipInfo]) -> None:
    shapefile(tmp_path, encoding="GBK")
    path = tmp_path / "成果.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(tmp_path.glob("towns.*")):
            for name in ("规划分区", "开发边界"):
                info = entry(f"矢量/{name}{part.suffix}")
                archive.writestr(info, part.read_bytes())
    assert sorted(list_layers(path)) == ["开发边界", "规划分区"]
    assert list(read_layer(path, "规划分区")[0]["MC"]) == TEXTS


def test_what_file_managers_add_does_not_count(tmp_path: Path) -> None:
    shapefile(tmp_path, encoding="GBK")
    path = zipped(tmp_path / "towns.zip", sorted(tmp_path.glob("towns.*")), tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("__MACOSX/._towns.shp", ".hidden/b.gpkg"):
            archive.writestr(name, b"x")
    assert list_layers(path) == ["towns"]


def test_an_entry_that_stands_twice(tmp_path: Path, refused: Callable[..., None]) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.gpkg", b"x")
        archive.writestr("b.gpkg", b"x")
    path.write_bytes(path.read_bytes().replace(b"b.gpkg", b"a.gpkg"))
    with pytest.raises(InputError) as caught:
        list_layers(path)
    refused(caught.value, "read.bad-archive", path=path)


def test_an_archive_under_a_password(tmp_path: Path, refused: Callable[..., None]) -> None:
    """The flag of an encrypted entry, by APPNOTE 4.4.4."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.gpkg", b"x" * 100)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_layer(path)
    refused(caught.value, "read.unreadable", path=path)
    assert "encrypted" in caught.value.text("en")


def test_the_shapefile_in_an_archive_must_be_whole(
    tmp_path: Path, refused: Callable[..., None]
) -> None:
    shapefile(tmp_path, encoding="GBK").with_suffix(".dbf").unlink()
    path = zipped(tmp_path / "towns.zip", sorted(tmp_path.glob("towns.*")), tmp_path)
    with pytest.raises(InputError) as caught:
        read_layer(path)
    refused(caught.value, "read.unreadable", path=path)
    assert "towns.dbf" in caught.value.text("zh")


def test_real_geodatabases(real_data: Path) -> None:
    frame, _ = read_layer(real_data / "formats" / "filegdb" / "Test1.gdb.zip", "POINT1")
    assert len(frame) > 0
    names = list_layers(real_data / "formats" / "cn_gdb" / "村庄规划数据库.gdb.zip")
    assert "GHDLTB" in names


def test_heights_are_dropped_with_a_word(tmp_path: Path) -> None:
    shapes = shapely.force_3d(towns().geometry.to_numpy(), 12.5)
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(towns().set_geometry(shapes, crs="EPSG:4537"), path)
    frame, notes = read_layer(path)
    assert notes == ("height-dropped",)
    assert not shapely.has_z(frame.geometry.to_numpy()).any()
    assert shapely.equals(frame.geometry.to_numpy(), towns().geometry.to_numpy()).all()


def polygon_wkb(kind: int, ring: bytes) -> bytes:
    return struct.pack("<BII", 1, kind, 1) + ring


def numbers(*values: tuple[float, ...]) -> bytes:
    return b"".join(struct.pack(f"<{len(value)}d", *value) for value in values)


MEASURED = polygon_wkb(
    2003, struct.pack("<I", 4) + numbers((0, 0, 7), (1, 0, 8), (1, 1, 9), (0, 0, 7))
)
"""POLYGON M, by ISO/IEC 13249-3."""

ARC = polygon_wkb(
    10, struct.pack("<BII", 1, 8, 5) + numbers((0, 0), (1, 1), (2, 0), (1, -1), (0, 0))
)
"""CURVEPOLYGON (CIRCULARSTRING (…)): a disc."""


def with_geometry(folder: Path, wkb: bytes) -> Path:
    """Write a GeoPackage of two features, the second with a geometry that shapely cannot hold."""
    path = folder / "a.gpkg"
    pyogrio.write_dataframe(
        towns(2), path, layer="arcs", geometry_type="Unknown", SPATIAL_INDEX="NO"
    )
    with closing(sqlite3.connect(path)) as base:
        blob = b"GP\0\1" + struct.pack("<i", 4537) + wkb
        base.execute("UPDATE arcs SET geom = ? WHERE fid = 2", (blob,))
        base.commit()
    return path


def test_measures_are_dropped(tmp_path: Path) -> None:
    frame, notes = read_layer(with_geometry(tmp_path, MEASURED))
    assert notes == ("measure-dropped",)
    assert not shapely.has_m(frame.geometry.to_numpy()).any()
    assert not shapely.has_z(frame.geometry.to_numpy()).any()
    assert shapely.area(frame.geometry.iloc[1]) == 0.5


def test_arcs_are_refused(tmp_path: Path, refused: Callable[..., None]) -> None:
    """An arc has no vertices of its own; GDAL would put some along it without a word."""
    path = with_geometry(tmp_path, ARC)
    assert gpd.read_file(path).geometry.count_coordinates().iloc[1] > 50, "as it would be"
    with pytest.raises(InputError) as caught:
        read_layer(path)
    refused(caught.value, "read.curves", path=path, layer="arcs", row=2)


def test_arcs_in_a_real_geodatabase_are_refused(
    real_data: Path, refused: Callable[..., None]
) -> None:
    path = real_data / "formats" / "filegdb" / "TestGeom.gdb.zip"
    with pytest.raises(InputError) as caught:
        read_layer(path, "POLYSZ")
    refused(caught.value, "read.curves", path=path, layer="POLYSZ")
    assert len(read_layer(path, "POINTSZM")[0]) > 0, "measures do no harm"


def test_the_layer_must_be_named_where_there_are_several(
    tmp_path: Path, refused: Callable[..., None]
) -> None:
    path = tmp_path / "a.gpkg"
    for name in ("甲", "乙"):
        pyogrio.write_dataframe(towns(), path, layer=name, append=path.exists())
    with pytest.raises(InputError) as caught:
        read_layer(path)
    refused(caught.value, "read.which-layer", path=path)
    assert "甲, 乙" in caught.value.text("zh")
    assert len(read_layer(path, "乙")[0]) == 3


def test_the_number_of_entries_has_a_limit(tmp_path: Path, refused: Callable[..., None]) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(MOST_ENTRIES + 1):
            archive.writestr(f"{number}", b"")
    with pytest.raises(InputError) as caught:
        list_layers(path)
    refused(caught.value, "read.bad-archive", path=path)
    assert "10001" in caught.value.text("en")


def test_the_size_when_unpacked_has_a_limit(tmp_path: Path, refused: Callable[..., None]) -> None:
    """The archive's directory claims 4 GB for each of six entries."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(6):
            archive.writestr(f"{number}.shp", b"x")
    data = bytearray(path.read_bytes())
    start = 0
    while (start := data.find(b"PK\x01\x02", start)) >= 0:
        data[start + 24 : start + 28] = (0xFFFFFFFE).to_bytes(4, "little")
        start += 4
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        list_layers(path)
    refused(caught.value, "read.bad-archive", path=path)


@pytest.mark.parametrize(
    "name", ["../evil.shp", "a/../../evil.shp", "/etc/evil.shp", "..\\evil.shp", "C:\\evil.shp"]
)
def test_paths_leading_out_of_the_archive(
    tmp_path: Path, name: str, refused: Callable[..., None]
) -> None:
    path = tmp_path / "slip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(InputError) as caught:
        list_layers(path)
    refused(caught.value, "read.bad-archive", path=path)
    assert list(tmp_path.iterdir()) == [path], "nothing was unpacked"


def test_reading_changes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(towns(), source)
    before = source.read_bytes()
    copy = shutil.copy(source, tmp_path / "b.gpkg")
    read_layer(Path(copy))
    assert Path(copy).read_bytes() == before
    assert {item.name for item in tmp_path.iterdir()} == {"a.gpkg", "b.gpkg"}
