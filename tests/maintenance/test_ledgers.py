"""A swap balances in the ledger of faces and in that of the delivered pieces, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planloop.errors import InfeasibleError, SettingsError
from planloop.geometry.area import area, area_dm2
from planloop.maintenance.boundary import transfer_in, transfer_out
from planloop.maintenance.boundary.aims import usual
from planloop.maintenance.boundary.ledgers import balanced_swap, proven
from planloop.maintenance.boundary.patches import boundary_patches
from planloop.maintenance.boundary.problem import Choice, Problem
from planloop.maintenance.boundary.quota import Room, room
from planloop.maintenance.boundary.solve import solve
from planloop.maintenance.follow import follow
from planloop.messages import LANGUAGES
from planloop.plan.certificate import SolveLevel
from planloop.plan.quota import Quota
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.checks.toy_city import EPSG
from tests.maintenance.board import board, box, with_settings

if TYPE_CHECKING:
    from planloop.maintenance.situation import Situation
    from planloop.plan.change_set import ChangeSet

CITY = """
520 520 520 520 520 520 520 520 520 520 520
410 410 520 520 520 520 520 520 410 520 410
410 410 520 520 520 520 520 520 520 520 520
410 410 520 520 520 520 410 410 410 410 410
"""
SMALL = {"scattered_patch_ha": 5.5, "detached_m": 1e5, "compactness": 0.01}


@pytest.fixture(scope="module")
def place() -> Situation:
    """Return a city with a site over six parcels, and seven squares that may go out."""
    return board(CITY, sites={"A": [box(2, 0, 4.4, 1.7)]}, swap=SMALL)


@pytest.fixture(scope="module")
def problem(place: Situation) -> Problem:
    wanted = transfer_in.candidates(place)
    outs, _ = transfer_out.candidates(place, boundary_patches(place), {})
    aims = usual(wanted.demands, wanted.cells, outs)
    return Problem(wanted.demands, wanted.cells, outs, 10**9, 0, 0, aims=aims)


def surplus(problem: Problem, choice: Choice) -> int:
    """Return what the faces' ledger says, dm²."""
    gone = sum(problem.outs[index].area for index in choice.outs)
    return gone - sum(problem.ins[index].area for index in choice.ins)


def delivered(changes: ChangeSet) -> tuple[int, float]:
    """Return what the pieces' own areas say, rounded each and not rounded, dm²."""
    rounded, exact = 0, 0.0
    for _, piece in changes.of("CZKFBJ").iterrows():
        shape = np.array([piece.geometry], dtype=object)
        sign = {"1": -1, "3": 1}[piece["kind"]]
        rounded += sign * int(area_dm2(shape, epsg=EPSG)[0])
        exact += sign * float(area(shape, epsg=EPSG)[0]) * 100
    return rounded, exact


def test_both_ledgers_are_in_the_window(place: Situation, problem: Problem) -> None:
    """The best swap of the faces' ledger just keeps the margin; the pieces say 1 dm² less.

    So another swap must be found. In a window of the one value there is none.
    """
    first, _ = solve(problem, SolverSection(), silent)
    least = surplus(problem, first)
    assert delivered(follow(place, problem, first))[0] < least, "or this proves nothing"
    narrow = replace(problem, margin=least, tolerance=least + 4)
    again, _ = solve(narrow, SolverSection(), silent)
    assert delivered(follow(place, narrow, again))[0] < least
    swap = balanced_swap(place, narrow, silent)
    choice, certificate, changes = swap.choice, swap.certificate, swap.changes
    rounded, exact = delivered(changes)
    assert least <= surplus(problem, choice) <= least + 4
    assert least <= rounded <= least + 4
    assert least <= exact <= least + 4
    levels = {level.name: level for level in certificate.levels}
    assert levels["tier-1-near"].status == "optimal"
    last = levels["weak-first"]
    assert last.bound <= last.value
    assert (last.status == "optimal") == (last.bound == last.value)
    with pytest.raises(InfeasibleError) as caught:
        balanced_swap(place, replace(narrow, tolerance=least), silent)
    assert caught.value.key == "boundary.ledgers"
    for lang in LANGUAGES:
        assert "swap.balance_tolerance_m2" in caught.value.text(lang)


def test_no_plan_at_all_is_said_as_such(place: Situation, problem: Problem) -> None:
    shut = replace(problem, margin=1, tolerance=2, demands=(), ins=(), aims=())
    with pytest.raises(InfeasibleError) as caught:
        balanced_swap(place, shut, silent)
    assert caught.value.key == "boundary.infeasible"


def level(name: str, value: float, bound: float, status: str = "optimal") -> SolveLevel:
    gap = (value - bound) / max(1.0, abs(value))
    return SolveLevel(name, status, value, bound, gap, 0.1, 1)


def test_what_the_widest_window_proved_holds() -> None:
    first = (level("a", -3.0, -3.0), level("b", -2.0, -2.0), level("c", 5.0, 5.0))
    assert proven(first, first) == first
    told = proven(first, (level("a", -3.0, -3.0), level("b", -1.0, -1.0), level("c", 4.0, 4.0)))
    assert [item.status for item in told] == ["optimal", "gap", "gap"]
    assert [item.value for item in told] == [-3.0, -1.0, 4.0]
    assert told[1].bound == -2.0
    assert told[1].gap == pytest.approx(1.0)
    assert np.isnan(told[2].bound), "fewer projects of the level above: nothing is known"
    limited = (level("a", -3.0, -5.0, "node limit"), *first[1:])
    assert proven(limited, first)[0] == replace(
        first[0], bound=-5.0, gap=2 / 3, status="node limit"
    )


# The quota.


def held(place: Situation) -> int:
    layer = place.plan.layer("CZKFBJ")
    features = int(area_dm2(layer.geometry, epsg=EPSG).sum())
    return max(features, int(place.fabric.area[place.inside].sum()))


def test_room_by_hand() -> None:
    """M1 counts all of the boundary, M2 not its special-use part, M4 the issued area alone."""
    place = board("410 410 430 520 420", projects={"P": ("口岸", 2026)})
    square = area_dm2(np.array([box(0, 0, 1, 1)]), epsg=EPSG)[0]
    issued = {"issued_area_ha": 7.0, "issued_multiple": 1.9, "base_town_area_ha": 2.0}
    found = {
        reading: room(with_settings(place, quota=issued | {"multiple_reading": reading}))
        for reading in ("M1", "M2", "M4")
    }
    growth = 7_000_000 - held(place)
    assert {item.growth for item in found.values()} == {growth}
    assert growth == pytest.approx(7_000_000 - 4 * square, abs=20)
    assert found["M4"].counted_growth is None
    assert found["M1"].counted_growth == 3_800_000 - held(place)
    assert found["M2"].counted_growth == pytest.approx(3_800_000 - 3 * square, abs=20)


def test_a_boundary_larger_than_issued_must_shrink() -> None:
    place = with_settings(board("410 410 410 520"), quota={"issued_area_ha": 2.5})
    assert room(place) == Room(2_500_000 - held(place), None)
    assert room(place).growth < 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_m3_cannot_bind(lang: str) -> None:
    place = with_settings(board("410 520"), quota={"multiple_reading": "M3"})
    with pytest.raises(SettingsError) as caught:
        room(place)
    assert caught.value.key == "boundary.no-multiple"
    assert "M3" in caught.value.text(lang)


def test_a_multiple_is_a_decimal_number() -> None:
    """In binary fractions 1.15 times 100 is a little less than 115."""
    for multiple, base, expected in (
        (1.1, 3_000_000, 3_300_000),
        (1.15, 100, 115),  # floor(1.15 * 100) is 114
        (1.95, 1_420_000_000, 2_769_000_000),
        (1.3333, 10_000_001, 13_333_001),  # 13333001.3333
    ):
        assert Quota(1, multiple, base).multiple_area == expected


@pytest.mark.parametrize("reading", ["M1", "M2", "M4"])
def test_the_quota_binds(reading: str) -> None:
    """A city over its quota must give land up; over its multiple, land that the multiple counts."""
    city = "410 410 410 520 410 520 430"
    swap = SMALL | {"balance_tolerance_m2": 1e6, "scattered_patch_ha": 2.0}
    place = board(city, swap=swap)
    issued = {
        "M4": {"issued_area_ha": 4.2},
        "M1": {"issued_area_ha": 9.0, "issued_multiple": 2.1, "base_town_area_ha": 2.0},
        "M2": {"issued_area_ha": 9.0, "issued_multiple": 1.6, "base_town_area_ha": 2.0},
    }
    quota = issued[reading] | {"multiple_reading": reading}
    place = with_settings(place, swap=swap, quota=quota)
    outs, _ = transfer_out.candidates(place, boundary_patches(place), {})
    assert {cell.parcel[-1] for cell in outs} == {"5", "7"}
    left = room(place)
    aims = usual((), (), outs)
    problem = Problem((), (), outs, 10**8, 0, left.growth, left.counted_growth, aims=aims)
    found = balanced_swap(place, problem, silent)
    choice, changes = found.choice, found.changes
    gone = {outs[index].parcel[-1] for index in choice.outs}
    # M2: only the square 410 counts; else one of the two is enough.
    assert gone == {"5"} if reading == "M2" else len(gone) == 1
    after = changes.apply(place.plan).layer("CZKFBJ")
    counted = after.geometry[after.values("GHFQDM") != "430"] if reading == "M2" else after.geometry
    limit = {"M4": 4_200_000, "M1": 4_200_000, "M2": 3_200_000}[reading]
    assert area_dm2(counted, epsg=EPSG).sum() <= limit
