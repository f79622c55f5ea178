"""The near-term list of seven projects, sorted, counted and added up by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planloop.checks.near_term import near_term, near_term_table, sector_table
from planloop.plan import wording
from planloop.plan.decision import Decision
from planloop.plan.plan import Plan
from planloop.plan.quota import Quota
from planloop.plan.region import Region

YEARS = (2026, 2030)

PROJECTS = pd.DataFrame(
    [
        # number, name, sector, start, end, area, townships, siting, basis
        ("P-1", "加工园", "进出口加工", 2027, 2029, 1.0033, "西镇", "批次用地", "规划甲第3页"),
        ("P-2", "口岸", "口岸", 2026, np.nan, 2.0033, "西镇, 东镇", "批次用地", "规划乙第4页"),
        ("P-3", "水库", "水利", 2030, 2032, 3.0033, None, "单独选址", "规划丙第5页"),
        ("P-4", "旧口岸", "口岸", 2025, 2026, 4.0, "西镇", None, "规划乙第6页"),
        ("P-5", "远期口岸", "口岸", 2031, 2033, 5.0, "西镇", None, "规划乙第7页"),
        ("P-6", "查验区", "口岸", 2030, 2031, 0.0033, "东镇", "批次用地", "规划乙第8页"),
        ("P-7", "停车场", "口岸", 2028, 2028, 0.0033, "东镇", "批次用地", "规划乙第9页"),
    ],
    columns=[
        *("number", "name", "sector", "start_year", "end_year", "area_ha"),
        *("townships", "siting", "basis"),
    ],
)

DECISIONS = (
    Decision("project", "P-2", "served", "project-served", area=1_500_000),
    Decision("project", "P-6", "inside", "project-inside", area=3_300),
    Decision("project", "P-7", "not_chosen", "project-outweighed", area=3_000),
    Decision("project", "P-1", "blocked", "project-excluded", area=10_033_00),
    Decision("project", "P-3", "not_needed", "project-not-needed"),
    Decision("project", "P-5", "served", "project-served", area=7),
    Decision("parcel", "P-2", "kept", "kept-built", area=99),
)


def plan(projects: pd.DataFrame | None = PROJECTS) -> Plan:
    tables = {} if projects is None else {"projects": projects}
    return Plan(Region("652702", "玩具市", 4537), {}, tables, Quota(1, 1.0, 1))


def test_the_window_and_the_order() -> None:
    """Sectors as in the standard (口岸 first), projects as in the list."""
    found = near_term(plan(), DECISIONS, YEARS)
    assert [item.number for item in found] == ["P-2", "P-6", "P-7", "P-1", "P-3"]
    assert [item.number for item in near_term(plan(), DECISIONS, (2031, 2031))] == ["P-5"]
    assert near_term(plan(None), DECISIONS, YEARS) == ()


def test_what_each_line_says() -> None:
    port, yard, _, works, dam = near_term(plan(), DECISIONS, YEARS)
    assert (port.start, port.end, port.area_dm2, port.need_dm2) == (
        2026,
        None,
        2_003_300,
        1_500_000,
    )
    assert (port.townships, port.basis, port.outcome) == ("西镇, 东镇", "规划乙第4页", "served")
    assert (yard.need_dm2, yard.outcome) == (0, "inside"), "nothing more is needed inside"
    assert (works.need_dm2, works.end) == (1_003_300, 2029)
    assert (dam.townships, dam.siting, dam.outcome) == ("", "单独选址", "not_needed")
    undecided = near_term(plan(), (), YEARS)
    assert {item.outcome for item in undecided} == {""}


def test_counts_by_sector() -> None:
    table = sector_table(near_term(plan(), DECISIONS, YEARS))
    assert table.rows == (
        ("口岸", 3, 1, 1, 1, 2_009_900, 1_503_000),
        ("进出口加工", 1, 0, 0, 1, 1_003_300, 1_003_300),
        ("水利", 1, 0, 0, 1, 3_003_300, 0),
        ("total", 5, 1, 1, 3, 6_016_500, 2_506_300),
    )


def test_what_is_shown_adds_up() -> None:
    """2.0033 + 0.0033 + 0.0033 + 1.0033 + 3.0033 = 6.0165 ha: 6.02, by the largest remainder."""
    table = near_term_table(near_term(plan(), DECISIONS, YEARS))
    areas = table.column("area_dm2")
    shown = wording.units(areas, 2, total=wording.has_total(table))
    assert shown[-1] == 602
    assert sum(int(item or 0) for item in shown[:-1]) == 602
    assert shown[:-1] != [200, 0, 0, 100, 300], "rounded one by one they are 2 short"
    assert all(len(row) == len(table.columns) for row in table.rows)
