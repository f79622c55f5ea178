"""The accounts against plain shapely on the layers, with areas by pyproj's geodesic polygons.

pyproj joins the vertices by geodesics; along edges of at most 130 m that differs from the official
method by less than 0.02 m² for each feature, whose rounding of latitude and longitude adds as much.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import pytest
import shapely

from planloop.plan.accounts import TOTAL
from tests.checks.closing import closes, of, rows_of
from tests.checks.toy_city import (
    CLASS_OF,
    SCATTERED,
    ZONE_OF,
    City,
    Claim,
    block,
    cell,
    city,
    claim,
    moves,
    ordinary,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.plan.accounts import Accounts, Table
    from planloop.plan.plan import Plan

GEOD = pyproj.Geod(a=6378137.0, rf=298.257222101)
TO_DEGREES = pyproj.Transformer.from_crs("EPSG:4537", "EPSG:4490", always_xy=True)
CLOSE = 5
"""dm²: what the two methods may differ by, for the sums of this small city."""


def geodesic_dm2(*shapes: shapely.Geometry) -> float:
    """Return the geodesic area in dm², edges cut to 20 m."""
    total = 0.0
    for shape in shapes:
        parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        for part in parts:
            dense = shapely.segmentize(part, 20.0)
            degrees = shapely.transform(
                dense, lambda xy: np.column_stack(TO_DEGREES.transform(xy[:, 0], xy[:, 1]))
            )
            total += abs(GEOD.geometry_area_perimeter(shapely.geometry.polygon.orient(degrees))[0])
    return total * 100.0


@pytest.fixture(scope="module")
def told(honest: Claim) -> Accounts:
    return of(honest)


def column(table: Table, key: str, value: str) -> dict[str, Any]:
    """Return one column by another, without the row of sums."""
    pairs = zip(table.column(key), table.column(value), strict=True)
    return {str(name): item for name, item in pairs if name != TOTAL}


def drawn(plan: Plan, layer: str) -> dict[str, list[shapely.Geometry]]:
    """Return the features of a layer by zone code."""
    held = plan.layer(layer)
    found = defaultdict(list)
    for code, shape in zip(held.values("GHFQDM"), held.geometry, strict=True):
        found[str(code)].append(shape)
    return found


SITE = block(8.5, 3.3, 9.8, 4.15)


def transferred_in() -> shapely.Geometry:
    """Return P-1's site less the boundary, by plain overlay of the drawing."""
    body = shapely.union_all([cell(*place) for place, code in ZONE_OF.items() if code[0] == "4"])
    return shapely.difference(SITE, body)


@pytest.mark.parametrize("when", ["before", "after"])
def test_zones(told: Accounts, honest: Claim, when: str) -> None:
    plan = honest.before if when == "before" else honest.after
    expected = {code: geodesic_dm2(*shapes) for code, shapes in drawn(plan, "GHFQ").items()}
    zones = column(told.tables["zones"], "code", f"{when}_dm2")
    assert zones == pytest.approx(expected, abs=CLOSE)


def test_zones_before_by_the_drawing(told: Accounts) -> None:
    expected: dict[str, float] = defaultdict(float)
    for place, code in ZONE_OF.items():
        expected[code] += geodesic_dm2(cell(*place))
    zones = column(told.tables["zones"], "code", "before_dm2")
    assert zones == pytest.approx(dict(expected), abs=CLOSE)


def test_transfers(told: Accounts) -> None:
    entering, leaving = geodesic_dm2(transferred_in()), geodesic_dm2(cell(*SCATTERED))
    assert told.totals["transferred_in_dm2"] == pytest.approx(entering, abs=CLOSE)
    assert told.totals["transferred_out_dm2"] == pytest.approx(leaving, abs=CLOSE)
    assert told.totals["surplus_dm2"] == pytest.approx(leaving - entering, abs=CLOSE)
    table = told.tables["transfer_in"]
    assert table.column("piece") == ["CZKFBJ-20260601000001", TOTAL]
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["township"] == "东镇"
    assert row["land_classes"] == "010300, 040100"
    assert (row["zone_before"], row["zone_after"]) == ("520", "410")
    assert (row["project"], row["reason"], row["evidence"]) == ("P-1", "in-project", "")
    assert row["area_dm2"] == told.totals["transferred_in_dm2"]
    row = dict(zip(table.columns, told.tables["transfer_out"].rows[0], strict=True))
    assert (row["zone_before"], row["zone_after"]) == ("410", "520")
    assert (row["project"], row["reason"], row["evidence"]) == ("", "out-idle", "T-1")


def test_occupied(told: Accounts) -> None:
    expected: dict[str, float] = defaultdict(float)
    for place in [(9, 3), (9, 4)]:
        expected[CLASS_OF[place]] += geodesic_dm2(
            shapely.intersection(cell(*place), transferred_in())
        )
    found = column(told.tables["occupied"], "land_class", "area_dm2")
    assert found == pytest.approx(dict(expected), abs=CLOSE)
    assert column(told.tables["occupied"], "land_class", "name")["010300"] == "旱地"


def test_townships_and_parts(told: Accounts) -> None:
    areas = column(told.tables["townships"], "township", "area_dm2")
    west = geodesic_dm2(*(cell(*place) for place in ZONE_OF if place[0] < 6))
    assert areas["西镇"] == pytest.approx(west, abs=CLOSE)
    table = told.tables["sub_zones"]
    rows = {row[:2]: dict(zip(table.columns, row, strict=True)) for row in rows_of(table)}
    assert set(rows) == {("东镇", "410"), ("西镇", "410"), ("西镇", "420"), (TOTAL, "")}
    elastic = geodesic_dm2(cell(4, 2), cell(5, 2))
    assert rows["西镇", "420"]["before_dm2"] == pytest.approx(elastic, abs=CLOSE)
    assert rows["西镇", "420"]["after_dm2"] == rows["西镇", "420"]["before_dm2"]
    assert rows["东镇", "410"]["in_dm2"] == told.totals["transferred_in_dm2"]
    assert rows["东镇", "410"]["out_dm2"] == told.totals["transferred_out_dm2"]


def test_transition(told: Accounts, honest: Claim) -> None:
    expected = {}
    before, after = drawn(honest.before, "GHFQ"), drawn(honest.after, "GHFQ")
    for old, olds in before.items():
        for new, news in after.items():
            shared = shapely.intersection(shapely.union_all(olds), shapely.union_all(news))
            if shapely.area(shared) > 1.0:
                expected[old, new] = geodesic_dm2(shared)
    table = told.tables["transition"]
    found = {row[:2]: row[2] for row in table.rows if row[0] != TOTAL}
    assert found == pytest.approx(expected, abs=CLOSE)


def test_closes(told: Accounts) -> None:
    closes(told)


def test_declared_area_is_reported_not_scaled_to(told: Accounts) -> None:
    outline = geodesic_dm2(block(0, 0, 12, 8))
    assert told.totals["region_dm2"] == pytest.approx(outline, abs=CLOSE)
    assert told.totals["declared_dm2"] == 97_000_000
    totals: Mapping[str, Any] = told.totals
    assert totals["declared_difference_dm2"] == totals["region_dm2"] - 97_000_000


def test_multiples() -> None:
    """All readings by hand: the special-use part counts in M1 and not in M2; M3 lacks its data."""
    place = city(chosen=settings(quota={"multiple_reading": "M2"}))
    swap = moves(place.site("P-1"), "430", "430") + moves(place.faces(SCATTERED), None, "520")
    told = of(claim(place, swap))
    table = told.tables["multiples"]
    rows = {row[0]: dict(zip(table.columns, row, strict=True)) for row in rows_of(table)}
    totals: Mapping[str, Any] = told.totals
    before, after = totals["boundary_before_dm2"], totals["boundary_after_dm2"]
    special = totals["transferred_in_dm2"]
    base, cap = 12_000_000, 21_600_000
    assert [rows[code]["binding"] for code in ("M1", "M2", "M3", "M4")] == [0, 1, 0, 0]
    for code, old, new in (("M1", before, after), ("M2", before, after - special)):
        assert rows[code]["before"] == pytest.approx(old / base, abs=0.5e-4)
        assert rows[code]["after"] == pytest.approx(new / base, abs=0.5e-4)
        assert rows[code]["issued"] == 1.8
        assert rows[code]["margin"] == pytest.approx(1.8 - rows[code]["after"])
        assert (rows[code]["before_dm2"], rows[code]["after_dm2"]) == (old, new)
        assert (rows[code]["limit_dm2"], rows[code]["margin_dm2"]) == (cap, cap - new)
    assert set(list(rows["M3"].values())[3:]) == {None}
    assert rows["M4"]["before"] is rows["M4"]["after"] is None
    assert rows["M4"]["limit_dm2"] == min(before, 22_000_000)
    assert rows["M4"]["margin_dm2"] == min(before, 22_000_000) - after
    assert told.totals["multiple_after"] == rows["M2"]["after"]


def test_accounts_are_plain_data(told: Accounts) -> None:
    data: dict[str, Any] = told.to_json()
    assert set(data["tables"]) == {
        "zones",
        "sub_zones",
        "townships",
        "transfer_in",
        "transfer_out",
        "transition",
        "multiples",
        "occupied",
        "level",
        "indicators",
        "clauses",
        "near_term_sectors",
        "near_term",
        "pace_periods",
        "pace_years",
    }
    plain = (str, int, float, type(None))
    cells = [item for table in told.tables.values() for row in table.rows for item in row]
    assert all(type(item) in plain for item in [*cells, *told.totals.values()])


def test_nothing_moved(toy: City) -> None:
    """An empty swap gives empty transfers and equal sides."""
    empty = moves(np.zeros(0, dtype=np.int64), None, "520")
    told = of(claim(toy, empty))
    closes(told)
    assert told.totals["boundary_before_dm2"] == told.totals["boundary_after_dm2"]
    assert told.tables["transfer_in"].rows == ((TOTAL, "", 0, 0, "", "", "", "", "", ""),)


def test_same_numbers_when_built_again(honest: Claim, told: Accounts) -> None:
    """Built again from the drawing, everything is the same."""
    again = claim(city(), ordinary(city()))
    assert of(again).to_json() == told.to_json()
    assert honest.before.digest() == again.before.digest()
