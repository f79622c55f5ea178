"""Land-use classes (2023), their groups, and the survey classes they follow from."""

from __future__ import annotations

from collections import Counter

import pytest

from planloop.errors import InputError
from planloop.standard import load

ATTRIBUTES = (None, "201", "201A", "202", "202A", "203", "203A", "204", "205")


def leaves() -> list[str]:
    """Return the codes that no other code is below of."""
    classes = load().land_classes
    parents = {spec.parent for spec in classes.values()}
    return [code for code in classes if code not in parents]


def test_counts_by_level() -> None:
    assert Counter(spec.level for spec in load().land_classes.values()) == {1: 24, 2: 111, 3: 40}


def test_counts_of_second_level_classes() -> None:
    # Of 01, 02, ... 24, counted in the published list; they sum to the 111 above.
    found = Counter(spec.parent for spec in load().land_classes.values() if spec.level == 2)
    listed = [3, 5, 4, 3, 7, 2, 4, 7, 4, 3, 2, 9, 12, 3, 7, 0, 6, 4, 6, 5, 2, 6, 7, 0]
    assert [found[f"{number:02}"] for number in range(1, 25)] == listed


@pytest.mark.parametrize(
    ("code", "name", "group", "rgb"),
    [
        ("01", "耕地", "N", (245, 248, 220)),
        ("0205", "其他园地", "N", (191, 233, 170)),
        ("0507", "红树林地", "N", (101, 205, 170)),
        ("06", "农业设施建设用地", "N", (216, 215, 159)),
        ("060102", "田间道", "N", (216, 215, 159)),
        ("07", "居住用地", "mixed", (255, 255, 45)),
        ("0703", "农村宅基地", "V", (255, 211, 128)),
        ("0802", "科研用地", "U/V", (230, 0, 92)),
        ("080404", "幼儿园用地", "U/V", (255, 133, 201)),
        ("09", "商业服务业用地", "U/V", (255, 0, 0)),
        ("1002", "采矿用地", "O", (158, 108, 84)),
        ("1003", "盐田", "O", (0, 0, 255)),
        ("1102", "储备库用地", "U/V", (153, 153, 255)),
        ("1205", "管道运输用地", "R", (153, 153, 153)),
        ("1207", "城镇村道路用地", "U/V", (163, 163, 163)),
        ("1311", "水工设施用地", "R", (0, 99, 128)),
        ("1402", "防护绿地", "U/V", (20, 141, 74)),
        ("15", "特殊用地", "O", (133, 145, 86)),
        ("16", "留白用地", "U/V", (255, 255, 255)),
        ("1706", "冰川及常年积雪", "N", (51, 142, 192)),
        ("2301", "空闲地", "U/V", (238, 238, 238)),
        ("2303", "田坎", "N", (238, 238, 238)),
        ("24", "其他海域", "SEA", (214, 234, 243)),
    ],
)
def test_named_classes(code: str, name: str, group: str, rgb: tuple[int, int, int]) -> None:
    spec = load().land_class(code)
    assert (spec.code, spec.name_zh, spec.group, spec.rgb) == (code, name, group, rgb)


@pytest.mark.parametrize(
    ("padded", "code"),
    [
        ("010000", "01"),
        ("010100", "0101"),
        ("060102", "060102"),
        ("100000", "10"),
        ("100100", "1001"),
        ("200000", "20"),
        ("200100", "2001"),
        ("230000", "23"),
        ("0100", "01"),
        ("01", "01"),
        ("1401 ", "1401"),
    ],
)
def test_padded_codes(padded: str, code: str) -> None:
    assert load().land_class(padded).code == code
    assert load().knows("land_classes", padded)


@pytest.mark.parametrize("code", ["", "00", "000000", "1", "010", "2500", "1313", "012300", "耕地"])
def test_unknown_classes(code: str) -> None:
    assert not load().knows("land_classes", code)
    with pytest.raises(InputError) as caught:
        load().land_class(code)
    assert caught.value.key == "standard.unknown-land-class"


def test_renumbered_since_2020() -> None:
    found = {spec.code: spec.code_2020 for spec in load().land_classes.values() if spec.code_2020}
    assert found == {
        "0205": ("0204",),
        "060102": ("2303",),
        "060201": ("0602",),
        "060202": ("0603",),
        "060203": ("0604",),
        "0903": ("090301", "090302"),
        "1207": ("060102",),
        "1311": ("1312",),
        "1312": ("1313",),
        "2206": ("2202",),
        "2303": ("2302",),
    }


@pytest.mark.parametrize(
    ("code", "attribute", "groups"),
    [
        ("0101", None, ""),
        ("060101", "203", ""),
        ("1704", None, ""),
        ("2306", None, ""),
        ("2001", None, ""),
        ("070102", "201", "construction urban_rural town"),
        ("070301", None, "construction urban_rural village"),
        ("0704", "201", "construction urban_rural village"),
        ("0901", None, "construction urban_rural town"),
        ("090100", "202", "construction urban_rural town"),
        ("1001", "203", "construction urban_rural village"),
        ("1001", "203A", "construction urban_rural village"),
        ("1207", "203", "construction urban_rural village"),
        ("2301", "201", "construction urban_rural town"),
        ("16", None, "construction urban_rural town"),
        ("1002", "204", "construction other"),
        ("1506", "205", "construction other"),
        ("1202", "203", "construction regional"),
        ("131100", None, "construction regional"),
    ],
)
def test_groups_of_construction_land(code: str, attribute: str | None, groups: str) -> None:
    standard = load()
    found = [name for name in standard.land_groups if standard.in_group(code, name, attribute)]
    assert sorted(found) == sorted(groups.split())


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_construction_land_is_split_without_overlap(attribute: str | None) -> None:
    standard = load()
    for code in leaves():
        parts = [
            standard.in_group(code, name, attribute)
            for name in ("urban_rural", "regional", "other")
        ]
        is_construction = standard.in_group(code, "construction", attribute)
        assert sum(parts) == is_construction, code
        # The class's own letter says the same: N and SEA are the classes that are not built on.
        assert is_construction == (standard.land_class(code).group not in {"N", "SEA"}), code


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_town_and_village_split_urban_and_rural_land(attribute: str | None) -> None:
    standard = load()
    for code in leaves():
        town = standard.in_group(code, "town", attribute)
        village = standard.in_group(code, "village", attribute)
        assert not (town and village), code
        if code.startswith(("0701", "0702")) and str(attribute).startswith("203"):
            continue  # town housing with a village attribute: the published groups name it nowhere
        assert (town or village) == standard.in_group(code, "urban_rural", attribute), code


@pytest.mark.parametrize(
    ("survey", "land"),
    [
        ("0103", "0103"),
        ("0305", "0303"),
        ("0303", "0507"),
        ("0404", "0403"),
        ("0508", "1101"),
        ("0601", "1001"),
        ("0702", "0703"),
        ("0810", "1401"),
        ("0810A", "1403"),
        ("08H1", "0801"),
        ("08H2A", "080401"),
        ("1002", "1206"),
        ("1004", "1207"),
        ("1104A", "1704"),
        ("1109", "1311"),
        ("1203", "2303"),
        ("1207", "2307"),
    ],
)
def test_survey_classes_that_decide(survey: str, land: str) -> None:
    assert load().survey_classes[survey] == land


@pytest.mark.parametrize(
    "survey", ["0204", "05H1", "08H2", "0809", "09", "1005", "1006", "1202", "1107A"]
)
def test_survey_classes_that_need_a_person_are_left_out(survey: str) -> None:
    assert survey not in load().survey_classes
