"""Each proof on planned land use is broken by the change that breaks its promise alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planloop import standard
from planloop.checks.central_land import AFTER, BEFORE, FORCED, CentralLand, Coverage
from planloop.checks.central_tables import central_tables
from planloop.checks.evidence import Evidence
from planloop.checks.proofs.land_use import (
    coverage,
    neighbours,
    per_person,
    ranges,
    structure,
)
from planloop.checks.proofs.land_use_changes import changeable, follows
from planloop.maintenance.land_use.verify import missed, outside
from planloop.maintenance.pieces import Moved, pieces_of
from planloop.maintenance.redraw import Relabelling, redraw
from planloop.messages import LANGUAGES, render
from planloop.plan.change_set import ChangeSet
from planloop.plan.proof import Outcome, Proof
from tests.checks.toy_city import Claim, frame, restated, serial
from tests.maintenance.board import box, faces_in, square
from tests.maintenance.central_board import (
    LAND_USE,
    central,
    changes,
    facilities,
    maintained,
    plot,
    streets,
    swap,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import shapely

    from planloop.maintenance.situation import Situation

PROOFS = {
    "C7.structure": structure,
    "C7.ranges": ranges,
    "C7.per-person": per_person,
    "C7.coverage": coverage,
    "C7.neighbours": neighbours,
    "C7.changeable": changeable,
    "C7.follows": follows,
}
SMALL = "070102 16 0901 1207 100103 16"
FIELDS: dict[str, tuple[str, str | None]] = {
    LAND_USE: ("YDYHFLDM", "YDYHFLMC"),
    "CZKFBJ": ("GHFQDM", "GHFQMC"),
    "ZXCQCSLVX": ("LX", None),
}
NOW = "0701 0403 0403 1207 1001 0403"


def relabelled(
    place: Situation, layer: str, squares: Mapping[shapely.Polygon, str | None], project: str = ""
) -> tuple[Moved, Any]:
    """Return land of a layer given other codes, whatever the rules say."""
    field, name = FIELDS[layer]
    rows = sorted(
        (int(face), code) for shape, code in squares.items() for face in faces_in(place, shape)
    )
    faces = np.array([face for face, _ in rows], dtype=np.int64)
    code = np.array([code for _, code in rows], dtype=object)
    old = place.fabric.label(layer)[faces]
    table = place.plan.layer(layer)
    held = dict(zip(table.ids, table.values(field), strict=True))
    names = {item: item or "" for item in code}
    group = np.array([str(face) for face in faces], dtype=object)
    drawn = redraw(
        place.fabric,
        place.plan.region,
        Relabelling(table, faces, code, group, field, name, names),
    )
    before = np.array([held.get(fid) for fid in old], dtype=object)
    kind = np.array(
        [
            "1" if was is None else "3" if now is None else "2"
            for was, now in zip(old, code, strict=True)
        ],
        dtype=object,
    )
    plain = np.full(len(faces), "", dtype=object)
    projects = np.full(len(faces), project, dtype=object)
    moved = Moved(
        layer, kind, faces, old, drawn.after_id, before, code, plain, plain, projects, plain
    )
    return moved, drawn.delta


def evidence(place: Situation, *parts: tuple[Moved, Any]) -> Evidence:
    pieces = pieces_of(place.fabric, [moved for moved, _ in parts], place.settings.scheme.dated)
    made = ChangeSet(pieces, {moved.layer: delta for moved, delta in parts if len(moved.faces)})
    return Evidence.build(place.plan, made.apply(place.plan), made, place.settings)


def forged(place: Situation, squares: Mapping[tuple[int, int], str | None]) -> Evidence:
    """Return the evidence of a scheme that gives plots other classes."""
    shapes = {square(*at): code for at, code in squares.items()}
    return evidence(place, relabelled(place, LAND_USE, shapes))


def ends(seen: Evidence) -> dict[str, Proof]:
    found = {name: proof(seen) for name, proof in PROOFS.items()}
    assert all(proof.name == name for name, proof in found.items())
    return found


def broken(seen: Evidence) -> dict[str, str]:
    return {
        name: " | ".join(proof.broken_at)
        for name, proof in ends(seen).items()
        if proof.outcome is Outcome.BROKEN
    }


def town(**further: Any) -> Situation:  # noqa: ANN401  # whatever a board takes
    return central(SMALL, current=NOW, **({"central": {"population": 100}} | further))


def test_an_honest_scheme_keeps_every_promise() -> None:
    place = town()
    done = maintained(place)
    assert done.delta is not None
    seen = evidence(place, (done.moved, done.delta))
    found = ends(seen)
    assert {str(proof.outcome) for proof in found.values()} == {"holds"}
    for proof in found.values():
        assert proof.numbers
        assert all(proof.title(lang) for lang in LANGUAGES)


def test_the_optimiser_and_the_proof_count_the_same() -> None:
    """What is outside the ranges, and the homes that lack a service, after the best choice."""
    planned = "0701 16 16 0701 1207 0901 16 0701 1001 1001"
    now = "0701 0403 0403 0701 1207 0403 0403 0701 1001 1001"
    points = facilities(("菜市场", 0.5, 0.5), ("公园", 7.5, 0.5))
    line = streets([(0.0, 0.5), (10.0, 0.5)])
    layers = {"ZXCQGGFWSSD": points, "ZXCQDLZXX": line}
    place = central(planned, current=now, layers=layers, central={"population": 300})
    done = maintained(place)
    seen = evidence(place, (done.moved, done.delta))
    land, problem, choice = CentralLand(seen), done.problem, done.found.choice
    for kind, item in zip(standard.load().service_kinds.values(), problem.services, strict=True):
        homes = sum(problem.cells[home].area for home in missed(problem, item, choice))
        found = land.coverage(kind, AFTER)
        assert homes == found.total - found.covered
    numbers = {**ranges(seen).numbers, **{f"p-{k}": v for k, v in per_person(seen).numbers.items()}}
    for one in problem.ranges:
        prefix = "p-" if one.name.endswith("-person") else ""
        told = numbers[f"{prefix}{one.name.removesuffix('-person')}_after_dm2"]
        assert told == outside(problem, one, choice)
    assert coverage(seen).numbers["measure"] == "streets"


@pytest.mark.parametrize(
    ("layers", "word"),
    [
        ({"QSZD": [box(1.2, 0.2, 1.4, 0.4)]}, "QSZD"),
        ({"YPXM": [box(1.2, 0.2, 1.4, 0.4)]}, "YPXM"),
        ({"YJXM": [box(1.2, 0.2, 1.4, 0.4)]}, "YJXM"),
        ({"ZXCQCSLVX": [box(1.2, 0.2, 1.4, 0.4)]}, "ZXCQCSLVX"),
        ({"ZXCQCSHX": [box(1.2, 0.2, 1.4, 0.4)]}, "ZXCQCSHX"),
        ({"ZXCQCSLX": [box(1.2, 0.2, 1.4, 0.4)]}, "ZXCQCSLX"),
        ({"ZXCQCSZX": [box(1.2, 0.2, 1.4, 0.4)]}, "ZXCQCSZX"),
        ({"STBHHX": [box(1.2, 0.2, 1.4, 0.4)]}, "frozen"),
    ],
)
def test_rights_and_lines_hold_land(layers: dict[str, object], word: str) -> None:
    seen = forged(town(layers=layers), {(1, 0): "140100"})
    assert set(broken(seen)) == {"C7.changeable"}
    assert word in broken(seen)["C7.changeable"]
    assert not broken(forged(town(), {(1, 0): "140100"}))


@pytest.mark.parametrize(
    ("further", "word"),
    [
        ({"sites": {"A": [box(1.2, 0.2, 1.4, 0.4)]}}, "JQZDXMM"),
        ({"locks": {"keep": ["652702000000000002"]}}, "locked"),
        ({"locks": {"untouchable": ["652702000000000002"]}}, "locked"),
    ],
)
def test_sites_and_locks_hold_land(further: dict[str, object], word: str) -> None:
    found = broken(forged(town(**further), {(1, 0): "140100"}))
    assert set(found) == {"C7.changeable"}
    assert word in found["C7.changeable"]


def test_town_land_of_now_does_not_change() -> None:
    place = central(SMALL, current=NOW.replace("0701 0403", "0701 0901"))
    found = broken(forged(place, {(1, 0): "140100"}))
    assert set(found) == {"C7.changeable"}
    assert "town" in found["C7.changeable"]


def test_only_classes_of_the_table() -> None:
    """A road is not to be built over, and a shop does not become a warehouse."""
    assert "120700 → 140100" in broken(forged(town(), {(3, 0): "140100"}))["C7.changeable"]
    assert "090100 → 110101" in broken(forged(town(), {(2, 0): "110101"}))["C7.changeable"]
    assert "090100 → –" in broken(forged(town(), {(2, 0): None}))["C7.changeable"]


def test_a_class_that_the_standard_does_not_have() -> None:
    found = broken(forged(town(), {(1, 0): "999900"}))
    assert "999900" in found["C7.structure"]


def test_a_feature_without_a_class() -> None:
    place = town()
    seen = forged(place, {(1, 0): "140100"})
    claim = Claim(seen.before, seen.after, seen.changes, seen.settings)
    bare = restated(claim, LAND_USE, plot(2, 0), YDYHFLDM=None)
    found = broken(Evidence.build(bare.before, bare.after, bare.changes, bare.settings))
    assert "after: –" in found["C7.structure"]


def test_a_group_gets_farther_outside_its_range() -> None:
    """Homes are 1 of 6 ha, less than a quarter: they may not become fewer."""
    place = central("070102 070102 1207 1207 1207 1207 16 16", current="0403 " * 8)
    found = broken(forged(place, {(0, 0): "140100"}))
    assert set(found) == {"C7.ranges"}
    assert "residential" in found["C7.ranges"]
    exempt = central(
        "070102 070102 1207 1207 1207 1207 16 16",
        current="0403 " * 8,
        central={"exempt": "口岸城市"},
    )
    told = ranges(forged(exempt, {(6, 0): "140100"}))
    assert (told.outcome, told.numbers["exempt"]) == (Outcome.HOLDS, "口岸城市")


def test_land_per_resident() -> None:
    """The square is 14 and so green, but no park: 800 residents need 0.64 ha of parks."""
    place = central(
        "1401 070102 070102 070102 1207 1207 16 16 16 1002",
        current="0403 " * 10,
        central={"population": 800},
    )
    moved = relabelled(place, LAND_USE, {square(0, 0): "140300"})
    found = {
        name: proof.broken_at
        for name, proof in ends(evidence(place, moved)).items()
        if proof.outcome is Outcome.BROKEN
    }
    assert "park" in found["C7.per-person"][0]
    assert "C7.ranges" not in found
    unknown = central("1401 070102", current="0403 0403")
    told = per_person(forged(unknown, {(0, 0): "140300"}))
    assert told.outcome is Outcome.NOT_APPLICABLE
    assert all(render(str(told.numbers["why"]), {}, lang) for lang in LANGUAGES)


def test_a_service_is_lost() -> None:
    """The vacant school plot was all that the homes had."""
    planned, now = "070102 080403 1207 1207 1401 1001 1001", "0701 0403 1207 1207 1401 1001 1001"
    place = central(planned, current=now)
    seen = forged(place, {(1, 0): "080302"})
    found = broken(seen)
    assert set(found) == {"C7.coverage"}
    assert found["C7.coverage"].startswith("小学")
    land = CentralLand(seen)
    size = int(place.fabric.area[0])
    kind = standard.load().service_kinds["小学"]
    assert [land.coverage(kind, state) for state in (BEFORE, AFTER)] == [
        Coverage(size, size),
        Coverage(0, size),
    ]
    assert land.uncovered(kind, AFTER).sum() == 1


def test_a_facility_goes_with_its_plot() -> None:
    planned, now = "070102 0901 1207 1207", "0701 0403 1207 1207"
    points = facilities(("菜市场", 1.5, 0.5))
    place = central(planned, current=now, layers={"ZXCQGGFWSSD": points})
    found = broken(forged(place, {(1, 0): "0902".ljust(6, "0")}))
    assert set(found) == {"C7.coverage"}
    assert "菜市场" in found["C7.coverage"]


def test_shares_are_compared_exactly() -> None:
    assert not Coverage(1, 3).below(Coverage(10**15, 3 * 10**15))
    assert Coverage(1, 3).below(Coverage(10**15 + 1, 3 * 10**15))
    assert not Coverage(0, 0).below(Coverage(1, 1))
    assert not Coverage(0, 5).below(Coverage(0, 0))


def test_homes_beside_heavy_industry() -> None:
    """The reserved plot at 5 is beside the factory at 4."""
    found = broken(forged(town(), {(5, 0): "070102"}))
    assert set(found) == {"C7.neighbours"}
    assert "070102" in found["C7.neighbours"]


def test_homes_that_are_beside_industry_already_may_stay() -> None:
    """The home beside the factory may become another home, and the plot beyond a store."""
    stood = central("16 100103 16 1207", current="0403 1001 0403 1207")
    before = central("070102 100103 16 1207", current="0403 1001 0403 1207")
    assert set(broken(forged(stood, {(0, 0): "070102"}))) == {"C7.neighbours"}
    seen = forged(before, {(0, 0): "070200", (2, 0): "110101"})
    assert not broken(seen)
    assert neighbours(seen).numbers == {"before": 1, "after": 1, "brought_by_others": 0, "new": 0}


SWAPPED = "070102 0901 1207 - -"


def swapped() -> Situation:
    """Return a town to which land in the east may be added, and of which land may go."""
    return central(
        SWAPPED,
        current="0701 0403 1207 0103 0103",
        zones="410 410 410 520 520",
        projects={"A": ("物流仓储", 2026)},
        layers={"ZXCQFW": [box(0, 0, 5, 1)]},
    )


def test_planned_land_use_follows_the_boundary() -> None:
    place = swapped()
    boundary = relabelled(place, "CZKFBJ", {square(3, 0): "410", square(1, 0): None}, project="A")
    right = {square(3, 0): "110101", square(1, 0): "040300"}
    assert "C7.follows" not in broken(evidence(place, boundary, relabelled(place, LAND_USE, right)))
    forced = swap(place, {"A": [square(3, 0)]}, [square(1, 0)])
    assert sorted(zip(forced.code, forced.reason, strict=True)) == [
        ("040300", "use-follows-out"),
        ("110101", "use-follows-in"),
    ]
    done = maintained(place, forced)
    assert not broken(evidence(place, boundary, (done.moved, done.delta)))
    for wrong in (
        {square(3, 0): "140100", square(1, 0): "040300"},
        {square(3, 0): "110101", square(1, 0): "140100"},
        {square(3, 0): "110101"},
        {square(1, 0): "040300"},
        right | {square(2, 0): "010300"},
    ):
        found = broken(evidence(place, boundary, relabelled(place, LAND_USE, wrong)))
        assert set(found) & {"C7.follows", "C7.changeable"}, wrong


def test_what_the_boundary_brings_does_not_count_against_the_plan() -> None:
    """A factory enters beside homes; homes leave: the groups may be farther outside for it."""
    place = central(
        "070102 070102 1207 -",
        current="0403 0403 1207 0103",
        zones="410 410 410 520",
        projects={"A": ("产业", 2026)},
        layers={"ZXCQFW": [box(0, 0, 4, 1)]},
    )
    boundary = relabelled(place, "CZKFBJ", {square(3, 0): "410", square(0, 0): None}, "A")
    forced = swap(place, {"A": [square(3, 0)]}, [square(0, 0)])
    done = maintained(place, forced)
    seen = evidence(place, boundary, (done.moved, done.delta))
    assert not broken(seen)
    land = CentralLand(seen)
    assert land.structure(FORCED).of_classes(["07"]) < land.structure(BEFORE).of_classes(["07"])


def test_a_group_may_be_farther_outside_than_forced_but_not_than_before() -> None:
    """Homes are 6 of 10 ha, 2 ha too many; 3 ha of stores enter: then they are 0.8 ha too many.

    One more home makes 1.8 ha; two more make 2.8 ha.
    """
    place = central(
        "070102 070102 070102 070102 070102 070102 16 16 1207 1207 - - -",
        current="0403 " * 13,
        zones="410 " * 10 + "520 " * 3,
        projects={"A": ("物流仓储", 2026)},
        layers={"ZXCQFW": [box(0, 0, 13, 1)]},
    )
    enters = {square(column, 0): "110101" for column in (10, 11, 12)}
    boundary = relabelled(place, "CZKFBJ", dict.fromkeys(enters, "410"), "A")
    more = {square(6, 0): "070102", square(7, 0): "070102"}
    one = enters | {square(6, 0): "070102"}
    assert "C7.ranges" not in broken(evidence(place, boundary, relabelled(place, LAND_USE, one)))
    both = evidence(place, boundary, relabelled(place, LAND_USE, enters | more))
    assert "residential" in broken(both)["C7.ranges"]


def test_land_that_leaves_may_be_beside_what_it_is() -> None:
    """A mine that is planned as a shop leaves, beside a home; a road leaves, and stays one."""
    place = central("070102 0901 1207", current="0701 1002 0403")
    boundary = relabelled(place, "CZKFBJ", {square(1, 0): None, square(2, 0): None})
    seen = evidence(place, boundary, relabelled(place, LAND_USE, {square(1, 0): "100200"}))
    assert not broken(seen)
    assert neighbours(seen).numbers == {"before": 0, "after": 1, "brought_by_others": 1, "new": 0}


def test_a_site_that_leaves_may_be_lost() -> None:
    planned, now = "070102 080404 1207 080404", "0701 0403 1207 0403"
    place = central(planned, current=now)
    boundary = relabelled(place, "CZKFBJ", {square(1, 0): None, square(3, 0): None})
    gone = {square(1, 0): "040300", square(3, 0): "040300"}
    seen = evidence(place, boundary, relabelled(place, LAND_USE, gone))
    assert not broken(seen)
    numbers = coverage(seen).numbers
    assert numbers["幼儿园_forced_dm2"] == numbers["幼儿园_after_dm2"] == 0
    assert int(str(numbers["幼儿园_before_dm2"])) > 0


def test_land_that_is_planned_for_construction_keeps_its_class_as_it_enters() -> None:
    place = central(
        "070102 0901 1207",
        current="0701 0403 1207",
        zones="410 520 410",
        projects={"A": ("产业", 2026)},
    )
    boundary = relabelled(place, "CZKFBJ", {square(1, 0): "410"}, "A")
    assert not broken(evidence(place, boundary))
    wrong = relabelled(place, LAND_USE, {square(1, 0): "100101"})
    assert "C7.follows" in broken(evidence(place, boundary, wrong))


def test_land_whose_line_changes_is_judged_with_the_lines() -> None:
    """A titled shop was cut out of a green line; without that it might not change."""
    line = frame([{"BSM": serial(1), "LX": "公园绿地", "geometry": square(1, 0)}])
    layers = {"ZXCQCSLVX": line, "QSZD": [square(1, 0)]}
    place = central("070102 1401 1207", current="0701 0901 1207", layers=layers)
    use = relabelled(place, LAND_USE, {square(1, 0): "090100"})
    assert "C7.changeable" in broken(evidence(place, use))
    cut = relabelled(place, "ZXCQCSLVX", {square(1, 0): None})
    assert not broken(evidence(place, cut, use))


def test_a_plan_without_planned_land_use() -> None:
    place = town()
    bare = {code: layer for code, layer in place.plan.layers.items() if code != LAND_USE}
    plan = replace(place.plan, layers=bare)
    nothing = changes(place, maintained(central("0701", current="0701")))
    seen = Evidence.build(plan, plan, nothing, place.settings)
    for proof in ends(seen).values():
        assert proof.outcome is Outcome.NOT_APPLICABLE
        assert all(render(str(proof.numbers["why"]), {}, lang) for lang in LANGUAGES)


def test_the_tables() -> None:
    """A reserved plot becomes a park: by hand, two homes of 1 ha each, one park of 1 ha."""
    planned, now = "070102 16 1207 1207 1207 1207 1207 070102", "0701 0403 " + "1207 " * 5 + "0701"
    seen = forged(central(planned, current=now), {(1, 0): "140100"})
    tables = central_tables(seen)
    assert set(tables) == {"structure", "structure_ranges", "services", "unserved"}
    size = int(seen.fabric.area[0])
    rows = {
        row[0]: dict(zip(tables["services"].columns, row, strict=True))
        for row in tables["services"].rows
    }
    park = rows["公园"]
    assert abs(int(str(park["homes_after_dm2"])) - 2 * size) < 10
    assert abs(int(str(park["served_after_dm2"])) - size) < 10
    assert (park["before_percent"], park["after_percent"]) == ("0.00", "50.00")
    assert park["measure"] == "straight"
    weak = [row for row in tables["unserved"].rows if row[0] == "公园"]
    assert len(weak) == 1
    assert sum(1 for row in tables["unserved"].rows if row[0] == "小学") == 2
    structures = {row[0]: row for row in tables["structure"].rows}
    assert structures["14"][-1] == -int(str(structures["16"][-1])) > 0
    for table in tables.values():
        for column in table.columns:
            assert all(render(f"tables.{column.replace('_', '-')}", {}, lang) for lang in LANGUAGES)
    plain = central("070102 1207", current="0701 1207")
    roles = plain.settings.roles.model_copy(update={"land_use": "NONE"})
    other = replace(seen, settings=seen.settings.model_copy(update={"roles": roles}))
    assert central_tables(other) == {}
