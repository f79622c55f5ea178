"""Each of the demo's 165 projects is explained, and each explanation is checked by forcing it.

What a reason says of land is measured with shapely and the 50-digit area in the files as they were
before. What it says of room and of losses is put to two solvers: with the area told there is a
plan, with one square metre less, or 0.01 m² less, there is none.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from dataclasses import replace
from importlib import resources
from string import Formatter
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from planloop.errors import InfeasibleError, SettingsError
from planloop.maintenance.boundary.explain.asking import any_plan, serving
from planloop.maintenance.boundary.problem import COARSE, AtMost
from planloop.maintenance.boundary.second.engine import Engine
from planloop.maintenance.boundary.second.opinion import second_opinion
from planloop.maintenance.boundary.verify import faults, value
from planloop.maintenance.stating import state
from planloop.messages import LANGUAGES
from planloop.plan.intake import intake
from planloop.plan.scheme_lines import read_decisions
from planloop.plan.settings import read_settings
from planloop.progress import silent
from tests.scheme.official import official_area

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.maintenance.stating import Stated
    from planloop.plan.decision import Decision
    from planloop.plan.intake import Intake
    from planloop.plan.settings import SchemeSettings

COUNTS = {
    ("not_needed", "project-not-needed"): 88,
    ("inside", "project-inside"): 44,
    ("served", "project-served"): 24,
    ("blocked", "project-excluded"): 5,
    ("not_chosen", "project-outweighed"): 3,
    ("not_chosen", "project-needs-growth"): 1,
}
NEEDS_ROOM = {"project-needs-growth", "project-outweighed"}
"""Reasons that name an area of room."""

NO_BOUNDARY = {"交通", "能源", "电网", "水利"}
"""Sectors of the list whose projects take single sites, lines or points."""

TOLERATED = 1.0
"""Overlap with land that may not go in, below which a site is drawn inaccurately, m²."""

HAIR = 0.01
"""Area that comes from rounding to the grid of 0.1 mm, m²."""

STEPS = (1, 100)
"""0.01 m² and one square metre, dm²."""


class Ground(NamedTuple):
    """The plan before maintenance, and its boundary after, as shapes.

    Parameters
    ----------
    sites
        Project → its site.
    before, after
        The boundary.
    hard
        Feature that may not go in → its shape.
    parcels
        Survey parcels.
    issued_left
        How much the boundary may grow until it has the issued area, m².
    settings
        Settings of the scheme.
    """

    sites: Mapping[str, shapely.Geometry]
    before: shapely.Geometry
    after: shapely.Geometry
    hard: Mapping[str, shapely.Geometry]
    parcels: NDArray[np.object_]
    issued_left: float
    settings: dict[str, Any]


class Posed(NamedTuple):
    """What was put to the solver."""

    settings: SchemeSettings
    taken: Intake
    stated: Stated
    wide: Problem


@pytest.fixture(scope="module")
def told(demo: Path) -> dict[str, Decision]:
    every = read_decisions(demo / "scheme" / "decisions.jsonl")
    projects = [item for item in every if item.subject == "project"]
    assert len({item.id for item in projects}) == len(projects)
    return {item.id: item for item in projects}


@pytest.fixture(scope="module")
def projects(demo: Path) -> dict[str, dict[str, Any]]:
    """Return the project list, by number."""
    path = demo / "scheme" / "before.gpkg"
    table = pyogrio.read_dataframe(path, layer="table_projects", read_geometry=False)
    return {str(row["number"]): row for row in table.to_dict("records")}


@pytest.fixture(scope="module")
def ground(demo: Path) -> Ground:
    folder = demo / "scheme"
    settings = json.loads((folder / "scheme.json").read_text(encoding="utf-8"))["settings"]
    frames = {
        when: gpd.read_file(folder / f"{when}.gpkg", layer="CZKFBJ") for when in ("before", "after")
    }
    sizes = sum(official(shape) for shape in frames["before"].geometry)
    survey = gpd.read_file(folder / "before.gpkg", layer="XZYDYH")
    drawn = gpd.read_file(folder / "before.gpkg", layer="JQZDXMM")
    hard: dict[str, shapely.Geometry] = {}
    for layer in sorted({*settings["roles"]["exclusions"], *settings["frozen"]["layers"], "GHFQ"}):
        frame = gpd.read_file(folder / "before.gpkg", layer=layer)
        if layer == "GHFQ":
            frame = frame[frame["GHFQDM"].str.startswith(tuple(settings["frozen"]["zones"]))]
        hard |= {
            f"{layer}:{name}": shape
            for name, shape in zip(frame["planloop_id"], frame.geometry, strict=True)
        }
    return Ground(
        sites={number: part.union_all() for number, part in drawn.groupby("XMBH")["geometry"]},
        before=frames["before"].union_all(),
        after=frames["after"].union_all(),
        hard=hard,
        parcels=np.asarray(survey.geometry.array, dtype=object),
        issued_left=settings["quota"]["issued_area_ha"] * 1e4 - sizes,
        settings=settings,
    )


@pytest.fixture(scope="module")
def posed(demo: Path) -> Posed:
    """State the problem anew from the demo's inputs."""
    settings = read_settings(demo / "input" / "scheme.toml")
    taken = intake(settings, silent)
    stated = state(taken, settings)
    problem = stated.problem
    wide = replace(problem, tolerance=max(problem.tolerance, problem.margin + COARSE))
    return Posed(settings, taken, stated, wide)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as found:
        yield found


def of_reason(told: Mapping[str, Decision], *reasons: str) -> dict[str, Decision]:
    return {number: item for number, item in told.items() if item.reason in reasons}


def served(told: Mapping[str, Decision]) -> set[str]:
    return {number for number, item in told.items() if item.outcome == "served"}


def dm2(item: Decision, name: str) -> int:
    """Return an area that a decision tells in m², which must be exact: not one is a bound."""
    text = str(item.numbers[name])
    whole, _, digits = text.partition(".")
    assert whole.isdecimal()
    assert len(digits) == 2
    return int(whole + digits)


def test_every_project_is_explained(
    told: dict[str, Decision], projects: dict[str, dict[str, Any]]
) -> None:
    assert len(told) == 165
    assert set(told) == set(projects)
    assert Counter((item.outcome, item.reason) for item in told.values()) == COUNTS
    assert {item.reason for item in told.values() if item.outcome == "not_chosen"} == NEEDS_ROOM


def test_every_reason_says_all_that_it_has_to(told: dict[str, Decision]) -> None:
    """In both languages every place of the text is filled with the decision's own value."""
    file = resources.files("planloop.messages").joinpath("reasons.toml")
    texts = tomllib.loads(file.read_text(encoding="utf-8"))
    for item in told.values():
        lists = {"evidence": item.evidence, "projects": item.projects}
        for lang in LANGUAGES:
            text = item.text(lang)
            for _, name, _, _ in Formatter().parse(texts[item.reason][lang]):
                if name is None:
                    continue
                shown = ", ".join(lists[name]) if name in lists else str(item.numbers[name])
                assert shown
                assert shown in text
        assert item.text("zh") != item.text("en")


def test_what_needs_no_land_is_of_a_sector_that_needs_none(
    told: dict[str, Decision], projects: dict[str, dict[str, Any]]
) -> None:
    sectors = {number: str(row["sector"]) for number, row in projects.items()}
    expected = {number for number, sector in sectors.items() if sector in NO_BOUNDARY}
    assert set(of_reason(told, "project-not-needed")) == expected


def test_what_is_inside_lies_in_the_boundary(told: dict[str, Decision], ground: Ground) -> None:
    for number in of_reason(told, "project-inside"):
        site = ground.sites[number]
        assert site.area > TOLERATED
        assert site.difference(ground.before).area < HAIR


def test_what_is_served_lies_in_the_boundary_afterwards(
    told: dict[str, Decision], ground: Ground
) -> None:
    for number in served(told):
        site = ground.sites[number]
        assert site.difference(ground.before).area > TOLERATED
        assert site.difference(ground.after).area < HAIR


def test_what_is_not_served_does_not(told: dict[str, Decision], ground: Ground) -> None:
    for number in of_reason(told, *NEEDS_ROOM, "project-excluded"):
        assert ground.sites[number].difference(ground.after).area > TOLERATED


def touched(ground: Ground, number: str) -> dict[str, shapely.Geometry]:
    """Return what of a site outside the boundary lies on each feature that may not go in."""
    site = ground.sites[number].difference(ground.before)
    shared = {name: site.intersection(shape) for name, shape in ground.hard.items()}
    return {name: shape for name, shape in shared.items() if shape.area > HAIR}


def test_an_excluded_site_lies_on_what_is_named(told: dict[str, Decision], ground: Ground) -> None:
    """On each feature named and no other, and by the area told: to 0.01 m² and as shown."""
    for number, item in of_reason(told, "project-excluded").items():
        found = touched(ground, number)
        assert set(item.evidence) == set(found)
        size = official(shapely.union_all(list(found.values())))
        assert size > TOLERATED
        assert float(str(item.numbers["barred_ha"])) == pytest.approx(size / 1e4, abs=0.00005001)


def test_no_other_site_that_needs_land_is_excluded(
    told: dict[str, Decision], ground: Ground
) -> None:
    for number in {*served(told), *of_reason(told, *NEEDS_ROOM)}:
        assert sum(shape.area for shape in touched(ground, number).values()) < TOLERATED


def test_an_excluded_site_cannot_be_forced(told: dict[str, Decision], posed: Posed) -> None:
    """Locked to be served it is refused, and it is excluded as long as one thing named bars land.

    Where nothing that is named does, it is one of the projects that the solver decides on.
    """
    for number, item in of_reason(told, "project-excluded").items():
        locks = posed.settings.locks.model_copy(update={"must_serve": (number,)})
        with pytest.raises(SettingsError) as caught:
            state(posed.taken, posed.settings.model_copy(update={"locks": locks}))
        assert caught.value.key == "boundary.lock-blocked"
        assert number in str(caught.value)
        assert all(name in str(caught.value) for name in item.evidence)
        for spared in (None, *item.evidence):
            soft = [name for name in item.evidence if name != spared]
            stated = state(posed.taken, softened(posed, soft))
            blocked = {other.id for other in stated.wanted.decisions if other.reason == item.reason}
            assert (number in blocked) is (spared is not None)
            assert (number in stated.wanted.needs) is (spared is None)


def softened(posed: Posed, features: Iterable[str]) -> SchemeSettings:
    """Return the settings in which the layers of some features, or their zones, bar nothing."""
    settings, zones = posed.settings, posed.taken.plan.layer("GHFQ")
    codes = dict(zip(zones.ids, zones.values("GHFQDM"), strict=True))
    parts = [name.partition(":") for name in features]
    names = {layer for layer, _, _ in parts}
    zoned = [fid for layer, _, fid in parts if layer == "GHFQ"]
    roles = settings.roles.model_copy(
        update={
            "exclusions": tuple(name for name in settings.roles.exclusions if name not in names)
        }
    )
    frozen = settings.frozen.model_copy(
        update={
            "layers": tuple(name for name in settings.frozen.layers if name not in names),
            "zones": tuple(
                code
                for code in settings.frozen.zones
                if not any(str(codes[fid]).startswith(code) for fid in zoned)
            ),
        }
    )
    return settings.model_copy(update={"roles": roles, "frozen": frozen})


def official(shape: shapely.Geometry) -> float:
    return float(sum(official_area(part) for part in shapely.get_parts(shape)))


def test_the_land_that_a_project_needs(told: dict[str, Decision], ground: Ground) -> None:
    """What its site has outside the boundary, and slivers that it would leave; as shown, too."""
    completed = set()
    for number in {*served(told), *of_reason(told, *NEEDS_ROOM)}:
        item, site = told[number], ground.sites[number].difference(ground.before)
        rests = slivers(ground, site)
        assert item.area / 100 == pytest.approx(official(site) + official(rests), abs=0.1)
        assert float(str(item.numbers["need_ha"])) == pytest.approx(item.area / 1e6, abs=0.00005001)
        completed |= {number} if rests.area > 1.0 else set()
    assert "ALSK-003" in completed


def slivers(ground: Ground, site: shapely.Geometry) -> shapely.Geometry:
    """Return the rests of survey parcels beside a site that are small or narrow."""
    swap = ground.settings["swap"]
    found = []
    for parcel in ground.parcels[shapely.intersects(ground.parcels, site)]:
        if parcel.intersection(site).area < HAIR:
            continue
        rest = parcel.difference(ground.before).difference(site)
        for shape in ground.hard.values():
            rest = rest.difference(shape)
        for part in shapely.get_parts(rest):
            if part.area < HAIR or part.boundary.intersection(site.boundary).length < HAIR:
                continue
            narrow = part.buffer(-swap["sliver_width_m"] / 2).is_empty
            if narrow or official(part) < swap["sliver_area_m2"]:
                found.append(part)
    return shapely.union_all(found)


def test_room_is_told_exactly(
    told: dict[str, Decision], posed: Posed, engine: Engine, ground: Ground
) -> None:
    """With the room told all that was served is served with the project; with less, nothing is."""
    for number, item in of_reason(told, *NEEDS_ROOM).items():
        balance, quota = dm2(item, "balance_m2"), dm2(item, "quota_m2")
        assert dm2(item, "multiple_m2") == 0
        assert balance > 0
        assert quota > 0
        all_of_them = served(told) | {number}
        alone = plans(replace(serving(posed.wide, {number}), aims=()), posed, engine)
        assert alone == [None, None] or item.reason == "project-outweighed"
        both = replace(serving(posed.wide, all_of_them), aims=())

        def given(more: int, grown: int, problem: Problem = both) -> Problem:
            return replace(problem, margin=problem.margin - more, growth=problem.growth + grown)

        for choice in plans(given(balance, quota), posed, engine):
            assert choice is not None
            assert set(choice.served) >= all_of_them
        for step in STEPS:
            assert plans(given(balance - step, quota), posed, engine) == [None, None]
            assert plans(given(balance, quota - step), posed, engine) == [None, None]
        # All that may go out does: what is needed is what is wanted less what is offered.
        shown = {
            name: float(str(item.numbers[f"{name}_ha"])) * 1e4
            for name in ("need", "used", "offered")
        }
        missing = shown["need"] + shown["used"] - shown["offered"]
        assert balance / 100 == pytest.approx(missing, abs=3 * 0.5 + HAIR)
        assert (balance - quota) / 100 == pytest.approx(ground.issued_left, abs=0.5)


def plans(problem: Problem, posed: Posed, engine: Engine) -> list[Choice | None]:
    """Return any plan by each of the two solvers, None where it proves that there is none."""
    first = any_plan(problem, posed.settings.solver)
    assert first.proven
    found = [first.choice]
    try:
        found.append(second_opinion(problem, posed.settings.solver, engine).choice)
    except InfeasibleError as error:
        if error.key != "second.infeasible":
            raise  # it ended at a limit
        found.append(None)
    for choice in found:
        assert choice is None or not faults(problem, choice)
    return found


def test_a_loss_is_told_exactly(
    demo: Path, told: dict[str, Decision], posed: Posed, engine: Engine
) -> None:
    """To serve the project costs what is told, in the plan that is told, and never less."""
    document = json.loads((demo / "scheme" / "scheme.json").read_text(encoding="utf-8"))
    levels, aims = document["solver"]["levels"], posed.wide.aims
    for number, item in of_reason(told, "project-outweighed").items():
        level, loss = int(str(item.numbers["level"])), int(str(item.numbers["loss"]))
        instead, left = set(str(item.numbers["instead"]).split(", ")), set(item.evidence)
        assert loss > 0
        assert number in instead
        assert left <= served(told)
        assert not instead & served(told)
        # The levels up to the one that loses are closed, so that a loss is one.
        assert all(part["status"] == "optimal" for part in levels[:level])
        now = [int(part["value"]) for part in levels[:level]]
        worth = [*now[:-1], now[-1] + loss]
        # The plan that is told, in full.
        kept = serving(posed.wide, (served(told) - left) | instead)
        choice = second_opinion(replace(kept, aims=()), posed.settings.solver, engine).choice
        assert faults(kept, choice) == ()
        assert [value(posed.wide, choice, aim) for aim in aims[:level]] == worth
        # None that loses one less, or nothing on this level.
        forced = replace(serving(posed.wide, {number}), aims=())
        bounds = [AtMost(aim, most) for aim, most in zip(aims, worth, strict=False)]
        less = (*bounds[:-1], replace(bounds[-1], most=bounds[-1].most - 1))
        assert plans(replace(forced, at_most=less), posed, engine) == [None, None]
