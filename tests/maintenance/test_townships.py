"""Townships of a swap: from the faces to the problem, to the scheme, and to its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from planloop.errors import PlanloopError
from planloop.maintenance.boundary.problem import InCell, OutCell
from planloop.maintenance.boundary.townships import townships
from planloop.maintenance.run import run
from planloop.messages import LANGUAGES
from planloop.plan.proof import Outcome
from tests.checks.toy_city import frame, plain, serial
from tests.maintenance.board import board, box, faces_in, size
from tests.maintenance.county_swap import swap_county, write
from tests.plan.county import box as county_box
from tests.plan.county import check_refusal, layer

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import shapely

    from planloop.maintenance.situation import Situation
    from planloop.plan.scheme import Scheme

# From the faces to the problem

ZONES = """
410 410 520 520
410 410 520 520
"""
BALANCED = {"balance_by_township": True, "township_tolerance_ha": 0.5, "balance_tolerance_m2": 2.0}


def named(*shapes: tuple[str | None, shapely.Polygon]) -> gpd.GeoDataFrame:
    return frame(
        [
            {"BSM": serial(number), "XZQMC": name, "geometry": shape}
            for number, (name, shape) in enumerate(shapes, start=1)
        ]
    )


NORTH_SOUTH = named(("北镇", box(0, 1, 4, 2)), ("南镇", box(0, 0, 4, 1)))
SITE = box(2, 0.3, 3, 1.9)
"""Of a project over both townships: 0.9 in the north, 0.7 in the south."""


def cells(place: Situation) -> tuple[list[InCell], list[OutCell]]:
    going, leaving = faces_in(place, SITE), faces_in(place, box(0, 0, 1, 1))
    return [InCell(going, place.area(going), ("P-1",))], [
        OutCell("T", leaving, place.area(leaving), None, 0.5, "out-small")
    ]


def test_a_project_over_two_townships_counts_in_each() -> None:
    place = board(ZONES, layers={"XZQXZ": NORTH_SOUTH}, sites={"P-1": [SITE]}, swap=BALANCED)
    ins, outs = cells(place)
    north, south = townships(place, ins, outs)
    assert [item.name for item in (north, south)] == ["北镇", "南镇"]
    assert (north.outs, south.outs) == ((0,), (outs[0].area,))
    # Each face has whole dm², so parts differ by rounding from the areas of their outlines.
    assert north.ins[0] == pytest.approx(size(box(2, 1, 3, 1.9)), abs=4)
    assert south.ins[0] == pytest.approx(size(box(2, 0.3, 3, 1)), abs=4)
    assert north.ins[0] + south.ins[0] == ins[0].area
    assert {(item.least, item.most) for item in (north, south)} == {(-500_000, 500_200)}


def test_features_of_one_name_are_one_township() -> None:
    parts = named(("北镇", box(0, 1, 4, 2)), ("北镇", box(0, 0, 4, 1)))
    place = board(ZONES, layers={"XZQXZ": parts}, sites={"P-1": [SITE]}, swap=BALANCED)
    ins, outs = cells(place)
    (only,) = townships(place, ins, outs)
    assert (only.name, only.ins, only.outs) == ("北镇", (ins[0].area,), (outs[0].area,))


def test_land_in_no_township_is_held_to_the_same() -> None:
    part = named(("北镇", box(0, 1, 4, 2)))
    place = board(ZONES, layers={"XZQXZ": part}, sites={"P-1": [SITE]}, swap=BALANCED)
    ins, outs = cells(place)
    nowhere, north = townships(place, ins, outs)
    assert (nowhere.name, nowhere.outs) == ("", (outs[0].area,))
    assert nowhere.ins[0] + north.ins[0] == ins[0].area


def test_a_township_without_any_cell_is_none() -> None:
    far = named(("北镇", box(0, 0, 3, 2)), ("东镇", box(3, 0, 4, 2)))
    place = board(ZONES, layers={"XZQXZ": far}, sites={"P-1": [SITE]}, swap=BALANCED)
    assert [item.name for item in townships(place, *cells(place))] == ["北镇"]


def test_only_where_the_settings_ask() -> None:
    free = BALANCED | {"balance_by_township": False}
    place = board(ZONES, layers={"XZQXZ": NORTH_SOUTH}, sites={"P-1": [SITE]}, swap=free)
    assert townships(place, *cells(place)) == ()


def test_no_townships_to_balance() -> None:
    place = board(ZONES, sites={"P-1": [SITE]}, swap=BALANCED)
    with pytest.raises(PlanloopError) as caught:
        townships(place, *cells(place))
    check_refusal(caught.value, "boundary.no-townships", layer="XZQXZ")


@pytest.mark.parametrize(
    "drawn", [named(("北镇", box(0, 1, 4, 2)), (None, box(0, 0, 4, 1))), plain(box(0, 0, 4, 2))]
)
def test_a_township_without_a_name(drawn: gpd.GeoDataFrame) -> None:
    place = board(ZONES, layers={"XZQXZ": drawn}, sites={"P-1": [SITE]}, swap=BALANCED)
    with pytest.raises(PlanloopError) as caught:
        townships(place, *cells(place))
    feature = serial(len(drawn))
    check_refusal(caught.value, "boundary.unnamed-township", layer="XZQXZ", feature=feature)


# From files to a proven scheme

PORT_HALF = 3.0
"""Of the port's 6 ha in each township, ha; FAR, 8 ha of the east, goes out."""


def made(folder: Path, swap: str) -> Scheme:
    """Return the scheme of the county cut into two townships through the port."""
    folder.mkdir()
    bureau = swap_county(folder, f"[swap]\nbalance_tolerance_m2 = 25000.0\n{swap}")
    halves = [county_box(0, 0, 11, 20), county_box(11, 0, 40, 20)]
    bureau.layers["XZQXZ"] = layer("XZQXZ", halves, XZQMC=["西镇", "东镇"])
    return run(write(bureau))


def surplus(scheme: Scheme) -> dict[str, int]:
    """Return what each township loses, by the accounts."""
    table = scheme.accounts.tables["townships"]
    at = [table.columns.index(name) for name in ("township", "out_dm2", "in_dm2")]
    rows = [[row[place] for place in at] for row in table.rows]
    return {str(name): int(str(out)) - int(str(into)) for name, out, into in rows}


def test_a_township_may_gain_as_much_as_it_is_allowed(tmp_path: Path) -> None:
    """The port takes 3 ha of each; only the east gives land: 8 ha. It loses 5 ha, west gains 3."""
    tight = made(tmp_path / "a", "balance_by_township = true\ntownship_tolerance_ha = 2.99\n")
    wide = made(tmp_path / "b", "balance_by_township = true\ntownship_tolerance_ha = 3.01\n")
    free = made(tmp_path / "c", "")
    served = [
        {item.id for item in scheme.decisions if item.outcome == "served"}
        for scheme in (tight, wide, free)
    ]
    assert served == [set(), {"P-1"}, {"P-1"}]
    assert wide.digests()["pieces"] == free.digests()["pieces"]
    for scheme, outcome in (
        (tight, Outcome.HOLDS),
        (wide, Outcome.HOLDS),
        (free, Outcome.NOT_APPLICABLE),
    ):
        assert scheme.broken == ()
        (proof,) = [item for item in scheme.proofs if item.name == "C2.townships"]
        assert proof.outcome is outcome
    (told,) = [item for item in tight.decisions if item.id == "P-1"]
    assert told.reason == "project-bounded"
    assert told.numbers["rules"] == "swap.township_tolerance_ha"
    (held,) = [item for item in wide.proofs if item.name == "C2.townships"]
    assert (held.numbers["lower_dm2"], held.numbers["upper_dm2"]) == (-3_010_000, 5_510_000)
    found = (held.numbers["lowest_dm2"], held.numbers["highest_dm2"])
    assert found == (surplus(wide)["西镇"], surplus(wide)["东镇"])
    np.testing.assert_allclose(surplus(wide)["西镇"], -PORT_HALF * 1e6, rtol=2e-3)


def test_the_most_that_goes_in(tmp_path: Path) -> None:
    less, more = (made(tmp_path / str(ha), f"most_in_ha = {ha}\n") for ha in (5.9, 6.1))
    for scheme, size_ha in ((less, 0.0), (more, 6.0)):
        assert scheme.broken == ()
        (proof,) = [item for item in scheme.proofs if item.name == "C2.most-in"]
        assert proof.outcome is Outcome.HOLDS
        assert proof.numbers["in_dm2"] == pytest.approx(size_ha * 1e6, rel=2e-3)
    (told,) = [item for item in less.decisions if item.id == "P-1"]
    assert (told.reason, told.numbers["rules"]) == ("project-bounded", "swap.most_in_ha")
    for lang in LANGUAGES:
        assert "swap.most_in_ha" in told.text(lang)
