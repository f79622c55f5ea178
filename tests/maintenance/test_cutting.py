"""One parcel is cut so that the swap balances: on boards, proved by the proofs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from planloop.checks.decided import decision_findings
from planloop.checks.evidence import Evidence
from planloop.checks.proofs import prove
from planloop.geometry.area import area_dm2
from planloop.geometry.fabric import Fabric
from planloop.maintenance.boundary import transfer_in, transfer_out
from planloop.maintenance.boundary.aims import usual
from planloop.maintenance.boundary.cut_places import cut_places
from planloop.maintenance.boundary.cutting import Plot, cut
from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.ledgers import balanced_swap
from planloop.maintenance.boundary.nodes import ground_of
from planloop.maintenance.boundary.patches import boundary_patches
from planloop.maintenance.boundary.problem import Choice, Problem
from planloop.maintenance.boundary.townships import townships
from planloop.maintenance.decisions import decisions
from planloop.maintenance.stating import Stated
from planloop.messages import LANGUAGES
from planloop.plan.proof import Outcome
from planloop.progress import silent
from tests.checks.toy_city import EPSG, frame, serial
from tests.maintenance.board import assessment_table, board, box, parcel, square

if TYPE_CHECKING:
    import pandas as pd

    from planloop.maintenance.boundary.ledgers import Swap
    from planloop.maintenance.boundary.transfer_in import Wanted
    from planloop.maintenance.situation import Situation
    from planloop.plan.decision import Decision
    from planloop.plan.proof import Proof

TOWN = """
520 520 520 520 520 520 520
410 410 410 520 520 520 520
410 410 410 410 410 520 520
410 410 410 520 520 520 520
"""
"""Of the square at (4, 1) the west side alone borders land that stays."""

IDLE = parcel(4, 1, 7)
SWAP = {
    "balance_by_township": False,
    "scattered_patch_ha": 0.5,
    "detached_m": 1e5,
    "compactness": 0.01,
    "least_new_patch_ha": 0.1,
    "least_rest_patch_ha": 0.1,
    "least_hole_ha": 0.1,
}
SITE = box(3, 0, 3.8, 1)  # 0.8 ha: the square loses 0.2 ha of what it gives


def assessed(idle: tuple[str, ...]) -> pd.DataFrame:
    rows = [(f"T-{n}", "闲置", "XZYDYH", fid) for n, fid in enumerate(idle, start=1)]
    return assessment_table(*rows)


def town(
    idle: tuple[str, ...] = (IDLE,),
    site: shapely.Polygon = SITE,
    zones: str = TOWN,
    **swap: object,
) -> Situation:
    return board(zones, sites={"A": [site]}, assessment=assessed(idle), swap=SWAP | swap)


def posed(place: Situation, idle: tuple[str, ...] = (IDLE,)) -> tuple[Problem, Wanted]:
    swap = place.settings.swap
    wanted = transfer_in.candidates(place)
    named = {fid: (f"T-{number}",) for number, fid in enumerate(idle, start=1)}
    outs, _ = transfer_out.candidates(place, boundary_patches(place), named)
    problem = Problem(
        wanted.demands,
        wanted.cells,
        outs,
        round(swap.balance_tolerance_m2 * 100),
        0,
        0,
        ground=ground_of(place, wanted.cells, outs),
        limits=PieceLimits(100_000, 100_000, 100_000),
        aims=usual(wanted.demands, wanted.cells, outs),
        townships=townships(place, wanted.cells, outs),
    )
    return problem, wanted


def proved(place: Situation, swap: Swap) -> tuple[Evidence, dict[str, Proof]]:
    after = swap.changes.apply(place.plan)
    evidence = Evidence.build(place.plan, after, swap.changes, place.settings)
    return evidence, {proof.name: proof for proof in prove(evidence)}


def decided(place: Situation, swap: Swap, wanted: Wanted) -> tuple[Decision, ...]:
    return decisions(Stated(place, swap.problem, wanted, (), (), ()), swap, silent)


def check(place: Situation, swap: Swap, wanted: Wanted) -> dict[str, Proof]:
    """Check that every proof holds and that what is decided is what happened, to 0.01 m²."""
    evidence, proofs = proved(place, swap)
    assert [name for name, item in proofs.items() if item.outcome is Outcome.BROKEN] == []
    told = decided(place, swap, wanted)
    assert list(decision_findings("decisions.jsonl", evidence, told)) == []
    return proofs


@pytest.fixture(scope="module")
def place() -> Situation:
    return town()


def test_a_strip_stays_and_the_swap_balances(place: Situation) -> None:
    """The site has 80 m of 100 m; of the square 20 ares stay, beside the land that stays."""
    problem, wanted = posed(place)
    swap = balanced_swap(place, problem, silent)
    assert swap.cut is not None
    assert swap.choice.served == ("A",)
    numbers = check(place, swap, wanted)["C2.balance"].numbers
    for ledger in ("surplus_dm2", "surplus_features_dm2"):
        assert 0 <= int(str(numbers[ledger])) <= 2
    after = shapely.union_all(swap.changes.apply(place.plan).layer("CZKFBJ").geometry)
    strip = shapely.intersection(after, square(4, 1))
    assert strip.geom_type == "Polygon"
    assert strip.area == pytest.approx(2000.0, rel=1e-3)
    shared = shapely.intersection(strip, square(3, 1))
    assert shapely.length(shared) == pytest.approx(100.0), "it joins by the whole side"
    told = {(item.id, item.outcome): item for item in decided(place, swap, wanted)}
    out, kept = told[IDLE, "transfer_out"], told[IDLE, "kept"]
    assert (out.reason, kept.reason) == ("out-cut", "kept-cut")
    whole = int(area_dm2(np.array([square(4, 1)]), epsg=EPSG)[0])
    assert out.area + kept.area == whole
    for lang in LANGUAGES:
        for item in (out, kept):
            assert f"{out.area / 100:.2f}" in item.text(lang)
            assert f"{kept.area / 100:.2f}" in item.text(lang)
    (finding,) = swap.findings
    assert (finding.code, finding.features) == ("balance-cut", (IDLE,))
    for lang in LANGUAGES:
        assert "{" not in finding.text(lang)


def test_nothing_but_boundary_and_zones_gets_a_vertex(place: Situation) -> None:
    """Faces other than the one that is cut are the same to the bit, and in the same place."""
    problem, _ = posed(place)
    swap = balanced_swap(place, problem, silent)
    assert swap.cut is not None
    before, after = place.fabric, swap.cut.situation.fabric
    assert len(after) == len(before) + 1
    changed = np.flatnonzero(before.faces != after.faces[:-1])
    assert len(changed) == 1
    assert place.parcel[changed[0]] == IDLE
    assert int(before.area.sum()) == int(after.area.sum())
    assert set(swap.changes.deltas) == {"CZKFBJ", "GHFQ"}
    again = balanced_swap(place, problem, silent)
    assert again.changes.pieces.equals(swap.changes.pieces), "the same again"


def test_without_the_setting_parcels_move_whole(place: Situation) -> None:
    problem, _ = posed(place)
    whole = replace(
        place,
        settings=place.settings.model_copy(
            update={"swap": place.settings.swap.model_copy(update={"cut": False})}
        ),
    )
    wide = replace(problem, tolerance=300_000)
    swap = balanced_swap(whole, wide, silent)
    assert swap.cut is None
    assert swap.findings == ()
    assert swap.problem.surplus(swap.choice) == pytest.approx(200_000, rel=1e-2)


def test_where_none_can_be_cut_it_is_said() -> None:
    """The idle square touches no land that stays: it goes whole, within the tolerance."""
    zones = TOWN.replace("410 410 410 410 410", "410 410 410 520 410")
    place = town(zones=zones, scattered_patch_ha=2.0, balance_tolerance_m2=2500.0)
    problem, wanted = posed(place)
    found = balanced_swap(place, problem, silent)
    assert found.cut is None
    check(place, found, wanted)
    (finding,) = found.findings
    assert finding.code == "balance-uncut"
    assert float(str(finding.numbers["faces_m2"])) == pytest.approx(2000.0, rel=1e-2)


def test_of_two_parcels_the_stronger_stays_in_part_and_locked_ones_go_whole() -> None:
    """Frozen ones are not cut, and no strip is narrower than 5 m."""
    idle = (parcel(4, 1, 7), parcel(2, 0, 7))
    place = town(idle, site=box(3, 2, 4.9, 3))
    problem, _ = posed(place, idle)
    choice = Choice(("A",), tuple(range(len(problem.ins))), (0, 1))
    everywhere = np.ones(len(place.fabric), dtype=bool)
    outs = tuple(
        replace(cell, strength=strength)
        for cell, strength in zip(problem.outs, (0.2, 0.4), strict=True)
    )
    strong = replace(problem, outs=outs)
    assert [item.cell for item in cut_places(place, strong, choice, everywhere)] == [1, 0]
    locked = replace(strong, outs=(outs[0], replace(outs[1], locked=True)))
    assert [item.cell for item in cut_places(place, locked, choice, everywhere)] == [0]
    frozen = replace(place, frozen=np.isin(np.arange(len(place.fabric)), outs[1].faces))
    assert [item.cell for item in cut_places(frozen, strong, choice, everywhere)] == [0]
    (first, _) = cut_places(place, strong, choice, everywhere)
    plot = Plot(place, strong, choice)
    assert cut(plot, first, 40_000) is None, "400 m²: nowhere 5 m wide along 100 m"
    assert cut(plot, first, 101_000) is None, "more goes in than out: the quota leaves no growth"
    made = cut(plot, first, 99_000)
    assert made is not None
    assert sum(cell.area for cell in made.problem.outs) == sum(cell.area for cell in outs)
    assert made.problem.outs[-1].area == pytest.approx(99_000, abs=1)
    assert len(made.problem.aims[-1].change) == made.problem.cells  # type: ignore[arg-type]


def test_areas_are_those_of_a_fabric_built_anew(place: Situation) -> None:
    """What the ledger says after the cut is what the layers with the cut in them come to."""
    problem, _ = posed(place)
    swap = balanced_swap(place, problem, silent)
    assert swap.cut is not None
    fabric = swap.cut.situation.fabric
    after, layers = swap.changes.apply(place.plan), place.plan.layers
    built = Fabric.build(
        {
            **{code: (layers[code].ids, layers[code].geometry) for code in fabric.labels},
            "after": (after.layer("CZKFBJ").ids, after.layer("CZKFBJ").geometry),
        },
        {code: (layers[code].ids, layers[code].geometry) for code in fabric.relations},
        epsg=EPSG,
        host="XZYDYH",
    )
    told, found = (
        {face.wkb: int(size) for face, size in zip(item.faces, item.area, strict=True)}
        for item in (fabric, built)
    )
    assert told == found


TWO = """
520 520 520 520 520 520 520
410 410 410 410 520 520 520
410 410 410 520 520 520 520
410 410 410 410 520 520 520
410 410 410 520 520 520 520
"""


def test_one_cut_in_each_township() -> None:
    """Two townships, north and south of row 2, each with a site and an idle square of its own."""
    idle = (parcel(3, 1, 7), parcel(3, 3, 7))
    names = frame(
        [
            {"BSM": serial(n), "XZQMC": name, "geometry": shape}
            for n, (name, shape) in enumerate(
                [("南镇", box(0, 0, 7, 2)), ("北镇", box(0, 2, 7, 5))], start=1
            )
        ]
    )
    place = board(
        TWO,
        sites={"A": [box(3, 0, 3.8, 1)], "B": [box(3, 2, 3.85, 3)]},
        assessment=assessed(idle),
        layers={"XZQXZ": names},
        swap=SWAP | {"balance_by_township": True, "township_tolerance_ha": 0.0},
    )
    problem, wanted = posed(place, idle)
    assert len(problem.townships) == 2
    swap = balanced_swap(place, problem, silent)
    assert swap.choice.served == ("A", "B")
    assert swap.cut is not None
    assert len(swap.cut.cuts) == 2
    proofs = check(place, swap, wanted)
    assert proofs["C2.townships"].outcome is Outcome.HOLDS
    for item in swap.cut.problem.townships:
        lost = sum(item.outs[index] for index in swap.choice.outs)
        assert 0 <= lost - sum(item.ins[index] for index in swap.choice.ins) <= 4
