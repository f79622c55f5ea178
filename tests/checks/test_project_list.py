"""The project list by itself, and against an approved one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from planloop.checks.conformity.project_list import FieldChange, list_changes, list_findings
from planloop.messages import LANGUAGES

ROW: dict[str, Any] = {
    "serial": 1,
    "number": "P-1",
    "name": "仓储",
    "sector": "物流仓储",
    "start_year": 2026,
    "end_year": 2028,
    "area_ha": 5.0,
    "new_construction_ha": 5.0,
    "cropland_ha": 1.0,
    "basis": "规划第5页",
    "note": None,
}


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            ROW | {"number": f"P-{turn}", "name": f"项目{turn}"} | row
            for turn, row in enumerate(rows, 1)
        ]
    )


def test_a_good_list() -> None:
    assert list_findings(table({}, {}, {"cropland_ha": None, "new_construction_ha": None})) == ()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"name": "项目1"}, "list-same-name"),
        ({"name": "项 目1"}, "list-same-name"),
        ({"end_year": 2025}, "list-years"),
        ({"basis": None}, "list-basis"),
        ({"basis": " "}, "list-basis"),
        ({"cropland_ha": 5.1}, "list-part"),
        ({"new_construction_ha": 5.1}, "list-part"),
        ({"cropland_ha": -1.0}, "list-negative"),
    ],
)
def test_what_is_odd(row: dict[str, Any], code: str) -> None:
    (finding,) = list_findings(table({}, row, {}))
    assert finding.code == code
    assert "P-2" in finding.features
    assert all(finding.text(lang) for lang in LANGUAGES)


def test_no_difference() -> None:
    changes = list_changes(table({}, {}), table({"serial": 7}, {"note": " "}))
    assert (changes.added, changes.dropped, changes.changed, changes.findings) == ((), (), (), ())


def test_added_dropped_and_changed_field_by_field() -> None:
    approved = table({}, {}, {})
    now = table({"area_ha": 6.0, "note": "改"}, {"number": "P-9", "name": "新"}, {})
    changes = list_changes(approved, now)
    assert changes.added == ("P-9",)
    assert changes.dropped == ("P-2",)
    assert changes.changed == (
        FieldChange("P-1", "area_ha", 5.0, 6.0),
        FieldChange("P-1", "note", None, "改"),
    )


def test_a_new_number_for_an_old_project() -> None:
    changes = list_changes(table({}), table({"number": "P-9"}))
    assert (changes.added, changes.dropped) == (("P-9",), ("P-1",))
    (finding,) = changes.findings
    assert finding.code == "list-renumbered"
    assert all("P-9" in finding.text(lang) for lang in LANGUAGES)


def test_lists_with_other_columns_and_none_at_all() -> None:
    short = table({}).drop(columns=["note", "cropland_ha"])
    changes = list_changes(short, table({}))
    assert [item.column for item in changes.changed] == ["cropland_ha"]
    empty = pd.DataFrame({"number": []})
    assert list_changes(empty, table({})).added == ("P-1",)
    assert list_findings(empty) == ()
