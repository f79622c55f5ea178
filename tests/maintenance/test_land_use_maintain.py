"""Planned land use maintained on boards that one can reckon by hand."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely

from planloop import standard
from planloop.errors import SettingsError
from planloop.maintenance.control_lines.land_use import LandUseChange
from planloop.maintenance.land_use.verify import outside
from planloop.messages import LANGUAGES, render
from tests.maintenance.board import box, faces_in, square
from tests.maintenance.central_board import (
    LAND_USE,
    after,
    central,
    changes,
    classes,
    facilities,
    maintained,
    planned_layer,
    plot,
    streets,
    swap,
)

if TYPE_CHECKING:
    from planloop.maintenance.land_use.problem import Problem

# Homes in the west and east, streets between; shops that wait in the middle.
PLANNED = """
0701 0701 1207 0901 0901 1207 0701
0701 0701 1207 0901 0901 1207 0701
"""
CURRENT = """
0701 0701 1207 0403 0403 1207 0701
0701 0701 1207 0403 0403 1207 0701
"""
PORT = {"exempt": "口岸城市"}


def test_a_vacant_shop_becomes_what_homes_lack() -> None:
    """Every plot of the middle is vacant: the best plan changes some; homes and streets stay."""
    place = central(PLANNED, current=CURRENT, central=PORT)
    done = maintained(place)
    found = classes(after(place, done))
    assert all(found[column, row] == "070100" for column in (0, 1, 6) for row in (0, 1))
    assert all(found[column, row] == "120700" for column in (2, 5) for row in (0, 1))
    middle = {found[column, row] for column in (3, 4) for row in (0, 1)}
    assert middle - {"090100"}
    changed = {item.id for item in done.decisions if item.outcome == "changed"}
    assert changed <= {plot(column, row) for column in (3, 4) for row in (0, 1)}
    assert len(done.decisions) == 4
    assert {item.reason for item in done.decisions if item.outcome == "changed"} == {
        "plot-for-service"
    }
    for item, lang in itertools.product(done.decisions, LANGUAGES):
        assert item.text(lang)


def test_why_a_plot_changed() -> None:
    """One home, one reserved plot: of the uses that serve it the first that is legal is taken.

    As housing the plot would need services itself; half of all land for public services would be
    farther outside the range (at most 8 %) than none is (at least 5 %). No range speaks of markets.
    """
    place = central("0701 16", current="0701 0403", central=PORT)
    (told,) = maintained(place).decisions
    home = int(place.fabric.area[0])
    assert (told.reason, told.outcome) == ("plot-for-service", "changed")
    assert dict(told.numbers) == {
        "now": "160000 留白用地",
        "then": "090101 零售商业用地",
        "structure_ha": "0.0000",
        "homes_ha": f"{home / 1e6:.4f}",
        "kinds": "菜市场",
    }


def test_the_new_features() -> None:
    """Each changed plot is one new feature; it takes over what it was, and has its own area."""
    place = central(PLANNED, current=CURRENT, central=PORT)
    done = maintained(place)
    made = changes(place, done)
    new = after(place, done).layer(LAND_USE)
    assert shapely.coverage_is_valid(new.geometry)
    assert shapely.equals(shapely.union_all(new.geometry), box(0, 0, 7, 2))
    old = place.plan.layer(LAND_USE).frame
    assert len(new) == len(old)
    names = standard.load()
    for piece in made.pieces.itertuples():
        record = new.frame.loc[piece.after_id]
        before = old.loc[piece.before_id]
        assert record["YDYHFLDM"] == piece.code_after != piece.code_before
        assert record["YDYHFLMC"] == names.land_class(str(piece.code_after)).name_zh
        assert [record[name] for name in ("BZ", "GHZT", "JQDLDM", "YSDM")] == [
            before[name] for name in ("BZ", "GHZT", "JQDLDM", "YSDM")
        ]
        assert record["TBMJ"] == record["TBDLMJ"] == piece.area_dm2 / 100
        assert piece.kind == "2"
        for lang in LANGUAGES:
            assert render(f"reasons.{piece.reason}", {"projects": "", "evidence": ""}, lang)
    assert made.invert().apply(made.apply(place.plan)).digest() == place.plan.digest()


@pytest.mark.parametrize(
    ("layers", "further"),
    [
        ({"QSZD": [box(3.2, 0.2, 3.4, 0.4)]}, {}),
        ({"YPXM": [box(3.2, 0.2, 3.4, 0.4)]}, {}),
        ({"YJXM": [box(3.2, 0.2, 3.4, 0.4)]}, {}),
        ({"ZXCQCSLVX": [box(3.2, 0.2, 3.4, 0.4)]}, {}),
        ({"ZXCQCSHX": [box(3.2, 0.2, 3.4, 0.4)]}, {}),
        ({"ZXCQCSLX": [box(3.2, 0.2, 3.4, 0.4)]}, {}),
        ({"ZXCQCSZX": [box(3.2, 0.2, 3.4, 0.4)]}, {}),
        ({"STBHHX": [box(3.2, 0.2, 3.4, 0.4)]}, {}),
        ({}, {"sites": {"A": [box(3.2, 0.2, 3.4, 0.4)]}}),
        ({}, {"locks": {"keep": ["652702000000000004"]}}),
        ({}, {"locks": {"untouchable": ["652702000000000004"]}}),
    ],
)
def test_what_may_not_change(layers: dict[str, Any], further: dict[str, Any]) -> None:
    place = central(PLANNED, current=CURRENT, layers=layers, central=PORT, **further)
    done = maintained(place)
    assert {item.id for item in done.decisions} == {plot(4, 0), plot(3, 1), plot(4, 1)}
    assert classes(after(place, done))[3, 0] == "090100"


def test_town_land_of_now_stays() -> None:
    built = CURRENT.replace("0403 0403", "0901 0403")
    done = maintained(central(PLANNED, current=built, central=PORT))
    assert {item.id for item in done.decisions} == {plot(4, 0), plot(4, 1)}


def test_structure_is_mended_where_it_binds() -> None:
    """Of 16 ha 12 are homes (at most 40 %), none for the public (5 %) and none green (10 %).

    Two plots wait. One for the public and one green take 2 ha off the homes, and give what the
    public lacks, 0.8 ha, and 1 ha of what green lacks: 3.8 ha in all. Nothing gives more.
    """
    planned = "0701 " * 12 + "1207 " * 4
    now = "0701 " * 10 + "0403 " * 2 + "1207 " * 4
    place = central(planned, current=now)
    free = maintained(central(planned, current=now, central=PORT))
    bound = maintained(place)
    assert free.found.levels[0].value == 0
    before = {item.name: item.most_outside for item in bound.problem.ranges}
    area = int(place.fabric.area.sum())
    assert abs(before["residential"] - area * 0.35) < 20
    assert abs(before["public"] - area * 0.05) < 20
    assert abs(before["industry"] - area * 0.15) < 20
    assert abs(before["green"] - area * 0.10) < 20
    assert before["transport"] < 20
    left = sum(outside(bound.problem, item, bound.found.choice) for item in bound.problem.ranges)
    gained = sum(before.values()) - left
    assert abs(gained - area * (3 / 16 + 0.05)) < 60
    assert all(level.status == "optimal" for level in bound.found.levels)
    found = classes(after(place, bound))
    assert sorted(found[column, 0][:2] for column in (10, 11)) == ["08", "14"]
    assert {item.reason for item in bound.decisions} == {"plot-for-structure"}


def test_per_person_minimums_bind_where_it_is_known_how_many_live_there() -> None:
    place = central(PLANNED, current=CURRENT)
    names = {item.name for item in maintained(place).problem.ranges}
    assert not any(name.endswith("-person") for name in names)
    known = central(PLANNED, current=CURRENT, central={"population": 1000})
    counted = maintained(known).problem.ranges
    park = next(item for item in counted if item.name == "park-person")
    assert (park.least, park.most, park.most_outside) == (800_000, None, 800_000)


def test_homes_and_industry_do_not_become_neighbours() -> None:
    """The reserved plot lies between a factory and homes; workshops of class 1 only may come."""
    planned = "0701 16 100103"
    place = central(planned, current="0701 0403 1001")
    problem = maintained(place).problem
    assert ("070100", "100103") in problem.barred
    assert ("100103", "070100") in problem.barred
    assert ("070100", "100101") not in problem.barred
    assert problem.neighbours == ((0, 1), (1, 2))
    locked = {plot(1, 0): "070102"}
    with pytest.raises(Exception, match=plot(1, 0)):
        maintained(place, locks=locked)


def test_locks_of_uses() -> None:
    place = central(PLANNED, current=CURRENT)
    done = maintained(place, locks={plot(3, 0): "1401", plot(4, 0): "090100"})
    found = classes(after(place, done))
    assert (found[3, 0], found[4, 0]) == ("140100", "090100")
    told = {item.id: item.reason for item in done.decisions}
    assert (told[plot(3, 0)], told[plot(4, 0)]) == ("plot-locked", "plot-kept-locked")
    with pytest.raises(SettingsError, match=plot(0, 0)):
        maintained(place, locks={plot(0, 0): "1401"})
    with pytest.raises(SettingsError, match="999"):
        maintained(place, locks={"999": "1401"})


def served(problem: Problem, kind: str) -> dict[int, set[tuple[int, str]]]:
    (item,) = [item for item in problem.services if item.kind == kind]
    return {index: set(places) for index, places in item.near.items()}


def always(problem: Problem, kind: str) -> set[int]:
    (item,) = [item for item in problem.services if item.kind == kind]
    return set(item.always)


def test_reach_by_hand() -> None:
    """Homes at 0, 8 and 10, reserved plots at 4 and 5: 300 m between 0 and 4, and 8 and 4."""
    planned = "0701 1207 1207 1207 16 16 1207 1207 0701 1207 0701"
    now = "0701 1207 1207 1207 0403 0403 1207 1207 0701 1207 0701"
    problem = maintained(central(planned, current=now)).problem
    near = served(problem, "幼儿园")
    assert near[0] == {(4, "080404")}
    assert near[8] == {(4, "080404"), (5, "080404")}
    assert 10 not in near
    assert served(problem, "菜市场")[10] == {(4, "090101"), (5, "090101")}


def test_reach_along_streets_is_not_straight() -> None:
    """The street makes a detour of 700 m; without it the edges of the plots meet."""
    planned, now = "0701 16 16", "0701 0403 0403"
    line = streets([(0.5, 0.5), (0.5, 3.5), (1.5, 3.5), (1.5, 0.5)])
    straight = maintained(central(planned, current=now)).problem
    assert (1, "080404") in served(straight, "幼儿园")[0]
    along = maintained(central(planned, current=now, layers={"ZXCQDLZXX": line})).problem
    assert (1, "080404") not in served(along, "幼儿园").get(0, set())
    assert (1, "080602") in served(along, "社区卫生服务中心")[0]


def test_a_plot_that_is_too_small_is_no_site() -> None:
    """A primary school needs 0.8 ha, a middle school 1.2 ha: the plot has 1 ha."""
    problem = maintained(central("0701 16", current="0701 0403")).problem
    assert served(problem, "小学")[0] == {(1, "080403")}
    assert 0 not in served(problem, "初中")


def test_a_facility_serves_while_its_plot_keeps_its_class() -> None:
    """The market stands on a plot that may change, the kindergarten on one that may not."""
    planned, now = "0701 1207 0901 1207 0804", "0701 1207 0403 1207 0804"
    points = facilities(("菜市场", 2.5, 0.5), ("幼儿园", 3.9, 0.5), ("综合医院", -9.0, 0.5))
    place = central(planned, current=now, layers={"ZXCQGGFWSSD": points})
    problem = maintained(place).problem
    assert served(problem, "菜市场")[0] == {(2, "090100")}
    assert (always(problem, "幼儿园"), always(problem, "小学")) == ({0, 2}, set())
    assert 0 in always(problem, "综合医院")  # it stands beyond the layer


def test_a_plot_with_a_facility_is_no_site_for_another() -> None:
    """The plot of class 0804 is vacant land for a school until a kindergarten stands on it."""
    planned, now = "0701 080403 1207", "0701 0804 1207"
    assert always(maintained(central(planned, current=now)).problem, "小学") == {0}
    points = facilities(("幼儿园", 1.5, 0.5))
    place = central(planned, current=now, layers={"ZXCQGGFWSSD": points})
    problem = maintained(place).problem
    assert (always(problem, "小学"), always(problem, "幼儿园")) == (set(), {0})


def test_land_that_enters_gets_its_sectors_class_and_land_that_leaves_is_as_it_is() -> None:
    planned = """
    0701 0701 0701 1401 - -
    0701 0701 1207 0901 - -
    """
    now = """
    0701 0701 0103 0103 0103 0403
    0701 0701 0403 0103 0103 0403
    """
    half = box(2, 1, 2.5, 2)
    place = central(
        planned,
        current=now,
        sites={"C": [half]},
        projects={"A": ("产业", 2026), "B": ("口岸", 2026)},
        layers={"ZXCQCSLVX": [square(3, 1)], "ZXCQFW": [box(0, 0, 6, 2)]},
        central=PORT,
    )
    forced = swap(
        place,
        {"A, B": [square(4, 0)], "A": [square(5, 0)], "": [square(4, 1)]},
        [half, square(2, 0), square(3, 1)],
    )
    done = maintained(place, forced)
    made = changes(place, done)
    told = {
        (row.code_before, row.code_after): (row.kind, row.reason, row.project)
        for row in made.pieces.itertuples()
        if row.reason.startswith("use-follows")
    }
    assert {key if key[0] == key[0] else (None, key[1]): value for key, value in told.items()} == {
        (None, "120801"): ("1", "use-follows-in", "A, B"),
        (None, "100101"): ("1", "use-follows-in", "A"),
        (None, "160000"): ("1", "use-follows-in", ""),
        ("070100", "010300"): ("2", "use-follows-out", ""),
    }
    plan = after(place, done)
    found = classes(plan)
    assert found[4, 0] == "120801"
    assert found[2, 0] == "120700"  # a road stays
    assert found[3, 1] == "140100"  # in a green line
    layer = plan.layer(LAND_USE)
    gone = layer.frame[layer.frame["YDYHFLDM"] == "010300"]
    assert shapely.equals(gone.geometry.iloc[0], half)
    assert (gone["GHZT"].iloc[0], gone["JQDLDM"].iloc[0]) == ("10", "0103")
    entered = layer.frame[layer.frame["YDYHFLDM"] == "100101"]
    assert (entered["GHZT"].iloc[0], entered["JQDLDM"].iloc[0]) == ("20", "0403")
    assert shapely.coverage_is_valid(layer.geometry)


def test_land_that_is_planned_for_construction_already_keeps_its_class() -> None:
    """Not so the plot that is planned as grass, and the one that is not planned."""
    place = central(
        "0901 0403 -",
        current="0403 0403 0403",
        projects={"A": ("产业", 2026)},
        layers={"ZXCQFW": [box(0, 0, 3, 1)]},
    )
    forced = swap(place, {"A": [box(0, 0, 3, 1)]})
    assert sorted(forced.faces) == sorted(faces_in(place, box(1, 0, 3, 1)))
    assert set(forced.code) == {"100101"}
    beyond = central("0901 -", current="0403 0403", projects={"A": ("产业", 2026)})
    nothing = swap(beyond, {"A": [box(0, 0, 2, 1)]})
    assert len(nothing.faces) == 0, "without a central area only planned land follows"


def test_a_facility_is_gone_with_land_that_leaves() -> None:
    planned, now = "0701 0901 1207", "0701 0403 1207"
    points = facilities(("菜市场", 1.5, 0.5))
    place = central(planned, current=now, layers={"ZXCQGGFWSSD": points})
    assert served(maintained(place).problem, "菜市场")[0] == {(1, "090100")}
    problem = maintained(place, swap(place, {}, [square(1, 0)])).problem
    assert (always(problem, "菜市场"), served(problem, "菜市场")) == (set(), {})


def test_a_small_plot_has_no_room_for_a_school() -> None:
    """0.2 ha: a kindergarten needs 0.27 ha, a market 0.075 ha."""
    layer = planned_layer("0701 16", "0701 0403")
    small = layer.set_geometry([square(0, 0), box(1, 0, 1.2, 1)])
    problem = maintained(central("0701 16", current="0701 0403", layers={LAND_USE: small})).problem
    (plot_,) = [cell for cell in problem.cells if len(cell.classes) > 1]
    assert {"090101", "140100"} <= set(plot_.classes)
    assert not {"080403", "080404"} & set(plot_.classes)


def test_what_follows_from_the_lines_wins_over_what_follows_from_the_boundary() -> None:
    """Half of a shop is cut out of a line, a quarter joins one; that quarter enters, too."""
    cut, joins = box(1, 0, 1.5, 1), box(2, 0, 3, 1)
    place = central(
        "0701 1401 -",
        current="0701 0901 0403",
        sites={"C": [cut]},
        projects={"A": ("产业", 2026)},
        layers={"ZXCQFW": [box(0, 0, 3, 1)]},
    )
    faces = np.concatenate([faces_in(place, cut), faces_in(place, joins)])
    lines = LandUseChange(
        faces,
        np.array(["090100", "140100"], dtype=object),
        np.array(["land-use-line-cut", "land-use-line-new"], dtype=object),
        np.array(["QSZD:1", ""], dtype=object),
    )
    forced = swap(place, {"A": [joins]}).with_lines(place, lines)
    done = maintained(place, forced)
    told = {
        row.code_after: (row.reason, row.evidence, row.project)
        for row in changes(place, done).pieces.itertuples()
    }
    assert told == {
        "090100": ("land-use-line-cut", "QSZD:1", ""),
        "140100": ("land-use-line-new", "", ""),
    }
    layer = after(place, done).layer(LAND_USE)
    states = {
        (code, state): remark
        for code, state, remark in zip(
            layer.values("YDYHFLDM"), layer.values("GHZT"), layer.values("BZ"), strict=True
        )
    }
    assert states["090100", "10"] == "地块10"  # a shop now, and planned as one
    assert states["140100", "20"] in {"地块10", None}


def test_what_the_boundary_has_cut_is_not_changed_again() -> None:
    planned = "0701 0901 0901"
    half = box(1, 0, 1.5, 1)
    place = central(planned, current="0701 0103 0103", sites={"A": [half]})
    forced = swap(place, {}, [half])
    done = maintained(place, forced)
    assert {item.id for item in done.decisions} == {plot(2, 0)}
    assert len(done.problem.cells) == 4


def test_nothing_changes_where_nothing_may() -> None:
    place = central("0701 0701", current="0701 0701")
    done = maintained(place)
    assert done.delta is None
    assert after(place, done).digest() == place.plan.digest()
    assert len(done.moved.faces) == 0
    assert np.array_equal([level.value for level in done.found.levels[2:]], [0, 0, 0])
