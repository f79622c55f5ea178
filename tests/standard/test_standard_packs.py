"""Province packs: what they override, and what is said when a pack cannot be used."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from planloop.errors import InputError
from planloop.standard import Attestation, Standard, load

if TYPE_CHECKING:
    from pathlib import Path

ZONES = "code,name_zh,name_en,level,parent,red,green,blue,edition,attestation,source\n"


def pack(folder: Path, name: str, text: str, *, encoding: str = "utf-8") -> str:
    """Write one table of a pack and return the pack's folder."""
    folder.mkdir(exist_ok=True)
    folder.joinpath(name).write_text(text, encoding=encoding)
    return str(folder)


def test_a_pack_overrides_the_cells_it_names_and_adds_rows(tmp_path: Path) -> None:
    text = ZONES + "720,文化遗产保护区,Heritage area,2,700,1,2,3,zj 2022,practice,bxgis\n"
    text += "700,其他保护利用区,Other protection,1,,9,8,7,zj 2022,practice,bxgis\n"
    standard = load(pack(tmp_path, "zones.csv", text))
    assert standard.zones["700"].name_zh == "其他保护利用区"
    assert standard.zones["700"].rgb == (9, 8, 7)
    assert standard.zones["700"].attestation is Attestation.PRACTICE
    assert standard.zones["720"].edition == "zj 2022"
    assert standard.zones["410"] == load().zones["410"]
    assert len(standard.zones) == len(load().zones) + 1
    assert load().zones["700"].name_zh == "矿产能源发展区"
    assert "720" not in load().zones


def test_cells_that_a_pack_leaves_out_stay_national(tmp_path: Path) -> None:
    text = "name,value,attestation,source\nsliver_area_m2,400,official,provincial rule\n"
    standard = load(pack(tmp_path, "parameters.csv", text))
    parameter = standard.parameter("sliver_area_m2")
    assert (parameter.value, parameter.unit) == (400.0, "m²")
    assert parameter.source == "provincial rule"
    assert load().parameter("sliver_area_m2").value == 200.0


def test_the_later_pack_wins(tmp_path: Path) -> None:
    first = pack(tmp_path / "first", "zones.csv", "code,name_zh\n100,甲\n200,乙\n")
    second = pack(tmp_path / "second", "zones.csv", "code,name_zh\n100,丙\n")
    zones = load(first, second).zones
    assert (zones["100"].name_zh, zones["200"].name_zh) == ("丙", "乙")


def test_a_pack_overrides_names(tmp_path: Path) -> None:
    naming = load(pack(tmp_path, "naming.toml", 'before = "Q_"\n')).naming
    assert (naming.before, naming.after) == ("Q_", "WHH")


def test_fields_of_a_layer_can_be_added(tmp_path: Path) -> None:
    text = (
        "layer,order,field,alias_zh,type,length,decimals,required,code_list,edition,"
        "attestation,source\n"
        "CZKFBJ,9,SFBZ,省标注,Char,20,,O,,prov 2024,official,provincial rule\n"
    )
    standard = load(pack(tmp_path, "fields.csv", text))
    assert [spec.field for spec in standard.fields("CZKFBJ")][-1] == "SFBZ"
    assert "SFBZ" not in [spec.field for spec in load().fields("CZKFBJ")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("zones.csv", "code,name_zh\n100,甲\n100,乙\n", id="row twice"),
        pytest.param("zones.csv", "code,name_zh\n999,新区\n", id="new row with cells missing"),
        pytest.param("zones.csv", "code,name_zh,level\n100,甲\n", id="row cut short"),
        pytest.param("zones.csv", "kode,name_zh\n100,甲\n", id="no key column"),
        pytest.param("zones.csv", "code,attestation\n100,guess\n", id="unknown attestation"),
        pytest.param("parameters.csv", "name,value\nsliver_width_m,five\n", id="not a number"),
        pytest.param("naming.toml", "before = \n", id="not TOML"),
    ],
)
def test_a_faulty_pack_is_a_clear_error(tmp_path: Path, name: str, text: str) -> None:
    standard = Standard((pack(tmp_path, name, text),))
    with pytest.raises(InputError) as caught:
        _ = standard.zones, standard.parameters, standard.naming
    assert name in caught.value.text("en")
    assert name in caught.value.text("zh")


def test_a_table_in_another_encoding_is_a_clear_error(tmp_path: Path) -> None:
    folder = pack(tmp_path, "zones.csv", "code,name_zh\n100,生态\n", encoding="gbk")
    with pytest.raises(InputError, match=r"zones\.csv"):
        _ = Standard((folder,)).zones


def test_a_table_saved_by_a_spreadsheet_with_its_mark_is_read(tmp_path: Path) -> None:
    folder = pack(tmp_path, "zones.csv", "code,name_zh\n100,甲\n", encoding="utf-8-sig")
    assert Standard((folder,)).zones["100"].name_zh == "甲"


def test_a_pack_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        _ = Standard((str(tmp_path / "nowhere"),)).zones


def test_loading_is_cached_and_quick() -> None:
    assert load() is load()
    spent = []
    for _ in range(5):
        start = time.process_time()
        fresh = Standard()
        counts = (
            len(fresh.layers), len(fresh.fields("GHFQ")), len(fresh.zones),
            len(fresh.land_classes), len(fresh.code_list("WHLX")), len(fresh.parameters),
            len(fresh.sectors), len(fresh.maintenance_fields), len(fresh.zone_receivers),
            len(fresh.columns("projects")), len(fresh.survey_classes),
        )  # fmt: skip
        spent.append(time.process_time() - start)
        assert all(counts)
    assert min(spent) < 0.1
