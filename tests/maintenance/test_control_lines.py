"""Conflicts of the city lines found, cut out and made up for; by hand on a board."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from planloop.geometry.area import area_dm2
from planloop.maintenance.control_lines.conflicts import conflicts
from planloop.maintenance.control_lines.stating import state
from planloop.messages import LANGUAGES
from planloop.plan.decided import piece_text
from tests.checks.toy_city import EPSG, plain, serial
from tests.maintenance.board import board, box, faces_in, parcel, square
from tests.maintenance.line_town import (
    CLASSES,
    HELD_P,
    PLANNED,
    POWER,
    ROAD,
    WATER,
    WIDTH,
    ZONES,
    P,
    Q,
    land_use,
    lines,
    maintained,
    redrawn,
    town,
)

if TYPE_CHECKING:
    from planloop.maintenance.control_lines.maintain import LinesMaintained
    from planloop.maintenance.situation import Situation
    from planloop.plan.change_set import ChangeSet
    from planloop.plan.plan import Plan

GREEN, YELLOW, USE = "ZXCQCSLVX", "ZXCQCSHX", "ZXCQGHYDYH"
FIELD = {GREEN: "LX", YELLOW: "SSLX", USE: "YDYHFLDM"}
RESERVED = [square(2, 2), square(5, 2), square(7, 2)]


def size(*shapes: shapely.Geometry) -> int:
    return int(area_dm2(np.array(shapes, dtype=object), epsg=EPSG).sum())


def land(plan: Plan, layer: str, kind: str) -> shapely.Geometry:
    """Return all land of a kind."""
    held = plan.layer(layer)
    return shapely.union_all(held.geometry[held.values(FIELD[layer]) == kind])


def alike(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    return bool(shapely.symmetric_difference(one, other).area < 1e-3)


@pytest.fixture(scope="module")
def place() -> Situation:
    return town()


@pytest.fixture(scope="module")
def both(place: Situation) -> tuple[LinesMaintained, ChangeSet]:
    return maintained(place)


@pytest.fixture(scope="module")
def after(place: Situation, both: tuple[LinesMaintained, ChangeSet]) -> Plan:
    return both[1].apply(place.plan)


def test_conflicts_are_exactly_what_is_held_and_does_not_fit(place: Situation) -> None:
    found = conflicts(place)
    assert found.findings == []
    shapes = {item.name: place.fabric.faces[item.faces] for item in found.conflicts}
    assert {name: len(faces) > 0 for name, faces in shapes.items()} == {
        f"{GREEN}:{serial(1)}": True,
        f"{GREEN}:{serial(2)}": True,
        f"{YELLOW}:{serial(1)}": True,
        f"{YELLOW}:{serial(2)}": True,
    }
    expected = [shapely.intersection(P, HELD_P), Q, POWER, ROAD]
    for faces, shape in zip(shapes.values(), expected, strict=True):
        assert alike(shapely.union_all(faces), shape)
    assert [item.whole for item in found.conflicts] == [False, True, True, False]
    told = [set(item.evidence) for item in found.conflicts]
    road = f"XZYDYH:{parcel(9, 0, WIDTH)}, ZXCQDLZXX:{serial(1)}"
    assert told == [
        {f"QSZD:{serial(1)}"},
        {f"QSZD:{serial(2)}"},
        {f"YJXM:{serial(1)}"},
        {road},
    ]


def test_the_problem(place: Situation) -> None:
    """Open squares may be used: one is planned green already, three are reserved."""
    problem = state(place, place.inside).problem
    assert [(item.kind, item.site) for item in problem.requirements] == [
        ("green 广场用地", False),
        ("green 公园绿地", True),
        ("yellow 供电", True),
        ("yellow 供水", False),
    ]
    losses = [loss.area for loss in problem.losses]
    expected = [size(HELD_P), size(Q), size(POWER), size(ROAD)]
    assert np.abs(np.array(losses) - expected).max() <= 4
    assert [loss.requirement for loss in problem.losses] == [0, 1, 2, 3]
    cells = state(place, place.inside).cells
    free = {parcel(column, row, WIDTH) for row in (1, 2) for column in range(WIDTH)}
    free |= {parcel(column, 0, WIDTH) for column in (2, 5, 7)}
    assert {cell.parcel for cell in cells} == free
    rank = dict(zip([cell.parcel for cell in cells], problem.requirements[0].rank, strict=True))
    assert {name for name, held in rank.items() if held == 0} == {parcel(0, 1, WIDTH)}
    assert {name for name, held in rank.items() if held == 1} == {
        parcel(column, 2, WIDTH) for column in (2, 5, 7)
    }
    attached = [
        cell.parcel
        for cell, held in zip(cells, problem.requirements[0].attached, strict=True)
        if held
    ]
    # The west of square 1 of row 0 is park P's, too, and stays.
    assert attached == [parcel(0, 1, WIDTH), parcel(1, 1, WIDTH)]
    assert len(problem.left) == 9 + 9 + 10 + 3, "rows 1 and 2, between them, and three below"


def test_homes_and_their_parks(place: Situation) -> None:
    """Against distances that shapely measures between shapes as drawn."""
    stated = state(place, place.inside)
    homes = stated.problem.homes
    row = [square(column, 3) for column in range(WIDTH)]
    near = [[shapely.distance(home, park) <= 400 for park in (P, Q)] for home in row]
    kept = [shapely.distance(home, box(0, 0, 1.1, 1)) <= 400 for home in row]
    assert homes.before.tolist() == [any(item) for item in near]
    assert homes.kept.tolist() == kept
    assert not all(kept), "some homes depend on what is cut"
    held = {
        (home, loss)
        for home in range(WIDTH)
        for loss, shape in enumerate((HELD_P, Q))
        if shapely.distance(row[home], shape) <= 400
    }
    assert set(map(tuple, homes.losses.tolist())) == held
    shapes = [shapely.union_all(place.fabric.faces[cell.faces]) for cell in stated.cells]
    pairs = {
        (home, cell)
        for home in range(WIDTH)
        for cell, shape in enumerate(shapes)
        if shapely.distance(row[home], shape) <= 400
    }
    assert set(map(tuple, homes.cells.tolist())) == pairs
    assert np.abs(homes.area - [size(home) for home in row]).max() <= 2


def test_the_lines_after(place: Situation, after: Plan) -> None:
    """P gains the green square beside it, the others a reserved square each."""
    parks = shapely.union_all(after.layer(GREEN).geometry)
    power, water = land(after, YELLOW, "供电"), land(after, YELLOW, "供水")
    rest = shapely.difference(P, HELD_P)
    assert alike(shapely.intersection(parks, box(0, 0, WIDTH, 2)), rest.union(square(0, 1)))
    (site,) = [item for item in RESERVED if parks.contains(item.buffer(-1))]
    assert site in RESERVED[1:], "beyond the western one, homes in the east would lose their park"
    assert alike(shapely.difference(parks, box(0, 0, WIDTH, 2)), site)
    (own,) = [item for item in RESERVED if power.contains(item.buffer(-1))]
    assert alike(power, own)
    (other,) = [item for item in RESERVED if water.contains(item.buffer(-1))]
    assert alike(water, shapely.difference(WATER, ROAD).union(other))
    assert {site, own, other} == set(RESERVED)
    for layer in (GREEN, YELLOW):
        assert shapely.coverage_is_valid(after.layer(layer).geometry)
        before = place.plan.layer(layer)
        for kind in set(before.values(FIELD[layer])):
            assert land(after, layer, kind).area >= land(place.plan, layer, kind).area


def test_new_features_take_over_what_they_replace(after: Plan) -> None:
    held = after.layer(YELLOW).frame
    (site,) = [row for _, row in held.iterrows() if row["SSLX"] == "供电"]
    assert (site["MC"], site["GKYQ"]) == ("变电站", "不减少")
    assert site.name in {serial(3), serial(4)}
    assert site["MJ"] == size(site.geometry) / 100
    parks = after.layer(GREEN).frame
    names = sorted(str(name) for name in parks["MC"].dropna())
    assert names == ["乙园", "甲园"], "the square that joins P has no name of its own"
    assert set(parks["GKYQ"]) == {"不减少"}


def test_planned_land_use_follows(place: Situation, after: Plan) -> None:
    before = place.plan.layer(USE)
    for shape, code in (
        (HELD_P, "070102"),
        (Q, "070102"),
        (POWER, "090100"),
        (ROAD, "120700"),
        (square(0, 1), "140300"),
    ):
        held = after.layer(USE)
        hit = shapely.contains(held.geometry, shapely.point_on_surface(shape))
        assert held.values("YDYHFLDM")[hit].tolist() == [code]
    new = after.layer(USE).frame.loc[after.layer(USE).frame.index.difference(before.frame.index)]
    assert len(new) == 4 + 3, "four conflicts and three reserved squares; one was green already"
    assert set(new["YDYHFLMC"]) == {"二类城镇住宅用地", "商业用地", "城镇村道路用地"} | {
        "公园绿地",
        "供电用地",
        "供水用地",
    }
    assert set(new["BZ"]) <= set(before.frame["BZ"]), "fields are inherited from the land"
    states = {code: set(rows["GHZT"]) for code, rows in new.groupby("YDYHFLDM")}
    kept = {code: {"10"} for code in ("070102", "090100", "120700")}
    assert states == kept | {code: {"20"} for code in ("140100", "130300", "130100")}
    assert shapely.coverage_is_valid(after.layer(USE).geometry)
    assert alike(shapely.union_all(after.layer(USE).geometry), box(0, 0, WIDTH, 4))


def test_pieces_tell_what_moved(both: tuple[LinesMaintained, ChangeSet]) -> None:
    _, changes = both
    for layer, lost in ((GREEN, [HELD_P, Q]), (YELLOW, [POWER, ROAD])):
        gone = changes.of(layer, "3")
        assert alike(shapely.union_all(gone.geometry), shapely.union_all(lost))
        assert gone["code_after"].isna().all()
        come = changes.of(layer, "1")
        assert come["code_before"].isna().all()
        assert come["area_dm2"].sum() >= gone["area_dm2"].sum()
    reasons = {
        layer: sorted(zip(rows["kind"], rows["reason"], strict=True))
        for layer, rows in ((layer, changes.of(layer)) for layer in (GREEN, YELLOW, USE))
    }
    assert reasons[GREEN] == [
        ("1", "line-in-area"),
        ("1", "line-in-site"),
        ("3", "line-out-right"),
        ("3", "line-out-right"),
    ]
    assert reasons[YELLOW] == [
        ("1", "line-in-area"),
        ("1", "line-in-site"),
        ("3", "line-out-right"),
        ("3", "line-out-road"),
    ]
    assert {reason for _, reason in reasons[USE]} == {"land-use-line-cut", "land-use-line-new"}
    for row in changes.pieces.to_dict("records"):
        for lang in LANGUAGES:
            assert piece_text(row, lang) != row["reason"]
            assert row["evidence"] in piece_text(row, lang)


def test_undone_to_the_bit(place: Situation, both: tuple[LinesMaintained, ChangeSet]) -> None:
    _, changes = both
    after = changes.apply(place.plan)
    assert after.digest() != place.plan.digest()
    assert changes.invert().apply(after).digest() == place.plan.digest()


def test_decisions(both: tuple[LinesMaintained, ChangeSet]) -> None:
    done, _ = both
    told = {(item.subject, item.id): (item.outcome, item.reason) for item in done.decisions}
    conflicts_told = {key[1]: value for key, value in told.items() if key[0] == "line"}
    assert conflicts_told == {
        f"{GREEN}:{serial(1)}": ("cut", "line-cut"),
        f"{GREEN}:{serial(2)}": ("replaced", "line-replaced"),
        f"{YELLOW}:{serial(1)}": ("replaced", "line-replaced"),
        f"{YELLOW}:{serial(2)}": ("cut", "line-cut"),
    }
    sites = {key[1]: value for key, value in told.items() if key[0] == "line_site"}
    assert sites.pop(parcel(0, 1, WIDTH)) == ("joins", "line-in-area")
    assert sorted(sites) == sorted(parcel(column, 2, WIDTH) for column in (2, 5, 7))
    assert sorted(sites.values()) == [("joins", "line-in-area"), *[("site", "line-in-site")] * 2]
    assert all(item.text(lang) for item in done.decisions for lang in LANGUAGES)
    assert done.findings == ()
    assert all(level.status == "optimal" for level in done.levels)


def test_what_cannot_be_made_up_for_stays() -> None:
    """The planner keeps all open land but one square: two sites and the road's land are short."""
    open_land = [parcel(column, row, WIDTH) for row in (1, 2) for column in range(WIDTH)]
    open_land += [parcel(column, 0, WIDTH) for column in (2, 5, 7)]
    left = parcel(5, 2, WIDTH)
    place = town(locks={"keep": [fid for fid in open_land if fid != left]})
    done, changes = maintained(place)
    # The water works lose least, and most of the conflict shall go: the largest loss is cut.
    outcomes = {item.id: item.outcome for item in done.decisions if item.subject == "line"}
    assert sorted(outcomes.values()).count("uncut") == 3
    losses = {f"{GREEN}:{serial(1)}": HELD_P, f"{GREEN}:{serial(2)}": Q}
    losses |= {f"{YELLOW}:{serial(1)}": POWER, f"{YELLOW}:{serial(2)}": ROAD}
    largest = max(losses, key=lambda name: size(losses[name]))
    assert outcomes[largest] != "uncut"
    uncut = [item for item in done.findings if item.code == "line-uncut"]
    for item in uncut:
        need = size(losses[f"{item.layer}:{item.features[0]}"]) / 100
        assert float(item.numbers["need"]) == pytest.approx(need, abs=0.05)  # type: ignore[arg-type]
        assert item.numbers["short"] == item.numbers["need"], "nothing else is left"
    assert len(uncut) == 3
    assert all(item.text(lang) for item in done.findings for lang in LANGUAGES)
    assert all(item.text(lang) for item in done.decisions for lang in LANGUAGES)
    assert set(changes.pieces["layer"]) <= {GREEN, YELLOW, USE}


def test_nothing_free_nothing_changes() -> None:
    everything = [parcel(c, r, WIDTH) for r in (1, 2) for c in range(WIDTH)]
    place = town(locks={"keep": [*everything, *(parcel(c, 0, WIDTH) for c in (2, 5, 7))]})
    done, changes = maintained(place)
    assert changes.deltas == {}
    assert len(changes.pieces) == 0
    assert [item.code for item in done.findings] == ["line-uncut"] * 4


@pytest.mark.parametrize(
    ("code", "layer", "shape", "settings"),
    [
        pytest.param("line-kind-unknown", "kind", Q, {}, id="unknown kind"),
        pytest.param("line-overlap", "overlap", P.union(Q), {}, id="overlap"),
        pytest.param("line-use-unknown", "open", box(5, 0, 6, 1), {}, id="open land"),
        pytest.param("line-sliver", "sliver", box(2.0, 0, 2.02, 1), {}, id="sliver"),
        pytest.param("line-locked", "", Q, {"locks": {"keep": [parcel(4, 0, WIDTH)]}}, id="kept"),
        pytest.param(
            "line-locked",
            "",
            Q,
            {"locks": {"untouchable": [parcel(4, 0, WIDTH)]}},
            id="untouchable",
        ),
    ],
)
def test_what_is_no_conflict_is_told(
    code: str, layer: str, shape: shapely.Geometry, settings: dict[str, dict[str, list[str]]]
) -> None:
    parks: list[tuple[str, str | None, shapely.Geometry]] = [("甲园", "广场用地", P)]
    parks.append(("乙园", "绿心" if layer == "kind" else "公园绿地", Q))
    changed: dict[str, object] = {}
    if layer == "open":
        parks.append(("丙园", "公园绿地", box(5, 0, 6, 1)))
        changed["YPXM"] = plain(box(5, 0, 6, 1))
    if layer == "overlap":
        parks.append(("丁园", "公园绿地", box(0.2, 0.2, 4.5, 0.8)))
    if layer == "sliver":
        # A title reaches two metres into the park; the land is built with homes.
        parks.append(("戊园", "公园绿地", box(2, 0, 3, 1)))
        changed["QSZD"] = plain(HELD_P, Q, box(2.0, 0, 2.02, 1))
    classes = redrawn(CLASSES, 2, 0, "070102") if layer == "sliver" else CLASSES
    place = town(changed | {GREEN: lines("LX", *parks)}, classes=classes, **settings)
    found = conflicts(place)
    (told,) = [item for item in found.findings if item.layer == GREEN]
    assert told.code == code
    assert all(told.text(lang) for lang in LANGUAGES)
    cut = shapely.union_all(
        [face for item in found.conflicts for face in place.fabric.faces[item.faces]]
    )
    assert shapely.intersection(cut, shape.buffer(-0.001)).area < 1e-3
    if code != "line-overlap":
        assert float(told.numbers["area"]) == pytest.approx(size(shape) / 100, abs=0.2)  # type: ignore[arg-type]


def test_a_feature_of_which_but_a_sliver_is_left_goes_altogether() -> None:
    """The title leaves two metres of park Q: a new site of all its area is asked for."""
    place = town({"QSZD": plain(HELD_P, box(4.07, 0.05, 4.95, 0.95))})
    found = next(item for item in conflicts(place).conflicts if item.fid == serial(2))
    assert found.whole
    assert alike(shapely.union_all(place.fabric.faces[found.rest]), box(4.05, 0.05, 4.07, 0.95))
    problem = state(place, place.inside).problem
    (loss,) = [item for item in problem.losses if item.feature == found.name]
    assert loss.area == pytest.approx(size(Q), abs=4)
    assert problem.requirements[loss.requirement].site


def test_a_right_whose_use_fits_is_no_conflict() -> None:
    place = town(classes=redrawn(CLASSES, 1, 0, "140200"))
    found = [item.name for item in conflicts(place).conflicts]
    assert f"{GREEN}:{serial(1)}" not in found
    assert f"{GREEN}:{serial(2)}" in found


@pytest.mark.parametrize(
    ("why", "changed", "settings"),
    [
        ("held", {"YPXM": plain(box(2.2, 2.2, 2.4, 2.4))}, {}),
        ("blue line", {"ZXCQCSLX": plain(box(2.2, 2.2, 2.4, 2.4))}, {}),
        ("outside the central area", {"ZXCQFW": plain(box(3, 0, 10, 4), box(0, 0, 3, 2))}, {}),
        ("untouchable", {}, {"locks": {"untouchable": [parcel(2, 2, WIDTH)]}}),
        ("wanted", {}, {"sites": {"A": [box(2.2, 2.2, 2.4, 2.4)]}}),
        ("built", {}, {"classes": redrawn(CLASSES, 2, 2, "090100")}),
        ("water", {}, {"classes": redrawn(CLASSES, 2, 2, "170500")}),
        ("homes", {USE: land_use(redrawn(PLANNED, 2, 2, "070102"))}, {}),
        ("unplanned", {USE: land_use(redrawn(PLANNED, 2, 2, "."))}, {}),
        ("half homes", {USE: land_use(redrawn(PLANNED, 2, 2, "160000|070102"))}, {}),
        ("schools", {USE: land_use(redrawn(PLANNED, 2, 2, "080403"))}, {}),
    ],
)
def test_land_that_may_not_compensate(
    why: str, changed: dict[str, object], settings: dict[str, object]
) -> None:
    """Square (2, 2), reserved land, is a candidate until something needs it."""
    base, place = (state(item, item.inside) for item in (town(), town(changed, **settings)))
    wanted = parcel(2, 2, WIDTH)
    assert wanted in {cell.parcel for cell in base.cells}
    usable = {
        cell.parcel
        for number, cell in enumerate(place.cells)
        if any(want.rank[number] >= 0 for want in place.problem.requirements)
    }
    assert wanted not in usable, why
    assert parcel(5, 2, WIDTH) in usable


def test_land_outside_the_boundary_after_may_not_compensate(place: Situation) -> None:
    inside = place.inside.copy()
    inside[faces_in(place, square(2, 2))] = False
    assert parcel(2, 2, WIDTH) not in {cell.parcel for cell in state(place, inside).cells}


def test_without_planned_land_use_the_current_class_tells_what_fits() -> None:
    """Bare land (2306) fits as well as open land may; nothing follows in the planned land use."""
    bare = board(
        ZONES,
        classes=CLASSES,
        layers={GREEN: lines("LX", ("乙园", "公园绿地", Q)), "QSZD": plain(Q)},
    )
    problem = state(bare, bare.inside).problem
    assert set(problem.requirements[0].rank) == {2}
    done, changes = maintained(bare)
    assert [item.outcome for item in done.decisions] == ["replaced", "site"]
    assert len(done.land_use.faces) == 0
    assert set(changes.deltas) == {GREEN}


def test_a_plan_without_lines() -> None:
    done, changes = maintained(board(ZONES, classes=CLASSES))
    assert (done.moves, done.decisions, done.findings, done.levels) == ((), (), (), ())
    assert len(changes.pieces) == 0
