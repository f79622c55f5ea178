"""Bad input: each case is an error that says what, where, and what to do; never a traceback."""

from __future__ import annotations

import tomllib
import zipfile
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import pytest
import shapely

from planloop.errors import InputError, PlanloopError, SettingsError
from planloop.plan.participants import participants
from planloop.plan.read import read_sources
from planloop.plan.settings import parse_settings
from tests.plan.county import EPSG, SETTINGS, box, quiet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.plan.county import Bureau

    Refused = Callable[..., None]


def refusal(bureau: Bureau) -> PlanloopError:
    with pytest.raises(InputError) as caught:
        bureau.read()
    return caught.value


def spoil(bureau: Bureau, code: str, row: int, shape: shapely.Geometry | None) -> None:
    """Replace the geometry in a one-based row."""
    frame = bureau.layers[code]
    shapes = list(frame.geometry)
    shapes[row - 1] = shape
    bureau.layers[code] = frame.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs))


def degrees(bureau: Bureau, code: str) -> None:
    bureau.layers[code] = bureau.layers[code].to_crs(4490)


BOWTIE = shapely.Polygon(
    [
        (387_000, 5_004_000),
        (388_000, 5_005_000),
        (388_000, 5_004_000),
        (387_000, 5_005_000),
    ]
)
CROSSING = (387_500.0, 5_004_500.0)


# --- layers --------------------------------------------------------------------------------------


def read_and_take_part(bureau: Bureau) -> None:
    layers = {code: item.layer for code, item in bureau.read().layers.items()}
    participants(layers, bureau.parse().roles)


@pytest.mark.parametrize("code", ["XZQX", "XZYDYH", "CZKFBJ", "GHFQ"])
def test_a_layer_without_which_nothing_goes(bureau: Bureau, code: str, refused: Refused) -> None:
    del bureau.layers[code]
    with pytest.raises(InputError) as caught:
        read_and_take_part(bureau)
    refused(caught.value, "plan.missing-layer", layer=code)
    assert "STBHHX" in caught.value.text("zh"), "it lists what there is"


def test_a_layer_that_the_file_lacks(bureau: Bureau, refused: Refused) -> None:
    bureau.entries["GHFQ"] = 'layer = "规划分区"'
    error = refusal(bureau)
    refused(error, "read.missing-layer", path=bureau.path("GHFQ"), layer="规划分区")
    assert "GHFQ" in error.text("zh")


def test_a_layer_that_the_standard_lacks(bureau: Bureau, refused: Refused) -> None:
    bureau.write()
    text = (bureau.folder / "mapping.toml").read_text("utf-8")
    (bureau.folder / "mapping.toml").write_text(text.replace('to = "GHFQ"', 'to = "GHFX"'), "utf-8")
    with pytest.raises(PlanloopError) as caught:
        read_sources(bureau.parse(), quiet)
    refused(caught.value, "standard.unknown-layer", layer="GHFX")


def test_a_layer_without_features(bureau: Bureau, refused: Refused) -> None:
    bureau.layers["STBHHX"] = bureau.layers["STBHHX"].iloc[:0]
    refused(refusal(bureau), "read.empty-layer", path=bureau.path("STBHHX"))


@pytest.mark.parametrize("dissolve", ["", "dissolve = true"])
def test_a_filter_that_keeps_nothing(bureau: Bureau, dissolve: str, refused: Refused) -> None:
    bureau.entries["STBHHX"] = f'where = {{ field = "BSM", equals = "?" }}\n{dissolve}'
    refused(refusal(bureau), "read.empty-layer", path=bureau.path("STBHHX"))


def test_a_table_where_a_layer_should_be(bureau: Bureau, refused: Refused) -> None:
    bureau.write()
    path = bureau.path("STBHHX")
    path.unlink()
    plain = bureau.layers["STBHHX"].drop(columns="geometry")
    pyogrio.write_dataframe(plain, path)
    with pytest.raises(InputError) as caught:
        read_sources(bureau.parse(), quiet)
    refused(caught.value, "read.no-geometry", path=path)


# --- coordinate systems --------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:'crs' was not provided")  # it is what we want
def test_no_crs(bureau: Bureau, refused: Refused) -> None:
    bureau.layers["GHFQ"] = bureau.layers["GHFQ"].set_crs(None, allow_override=True)
    refused(refusal(bureau), "read.no-crs", path=bureau.path("GHFQ"))


@pytest.mark.parametrize("epsg", [2373, 2425])
def test_old_chinese_datums(bureau: Bureau, epsg: int, refused: Refused) -> None:
    frame = bureau.layers["GHFQ"]
    bureau.layers["GHFQ"] = frame.set_crs(epsg, allow_override=True)
    refused(refusal(bureau), "read.datum-refused", path=bureau.path("GHFQ"))


def test_wgs84_without_a_word(bureau: Bureau, refused: Refused) -> None:
    frame = bureau.layers["GHFQ"].to_crs(4490).set_crs(4326, allow_override=True)
    bureau.layers["GHFQ"] = frame
    refused(refusal(bureau), "read.datum-unstated", path=bureau.path("GHFQ"))
    bureau.path("GHFQ").unlink()
    bureau.entries["GHFQ"] = 'datum = "WGS84≙CGCS2000"'
    assert bureau.read().layers["GHFQ"].crs == "EPSG:4326 (WGS84≙CGCS2000)"


@pytest.mark.parametrize("zone", [4536, 4538])
def test_the_wrong_zone(bureau: Bureau, zone: int, refused: Refused) -> None:
    """Coordinates of zone 28 declared as those of a neighbour lie 235 km off."""
    frame = bureau.layers["GHFQ"]
    bureau.layers["GHFQ"] = frame.set_crs(zone, allow_override=True)
    error = refusal(bureau)
    refused(error, "read.far-away", layer="GHFQ")
    assert "GHFQ.gpkg" in error.text("zh")
    distance = int(str(error.params["distance"]))
    assert error.where["feature"] in {"GHFQ1", "GHFQ3"}, "the farthest"
    assert 225 <= distance <= 245


def test_zones_mixed_within_a_layer(bureau: Bureau, refused: Refused) -> None:
    """Half of a layer with the prefix of the zone, half without."""
    spoil(bureau, "GHFQ", 2, shapely.box(28_388_000, 5_004_000, 28_390_000, 5_006_000))
    refused(refusal(bureau), "read.wrong-place", path=bureau.path("GHFQ"), layer="GHFQ")


def test_one_feature_in_a_neighbouring_zone(bureau: Bureau, refused: Refused) -> None:
    """Features of two zones without prefixes in one layer: one of them lies 235 km off."""
    stray = np.asarray(bureau.layers["GHFQ"].geometry.to_crs(4536).array, dtype=object)[1]
    spoil(bureau, "GHFQ", 2, stray)
    refused(refusal(bureau), "read.far-away", layer="GHFQ", feature="GHFQ2")


def test_swapped_axes(bureau: Bureau, refused: Refused) -> None:
    frame = bureau.layers["GHFQ"]
    swapped = shapely.transform(
        np.asarray(frame.geometry.array, dtype=object), lambda xy: xy[:, ::-1]
    )
    bureau.layers["GHFQ"] = frame.set_geometry(swapped, crs=frame.crs)
    refused(
        refusal(bureau),
        "read.wrong-place",
        path=bureau.path("GHFQ"),
        at=(5_004_000.0, 387_000.0),
    )


def test_degrees_taken_for_metres(bureau: Bureau, refused: Refused) -> None:
    frame = bureau.layers["GHFQ"].to_crs(4490)
    bureau.layers["GHFQ"] = frame.set_crs(EPSG, allow_override=True)
    refused(refusal(bureau), "read.wrong-place", path=bureau.path("GHFQ"))


def test_a_shapefile_whose_prj_has_a_name_of_its_own(bureau: Bureau, refused: Refused) -> None:
    """Degrees under a projected CRS that no registry knows."""
    frame = bureau.layers.pop("STBHHX").to_crs(4490)
    path = bureau.folder / "redline.shp"
    pyogrio.write_dataframe(frame, path, encoding="GBK")
    text = pyproj.CRS(EPSG).to_wkt("WKT1_ESRI").replace("CGCS2000_3_Degree_GK_CM_84E", "县坐标系")
    path.with_suffix(".prj").write_text(text, "utf-8")
    bureau.extra = '[[source]]\npath = "redline.shp"\nto = "STBHHX"\n'
    refused(refusal(bureau), "read.wrong-place", path=path)


def test_a_region_outside_the_zones(bureau: Bureau, refused: Refused) -> None:
    """A county at 15°E, in the UTM zone 33 of another country."""
    for code in bureau.layers:
        bureau.layers[code] = bureau.layers[code].set_crs(32633, allow_override=True)
        bureau.entries[code] = 'datum = "taken as CGCS2000"'
    error = refusal(bureau)
    refused(error, "read.no-zone")
    assert error.params["zone"] == 5


@pytest.mark.parametrize("crs", ["EPSG:99999", "坐标系", ""])
def test_a_crs_in_the_mapping_that_does_not_exist(
    bureau: Bureau, crs: str, refused: Refused
) -> None:
    bureau.entries["GHFQ"] = f'crs = "{crs}"'
    with pytest.raises(SettingsError) as caught:
        bureau.read()
    refused(caught.value, "settings.wrong", path=bureau.folder / "mapping.toml")
    assert "crs" in str(caught.value.params["setting"])


# --- geometry ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dissolve", ["", "dissolve = true"])
@pytest.mark.parametrize("shape", [None, shapely.Polygon()])
def test_no_geometry(
    bureau: Bureau, shape: shapely.Geometry | None, dissolve: str, refused: Refused
) -> None:
    spoil(bureau, "GHFQ", 2, shape)
    bureau.entries["GHFQ"] = dissolve
    refused(refusal(bureau), "read.empty-geometry", path=bureau.path("GHFQ"), row=2)


@pytest.mark.parametrize("dissolve", ["", "dissolve = true"])
def test_a_polygon_that_crosses_itself(bureau: Bureau, dissolve: str, refused: Refused) -> None:
    spoil(bureau, "GHFQ", 1, BOWTIE)
    bureau.entries["GHFQ"] = dissolve
    error = refusal(bureau)
    refused(error, "read.invalid-geometry", path=bureau.path("GHFQ"), row=1, at=CROSSING)
    assert "Self-intersection" in error.text("en")


def test_a_polygon_in_degrees_that_crosses_itself(bureau: Bureau, refused: Refused) -> None:
    spoil(bureau, "GHFQ", 1, BOWTIE)
    degrees(bureau, "GHFQ")
    error = refusal(bureau)
    refused(error, "read.invalid-on-grid", path=bureau.path("GHFQ"), layer="GHFQ", row=1)
    assert np.hypot(*(np.asarray(error.where["at"]) - CROSSING)) < 0.01


def test_a_polygon_in_a_foreign_plane_that_crosses_itself(bureau: Bureau, refused: Refused) -> None:
    spoil(bureau, "GHFQ", 1, BOWTIE)
    bureau.layers["GHFQ"] = bureau.layers["GHFQ"].to_crs(4536)
    error = refusal(bureau)
    refused(error, "read.invalid-geometry", path=bureau.path("GHFQ"), row=1)


@pytest.mark.filterwarnings("ignore:invalid value encountered")
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_vertex_that_is_no_number(bureau: Bureau, value: float, refused: Refused) -> None:
    ring = np.array([(387_000, 5_004_000), (388_000, 5_004_000), (388_000, 5e6), (387_000, 5e6)])
    ring[1, 0] = value
    closed = np.vstack([ring, ring[:1]])
    head = b"\1" + np.array([3, 1, 5], dtype="<u4").tobytes()
    shape = shapely.from_wkb(head + closed.astype("<f8").tobytes())
    spoil(bureau, "STBHHX", 1, shape)
    error = refusal(bureau)
    assert error.key in {"read.invalid-geometry", "read.not-finite", "read.wrong-place"}
    refused(error, error.key, path=bureau.path("STBHHX"))


@pytest.mark.parametrize("dissolve", ["", "dissolve = true"])
@pytest.mark.parametrize(
    "shape", [shapely.Polygon([(387_000, 5_004_000), (388_000, 5_004_000), (387_000, 5_004_000)])]
)
def test_a_polygon_without_area(
    bureau: Bureau, shape: shapely.Geometry, dissolve: str, refused: Refused
) -> None:
    spoil(bureau, "GHFQ", 3, shape)
    bureau.entries["GHFQ"] = dissolve
    error = refusal(bureau)
    assert error.key in {"read.zero-area", "read.invalid-geometry"}
    refused(error, error.key, path=bureau.path("GHFQ"), row=3)


@pytest.mark.parametrize("in_degrees", [True, False])
def test_a_polygon_thinner_than_the_grid(
    bureau: Bureau,
    in_degrees: bool,  # noqa: FBT001  # a case
    refused: Refused,
) -> None:
    thin = shapely.box(387_000, 5_004_000.000_01, 388_000, 5_004_000.000_03)
    spoil(bureau, "STBHHX", 1, thin)
    if in_degrees:
        degrees(bureau, "STBHHX")
    refused(refusal(bureau), "read.invalid-on-grid", path=bureau.path("STBHHX"), row=1)


@pytest.mark.parametrize(
    "shape",
    [shapely.Point(387_100, 5_004_100), shapely.LineString([(387e3, 5004e3), (388e3, 5004e3)])],
)
def test_the_wrong_kind_of_geometry(
    bureau: Bureau, shape: shapely.Geometry, refused: Refused
) -> None:
    spoil(bureau, "GHFQ", 2, shape)
    error = refusal(bureau)
    refused(error, "read.wrong-geometry", path=bureau.path("GHFQ"), row=2)
    assert shape.geom_type in error.text("zh")


# --- fields and codes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "field", "row", "value"),
    [
        ("GHFQ", "GHFQDM", 2, "999"),
        ("GHFQ", "GHFQDM", 3, None),
        ("GHFQ", "GHFQDM", 1, ""),
        ("CZKFBJ", "GHFQDM", 1, "X"),
        ("XZYDYH", "YDYHFLDM", 8, "990000"),
        ("XZYDYH", "YDYHFLDM", 2, None),
    ],
)
def test_codes_that_the_standard_lacks(  # noqa: PLR0913, PLR0917  # fixtures and cases
    bureau: Bureau, code: str, field: str, row: int, value: str | None, refused: Refused
) -> None:
    frame = bureau.layers[code]
    values = list(frame[field])
    values[row - 1] = value
    bureau.layers[code] = frame.assign(**{field: values})
    error = refusal(bureau)
    refused(error, "read.unknown-code", path=bureau.path(code), layer=code, row=row)
    assert field in error.text("zh")


def test_the_row_and_file_are_those_of_the_source_at_fault(
    bureau: Bureau, refused: Refused
) -> None:
    frame = bureau.layers["GHFQ"].copy()
    bureau.layers["GHFQ"] = frame.iloc[:1]
    rest = frame.iloc[1:].assign(GHFQDM=["520", "999"])
    pyogrio.write_dataframe(rest, bureau.folder / "rest.gpkg")
    bureau.extra = '[[source]]\npath = "rest.gpkg"\nto = "GHFQ"\n'
    refused(refusal(bureau), "read.unknown-code", path=bureau.folder / "rest.gpkg", row=2)


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("GHFQ", "GHFQDM"),
        ("CZKFBJ", "GHFQDM"),
        ("XZYDYH", "YDYHFLDM"),
        ("JQZDXMM", "XMBH"),
    ],
)
def test_a_field_without_which_the_layer_means_nothing(
    bureau: Bureau, code: str, field: str, refused: Refused
) -> None:
    bureau.layers[code] = bureau.layers[code].drop(columns=field)
    error = refusal(bureau)
    refused(error, "read.missing-field", path=bureau.path(code), layer=code)
    assert field in error.text("zh")
    assert "BSM" in error.text("zh"), "it lists what there is"


def test_areas_that_are_no_numbers(bureau: Bureau, refused: Refused) -> None:
    bureau.layers["GHFQ"]["MJ"] = ["2000000.00", "", "约4平方公里"]
    error = refusal(bureau)
    refused(error, "read.not-a-number", path=bureau.path("GHFQ"), layer="GHFQ", row=3)
    assert "MJ" in error.text("zh")


def test_long_identifiers_typed_as_numbers(bureau: Bureau, refused: Refused) -> None:
    """A floating-point number holds no 18 digits: …017 has become …000 or so."""
    bureau.layers["GHFQ"]["BSM"] = [1.0, 652702000000000017.0, 3.0]
    error = refusal(bureau)
    refused(error, "read.too-many-digits", path=bureau.path("GHFQ"), layer="GHFQ", row=2)
    assert "BSM" in error.text("zh")


# --- projects ------------------------------------------------------------------------------------


def test_a_project_without_a_site(bureau: Bureau, refused: Refused) -> None:
    bureau.projects.append(bureau.projects[0] | {"number": "P-2"})
    error = refusal(bureau)
    refused(error, "read.project-without-site", path=bureau.folder / "projects.xlsx", row=4)
    assert "P-2" in error.text("zh")


def test_a_project_that_needs_no_site(bureau: Bureau) -> None:
    bureau.projects.append(bureau.projects[0] | {"number": "P-2", "sector": "电网"})
    assert len(bureau.read().tables["projects"]) == 2


def test_a_site_without_a_project(bureau: Bureau, refused: Refused) -> None:
    bureau.layers["JQZDXMM"]["XMBH"] = "P-9"
    error = refusal(bureau)
    refused(error, "read.site-without-project", layer="JQZDXMM", feature="JQZDXMM1")
    assert "P-9" in error.text("zh")
    assert box(10, 0, 12, 10).contains(shapely.Point(np.asarray(error.where["at"], dtype=float)))


@pytest.mark.parametrize("area", [0, -3.5, 0.0])
def test_a_project_without_area(bureau: Bureau, area: float, refused: Refused) -> None:
    bureau.projects[0]["area_ha"] = area
    error = refusal(bureau)
    refused(error, "read.project-area", path=bureau.folder / "projects.xlsx", row=3)
    assert "P-1" in error.text("zh")


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["issued_area_ha", "issued_multiple", "base_town_area_ha"])
@pytest.mark.parametrize("value", [None, "0", "-1", '"?"', "nan"])
def test_the_quota(name: str, value: str | None, refused: Refused) -> None:
    lines = [
        line if not line.startswith(name) else (f"{name} = {value}" if value else "")
        for line in SETTINGS.splitlines()
    ]
    with pytest.raises(SettingsError) as caught:
        parse_settings(tomllib.loads("\n".join(lines)), path="scheme.toml")
    key = "settings.wrong" if value else "settings.missing"
    refused(caught.value, key, path="scheme.toml")
    assert f"quota.{name}" in caught.value.text("zh")


def test_no_quota_at_all(refused: Refused) -> None:
    text = SETTINGS[: SETTINGS.index("[quota]")]
    with pytest.raises(SettingsError) as caught:
        parse_settings(tomllib.loads(text), path="scheme.toml")
    refused(caught.value, "settings.missing", path="scheme.toml")
    assert "quota" in caught.value.text("zh")


# --- files ---------------------------------------------------------------------------------------


def big() -> gpd.GeoDataFrame:
    """Return a redline of 2,000 features, so that a cut file loses some."""
    shapes = [box(30 + n / 300, 0, 30 + (n + 1) / 300, 20) for n in range(2000)]
    names = [f"R{n}" for n in range(2000)]
    return gpd.GeoDataFrame({"BSM": names}, geometry=shapes, crs=f"EPSG:{EPSG}")


def read_redline(bureau: Bureau, name: str) -> PlanloopError:
    bureau.layers.pop("STBHHX", None)
    bureau.extra = f'[[source]]\npath = "{name}"\nto = "STBHHX"\n'
    return refusal(bureau)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.7, 0.999])
def test_a_truncated_geopackage(bureau: Bureau, share: float, refused: Refused) -> None:
    path = bureau.folder / "redline.gpkg"
    pyogrio.write_dataframe(big(), path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    error = read_redline(bureau, path.name)
    assert error.key in {"read.unreadable", "read.truncated"}
    refused(error, error.key, path=path)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.7, 0.999])
@pytest.mark.parametrize("suffix", [".shp", ".dbf", ".shx"])
def test_a_truncated_shapefile(bureau: Bureau, suffix: str, share: float, refused: Refused) -> None:
    path = bureau.folder / "redline.shp"
    pyogrio.write_dataframe(big(), path)
    part = path.with_suffix(suffix)
    data = part.read_bytes()
    part.write_bytes(data[: int(len(data) * share)])
    error = read_redline(bureau, path.name)
    assert error.key in {"read.unreadable", "read.truncated", "read.empty-geometry"}
    refused(error, error.key, path=path)


@pytest.mark.parametrize("suffix", [".dbf", ".shx", ".prj"])
def test_a_shapefile_that_lacks_a_part(bureau: Bureau, suffix: str, refused: Refused) -> None:
    path = bureau.folder / "redline.shp"
    pyogrio.write_dataframe(big(), path)
    path.with_suffix(suffix).unlink()
    error = read_redline(bureau, path.name)
    key = "read.no-crs" if suffix == ".prj" else "read.unreadable"
    refused(error, key, path=path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.999])
def test_a_truncated_geojson(bureau: Bureau, share: float, refused: Refused) -> None:
    path = bureau.folder / "redline.geojson"
    pyogrio.write_dataframe(big().to_crs(4490), path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    error = read_redline(bureau, path.name)
    assert error.key in {"read.unreadable", "read.truncated"}
    refused(error, error.key, path=path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.999])
@pytest.mark.parametrize("which", ["table", "index", "catalogue"])
def test_a_truncated_geodatabase(
    bureau: Bureau, which: str, share: float, refused: Refused
) -> None:
    path = bureau.folder / "redline.gdb"
    pyogrio.write_dataframe(big(), path, driver="OpenFileGDB", geometry_type="MultiPolygon")
    tables = sorted(path.glob("a*.gdbtable"), key=lambda item: item.stat().st_size)
    part = {
        "table": tables[-1],
        "index": tables[-1].with_suffix(".gdbtablx"),
        "catalogue": path / "a00000001.gdbtable",
    }[which]
    data = part.read_bytes()
    part.write_bytes(data[: int(len(data) * share)])
    error = read_redline(bureau, path.name)
    keys = {"read.unreadable", "read.truncated", "read.empty-geometry", "read.empty-layer"}
    assert error.key in keys
    refused(error, error.key, path=path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
def test_a_truncated_archive(bureau: Bureau, share: float, refused: Refused) -> None:
    pyogrio.write_dataframe(big(), bureau.folder / "r.shp")
    path = bureau.folder / "redline.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in bureau.folder.glob("r.*"):
            archive.write(part, part.name)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    refused(read_redline(bureau, path.name), "read.unreadable", path=path)


def test_a_damaged_archive(bureau: Bureau, refused: Refused) -> None:
    """One byte of the compressed data changed: the archive's own checksum no longer fits."""
    pyogrio.write_dataframe(big(), bureau.folder / "r.shp")
    path = bureau.folder / "redline.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for part in sorted(bureau.folder.glob("r.*")):
            archive.write(part, part.name)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        middle = archive.getinfo("r.shp").header_offset + 5000
    data[middle] ^= 0xFF
    path.write_bytes(data)
    refused(read_redline(bureau, path.name), "read.unreadable", path=path)


def test_an_archive_that_leads_outside(bureau: Bureau, refused: Refused) -> None:
    path = bureau.folder / "redline.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.shp", b"x")
    refused(read_redline(bureau, path.name), "read.bad-archive", path=path)
    assert not list(bureau.folder.parent.glob("evil*"))


@pytest.mark.parametrize("name", ["redline.gpkg", "redline.gdb", "redline.shp", "redline.zip"])
def test_no_file(bureau: Bureau, name: str, refused: Refused) -> None:
    refused(read_redline(bureau, name), "read.missing-file", path=bureau.folder / name)


def test_a_folder_that_is_no_geodatabase(bureau: Bureau, refused: Refused) -> None:
    (bureau.folder / "redline.gdb").mkdir()
    error = read_redline(bureau, "redline.gdb")
    refused(error, "read.unreadable", path=bureau.folder / "redline.gdb")


def test_a_file_that_is_something_else(bureau: Bureau, refused: Refused) -> None:
    path: Path = bureau.folder / "redline.gpkg"
    path.write_text("阿拉山口", "utf-8")
    refused(read_redline(bureau, path.name), "read.unreadable", path=path)
