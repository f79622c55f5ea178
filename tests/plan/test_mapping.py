"""The mapping: foreign layers and fields become the standard's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from planloop.errors import InputError, SettingsError
from planloop.plan.mapping import apply_source, read_mapping

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Mapped = Callable[[str], gpd.GeoDataFrame]


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "分區類": ["住宅區", "農業區", "保護區", "住宅區"],
            "OBJECTID": [11, 12, 13, 14],
            "備註": ["甲", None, "丙", ""],
        },
        geometry=[shapely.box(n, 0, n + 1, 1) for n in range(4)],
        crs="EPSG:4537",
    )


@pytest.fixture
def mapped(tmp_path: Path, frame: gpd.GeoDataFrame) -> Callable[[str], gpd.GeoDataFrame]:
    def run(lines: str) -> gpd.GeoDataFrame:
        path = tmp_path / "mapping.toml"
        path.write_text(f'[[source]]\npath = "a.gpkg"\nto = "GHFQ"\n{lines}', encoding="utf-8")
        return apply_source(read_mapping(path).source[0], frame)

    return run


def test_without_rules_everything_stays(mapped: Mapped, frame: gpd.GeoDataFrame) -> None:
    result = mapped("")
    assert list(result.columns) == list(frame.columns)
    assert list(result.index) == [1, 2, 3, 4], "rows are counted from one"


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ('where = { field = "分區類", equals = "住宅區" }', [1, 4]),
        ('where = { field = "分區類", in = ["農業區", "保護區"] }', [2, 3]),
        ('where = { field = "分區類", not_in = ["農業區", "保護區"] }', [1, 4]),
        ('where = { field = "OBJECTID", equals = 12 }', [2]),
        ('where = { field = "OBJECTID", equals = "12" }', [2]),
        (
            'where = [{ field = "分區類", equals = "住宅區" }, { field = "OBJECTID", in = [14] }]',
            [4],
        ),
    ],
)
def test_where(mapped: Mapped, where: str, rows: list[int]) -> None:
    assert list(mapped(where).index) == rows


def test_fields(mapped: Mapped) -> None:
    result = mapped(
        """[source.fields]
        BSM = "OBJECTID"
        XZQMC = { value = "花蓮市" }
        GHFQDM.from = "分區類"
        GHFQDM.values = { "保護區" = "100", "農業區" = "520" }
        GHFQDM.default = "410"
        GHFQMC = { lookup = "zone-name", from = "GHFQDM" }
        BZ = { from = "備註", default = "無" }
        """
    )
    assert list(result.columns) == ["BSM", "XZQMC", "GHFQDM", "GHFQMC", "BZ", "geometry"]
    assert list(result["BSM"]) == [11, 12, 13, 14]
    assert set(result["XZQMC"]) == {"花蓮市"}
    assert list(result["GHFQDM"]) == ["410", "520", "100", "410"]
    names = ["城镇集中建设区", "一般农业区", "生态保护区", "城镇集中建设区"]
    assert list(result["GHFQMC"]) == names
    assert list(result["BZ"]) == ["甲", "無", "丙", ""], "only what is missing gets the default"
    assert result.crs.to_epsg() == 4537


def test_names_of_land_classes_padded_or_not(mapped: Mapped) -> None:
    result = mapped(
        """[source.fields]
        YDYHFLDM.from = "分區類"
        YDYHFLDM.values = { "住宅區" = "070100", "農業區" = "01", "保護區" = "170100" }
        YDYHFLMC = { lookup = "land-class-name", from = "YDYHFLDM" }
        """
    )
    assert list(result["YDYHFLMC"]) == ["城镇住宅用地", "耕地", "河流水面", "城镇住宅用地"]


def test_dissolving(mapped: Mapped) -> None:
    result = mapped('where = { field = "分區類", not_in = ["農業區"] }\ndissolve = true')
    assert len(result) == 1
    assert list(result.index) == [0]
    wanted = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 4, 1)])
    assert shapely.equals(result.geometry.iloc[0], wanted)


def test_paths_are_those_beside_the_mapping(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(
        'edition = 1\ndescription = "x"\n[[source]]\npath = "in/a.gpkg"\nto = "GHFQ"\n', "utf-8"
    )
    assert read_mapping(tmp_path / "mapping.toml").source[0].path == (
        tmp_path.resolve() / "in" / "a.gpkg"
    )


def test_a_value_that_the_mapping_does_not_name(
    mapped: Mapped, refused: Callable[..., None]
) -> None:
    with pytest.raises(InputError) as caught:
        mapped('[source.fields]\nGHFQDM = { from = "分區類", values = { "住宅區" = "410" } }')
    refused(caught.value, "read.unmapped-value", layer="GHFQ", row=2)
    assert "農業區" in caught.value.text("zh")
    assert "分區類" in caught.value.text("en")


@pytest.mark.parametrize(
    "lines",
    [
        'where = { field = "分区类", equals = "住宅區" }',
        '[source.fields]\nBSM = "分区类"',
        '[source.fields]\nBSM = { from = "分区类" }',
        '[source.fields]\nGHFQMC = { from = "分区类", lookup = "zone-name" }',
    ],
)
def test_a_field_that_the_source_lacks(
    mapped: Mapped, lines: str, refused: Callable[..., None]
) -> None:
    with pytest.raises(InputError) as caught:
        mapped(lines)
    refused(caught.value, "read.missing-field", layer="GHFQ")
    assert "分区类" in caught.value.text("zh")
    assert "分區類" in caught.value.text("zh"), "it lists what there is"


@pytest.mark.parametrize("lookup", ["zone-name", "land-class-name"])
def test_a_code_without_a_name(mapped: Mapped, lookup: str, refused: Callable[..., None]) -> None:
    with pytest.raises(InputError) as caught:
        mapped(f'[source.fields]\nGHFQMC = {{ from = "分區類", lookup = "{lookup}" }}')
    refused(caught.value, "read.unknown-code", layer="GHFQ", row=1)


def test_nothing_left_to_dissolve(mapped: Mapped) -> None:
    """Where no feature is kept, the reader says the layer is empty."""
    result = mapped('where = { field = "分區類", equals = "河川區" }\ndissolve = true')
    assert len(result) == 0


@pytest.mark.parametrize(
    ("text", "key", "setting"),
    [
        ("", "settings.missing", "source"),
        ('[[source]]\nto = "GHFQ"', "settings.missing", "source.0.path"),
        ('[[source]]\npath = "a.gpkg"', "settings.missing", "source.0.to"),
        (
            '[[source]]\npath = "a.gpkg"\nto = "GHFQ"\nlayr = "x"',
            "settings.wrong",
            "source.0.layr",
        ),
        ('edition = 2\n[[source]]\npath = "a.gpkg"\nto = "GHFQ"', "settings.wrong", "edition"),
        (
            '[[source]]\npath = "a.gpkg"\nto = "GHFQ"\nwhere = { equals = "x" }',
            "settings.missing",
            "field",
        ),
        (
            '[[source]]\npath = "a.gpkg"\nto = "GHFQ"\nwhere = { field = "x", is = "y" }',
            "settings.wrong",
            "is",
        ),
        (
            '[[source]]\npath = "a.gpkg"\nto = "GHFQ"\nwhere = { field = "x" }',
            "settings.wrong",
            "where",
        ),
        (
            '[[source]]\npath = "a"\nto = "GHFQ"\nfields.A = { lookup = "x", from = "y" }',
            "settings.wrong",
            "fields.A",
        ),
        (
            '[[source]]\npath = "a.gpkg"\nto = "GHFQ"\n[source.fields]\nA = { default = "x" }',
            "settings.wrong",
            "fields.A",
        ),
        (
            '[[source]]\npath = "a"\nto = "GHFQ"\nfields.A = { value = 1, from = "y" }',
            "settings.wrong",
            "fields.A",
        ),
        (
            '[[source]]\npath = "a"\nto = "GHFQ"\nfields.A = { value = 1, default = "y" }',
            "settings.wrong",
            "fields.A",
        ),
        (
            """[[source]]
            path = "a"
            to = "GHFQ"
            fields.A = { from = "y", lookup = "zone-name", default = "z" }""",
            "settings.wrong",
            "fields.A",
        ),
        ('[[source]]\npath = "a.gpkg"\nto = "GHFQ"\ncrs = "EPSG:99999"', "settings.wrong", "crs"),
        ("source = 3", "settings.wrong", "source"),
        ("source = ['a']", "settings.wrong", "source"),
        ("[[source]", "settings.not-toml", None),
    ],
)
def test_wrong_mappings(
    tmp_path: Path, text: str, key: str, setting: str | None, refused: Callable[..., None]
) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_mapping(path)
    refused(caught.value, key, path=path)
    if setting:
        assert setting in str(caught.value.params["setting"])


def test_a_mapping_that_is_not_there(tmp_path: Path, refused: Callable[..., None]) -> None:
    with pytest.raises(SettingsError) as caught:
        read_mapping(tmp_path / "mapping.toml")
    refused(caught.value, "settings.unreadable", path=tmp_path / "mapping.toml")


def test_a_mapping_in_gbk_says_so(tmp_path: Path, refused: Callable[..., None]) -> None:
    path = tmp_path / "mapping.toml"
    path.write_bytes('description = "花莲"'.encode("gbk"))
    with pytest.raises(SettingsError) as caught:
        read_mapping(path)
    refused(caught.value, "settings.not-toml", path=path)
