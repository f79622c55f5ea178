"""Apply and invert are exact to the bit, and a change set refuses a plan that is not its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planloop import standard
from planloop.errors import InputError
from planloop.geometry.area import area_dm2
from planloop.maintenance.redraw import Relabelling, redraw
from planloop.messages import LANGUAGES
from planloop.plan.change_set import ChangeSet, LayerDelta
from planloop.plan.layer import Layer, canonical
from tests.checks.toy_city import ZONE_OF, City, Claim, Swap, city, claim, moves, ordinary
from tests.examples import examples
from tests.plan.frames import IDS, layer, records, same_to_the_bit

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd


@pytest.fixture(scope="module")
def toy() -> City:
    """Return the toy city."""
    return city()


@pytest.fixture(scope="module")
def honest(toy: City) -> Claim:
    """Return a swap that keeps every promise."""
    return claim(toy, ordinary(toy))


@given(data=st.data(), before=IDS, after=IDS)
@hypothesis.settings(max_examples=examples(150))
def test_random_records(data: st.DataObject, before: list[str], after: list[str]) -> None:
    """Whatever leaves, changes and enters, with whatever values: applied, and undone to the bit."""
    old, new = data.draw(records(before)), data.draw(records(after))
    kept = data.draw(st.sets(st.sampled_from(sorted(set(before)))) if before else st.just(set()))
    new = new.drop(index=[fid for fid in new.index if fid in kept])
    gone = old.drop(index=sorted(kept))
    delta = LayerDelta("GHFQ", gone, new)
    changed = delta.apply(layer(old)).frame
    assert changed.index.tolist() == sorted({*kept, *new.index})
    same_to_the_bit(changed.loc[sorted(kept)], old.loc[sorted(kept)])
    same_to_the_bit(changed.loc[new.index], new)
    same_to_the_bit(delta.invert().apply(layer(changed)).frame, old)
    same_to_the_bit(old, canonical(old))


FREE = sorted(place for place, code in ZONE_OF.items() if code in {"200", "520"})
HELD = sorted(place for place, code in ZONE_OF.items() if code.startswith("4"))
CELLS = {"max_size": 10}


def swap_of(toy: City, entering: set[Any], leaving: set[Any], part: str, receiver: str) -> Swap:
    """Return the swap of whole parcels."""
    nothing = np.zeros(0, dtype=np.int64)
    inward = toy.faces(*sorted(entering)) if entering else nothing
    outward = toy.faces(*sorted(leaving)) if leaving else nothing
    return moves(inward, part, part) + moves(outward, None, receiver)


@given(
    entering=st.sets(st.sampled_from(FREE), **CELLS),
    leaving=st.sets(st.sampled_from(HELD), **CELLS),
    part=st.sampled_from(["410", "420", "430"]),
    receiver=st.sampled_from(["200", "510", "520"]),
)
@hypothesis.settings(max_examples=examples(100))
def test_random_swaps_are_undone_to_the_bit(
    toy: City, entering: set[Any], leaving: set[Any], part: str, receiver: str
) -> None:
    """Every field, type, vertex, identifier and row comes back; digests are those of before."""
    made = claim(toy, swap_of(toy, entering, leaving, part, receiver))
    undone = made.changes.invert().apply(made.after)
    for code in made.changes.deltas:
        same_to_the_bit(undone.layer(code).frame, toy.plan.layer(code).frame)
    assert undone.digests() == toy.plan.digests()
    if entering or leaving:
        assert made.after.digest() != toy.plan.digest()
    again = made.changes.apply(undone)
    assert again.digests() == made.after.digests()
    conserved(toy, made.after.layer("GHFQ"))


def conserved(toy: City, zones: Layer) -> None:
    """Check that zones are a valid coverage of the city, and that no dm² was lost or made.

    Each feature after is the union of faces: its whole area, summed over its faces, is what the
    ledger of faces says, and differs from its own official area by the rounding of its parts.
    """
    assert shapely.coverage_is_valid(zones.geometry)
    assert shapely.equals(
        shapely.coverage_union_all(zones.geometry),
        shapely.union_all(toy.plan.layer("XZQX").geometry),
    )
    middle = shapely.point_on_surface(toy.fabric.faces)
    feature, face = shapely.STRtree(middle).query(zones.geometry, predicate="contains")
    assert sorted(face) == list(range(len(toy.fabric)))
    ledger = np.bincount(feature, toy.fabric.area[face], len(zones)).astype(np.int64)
    assert ledger.sum() == toy.fabric.area.sum()
    own = area_dm2(zones.geometry, epsg=toy.fabric.epsg)
    assert (np.abs(own - ledger) <= np.bincount(feature, minlength=len(zones)) + 1).all()


NAMES = {code: zone.name_zh for code, zone in standard.load().zones.items()}


@given(
    chosen=st.dictionaries(
        st.sampled_from(sorted(ZONE_OF)),
        st.tuples(st.sampled_from(["200", "410", "430", "510", "520"]), st.sampled_from("ab")),
        min_size=1,
        max_size=30,
    )
)
@hypothesis.settings(max_examples=examples(840))
def test_random_relabellings_keep_the_coverage(
    toy: City, chosen: dict[tuple[int, int], tuple[str, str]]
) -> None:
    """However zones are handed round by parcels: the coverage stays valid, whole areas the same.

    With the swaps above and those of the evidence (``tests/checks``) this makes 1,000 examples.
    """
    faces = {place: toy.faces(place) for place in chosen}
    rows = sorted((int(f), *chosen[place]) for place, members in faces.items() for f in members)
    index, code, group = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    before = toy.plan.layer("GHFQ")
    change = Relabelling(before, index.astype(np.int64), code, group, "GHFQDM", "GHFQMC", NAMES)
    conserved(toy, redraw(toy.fabric, toy.plan.region, change).delta.apply(before))


def test_pieces_are_inverted_too(honest: Claim) -> None:
    changes = honest.changes
    turned = changes.invert()
    kinds = dict(zip(changes.pieces["kind"], turned.pieces["kind"], strict=True))
    assert kinds == {"1": "3", "3": "1", "2": "2"}
    for one, other in (("before_id", "after_id"), ("code_before", "code_after")):
        pd.testing.assert_series_equal(changes.pieces[one], turned.pieces[other], check_names=False)
        pd.testing.assert_series_equal(changes.pieces[other], turned.pieces[one], check_names=False)
    same_to_the_bit(turned.invert().pieces, changes.pieces)
    assert list(turned.pieces.columns) == list(changes.pieces.columns)
    for code, delta in turned.invert().deltas.items():
        same_to_the_bit(delta.old, changes.deltas[code].old)
        same_to_the_bit(delta.new, changes.deltas[code].new)


def test_the_plan_itself_is_not_changed(toy: City, honest: Claim) -> None:
    digest = toy.plan.digest()
    honest.changes.apply(toy.plan)
    assert toy.plan.digest() == digest


# A plan that is not the one that the change set was made for.


def with_field(frame: gpd.GeoDataFrame, fid: str, field: str, value: object) -> gpd.GeoDataFrame:
    frame = frame.copy()
    frame.loc[fid, field] = value
    return frame


def one_step(frame: gpd.GeoDataFrame, fid: str) -> gpd.GeoDataFrame:
    """Move one vertex by one step of the grid."""
    shapes = np.array(frame.geometry.array, dtype=object)
    at = frame.index.get_loc(fid)
    ring = shapely.get_coordinates(shapes[at].exterior)
    ring[1] = np.rint((ring[1] + 1e-4) * 1e4) / 1e4
    shapes[at] = shapely.Polygon(ring, shapes[at].interiors)
    return canonical(frame.set_geometry(shapes, crs=frame.crs))


SPOILT: dict[str, tuple[Callable[[gpd.GeoDataFrame, str], gpd.GeoDataFrame], str]] = {
    "feature missing": (lambda frame, fid: frame.drop(index=fid), "plan.delta-missing"),
    "text changed": (
        lambda frame, fid: with_field(frame, fid, "GHFQMC", "别的"),
        "plan.delta-differs",
    ),
    "text lost": (lambda frame, fid: with_field(frame, fid, "GHFQMC", None), "plan.delta-differs"),
    "number changed": (
        lambda frame, fid: with_field(frame, fid, "MJ", np.nextafter(frame.loc[fid, "MJ"], 0.0)),
        "plan.delta-differs",
    ),
    "vertex moved": (one_step, "plan.delta-differs"),
    "column more": (lambda frame, _: frame.assign(NEW="x"), "plan.delta-schema"),
    "column less": (lambda frame, _: frame.drop(columns="BZ"), "plan.delta-schema"),
    "type changed": (
        lambda frame, _: frame.assign(MJ=frame["MJ"].astype("str")),
        "plan.delta-schema",
    ),
    "other zone": (
        lambda frame, _: frame.set_crs("EPSG:4538", allow_override=True),
        "plan.delta-schema",
    ),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_plan_that_is_not_the_one(honest: Claim, how: str) -> None:
    spoil, key = SPOILT[how]
    delta = honest.changes.deltas["GHFQ"]
    fid = str(delta.old.index[0])
    frame = spoil(honest.before.layer("GHFQ").frame, fid)
    with pytest.raises(InputError) as caught:
        honest.changes.apply(honest.before.with_layers(Layer("GHFQ", frame)))
    assert caught.value.key == key
    assert caught.value.where["layer"] == "GHFQ"
    if key != "plan.delta-schema":
        assert caught.value.where["feature"] == fid
    for lang in LANGUAGES:
        assert caught.value.text(lang)


def test_an_identifier_that_is_taken(honest: Claim) -> None:
    delta = honest.changes.deltas["GHFQ"]
    before = honest.before.layer("GHFQ").frame
    left_alone = before.index.difference(delta.old.index)[0]
    new = delta.new.rename(index={delta.new.index[-1]: left_alone})
    changes = ChangeSet(honest.changes.pieces, {"GHFQ": replace(delta, new=new)})
    with pytest.raises(InputError) as caught:
        changes.apply(honest.before)
    assert caught.value.key == "plan.delta-clash"
    assert caught.value.where["feature"] == left_alone


def test_applied_twice(honest: Claim) -> None:
    with pytest.raises(InputError) as caught:
        honest.changes.apply(honest.after)
    assert caught.value.key in {"plan.delta-missing", "plan.delta-differs"}


def test_a_layer_that_the_plan_lacks(honest: Claim) -> None:
    layers = {code: held for code, held in honest.before.layers.items() if code != "GHFQ"}
    with pytest.raises(InputError) as caught:
        honest.changes.apply(replace(honest.before, layers=layers))
    assert caught.value.key == "plan.missing-layer"
