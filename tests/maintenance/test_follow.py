"""A choice carried out: pieces, boundary and zones after it, decisions; by hand on a board."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pandas.testing import assert_frame_equal

from planloop.maintenance.boundary import transfer_in, transfer_out
from planloop.maintenance.boundary.aims import usual
from planloop.maintenance.boundary.ledgers import Swap
from planloop.maintenance.boundary.patches import boundary_patches
from planloop.maintenance.boundary.problem import Choice, Problem
from planloop.maintenance.boundary.solving.search import Found
from planloop.maintenance.boundary.verify import value
from planloop.maintenance.decisions import decisions
from planloop.maintenance.follow import boundary_pieces, follow
from planloop.maintenance.stating import Stated
from planloop.messages import LANGUAGES, render
from planloop.plan.certificate import SolveLevel, SolverCertificate
from planloop.plan.change_set import ChangeSet
from planloop.progress import silent
from tests.checks.toy_city import frame, serial
from tests.maintenance.board import board, box, faces_in, parcel, size, square

if TYPE_CHECKING:
    from planloop.maintenance.boundary.transfer_in import Wanted
    from planloop.maintenance.situation import Situation
    from planloop.plan.decision import Decision

CITY = """
520 520 520 520 520 520
410 410 520 520 410 410
410 410 520 520 520 520
"""
TOWNS = {"XZQXZ": [box(0, 0, 3, 3), box(3, 0, 6, 3)]}
SMALL = {"scattered_patch_ha": 3.0, "detached_m": 1e5, "compactness": 0.01}
SITES = {"A": [box(2, 0, 3, 1)], "B": [box(2, 0.5, 4, 1)], "C": [box(0, 2, 6, 3)]}


def setting(**changes: Any) -> tuple[Situation, Wanted, Problem, tuple[Decision, ...]]:  # noqa: ANN401  # whatever a board takes
    given: dict[str, Any] = {"sites": SITES, "layers": TOWNS, "swap": SMALL}
    place = board(CITY, **given | changes)
    wanted = transfer_in.candidates(place)
    outs, stays = transfer_out.candidates(
        place, boundary_patches(place), {parcel(5, 1, 6): ("T-1",)}
    )
    aims = usual(wanted.demands, wanted.cells, outs)
    problem = Problem(wanted.demands, wanted.cells, outs, 10**9, 0, 0, aims=aims)
    return place, wanted, problem, stays


def swapped(problem: Problem, choice: Choice) -> Swap:
    """Return a swap that was chosen for other reasons than the solver's."""
    levels = tuple(
        SolveLevel(aim.name, "stopped", value(problem, choice, aim), -np.inf, np.inf, 0.0, 0)
        for aim in problem.aims
    )
    return Swap(
        problem,
        Found(choice, levels, 0, 0),
        SolverCertificate("by hand", 0, 0, levels, (0, problem.tolerance)),
        ChangeSet(gpd.GeoDataFrame(), {}),
    )


def chosen(problem: Problem, served: tuple[str, ...], outs: tuple[str, ...]) -> Choice:
    return Choice(
        served,
        tuple(
            n
            for n, cell in enumerate(problem.ins)
            if cell.locked or set(cell.projects) & set(served)
        ),
        tuple(n for n, cell in enumerate(problem.outs) if cell.parcel in outs),
    )


@pytest.fixture(scope="module")
def both() -> tuple[Situation, ChangeSet]:
    """Return the change in which A and B are served and the scattered patch goes."""
    place, _, problem, _ = setting()
    choice = chosen(problem, ("A", "B"), (parcel(4, 1, 6), parcel(5, 1, 6)))
    return place, follow(place, problem, choice)


def test_the_boundary_after(both: tuple[Situation, ChangeSet]) -> None:
    place, changes = both
    after = changes.apply(place.plan).layer("CZKFBJ")
    found = shapely.union_all(after.geometry)
    expected = shapely.union_all([box(0, 0, 2, 2), box(2, 0, 3, 1), box(3, 0.5, 4, 1)])
    assert shapely.equals(found, expected)
    assert set(after.values("GHFQDM")) == {"410"}


def test_the_pieces(both: tuple[Situation, ChangeSet]) -> None:
    """Land that only A needs, that both need, that only B needs; and two parcels that go."""
    place, changes = both
    pieces = changes.of("CZKFBJ", "1")
    told = {row["project"]: row for _, row in pieces.iterrows()}
    shapes = {"A": box(2, 0, 3, 0.5), "A, B": box(2, 0.5, 3, 1), "B": box(3, 0.5, 4, 1)}
    assert set(told) == set(shapes)
    for project, shape in shapes.items():
        row = told[project]
        assert shapely.equals(row.geometry, shape)
        assert abs(row["area_dm2"] - size(shape)) <= 1
        assert (row["reason"], row["evidence"], row["code_after"]) == ("in-project", "", "410")
        assert row["code_before"] is None or row["code_before"] != row["code_before"]
    faces = faces_in(place, *shapes.values())
    assert sum(pieces["area_dm2"]) == place.fabric.area[faces].sum()
    gone = changes.of("CZKFBJ", "3")
    assert sorted(gone["reason"]) == ["out-idle", "out-small"]
    assert dict(zip(gone["reason"], gone["evidence"], strict=True)) == {
        "out-small": "",
        "out-idle": "T-1",
    }
    assert set(gone["code_before"]) == {"410"}
    assert list(changes.of("CZKFBJ").index) == [
        f"CZKFBJ-20260601{serial:06d}" for serial in range(1, 6)
    ]


@pytest.mark.parametrize("served", [(), ("A",), ("A", "B"), ("A", "B", "C")])
def test_pieces_of_the_boundary_alone_are_those_of_the_change(served: tuple[str, ...]) -> None:
    """A and B touch, and C lies in two towns."""
    place, _, problem, _ = setting()
    choice = chosen(problem, served, (parcel(4, 1, 6), parcel(0, 1, 6)))
    expected = follow(place, problem, choice).of("CZKFBJ")
    found = boundary_pieces(place, problem, choice)
    new = found["kind"] == "1"
    assert set(found["after_id"][new]) == {f"project {name}" for name in set(found["project"][new])}
    assert_frame_equal(found.drop(columns="after_id"), expected.drop(columns="after_id"))


def test_townships_cut_pieces() -> None:
    halves = {"西镇": box(0, 0, 2.5, 3), "东镇": box(2.5, 0, 6, 3)}
    rows: list[dict[str, object]] = [
        {"BSM": serial(number), "XZQMC": name, "geometry": shape}
        for number, (name, shape) in enumerate(halves.items(), start=1)
    ]
    place, _, problem, _ = setting(layers={"XZQXZ": frame(rows)})
    pieces = follow(place, problem, chosen(problem, ("A",), ())).of("CZKFBJ", "1")
    shapes = dict(zip(pieces["township"], pieces.geometry, strict=True))
    assert shapely.equals(shapes["西镇"], box(2, 0, 2.5, 1))
    assert shapely.equals(shapes["东镇"], box(2.5, 0, 3, 1))
    assert len(pieces) == 2


def test_zones_follow(both: tuple[Situation, ChangeSet]) -> None:
    place, changes = both
    after = changes.apply(place.plan).layer("GHFQ")
    town = shapely.union_all(after.geometry[after.values("GHFQDM") == "410"])
    boundary = shapely.union_all(changes.apply(place.plan).layer("CZKFBJ").geometry)
    assert shapely.equals(town, boundary)
    assert shapely.coverage_is_valid(after.geometry)
    assert shapely.equals(shapely.union_all(after.geometry), box(0, 0, 6, 3))
    zones = changes.of("GHFQ")
    assert set(zones["kind"]) == {"2"}
    assert set(zones["reason"]) == {"zone-follows-in", "zone-by-class"}
    assert dict(zip(zones["code_before"], zones["code_after"], strict=True)) == {
        "520": "410",
        "410": "520",
    }
    for reason in {*zones["reason"], *changes.of("CZKFBJ")["reason"]}:
        for lang in LANGUAGES:
            assert render(f"reasons.{reason}", {"projects": "A", "evidence": "T-1"}, lang)


def test_a_zone_that_fits_already_does_not_change() -> None:
    """The source's zones say 520 where its boundary stands: nothing to change, and no piece."""
    zones = CITY.replace("410 410 520 520 410 410", "410 410 520 520 520 520")
    boundary = [box(0, 0, 2, 2), box(4, 1, 6, 2)]
    place = board(zones, layers=TOWNS | {"CZKFBJ": boundary}, swap=SMALL)
    outs, _ = transfer_out.candidates(place, boundary_patches(place), {})
    problem = Problem((), (), outs, 10**9, 0, 0)
    changes = follow(place, problem, chosen(problem, (), (parcel(4, 1, 6), parcel(5, 1, 6))))
    assert len(changes.of("GHFQ")) == 0
    assert list(changes.deltas) == ["CZKFBJ"]


def test_nothing_chosen() -> None:
    place, _, problem, _ = setting()
    changes = follow(place, problem, Choice((), (), ()))
    assert len(changes.pieces) == 0
    assert changes.deltas == {}
    assert changes.apply(place.plan).digest() == place.plan.digest()


def test_each_sector_its_part() -> None:
    """B's sector becomes special-use land; of land that both need the first tier decides."""
    place, _, problem, _ = setting(
        projects={"A": ("产业", 2026), "B": ("口岸", 2026)},
        swap=SMALL | {"sub_zone_by_sector": {"口岸": "430", "产业": "420"}},
        locks={"must_in": [parcel(3, 1, 6)]},
    )

    def parts(*served: str) -> dict[str, str]:
        pieces = follow(place, problem, chosen(problem, served, ())).of("CZKFBJ", "1")
        return dict(zip(pieces["project"], pieces["code_after"], strict=True))

    assert parts("A", "B") == {"A": "420", "A, B": "430", "B": "430", "": "410"}
    assert parts("A") == {"A": "420", "": "410"}
    zones = follow(place, problem, chosen(problem, ("A", "B"), ())).of("GHFQ")
    assert set(zones["code_after"]) == {"410", "420", "430"}


def test_an_unknown_sector_in_the_settings_is_named() -> None:
    with pytest.raises(Exception, match="航天") as caught:
        setting(swap={"sub_zone_by_sector": {"航天": "430"}})
    assert "sub_zone_by_sector" in str(caught.value)


def told(
    served: tuple[str, ...],
    outs: tuple[str, ...],
    **changes: Any,  # noqa: ANN401  # whatever a board takes
) -> dict[tuple[str, str], Decision]:
    place, wanted, problem, stays = setting(**changes)
    stated = Stated(place, problem, wanted, stays, (), ())
    found = decisions(stated, swapped(problem, chosen(problem, served, outs)), silent)
    assert len({(item.subject, item.id, item.outcome) for item in found}) == len(found)
    projects = [item.id for item in found if item.subject == "project"]
    assert projects == sorted(place.plan.tables["projects"]["number"])
    for item in found:
        assert all(item.text(lang) for lang in LANGUAGES)
    return {(item.id, item.outcome): item for item in found}


def test_decisions() -> None:
    """Every project and every parcel that was considered, once, with its numbers by hand."""
    found = told(("A",), (parcel(4, 1, 6),))
    assert {key: item.reason for key, item in found.items()} == {
        ("A", "served"): "project-served",
        # Both could be served: this plan is not the solver's.
        ("B", "not_chosen"): "project-search-stopped",
        ("C", "not_chosen"): "project-needs-growth",
        (parcel(2, 0, 6), "transfer_in"): "in-project",
        (parcel(4, 1, 6), "transfer_out"): "out-small",
        (parcel(5, 1, 6), "kept"): "kept-not-needed",
    }
    need = {"A": box(2, 0, 3, 1), "B": box(2, 0.5, 4, 1), "C": box(0, 2, 6, 3)}
    for number, shape in need.items():
        (item,) = [item for (fid, _), item in found.items() if fid == number]
        assert abs(item.area - size(shape)) <= 2
        assert item.numbers["need_ha"] == f"{item.area / 1e6:.4f}"
        assert (
            item.numbers["offered_ha"] == f"{(size(square(4, 1)) + size(square(5, 1))) / 1e6:.4f}"
        )
        assert item.numbers["used_ha"] == f"{size(square(2, 0)) / 1e6:.4f}"
    entering = found[parcel(2, 0, 6), "transfer_in"]
    assert entering.projects == ("A",)
    assert abs(entering.area - size(square(2, 0))) <= 1
    assert found[parcel(5, 1, 6), "kept"].evidence == ("T-1",)


def test_how_far_the_balance_must_give_way_is_told_of_the_plan_as_stated() -> None:
    """Not of the larger margin with which a swap was solved so that a parcel could be cut."""
    place, wanted, problem, stays = setting()
    stated = Stated(place, problem, wanted, stays, (), ())
    choice = chosen(problem, ("A",), (parcel(4, 1, 6),))
    narrowed = replace(problem, margin=12_345)
    for swap in (swapped(problem, choice), swapped(narrowed, choice)):
        (item,) = [item for item in decisions(stated, swap, silent) if item.id == "C"]
        # C for itself and A for all that may go out: less what both scattered squares give.
        need = sum(cell.area for cell in problem.ins if {"A", "C"} & set(cell.projects))
        given = sum(cell.area for cell in problem.outs)
        assert item.numbers["balance_m2"] == f"{(need - given) / 100:.2f}"


def test_decisions_on_locks() -> None:
    locks = {
        "must_serve": ["A"],
        "forbid": ["B"],
        "must_in": [parcel(3, 1, 6)],
        "keep": [parcel(4, 1, 6)],
        "must_out": [parcel(5, 1, 6)],
    }
    found = told(("A",), (parcel(5, 1, 6),), locks=locks)
    assert {key: item.reason for key, item in found.items() if key[0] != "C"} == {
        ("A", "served"): "project-must-serve",
        ("B", "not_chosen"): "project-forbidden",
        (parcel(2, 0, 6), "transfer_in"): "in-project",
        (parcel(3, 1, 6), "transfer_in"): "in-locked",
        (parcel(4, 1, 6), "kept"): "kept-locked",
        (parcel(5, 1, 6), "transfer_out"): "out-locked",
    }


def test_a_parcel_decided_on_in_parts_has_one_decision_for_each_outcome() -> None:
    ends = [box(0, 0, 0.5, 1), box(0.7, 0, 1, 1), box(3, 0, 6, 1)]
    place = board("410 520 520 410 410 410", layers={"CZKFBJ": ends}, swap=SMALL)
    idle = {parcel(0, 0, 6): ("T-1",)}
    outs, stays = transfer_out.candidates(place, boundary_patches(place), idle)
    problem = Problem((), (), outs, 10**9, 0, 0)
    wanted = transfer_in.candidates(place)
    assert len(outs) == 2
    stated = Stated(place, problem, wanted, stays, (), ())
    (both,) = decisions(stated, swapped(problem, Choice((), (), (0, 1))), silent)
    assert (both.outcome, both.area) == ("transfer_out", sum(cell.area for cell in outs))
    one, other = decisions(stated, swapped(problem, Choice((), (), (0,))), silent)
    assert {one.outcome, other.outcome} == {"kept", "transfer_out"}
    assert one.area + other.area == both.area
