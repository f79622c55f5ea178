"""The level of a change: each trigger by the claim that sets it off; it only ever rises."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from planloop.checks.change_level import ChangeLevel, change_level, highest
from planloop.checks.change_triggers import DETECTORS, SHOWN
from planloop.checks.evidence import Evidence
from planloop.checks.indicators.evaluate import indicators
from planloop.checks.proofs.level import level as proof
from planloop.plan.change_set import ChangeSet, LayerDelta
from planloop.plan.layer import Layer, canonical
from planloop.plan.proof import Outcome
from planloop.standard import load
from tests.checks.indicator_tables import with_table
from tests.checks.toy_city import (
    HAZARD,
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
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    Edit = Callable[[Claim], Claim]

LEVELS = {"L0": 0, "L1": 1, "L2": 2}


def central_layers(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Draw planned uses, all four city lines, flood and heritage lines."""
    uses = [((5, 3), "120801"), ((6, 3), "070102")]
    layers["ZXCQGHYDYH"] = frame(
        [
            {"BSM": serial(n), "YDYHFLDM": code, "geometry": cell(*place)}
            for n, (place, code) in enumerate(uses, start=1)
        ]
    )
    layers["ZXCQCSLVX"] = plain(block(6.2, 4.2, 6.8, 4.7), LX="公园绿地", BZ="绿线")
    layers["ZXCQCSHX"] = plain(block(7.2, 4.2, 7.8, 4.7), SSLX="供电")
    layers["ZXCQCSLX"] = plain(block(5.2, 5.2, 5.8, 5.7))
    layers["ZXCQCSZX"] = plain(block(6.2, 5.2, 6.8, 5.7))
    layers["HLFXKZX"] = plain(block(10.2, 2.2, 10.8, 2.7))


@pytest.fixture(scope="module")
def rich() -> Claim:
    """Return the honest swap in a city with every layer that a trigger looks at."""
    place = city(central_layers)
    return claim(place, ordinary(place))


def level_of(made: Claim) -> ChangeLevel:
    evidence = Evidence.build(made.before, made.after, made.changes, made.settings)
    return change_level(evidence, indicators(evidence))


def fired(made: Claim) -> set[str]:
    return {item.row.trigger for item in level_of(made).fired}


def shape(made: Claim, layer: str) -> shapely.Geometry:
    (only,) = made.after.layer(layer).geometry
    return only


def first(made: Claim, layer: str) -> str:
    return str(made.before.layer(layer).ids[0])


def unchanged(made: Claim) -> Claim:
    return replace(made, after=made.before, changes=ChangeSet(made.changes.pieces[:0], {}))


def renamed(made: Claim) -> Claim:
    return restated(made, "ZXCQCSLVX", first(made, "ZXCQCSLVX"), BZ="绿线甲")


def redrawn(made: Claim) -> Claim:
    """Put a vertex into an edge of a blue line."""
    ring = shapely.get_coordinates(shape(made, "ZXCQCSLX"))
    ring = np.insert(ring, 1, (ring[0] + ring[1]) / 2, axis=0)
    return restated(made, "ZXCQCSLX", first(made, "ZXCQCSLX"), geometry=shapely.Polygon(ring))


def other_use(made: Claim) -> Claim:
    layer = made.before.layer("ZXCQGHYDYH")
    (fid,) = layer.ids[layer.values("YDYHFLDM") == "070102"]
    return restated(made, layer.code, str(fid), YDYHFLDM="080101")


def hub_lost(made: Claim) -> Claim:
    layer = made.before.layer("ZXCQGHYDYH")
    (fid,) = layer.ids[layer.values("YDYHFLDM") == "120801"]
    return restated(made, layer.code, str(fid), YDYHFLDM="070102")


def moved(layer: str, scale: float) -> Edit:
    def edit(made: Claim) -> Claim:
        x0, y0, x1, y1 = shape(made, layer).bounds
        wide = (x1 - x0) * scale
        return restated(
            made, layer, first(made, layer), geometry=shapely.box(x0 + 5, y0, x0 + 5 + wide, y1)
        )

    edit.__name__ = f"{layer}-{scale}"
    return edit


def listed(made: Claim) -> Claim:
    table = made.before.tables["projects"].assign(change=["新增", "", None])
    plans = [replace(p, tables={**p.tables, "projects": table}) for p in (made.before, made.after)]
    return replace(made, before=plans[0], after=plans[1])


def redline_smaller(made: Claim) -> Claim:
    smaller = shapely.union_all([cell(0, row) for row in range(8)])
    return restated(made, "STBHHX", first(made, "STBHHX"), geometry=smaller)


def farmland_larger(made: Claim) -> Claim:
    larger = shapely.union_all([shape(made, "YJJBNT"), cell(4, 0)])
    return restated(made, "YJJBNT", first(made, "YJJBNT"), geometry=larger)


def layer_lost(made: Claim) -> Claim:
    layers = {code: layer for code, layer in made.after.layers.items() if code != HAZARD}
    return replace(made, after=replace(made.after, layers=layers))


def water_rises(made: Claim) -> Claim:
    return with_table(made, {"number": "2", "base": 0.31, "after": 0.32})


ROUTINE = {"boundary", "zones"}

CASES: list[tuple[Edit, str, set[str]]] = [
    (unchanged, "L0", set()),
    (lambda made: made, "L1", ROUTINE),
    (renamed, "L1", ROUTINE | {"attributes"}),
    (redrawn, "L1", ROUTINE | {"topology"}),
    (other_use, "L1", ROUTINE | {"land-use"}),
    (listed, "L1", ROUTINE | {"projects"}),
    (moved("ZXCQCSLVX", 1.001), "L1", ROUTINE | {"city-lines"}),
    (moved("ZXCQCSHX", 1.1), "L1", ROUTINE | {"city-lines"}),
    (moved("ZXCQCSLVX", 0.9), "L2", ROUTINE | {"city-lines", "structural-green"}),
    (moved("ZXCQCSHX", 0.9), "L2", ROUTINE | {"city-lines", "infrastructure"}),
    (moved("ZXCQCSLX", 1.1), "L2", ROUTINE | {"structural-water"}),
    (moved("ZXCQCSZX", 1.1), "L2", ROUTINE | {"heritage"}),
    (moved("HLFXKZX", 1.1), "L2", ROUTINE | {"safety"}),
    (moved(HAZARD, 1.1), "L2", ROUTINE | {"other-layers"}),
    (layer_lost, "L2", ROUTINE | {"other-layers"}),
    (hub_lost, "L2", ROUTINE | {"land-use", "hub"}),
    (redline_smaller, "L2", ROUTINE | {"redline", "indicator"}),
    (farmland_larger, "L2", ROUTINE | {"basic-farmland"}),
    (water_rises, "L2", ROUTINE | {"indicator"}),
]


@pytest.mark.parametrize(("edit", "level", "triggers"), CASES, ids=range(len(CASES)))
def test_each_trigger_by_its_claim(rich: Claim, edit: Edit, level: str, triggers: set[str]) -> None:
    found = level_of(edit(rich))
    assert {item.row.trigger for item in found.fired} == triggers
    assert found.level == level
    assert all(item.found.numbers for item in found.fired)
    assert all(len(item.found.evidence) <= SHOWN for item in found.fired)


def test_corrections_alone_are_the_lowest_level(rich: Claim) -> None:
    found = level_of(renamed(unchanged(rich)))
    assert (found.level, fired(renamed(unchanged(rich)))) == ("L0", {"attributes"})
    assert fired(redrawn(unchanged(rich))) == {"topology"}
    assert "内部登记" in found.path("zh")


def test_the_quota_and_frozen_zones() -> None:
    place = city(central_layers, settings(quota={"issued_area_ha": 20.2, "multiple_reading": "M1"}))
    assert fired(claim(place, ordinary(place))) == ROUTINE | {"boundary-total"}
    place = city(
        central_layers, settings(quota={"issued_multiple": 1.68, "multiple_reading": "M1"})
    )
    found = level_of(claim(place, ordinary(place)))
    assert {item.row.trigger for item in found.fired} == ROUTINE | {"multiple", "indicator"}
    assert found.mandatory == ("1", "3")
    place = city(central_layers)
    for there, code in (((11, 0), "520"), ((9, 0), "700")):
        made = claim(place, ordinary(place), moves(place.faces(there), None, code))
        assert fired(made) == ROUTINE | {"frozen-zones"}


def test_a_new_vertex_between_the_same_land_of_a_maintained_layer_is_no_change(rich: Claim) -> None:
    """A feature that falls in two with the same code holds the same land."""
    layer = rich.after.layer("ZXCQCSLVX")
    x0, y0, x1, y1 = shape(rich, "ZXCQCSLVX").bounds
    middle = round((x0 + x1) / 2, 1)
    halves = [shapely.box(x0, y0, middle, y1), shapely.box(middle, y0, x1, y1)]
    rows = layer.frame.iloc[[0, 0]].copy()
    rows.index = [str(layer.ids[0]), serial(77)]
    rows["BSM"] = list(rows.index)
    rows["geometry"] = halves
    after = Layer(layer.code, canonical(rows))
    before = rich.before.layer(layer.code)
    deltas = {**rich.changes.deltas, layer.code: LayerDelta(layer.code, before.frame, after.frame)}
    made = replace(
        rich,
        after=rich.after.with_layers(after),
        changes=ChangeSet(rich.changes.pieces, deltas),
    )
    assert fired(made) == ROUTINE | {"topology"}


def test_numbers_and_path(rich: Claim) -> None:
    found = level_of(rich)
    boundary = next(item for item in found.fired if item.row.trigger == "boundary")
    pieces = rich.changes.of("CZKFBJ")["area_dm2"]
    assert boundary.found.numbers["CZKFBJ_changed_dm2"] == pieces.sum()
    assert "省级审查" in found.path("zh")
    assert "provincial review" in found.path("en")
    assert found.mandatory == ()
    assert found.to_json()["level"] == "L1"
    table = found.table()
    assert table.column("trigger") == ["boundary", "zones"]
    assert all(len(row) == len(table.columns) for row in table.rows)
    lost = level_of(moved("ZXCQCSLVX", 0.9)(rich))
    assert lost.mandatory == ("5",)
    assert "原审批机关" in lost.path("zh")
    assert "省级审查" not in lost.path("zh")
    numbers = next(i for i in lost.fired if i.row.trigger == "structural-green").found.numbers
    assert numbers["ZXCQCSLVX_after_dm2"] == pytest.approx(
        0.9 * float(str(numbers["ZXCQCSLVX_before_dm2"])), rel=1e-4
    )


def test_the_proof(rich: Claim) -> None:
    def ended(made: Claim) -> tuple[Outcome, str]:
        found = proof(Evidence.build(made.before, made.after, made.changes, made.settings))
        return found.outcome, " | ".join(found.broken_at)

    assert ended(rich) == (Outcome.HOLDS, "")
    assert ended(other_use(rich)) == (Outcome.HOLDS, "")
    outcome, said = ended(redline_smaller(rich))
    assert outcome is Outcome.BROKEN
    assert f"L2 redline: STBHHX:{first(rich, 'STBHHX')}" in said
    assert "L2 indicator: 1" in said


ROWS = tuple(load().change_triggers.values())


@given(st.sets(st.sampled_from(range(len(ROWS)))), st.sampled_from(range(len(ROWS))))
@hypothesis_settings(max_examples=examples(200))
def test_one_more_trigger_never_lowers_the_level(chosen: set[int], more: int) -> None:
    one = highest(ROWS[place] for place in chosen)
    other = highest(ROWS[place] for place in {*chosen, more})
    assert LEVELS[other] == max(LEVELS[one], LEVELS[ROWS[more].level])
    assert LEVELS[one] == max((LEVELS[ROWS[place].level] for place in chosen), default=0)


@pytest.mark.parametrize("seed", range(4))
def test_one_more_change_never_lowers_the_level(rich: Claim, seed: int) -> None:
    """Changes of different layers, put together at random: triggers only ever join."""
    edits: list[Edit] = [
        renamed,
        redrawn,
        other_use,
        listed,
        moved("ZXCQCSHX", 0.9),
        moved("ZXCQCSZX", 1.1),
        farmland_larger,
    ]
    random = np.random.default_rng(seed)
    made, held = rich, ROUTINE
    for place in random.permutation(len(edits))[:4]:
        made = edits[place](made)
        now = fired(made)
        assert held <= now
        held = now


def test_the_tables_name_what_exists() -> None:
    """Read with the csv module: detectors, levels, mandatory content, roles, layers, classes."""
    text = resources.files("planloop.standard").joinpath("tables", "change_triggers.csv")
    rows = list(csv.DictReader(text.read_text(encoding="utf-8").splitlines()))
    assert {row["detector"] for row in rows} == set(DETECTORS)
    assert {row["level"] for row in rows} == set(LEVELS)
    content = load().code_list("mandatory_content")
    assert {row["mandatory"] for row in rows} - {""} < set(content) == set("1234567")
    assert all((row["level"] == "L2") >= bool(row["mandatory"]) for row in rows)
    roles = settings().roles.model_dump()
    for row in rows:
        for name in filter(None, row["of"].split(";")):
            if row["detector"] == "planned-loss":
                assert name in load().land_classes
            else:
                assert name in roles or name in load().layers
