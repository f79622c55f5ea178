"""Zones, codes, parameters, names and templates: literal values of the published rules."""

from __future__ import annotations

import pytest

from planloop.standard import Attestation, load


@pytest.mark.parametrize(
    ("code", "name", "level", "parent"),
    [
        ("100", "生态保护区", 1, ""),
        ("200", "生态控制区", 1, ""),
        ("300", "农田保护区", 1, ""),
        ("400", "城镇发展区", 1, ""),
        ("410", "城镇集中建设区", 2, "400"),
        ("411", "居住生活区", 3, "410"),
        ("412", "综合服务区", 3, "410"),
        ("413", "商业商务区", 3, "410"),
        ("414", "工业发展区", 3, "410"),
        ("415", "物流仓储区", 3, "410"),
        ("416", "绿地休闲区", 3, "410"),
        ("417", "交通枢纽区", 3, "410"),
        ("418", "战略预留区", 3, "410"),
        ("420", "城镇弹性发展区", 2, "400"),
        ("430", "特别用途区", 2, "400"),
        ("500", "乡村发展区", 1, ""),
        ("510", "村庄建设区", 2, "500"),
        ("520", "一般农业区", 2, "500"),
        ("600", "海洋发展区", 1, ""),
        ("640", "游憩用海区", 2, "600"),
        ("660", "海洋预留区", 2, "600"),
        ("700", "矿产能源发展区", 1, ""),
    ],
)
def test_zones(code: str, name: str, level: int, parent: str) -> None:
    zone = load().zones[code]
    assert (zone.name_zh, zone.level, zone.parent) == (name, level, parent)


@pytest.mark.parametrize("code", ["530", "540", "700"])
def test_zone_codes_without_a_source_are_marked(code: str) -> None:
    assert load().zones[code].attestation is Attestation.OURS


def test_zones_follow_their_lines_and_two_are_frozen() -> None:
    links = {link.zone: (link.layer, link.frozen) for link in load().zone_links}
    assert links == {
        "100": ("STBHHX", True),
        "300": ("YJJBNT", False),
        "400": ("CZKFBJ", False),
        "700": ("", True),
    }


def receiver(land_class: str) -> str | None:
    """Return the zone of the longest class prefix, by the rule of the table."""
    rules = [rule for rule in load().zone_receivers if land_class.startswith(rule.land_class)]
    return max(rules, key=lambda rule: len(rule.land_class)).zone if rules else None


@pytest.mark.parametrize(
    ("land_class", "zone"),
    [
        ("0101", "520"),
        ("0201", "520"),
        ("060202", "520"),
        ("0301", "200"),
        ("0403", "200"),
        ("0506", "200"),
        ("1702", "200"),
        ("2306", "200"),
        ("070301", "510"),
        ("0704", "510"),
        ("1001", None),
        ("2301", None),
    ],
)
def test_receivers_of_land_that_leaves_the_boundary(land_class: str, zone: str | None) -> None:
    assert receiver(land_class) == zone


def test_receivers_are_ours_and_never_frozen_or_in_the_boundary() -> None:
    for rule in load().zone_receivers:
        assert rule.attestation is Attestation.OURS
        assert rule.zone[0] not in {"1", "4", "7"}
        assert rule.text_zh
        assert rule.text_en


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("WHLX", {"1": "调入", "2": "属性变更", "3": "调出"}),
        ("GHZT", {"10": "现状保留", "20": "新增建设用地"}),
        (
            "JXXZ",
            {"600001": "已定界", "600002": "未定界", "600003": "争议界", "600004": "工作界"},
        ),
        ("GDPDJB", {"1": "≤2°", "2": "2-6°", "3": "6-15°", "4": "15-25°", "5": ">25°"}),
        ("construction_kind", {"新建": "新建", "改扩建": "改扩建", "续建": "续建"}),
        (
            "assessment_kind",
            {"短板": "短板", "闲置": "闲置", "零散": "零散", "冲突": "冲突"},
        ),
    ],
)
def test_code_lists(name: str, codes: dict[str, str]) -> None:
    assert {code: row.name_zh for code, row in load().code_list(name).items()} == codes


def test_town_attributes_and_boundary_types() -> None:
    standard = load()
    assert list(standard.code_list("CZCSXM")) == [
        "201", "201A", "202", "202A", "203", "203A", "204", "205",
    ]  # fmt: skip
    assert list(standard.code_list("JXLX")) == [
        "250200", "620200", "630200", "640200", "650200", "660200", "670500",
    ]  # fmt: skip
    assert standard.code_list("QSXZ")["30"].name_zh == "集体土地所有权"


def test_knows_codes_of_lists_and_of_tables() -> None:
    standard = load()
    assert standard.knows("WHLX", "3")
    assert not standard.knows("WHLX", "4")
    assert standard.knows("zones", "415")
    assert not standard.knows("zones", "419")
    assert standard.knows("sectors", "口岸")
    assert standard.knows("multiples", "M4")


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("scattered_patch_ha", 5.0, "ha"),
        ("scattered_detached_m", 200.0, "m"),
        ("scattered_compactness", 0.15, ""),
        ("sliver_width_m", 5.0, "m"),
        ("sliver_area_m2", 200.0, "m²"),
        ("minimum_patch_ha", 30.0, "ha"),
        ("balance_m2_per_100_patches", 1.0, "m²"),
        ("elastic_ratio", 0.15, ""),
        ("overlap_tolerance_m2", 1.0, "m²"),
        ("overlap_error_m2", 0.1, "m²"),
        ("area_tolerance_m2", 0.01, "m²"),
        ("area_tolerance_relative", 1e-6, ""),
        ("project_area_tolerance", 0.05, ""),
        ("pace_2026_2030", 0.35, ""),
        ("pace_2031_2035", 0.25, ""),
        ("pace_annual", 0.8, ""),
        ("boundary_on_lines", 0.8, ""),
        ("national_multiple", 1.3, ""),
        ("densify_m", 70.0, "m"),
    ],
)
def test_parameters(name: str, value: float, unit: str) -> None:
    parameter = load().parameter(name)
    assert (parameter.value, parameter.unit) == (value, unit)
    assert parameter.text_zh
    assert parameter.text_en


@pytest.mark.parametrize(
    "name",
    ["scattered_patch_ha", "scattered_detached_m", "scattered_compactness", "sliver_width_m"],
)
def test_limits_that_no_rule_gives_are_marked(name: str) -> None:
    assert load().parameter(name).attestation is Attestation.OURS


def test_first_tier_is_the_notices_three_sectors() -> None:
    first = {code for code, sector in load().sectors.items() if sector.tier == 1}
    assert first == {"口岸", "物流仓储", "进出口加工"}
    assert all(load().sectors[code].needs_boundary for code in first)
    assert not any(load().sectors[code].needs_boundary for code in ("交通", "能源", "电网", "水利"))


def test_multiples() -> None:
    readings = load().multiples
    assert list(readings) == ["M1", "M2", "M3", "M4"]
    assert readings["M1"].attestation is Attestation.PRACTICE
    assert {readings[code].attestation for code in ("M2", "M3", "M4")} == {Attestation.OURS}


def test_maintenance_record() -> None:
    fields = load().maintenance_fields
    assert [(spec.field, spec.length) for spec in fields] == [
        ("BSM", 18),
        ("YSDM", 10),
        ("XZQDM", 12),
        ("XZQMC", 100),
        ("WHLX", 2),
        ("WHLY", 3),
        ("JDZBLY", 10),
        ("WHBH", 18),
        ("KZBSHSLX", 3),
        ("BZ", 255),
    ]
    assert {spec.type for spec in fields} == {"Char"}
    assert [spec.order for spec in fields] == list(range(1, 11))


def test_maintainable_layers() -> None:
    layers = load().maintainables
    attribute = {code for code, spec in layers.items() if spec.kind == "attribute"}
    assert attribute == {"GHFQ", "YDYHGHFQ", "ZXCQGHFQ", "ZXCQGHYDYH"}
    assert set(layers) - attribute == {
        "ZXCQCSLX", "ZXCQCSLVX", "ZXCQCSZX", "ZXCQCSHX", "HLFXKZX", "LSWHBHX", "CZKFBJ",
    }  # fmt: skip
    assert layers["GHFQ"].code_field == "GHFQDM"
    assert layers["ZXCQGHYDYH"].code_field == "YDYHFLDM"
    assert layers["ZXCQGHYDYH"].area_fields == ("TBMJ", "TBDLMJ")
    ours = {code for code, spec in layers.items() if spec.attestation is Attestation.OURS}
    assert ours == {"CZKFBJ"}


def test_names_of_what_is_delivered() -> None:
    naming = load().naming
    assert (naming.before, naming.change, naming.after) == ("WHQ", "WHC", "WHH")
    assert (
        naming.geodatabase_name("652702", "阿拉山口市", 2026)
        == "652702阿拉山口市2026年度县级国土空间总体规划动态维护.gdb"
    )
    assert naming.feature_id("652702", 42) == "652702000000000042"
    assert naming.maintenance_id("20260630", 7) == "20260630000007"


def test_rules_of_splitting_are_ours() -> None:
    lineage = load().lineage
    assert lineage["attestation"] == "ours"
    assert lineage["single_part"] is True


def test_project_and_assessment_templates() -> None:
    standard = load()
    projects = [column.name for column in standard.columns("projects")]
    assert projects[:7] == [
        "serial", "number", "name", "sector", "level", "construction_kind", "start_year",
    ]  # fmt: skip
    required = {column.name for column in standard.columns("projects") if column.required == "M"}
    assert required == {"number", "name", "sector", "start_year", "end_year", "area_ha", "basis"}
    assert [column.header for column in standard.columns("assessment")] == [
        "编号", "问题类型", "对象图层", "对象标识码", "涉及地区", "面积（公顷）", "说明", "依据",
    ]  # fmt: skip
