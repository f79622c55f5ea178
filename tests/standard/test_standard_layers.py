"""Layers and fields against the lists of the county and city specifications, as literals."""

from __future__ import annotations

import pytest

from planloop.errors import InputError
from planloop.standard import Attestation, load

# County database, whole territory: (geometry, constraint) -> codes of its 80 rows.
COUNTY = {
    ("polygon", "M"): """
        XZQX XZQXZ XZQC STBHZYXPJJG NYSCSYXPJJG CZJSSYXPJJG STXTFWGNZYXFB STCRXFB XZYDYH
        GDBHHX YJJBNTBHHX STBHHX CZKFBJ TRL STGYL SD ZRBHD YDYHGHFQ
    """,
    ("polygon", "C"): """
        XZZRBHDFB XZZRZHFXFBM XZZTGNDW XZHQ SYHYD HHSX JBCY KCZYKCBHX HLFXKZX LSWHBHX
        WWBHDWM LSWHMC LSWHJQ LSWHMZ LSWHMCUN LSJZM DYZ DXWWMCQ SXWWBHQ SJWHYC
        SJWHYZRHHYC FJMSQ ZYNYWHYC SJGGGCYC GJSLYC GJGYYC BKYDWWM GHZLLHKJ
    """,
    ("point", "C"): """
        XZLSWHYCFB WWBHDWD LSJZD BKYDWWD CZTXD ZDJTJCSSD
    """,
    ("point", "O"): """
        XZZRZHFXFBD XZKCZYFB LSHJYS ZCTXD STXFHGTZHZZZDGCD
    """,
    ("line", "O"): """
        XZZRZHFXFBX STLD FZJZSSX ZDJCSSX
    """,
    ("polygon", "O"): """
        CQFW CQSTDY CTCL GYYDKZX STXT NYSCKJBJM YJJBNTCBQ GDZLDJDBFQ CZCYKJBJM GHYDYH
        CLDXYDZKFZDQY GDHBZY FZJZSSM ZDJTJCSSM ZDJCSSM
    """,
    ("line", "C"): """
        HHAX
    """,
    ("point", "M"): """
        FZJZSSD ZDJCSSD
    """,
    ("line", "M"): """
        ZDJTJCSSX
    """,
}
CITY_ONLY = """
    XZQDS XZQXS XZZRZHFXFB XJZTGNDW GDBHMB YJJBNT GDZLDJFQ GHFQ STXFHGTZHZZZDGCX STXFHGTZHZZZDGCM
    FQGHDY JQZDXMD JQZDXMX JQZDXMM QYXGDY
"""
CENTRAL = """
    ZXCQXZYDYH ZXCQFW ZXCQGHFQ ZXCQGHYDYH ZXCQLDYKCKJ ZXCQDXKJKFZDQY ZXCQBZZF ZXCQCSLX ZXCQCSLVX
    ZXCQCSZX ZXCQCSHX ZXCQKFQDFQ ZXCQSXTL ZXCQFMTSFQ ZXCQJZGDFQ ZXCQJZMDFQ ZXCQGGFWSSD ZXCQGGFWSSM
    ZXCQSZGYSSD ZXCQSZGYSSX ZXCQSZGYSSM ZXCQJTSSD ZXCQJTSSM ZXCQDLZXX ZXCQDLHX ZXCQFZJZSSD
    ZXCQFZJZSSX ZXCQFZJZSSM ZXCQZHFXQ ZXCQCSGXZDQY ZXCQCSGXDY ZXCQXGDY ZXCQXXGHBZDY
"""
OWN = "QSZD YPXM YJXM BJGKD SYDYJBHQ KQAQQ"
# Codes whose name was decoded from pinyin and is not certain.
UNCERTAIN = "KCZYKCBHX SYHYD DYZ ZCTXD GDZLDJFQ GDZLDJDBFQ QYXGDY NYSCKJBJM"
H4 = ["BSM", "YSDM", "XZQDM", "XZQMC"]


@pytest.mark.parametrize(("kind", "codes"), COUNTY.items())
def test_county_layers_have_geometry_and_constraint(kind: tuple[str, str], codes: str) -> None:
    for code in codes.split():
        spec = load().layer(code)
        assert (spec.geometry, spec.required) == kind, code
        assert "county" in spec.levels, code


def test_all_lists_together_are_the_layers() -> None:
    county = [code for codes in COUNTY.values() for code in codes.split()]
    rest = [*CITY_ONLY.split(), *CENTRAL.split(), "QT", *OWN.split()]
    assert len(county) == 80
    assert set(load().layers) == {*county, *rest}
    assert len(load().layers) == len(county) + len(rest)


@pytest.mark.parametrize("code", OWN.split())
def test_input_layers_are_marked_as_our_own(code: str) -> None:
    spec = load().layer(code)
    assert spec.attestation is Attestation.OURS
    assert spec.levels == ("input",)


@pytest.mark.parametrize("code", UNCERTAIN.split())
def test_uncertain_names_are_not_called_official(code: str) -> None:
    assert load().layer(code).attestation is Attestation.OURS


@pytest.mark.parametrize(
    ("code", "name", "coverage", "ysdm"),
    [
        ("CZKFBJ", "城镇开发边界", "partition", ""),
        ("STBHHX", "生态保护红线", "partition", ""),
        ("YJJBNT", "永久基本农田", "partition", ""),
        ("XZQXZ", "乡（镇）级行政区", "partition", ""),
        ("XZYDYH", "现状用地用海（基期）", "full", ""),
        ("GHFQ", "规划分区", "full", "2090020610"),
        ("YDYHGHFQ", "用地用海规划分区", "full", "2090020610"),
        ("ZXCQGHFQ", "中心城区规划分区", "partition", "2090020610"),
        ("ZXCQGHYDYH", "中心城区规划用地用海", "partition", "2090020620"),
        ("XZZTGNDW", "乡（镇）级主体功能定位", "free", "2090020130"),
        ("LSWHBHX", "历史文化保护线", "free", "2090020227"),
        ("HLFXKZX", "洪涝风险控制线", "free", "2090020229"),
        ("ZXCQCSLVX", "中心城区城市绿线", "free", "2090020232"),
        ("ZXCQCSZX", "中心城区城市紫线", "free", "2090020233"),
        ("ZXCQCSHX", "中心城区城市黄线", "free", "2090020234"),
        ("JQZDXMM", "近期重大项目（面）", "free", ""),
    ],
)
def test_named_layers(code: str, name: str, coverage: str, ysdm: str) -> None:
    spec = load().layer(code)
    assert (spec.name_zh, spec.coverage, spec.ysdm) == (name, coverage, ysdm)


@pytest.mark.parametrize("line", ["CSLX", "CSLVX", "CSZX", "CSHX"])
def test_control_lines_of_detailed_plans_are_aliases(line: str) -> None:
    standard = load()
    assert standard.layer(f"CZKFBJFW{line}") is standard.layer(f"ZXCQ{line}")
    assert standard.fields(f"CZKFBJFW{line}") == standard.fields(f"ZXCQ{line}") != ()


def test_unknown_layer_is_named_in_both_languages() -> None:
    with pytest.raises(InputError) as caught:
        load().layer("CZKFBX")
    assert caught.value.key == "standard.unknown-layer"
    assert "CZKFBX" in caught.value.text("zh")
    assert "CZKFBX" in caught.value.text("en")


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("XZYDYH", [*H4, "YDYHFLDM", "YDYHFLMC", "CZCSXM", "TBMJ", "TBDLMJ", "BZ"]),
        ("GHYDYH", [*H4, "YDYHFLDM", "YDYHFLMC", "TBMJ", "TBDLMJ", "GHZT", "JQDLDM", "BZ"]),
        ("ZXCQGHFQ", [*H4, "GHFQDM", "GHFQMC", "MJ", "GKZY", "BZ"]),
        ("GHFQ", [*H4, "GHFQDM", "GHFQMC", "MJ", "BZ"]),
        ("TRL", [*H4, "MC", "LX", "MJ", "LDDB", "LDJB"]),
        (
            "STBHHX",
            ["BSM", "YSDM", "XJXZQDM", "SJXZQMC", "SJXZQMC1", "XJXZQMC", "LHLX", "MJ"],
        ),
    ],
)
def test_field_order(code: str, fields: list[str]) -> None:
    assert [spec.field for spec in load().fields(code)] == fields


def test_boundary_starts_with_the_seven_fields_seen() -> None:
    names = [spec.field for spec in load().fields("CZKFBJ")]
    assert names[:7] == [*H4, "GHFQDM", "GHFQMC", "MJ"]


@pytest.mark.parametrize(
    ("layer", "field", "kind", "length", "decimals"),
    [
        ("XZYDYH", "BSM", "Char", 18, None),
        ("XZYDYH", "YSDM", "Char", 10, None),
        ("XZYDYH", "XZQDM", "Char", 12, None),
        ("XZYDYH", "XZQMC", "Char", 100, None),
        ("XZYDYH", "CZCSXM", "Char", 4, None),
        ("XZYDYH", "TBMJ", "Float", 15, 2),
        ("GHFQ", "MJ", "Float", 15, 2),
        ("YJJBNT", "YJJBNTTBBH", "Char", 18, None),
        ("YJJBNT", "DLBM", "Char", 5, None),
        ("YJJBNT", "YJJBNTTBMJ", "Float", 15, 2),
        ("TRL", "MC", "Char", 100, None),
    ],
)
def test_field_types(layer: str, field: str, kind: str, length: int, decimals: int | None) -> None:
    (spec,) = (spec for spec in load().fields(layer) if spec.field == field)
    assert (spec.type, spec.length, spec.decimals) == (kind, length, decimals)


def test_no_layer_holds_persons() -> None:
    # Names, telephone numbers and identity numbers of the basic-farmland spec, and right holders.
    personal = {"ZRR", "CFZR", "ZMC", "ZZRR", "ZRRZJHM", "ZRRMC", "LXDH", "JZDZ", "QLR"}
    standard = load()
    held = {spec.field for code in standard.layers for spec in standard.fields(code)}
    assert not held & personal
