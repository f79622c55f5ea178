"""The pace ledger against figures worked out by hand, and against its definition year by year."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from planloop.checks.pace import Use, pace, period_table, uses, year_table
from planloop.plan.decision import Decision
from planloop.plan.plan import Plan
from planloop.plan.quota import Quota
from planloop.plan.region import Region
from planloop.standard import Attestation
from tests.examples import examples

HECTARE = 1_000_000


def plan(issued: int, base: int, projects: pd.DataFrame | None = None) -> Plan:
    tables = {} if projects is None else {"projects": projects}
    return Plan(Region("652702", "玩具市", 4537), {}, tables, Quota(issued, 2.0, base))


def test_ten_hectares_by_hand() -> None:
    """22 ha issued, 12 ha of the base year: 4, 3.5 and 2.5 ha are released.

    A year of 2026-2030 has 0.7 ha on average, of which 0.56 ha are kept: by the end of 2026 at most
    3.5 - 4 · 0.56 = 1.26 ha, by 2027 1.82 ha …
    """
    used = (
        Use("P-1", 2026, HECTARE),
        Use("P-2", 2027, 2 * HECTARE),
        Use("P-3", 2031, HECTARE // 2),
        Use("P-4", 2040, HECTARE),
    )
    ledger = pace(plan(22 * HECTARE, 12 * HECTARE), used)
    assert ledger.increment_dm2 == 10 * HECTARE
    assert [(item.first, item.last) for item in ledger.periods] == [
        (2021, 2025),
        (2026, 2030),
        (2031, 2035),
    ]
    assert [item.share for item in ledger.periods] == [0.4, 0.35, 0.25]
    assert [item.released_dm2 for item in ledger.periods] == [4_000_000, 3_500_000, 2_500_000]
    assert [item.used_dm2 for item in ledger.periods] == [0, 3_000_000, 500_000]
    assert [item.margin_dm2 for item in ledger.periods] == [4_000_000, 500_000, 2_000_000]
    years = ledger.periods[1].years
    assert [item.year for item in years] == [2026, 2027, 2028, 2029, 2030]
    assert [item.released_dm2 for item in years] == [
        1_260_000,
        1_820_000,
        2_380_000,
        2_940_000,
        3_500_000,
    ]
    assert [item.used_to_date_dm2 for item in years] == [1_000_000, *[3_000_000] * 4]
    assert [item.margin_dm2 for item in years] == [260_000, -1_180_000, -620_000, -60_000, 500_000]
    assert ledger.beyond == (used[3],)


def test_parameters_are_shown_with_their_attestation() -> None:
    ledger = pace(plan(22 * HECTARE, 12 * HECTARE), ())
    assert [item.parameter for item in ledger.periods] == ["", "pace_2026_2030", "pace_2031_2035"]
    assert {item.attestation for item in ledger.periods} == {Attestation.OFFICIAL}
    assert (ledger.yearly, ledger.yearly_attestation) == (0.8, Attestation.OFFICIAL)
    table = period_table(ledger)
    assert table.rows[1][:4] == ("2026-2030", "35%", "pace_2026_2030", "official")
    assert table.rows[-1] == ("total", "", "", "", 10 * HECTARE, 0, 10 * HECTARE)
    years = year_table(ledger)
    assert len(years.rows) == 15
    assert set(years.column("attestation")) == {"ours"}
    assert all(len(row) == len(years.columns) for row in years.rows)


@given(
    st.integers(0, 10**13),
    st.integers(0, 10**13),
    st.lists(st.tuples(st.integers(2018, 2040), st.integers(0, 10**11)), max_size=12),
)
@hypothesis_settings(max_examples=examples(100))
def test_everything_adds_up(issued: int, base: int, items: list[tuple[int, int]]) -> None:
    used = tuple(Use(str(n), year, size) for n, (year, size) in enumerate(items))
    ledger = pace(plan(issued, base), used)
    increment = max(0, issued - base)
    assert sum(item.released_dm2 for item in ledger.periods) == increment
    counted = sum(item.used_dm2 for item in ledger.periods)
    assert counted + sum(item.area_dm2 for item in ledger.beyond) == sum(s for _, s in items)
    for period, share in zip(ledger.periods, ("0.4", "0.35", "0.25"), strict=True):
        assert abs(period.released_dm2 - Fraction(share) * increment) <= 1
        assert period.years[-1].released_dm2 == period.released_dm2
        assert period.years[-1].margin_dm2 == period.margin_dm2
        for place, year in enumerate(period.years):
            # What is kept for the years to come is at least their share, and by less than 0.01 m².
            kept = period.released_dm2 - year.released_dm2
            due = Fraction("0.8") * period.released_dm2 * (4 - place) / 5
            assert 0 <= kept - due < 1
            assert year.used_dm2 == sum(s for when, s in items if when == year.year)


def projects() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": ["P-1", "P-2", "P-3", "P-4"],
            "start_year": [2026, 2027, 2028, 2026],
            "area_ha": [1.5, 2.0, 3.0, 9.0],
            "new_construction_ha": [1.2, None, 0.0, 9.0],
        }
    )


def decided(number: str, outcome: str) -> Decision:
    return Decision("project", number, outcome, "project-served")


def test_only_what_is_built_inside_uses_the_increment() -> None:
    """Declared new construction land counts, all land where none is declared, 0 where 0 is."""
    decisions = [
        decided("P-1", "served"),
        decided("P-2", "inside"),
        decided("P-3", "served"),
        decided("P-4", "not_chosen"),
        Decision("parcel", "P-4", "served", "in-project"),
    ]
    assert uses(plan(1, 1, projects()), decisions) == (
        Use("P-1", 2026, 1_200_000),
        Use("P-2", 2027, 2_000_000),
        Use("P-3", 2028, 0),
    )
    assert uses(plan(1, 1), decisions) == ()


def test_a_base_above_the_issued_area_releases_nothing() -> None:
    ledger = pace(plan(HECTARE, 2 * HECTARE), (Use("P-1", 2026, 5),))
    assert ledger.increment_dm2 == 0
    assert ledger.periods[1].margin_dm2 == -5


@pytest.mark.parametrize("year", [2020, 2036])
def test_years_outside_are_named(year: int) -> None:
    assert pace(plan(2, 1), (Use("P-1", year, 1),)).beyond == (Use("P-1", year, 1),)
