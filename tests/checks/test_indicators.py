"""Indicators before and after: expected values from the drawing, added up here parcel by parcel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from planloop.checks.evidence import Evidence
from planloop.checks.indicators.evaluate import indicator_table, indicators
from planloop.checks.indicators.given import Given
from planloop.checks.indicators.result import COMPUTED, GIVEN, NO_DATA, IndicatorResult
from planloop.checks.proofs.indicators import indicators as proof
from planloop.errors import InputError
from planloop.geometry.area import area_dm2
from planloop.plan.proof import Outcome
from tests.checks.indicator_tables import with_table
from tests.checks.toy_city import (
    CLASS_OF,
    CORNER,
    EPSG,
    PITCH,
    SCATTERED,
    ZONE_OF,
    Claim,
    block,
    cell,
    city,
    claim,
    frame,
    moves,
    ordinary,
    plain,
    restated,
    serial,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import geopandas as gpd

    from tests.checks.toy_city import Cell

CENTRAL = (4.0, 2.0, 9.0, 6.0)
"""The central urban area of the tests: 500 m by 400 m."""

NODED = 1e-7
"""0.1 m² in km²: noding with the rectangle moves the edges of parcels by a grid step."""

RESIDENTS = ({"number": "15", "target": 0.8}, {"number": "15-中心", "base": 0.2})

PARK, HOMES, FIELD = (5, 3), (6, 3), (7, 3)
"""Parcels inside the boundary with a planned use: a park, homes, cropland that is kept."""


def size(*cells: Cell) -> int:
    return int(area_dm2(np.array([cell(*place) for place in cells]), epsg=EPSG).sum())


def of_class(*prefixes: str) -> list[Cell]:
    return [place for place, code in CLASS_OF.items() if code.startswith(prefixes)]


def planned(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Draw a central area with three planned uses and a road through it."""
    uses = [(PARK, "140100"), (HOMES, "070102"), (FIELD, "010100")]
    layers["ZXCQGHYDYH"] = frame(
        [
            {"BSM": serial(n), "YDYHFLDM": code, "geometry": cell(*place)}
            for n, (place, code) in enumerate(uses, start=1)
        ]
    )
    layers["ZXCQFW"] = plain(block(*CENTRAL))
    x, y = CORNER
    ends = [(x - PITCH, y + 3.5 * PITCH), (x + 13 * PITCH, y + 3.5 * PITCH)]
    layers["ZXCQDLZXX"] = frame([{"BSM": serial(1), "geometry": shapely.LineString(ends)}])


def built(made: Claim) -> Evidence:
    return Evidence.build(made.before, made.after, made.changes, made.settings)


def results(made: Claim) -> dict[str, IndicatorResult]:
    return {item.row.code: item for item in indicators(built(made))}


def broken(made: Claim) -> str:
    ended = proof(built(made))
    assert (ended.outcome is Outcome.BROKEN) == bool(ended.broken_at)
    return " | ".join(ended.broken_at)


@pytest.fixture(scope="module")
def central() -> Claim:
    """Return the honest swap in a city with planned uses."""
    place = city(planned)
    made = claim(place, ordinary(place))
    return with_table(made, *RESIDENTS, {"number": "17-中心", "target": 92.0})


def test_all_indicators_are_there(honest: Claim) -> None:
    found = results(honest)
    assert list(found) == [
        *map(str, range(1, 16)),
        "15-中心",
        "16",
        "17",
        "17-中心",
        *map(str, range(18, 37)),
    ]
    assert {number for number, item in found.items() if item.basis == COMPUTED} == {
        *("1", "3", "4", "5", "6", "7", "9", "36")
    }
    assert {item.basis for item in found.values()} == {COMPUTED, NO_DATA}
    unknown = [item for item in found.values() if item.basis == NO_DATA]
    assert all(item.before is None and item.after is None for item in unknown)


def test_lines_are_measured(honest: Claim) -> None:
    """Redline and basic farmland are the features' own areas; a feature of each is a union."""
    found = results(honest)
    for number, code in (("1", "STBHHX"), ("3", "YJJBNT")):
        expected = honest.before.layer(code).values("MJ").sum() / 1e6
        assert found[number].before == pytest.approx(expected, abs=1e-12)
        assert found[number].after == found[number].before
        assert found[number].difference == 0.0


def test_land_is_added_up_parcel_by_parcel(honest: Claim) -> None:
    found = results(honest)
    cropland = size(*of_class("01"))
    assert found["4"].before == found["4"].after == pytest.approx(cropland / 1e8, abs=1e-12)
    town = size(*(place for place, zone in ZONE_OF.items() if zone.startswith("4")))
    entering = int(honest.changes.of("CZKFBJ", "1")["area_dm2"].sum())
    after = town - size(SCATTERED) + entering
    for number in ("5", "6"):
        assert found[number].before == pytest.approx(town / 1e8, abs=1e-12)
        assert found[number].after == pytest.approx(after / 1e8, abs=1e-12)
    assert found["5"].difference == round((after - town) / 1e8, 4) < 0
    assert found["7"].before == found["9"].before == 0.0


def test_planned_uses_come_first(central: Claim) -> None:
    """A field that is planned as cropland is no construction land; homes and a park are."""
    found = results(central)
    town = size(*(place for place, zone in ZONE_OF.items() if zone.startswith("4")))
    assert found["5"].before == pytest.approx((town - size(FIELD)) / 1e8, abs=NODED)
    assert found["4"].before == pytest.approx((size(*of_class("01"), FIELD)) / 1e8, abs=NODED)


def test_elastic_and_special_parts_count_as_what_they_are(honest: Claim) -> None:
    """Fallow land in the elastic part is no construction land yet, in the concentrated it is."""

    def fallow(layers: dict[str, gpd.GeoDataFrame]) -> None:
        parcels = layers["XZYDYH"]
        rows = [sorted(CLASS_OF).index(place) for place in ((4, 2), (6, 2))]
        parcels.loc[parcels.index[rows], "YDYHFLDM"] = "010300"

    place = city(fallow)
    assert ZONE_OF[4, 2] == "420"
    assert ZONE_OF[6, 2] == "410"
    one, other = results(honest)["5"], results(claim(place, ordinary(place)))["5"]
    assert one.before is not None
    assert other.before == pytest.approx(one.before - size((4, 2)) / 1e8, abs=1e-12)


@pytest.mark.parametrize("anew", [False, True])
def test_land_that_leaves_is_what_it_is_now(*, anew: bool) -> None:
    """A planned works site that leaves is cropland again, unless it is planned anew."""

    def works(layers: dict[str, gpd.GeoDataFrame]) -> None:
        rows = [{"BSM": serial(1), "YDYHFLDM": "100102", "geometry": cell(*SCATTERED)}]
        layers["ZXCQGHYDYH"] = frame(rows)

    place = city(works)
    made = claim(place, ordinary(place))
    if anew:
        made = restated(made, "ZXCQGHYDYH", serial(1), YDYHFLDM="090100")
    found = results(made)
    cropland, left = size(*of_class("01")), size(SCATTERED)
    assert found["4"].before == pytest.approx((cropland - left) / 1e8, abs=1e-12)
    assert found["4"].after == pytest.approx((cropland - anew * left) / 1e8, abs=1e-12)
    entering = int(made.changes.of("CZKFBJ", "1")["area_dm2"].sum())
    change = entering - (not anew) * left
    assert found["5"].difference == round(change / 1e8, 4)


def test_per_person(central: Claim) -> None:
    """The target of 8 000 residents counts for the city, for the centre the only figure given."""
    found = results(central)
    town = size(*(place for place, zone in ZONE_OF.items() if zone.startswith("4")))
    assert found["17"].before == pytest.approx((town - size(FIELD)) / 100 / 8000, rel=1e-6)
    park = shapely.area(shapely.intersection(cell(*PARK), block(*CENTRAL)))
    assert found["30"].before == pytest.approx(park / 2000, rel=1e-3)
    assert found["30"].before == pytest.approx(size(PARK) / 100 / 2000, rel=1e-6)
    assert found["29"].before == 0.0
    # Everything inside the rectangle but the field is town land.
    rest = shapely.area(block(*CENTRAL)) - shapely.area(cell(*FIELD))
    outside = [place for place, zone in ZONE_OF.items() if not zone.startswith("4")]
    rest -= shapely.area(shapely.intersection(union_of(outside), block(*CENTRAL)))
    assert found["17-中心"].before == pytest.approx(rest / 2000, rel=1e-3)


def union_of(cells: Iterable[Cell]) -> shapely.Geometry:
    return shapely.union_all([cell(*place) for place in cells])


@pytest.mark.parametrize(("zone", "kept"), [("520", False), ("510", True)])
def test_idle_land_that_leaves_is_given_up(zone: str, *, kept: bool) -> None:
    """Idle land (2301) is construction land; it is so after only where a village takes it."""

    def idle(layers: dict[str, gpd.GeoDataFrame]) -> None:
        parcels = layers["XZYDYH"]
        parcels.loc[parcels.index[sorted(CLASS_OF).index(SCATTERED)], "YDYHFLDM"] = "230100"

    place = city(idle)
    made = claim(
        place,
        moves(place.site("P-1"), "410", "410") + moves(place.faces(SCATTERED), None, zone),
    )
    entering = int(made.changes.of("CZKFBJ", "1")["area_dm2"].sum())
    change = entering - (not kept) * size(SCATTERED)
    assert results(made)["5"].difference == round(change / 1e8, 4)


def test_planned_land_forgets_that_it_was_a_village(central: Claim) -> None:
    """Land with a village attribute is no town land now, but is where it is planned for homes."""

    def village(layers: dict[str, gpd.GeoDataFrame]) -> None:
        planned(layers)
        parcels = layers["XZYDYH"]
        rows = [sorted(CLASS_OF).index(place) for place in (HOMES, (4, 2))]
        parcels["CZCSXM"] = ["203" if n in rows else "201" for n in range(len(parcels))]

    place = city(village)
    assert ZONE_OF[4, 2] == "420", "elsewhere it would count by the boundary"
    found = results(with_table(claim(place, ordinary(place)), *RESIDENTS))["17"].before
    usual = results(central)["17"].before
    assert found is not None
    assert usual is not None
    assert usual - found == pytest.approx(size((4, 2)) / 100 / 8000, rel=1e-6)


def test_the_population_of_the_plan_counts() -> None:
    assert Given(base=1.0, target=3.0, after=2.0).planned == 3.0
    assert Given(base=1.0, after=2.0).planned == 2.0
    assert Given(base=1.0).planned == 1.0
    assert Given().planned is None


def test_land_of_a_layer_that_overlaps_itself_counts_once(honest: Claim) -> None:
    """Basic grassland: 2 by 1 and 1 by 2 parcels that share one have three, not four."""

    def grass(layers: dict[str, gpd.GeoDataFrame]) -> None:
        layers["JBCY"] = plain(block(4, 6, 6, 7), block(5, 6, 6, 8))

    place = city(grass)
    found = results(claim(place, ordinary(place)))["8"]
    assert found.basis == COMPUTED
    three = np.array([block(4, 6, 6, 7), block(5, 7, 6, 8)])
    assert found.before == pytest.approx(int(area_dm2(three, epsg=EPSG).sum()) / 1e8, abs=2e-8)
    assert results(honest)["8"].basis == NO_DATA


def test_density_of_roads(central: Claim) -> None:
    """500 m of road in 500 m by 400 m; the ellipsoid differs from the plane by less than 0.1 %."""
    assert results(central)["19"].before == pytest.approx(0.5 / 0.2, rel=1e-3)
    shorter = shapely.LineString(
        [(CORNER[0], CORNER[1] + 350.0), (CORNER[0] + 650.0, CORNER[1] + 350.0)]
    )
    fid = str(central.before.layer("ZXCQDLZXX").ids[0])
    changed = results(restated(central, "ZXCQDLZXX", fid, geometry=shorter))["19"]
    assert changed.before == pytest.approx(2.5, rel=1e-3)
    assert changed.after == pytest.approx(0.25 / 0.2, rel=1e-3)
    assert changed.worsened


@pytest.mark.parametrize(
    ("reading", "shown"), [("M1", True), ("M2", True), ("M4", True), ("M3", False)]
)
def test_the_multiple(reading: str, *, shown: bool) -> None:
    place = city(chosen=settings(quota={"multiple_reading": reading}))
    found = results(claim(place, ordinary(place)))["36"]
    if not shown:
        assert (found.basis, found.before, found.target) == (NO_DATA, None, None)
        return
    town = size(*(there for there, zone in ZONE_OF.items() if zone.startswith("4")))
    assert found.before == round(town / 12e6, 4)
    assert found.target == (None if reading == "M4" else 1.8)


def test_what_is_given_stays(honest: Claim) -> None:
    made = with_table(
        honest,
        {"number": "2", "base": 0.31, "target": 0.35},
        {"number": "16", "base": 80.0, "after": 81.5},
        {"number": "18", "target": 2.0},
        {"number": "5", "base": 0.123},
    )
    found = results(made)
    water, rate, shelter, land = (found[number] for number in ("2", "16", "18", "5"))
    assert (water.basis, water.before, water.after, water.target) == (GIVEN, 0.31, 0.31, 0.35)
    assert water.difference == 0.0
    assert (rate.basis, rate.before, rate.after, rate.difference) == (GIVEN, 80.0, 81.5, 1.5)
    assert (shelter.basis, shelter.before, shelter.after, shelter.target) == (
        NO_DATA,
        None,
        None,
        2,
    )
    assert (land.basis, land.base) == (COMPUTED, 0.123)
    assert land.before != land.base


def test_strange_numbers_are_refused(honest: Claim) -> None:
    with pytest.raises(InputError, match="99") as raised:
        indicators(built(with_table(honest, {"number": "99", "base": 1.0})))
    assert raised.value.key == "plan.unknown-indicator"


def test_the_honest_claim_breaks_no_indicator(honest: Claim, central: Claim) -> None:
    for made in (honest, central):
        ended = proof(built(made))
        assert ended.outcome is Outcome.HOLDS
        assert ended.numbers["binding"] == 15
    assert proof(built(honest)).numbers["without_data"] == 7


def grown(_: Claim) -> Claim:
    """Let the boundary grow in the reading that has no ratio, and so no target."""
    place = city()
    more = moves(place.faces((9, 2)), "410", "410")
    return claim(place, ordinary(place) + more)


def into_the_centre(_: Claim) -> Claim:
    """Move land into the central area, which needs a target to be allowed."""
    place = city(planned)
    return with_table(claim(place, ordinary(place)), *RESIDENTS)


def beyond_the_target(_: Claim) -> Claim:
    place = city(planned)
    made = claim(place, ordinary(place))
    return with_table(made, *RESIDENTS, {"number": "17-中心", "target": 91.78})


def water_rises(honest: Claim) -> Claim:
    return with_table(honest, {"number": "2", "base": 0.31, "after": 0.3101})


def coast_shrinks(honest: Claim) -> Claim:
    return with_table(honest, {"number": "10", "base": 40.0, "after": 39.0})


def below_the_target(honest: Claim) -> Claim:
    return with_table(honest, {"number": "4", "target": size(*of_class("01")) / 1e8 + 1e-4})


def told_otherwise(honest: Claim) -> Claim:
    return with_table(honest, {"number": "4", "after": size(*of_class("01")) / 1e8 + 1e-4})


def field_is_built_on(_: Claim) -> Claim:
    place = city(planned)
    made = claim(place, ordinary(place))
    layer = made.before.layer("ZXCQGHYDYH")
    (fid,) = layer.ids[layer.values("YDYHFLDM") == "010100"]
    return restated(made, layer.code, str(fid), YDYHFLDM="100102")


def redline_shrinks(honest: Claim) -> Claim:
    layer = honest.before.layer("STBHHX")
    smaller = shapely.union_all([cell(0, row) for row in range(8)])
    return restated(honest, "STBHHX", str(layer.ids[0]), geometry=smaller)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (grown, ["5 建设用地总面积: ", "6 城乡建设用地面积: ", "36 城镇开发边界扩展倍数: 1."]),
        (into_the_centre, ["17-中心"]),
        (beyond_the_target, ["17-中心 中心城区人均城镇建设用地面积: 91.68 → 91.79 m², 91.78"]),
        (water_rises, ["2 用水总量: 0.3100 → 0.3101 亿m³"]),
        (coast_shrinks, ["10 大陆自然海岸线保有率: 40.00 → 39.00 %"]),
        (below_the_target, ["4 耕地保有量: "]),
        (told_otherwise, ["4 耕地保有量: ", "≠"]),
        (field_is_built_on, ["4 耕地保有量: ", "5 建设用地总面积: "]),
        (redline_shrinks, ["1 生态保护红线面积: 0.1"]),
    ],
)
def test_breaks(honest: Claim, make: Callable[[Claim], Claim], words: list[str]) -> None:
    said = broken(make(honest))
    for word in words:
        assert word in said


def test_a_rounded_target_is_met(honest: Claim) -> None:
    """A target is issued rounded: the value itself, rounded up or down, is within it."""
    exact = size(*of_class("01")) / 1e8
    for target in (np.floor(exact * 1e4) / 1e4, round(exact, 4)):
        assert broken(with_table(honest, {"number": "4", "target": float(target)})) == ""


def test_expected_indicators_bind_nobody(honest: Claim) -> None:
    assert broken(with_table(honest, {"number": "27", "base": 40.0, "after": 30.0})) == ""


def test_less_than_a_digit_is_worse_all_the_same(honest: Claim) -> None:
    assert "2 用水总量" in broken(
        with_table(honest, {"number": "2", "base": 0.3, "after": 0.300001})
    )


def test_the_table_says_what_the_results_say(central: Claim) -> None:
    found = indicators(built(central))
    table = indicator_table(found)
    assert len(table.rows) == len(found) == 38
    assert all(len(row) == len(table.columns) for row in table.rows)
    by_number = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert by_number["17"]["value_before"] == found[17].text(found[17].before)
    assert by_number["10"]["value_before"] == by_number["10"]["target"] == "–"
    assert by_number["15"]["target"] == "0.8000"
    data = [item.to_json() for item in found]
    assert data[0]["after"] == round(float(found[0].after or 0), 4)
    assert data[9]["after"] is None
