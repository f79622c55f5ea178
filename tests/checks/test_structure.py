"""The structure table and its ranges, by hand and by fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.checks.structure import (
    STATES,
    Limit,
    Structure,
    limits,
    range_table,
    shares,
    structure_table,
)
from planloop.plan.accounts import CITY, TOTAL
from tests.examples import examples

HECTARE = 1_000_000
CODES = ["070102", "080403", "1207", "1201", "100102", "1002", "1401", "1701", "0103", "1600"]


def structure(**hectares: float) -> Structure:
    """Return a structure: classes with a c before their code, in hectares."""
    codes = np.array([name[1:] for name in hectares], dtype=object)
    area = np.array([round(size * HECTARE) for size in hectares.values()], dtype=np.int64)
    return Structure.of(codes, area)


def as_dict(states: dict[str, Structure], population: int | None) -> dict[str, dict[str, object]]:
    table = structure_table(states, population)
    return {str(row[0]): dict(zip(table.columns, row, strict=True)) for row in table.rows}


def test_a_town_by_hand() -> None:
    """Railway and mine are land, but not city construction land; 30 + 20 + 50 = 100 ha are."""
    before = structure(c070102=30, c1207=20, c1201=7, c100102=50, c1002=5, c170100=3)
    after = structure(c070102=28, c140100=2, c1207=20, c1201=7, c100102=50, c1002=5, c1701=3)
    rows = as_dict({"current": structure(c0103=115), "before": before, "after": after}, 10_000)
    assert rows["12"]["before_dm2"] == 27 * HECTARE
    assert rows["12"]["before_percent"] == "20.00"
    assert rows["12"]["before_person"] == "20.00"
    assert rows["10"]["before_dm2"] == 55 * HECTARE
    assert rows["10"]["before_percent"] == "50.00"
    assert rows["07"]["after_percent"] == "28.00"
    assert rows["07"]["difference_dm2"] == -2 * HECTARE
    assert rows["14"]["difference_dm2"] == 2 * HECTARE
    assert rows["17"]["before_percent"] == "0.00"
    assert rows[CITY]["before_dm2"] == 100 * HECTARE
    assert rows[CITY]["before_person"] == "100.00"
    assert rows[TOTAL]["before_dm2"] == rows[TOTAL]["after_dm2"] == 115 * HECTARE
    assert rows["01"]["current_dm2"] == 115 * HECTARE
    assert rows["07"]["current_percent"] == ""
    assert set(rows) >= {"07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "01"}


def test_without_a_population_nothing_is_per_person() -> None:
    state = structure(c070102=1)
    rows = as_dict(dict.fromkeys(STATES, state), None)
    assert {row["after_person"] for row in rows.values()} == {""}


@settings(max_examples=examples(100))
@given(
    st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 10**9)), min_size=1, max_size=25),
    st.integers(1, 10**6),
)
def test_every_table_adds_up(land: list[tuple[str, int]], population: int) -> None:
    """Areas to the total in dm², shares to 100.00 in the digits that are shown."""
    codes = np.array([code for code, _ in land], dtype=object)
    area = np.array([size for _, size in land], dtype=np.int64)
    state = Structure.of(codes, area)
    rows = as_dict(dict.fromkeys(STATES, state), population)
    body = [row for name, row in rows.items() if name not in {CITY, TOTAL}]
    assert sum(int(str(row["after_dm2"])) for row in body) == int(area.sum())
    assert rows[TOTAL]["after_dm2"] == int(area.sum())
    railway = {"1201", "1002", "1701", "0103"}
    city = sum(size for code, size in land if code not in railway)
    assert rows[CITY]["after_dm2"] == city
    if city:
        shown = [Fraction(str(row["after_percent"])) for row in body]
        assert sum(shown) == 100
        for row, share in zip(body, shown, strict=True):
            mine = sum(s for c, s in land if c[:2] == row["class"] and c not in railway)
            assert abs(share - Fraction(100 * mine, city)) < Fraction(1, 100)
    per_person = Fraction(str(rows[CITY]["after_person"]))
    assert abs(per_person - Fraction(city, 100 * population)) <= Fraction(1, 200)


def test_shares_of_nothing() -> None:
    assert shares([]) is None
    assert shares([0, 0]) is None
    assert shares([1, 1, 1]) == [3334, 3333, 3333]


def test_limits_never_let_through_what_the_standard_does_not() -> None:
    """25 % of 10 dm² is 2.5: at least 3; 40 % of 11 is 4.4: at most 4."""
    by_share = {item.group: item for item in limits(10, None)}
    assert by_share["residential"] == Limit(
        "residential", per_person=False, classes=("07",), least=3, most=4
    )
    assert limits(11, None)[0].most == 4
    assert "park" not in by_share
    by_person = {item.group: item for item in limits(10, 7) if item.per_person}
    assert by_person["residential"].least == 28 * 7 * 100
    assert by_person["public"].least == 3850
    assert by_person["park"].most is None
    assert [by_share["residential"].deviation(area) for area in (0, 3, 4, 6)] == [3, 0, 0, 2]


def test_ranges_are_shown_with_the_exemption() -> None:
    before = structure(c070102=30, c1207=20, c100102=50)
    after = structure(c070102=20, c1207=20, c100102=60)
    plain = range_table(before, after, 10_000, "")
    rows = {(row[0], row[1]): dict(zip(plain.columns, row, strict=True)) for row in plain.rows}
    homes = rows["residential", "share"]
    assert (homes["value_before"], homes["value_after"]) == ("30.00", "20.00")
    assert (homes["outside_before_dm2"], homes["outside_after_dm2"]) == (0, 5 * HECTARE)
    assert (homes["least"], homes["most"]) == ("25.00", "40.00"), "in percent, as the values"
    assert homes["verdict"] == "outside"
    assert rows["residential", "person"]["outside_after_dm2"] == 8 * HECTARE
    assert rows["residential", "person"]["value_after"] == "20.00"
    assert rows["residential", "person"]["least"] == "28.00"
    assert rows["residential", "person"]["most"] == ""
    assert rows["industry", "share"]["outside_before_dm2"] == 20 * HECTARE
    port = range_table(before, after, 10_000, "口岸城市")
    verdicts = {(row[0], row[1]): row[8:10] for row in port.rows}
    assert verdicts["residential", "share"] == ("exempt", "口岸城市")
    assert verdicts["residential", "person"] == ("outside", "")
    assert verdicts["transport", "share"] == ("inside", "")


def test_an_unknown_class_is_counted_all_the_same() -> None:
    rows = as_dict(dict.fromkeys(STATES, structure(c9901=1, c070102=1)), None)
    assert (rows["99"]["name"], rows["99"]["after_dm2"]) == ("", HECTARE)
    assert rows[TOTAL]["after_dm2"] == 2 * HECTARE
