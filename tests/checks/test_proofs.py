"""Each proof is broken by the claim that breaks its promise; the honest claim breaks none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from planloop.checks.evidence import Evidence
from planloop.checks.proofs import prove
from planloop.geometry.area import area_dm2
from planloop.messages import LANGUAGES, render
from planloop.plan.change_set import ChangeSet, LayerDelta
from planloop.plan.layer import Layer, canonical
from planloop.plan.proof import Outcome, Proof
from tests.checks.toy_city import (
    CLASS_OF,
    CORNERS,
    EPSG,
    HAZARD,
    SCATTERED,
    ZONE_OF,
    Claim,
    block,
    cell,
    city,
    claim,
    moves,
    ordinary,
    plain,
    raw_layers,
    restated,
    retold,
    settings,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

NAMES = (
    "C1.scope",
    "C2.algebra",
    "C2.balance",
    "C2.reasons",
    "C2.exclusions",
    "C2.untouchable",
    "C2.patches",
    "C2.holes",
    "C2.townships",
    "C2.most-in",
    "C3.area",
    "C3.multiple",
    "C3.sub-zones",
    "C3.elastic",
    "C3.indicators",
    "C3.level",
    "C4.frozen-zones",
    "C4.frozen-layers",
    "C5.zone-boundary",
    "C5.identity",
    "C5.receivers",
    "C5.derivation",
    "C6.coverage",
    "C6.fragmentation",
    "C7.structure",
    "C7.ranges",
    "C7.per-person",
    "C7.coverage",
    "C7.neighbours",
    "C7.changeable",
    "C7.follows",
    "C8.list",
    "C8.verdicts",
    "C8.added",
    "C8.sites",
    "C9.area",
    "C9.facilities",
    "C9.coverage",
    "C9.evidence",
    "C9.land-use",
    "C9.patches",
    "C9.frozen-lines",
    "W.identical",
    "W.deltas",
    "W.pieces",
)
ASIDE = {name for name in NAMES if name.startswith("C7")} | {
    *("C8.added", "C9.facilities", "C9.coverage", "C9.land-use", "C9.frozen-lines"),
}
"""Proofs of layers that the toy city lacks; ``test_proofs_land_use.py`` and
``test_proofs_control_lines.py`` have a city with them."""

IN, OUT = "CZKFBJ-20260601000001", "CZKFBJ-20260601000002"


def proofs_of(made: Claim) -> dict[str, Proof]:
    evidence = Evidence.build(made.before, made.after, made.changes, made.settings)
    return {proof.name: proof for proof in prove(evidence)}


def broken_of(made: Claim) -> dict[str, str]:
    """Return the broken proofs with the places that they name, joined."""
    proofs = proofs_of(made).values()
    return {
        item.name: " | ".join(item.broken_at) for item in proofs if item.outcome is Outcome.BROKEN
    }


def fid_of(made: Claim, layer: str, code: str) -> str:
    """Return the largest feature after with a zone code."""
    held = made.after.layer(layer)
    chosen = held.values("GHFQDM") == code
    return str(held.ids[chosen][np.argmax(shapely.area(held.geometry[chosen]))])


def test_honest_claim_holds(honest: Claim) -> None:
    proofs = proofs_of(honest)
    assert {name: str(item.outcome) for name, item in proofs.items()} == {
        name: "not applicable" if name in ASIDE else "holds" for name in NAMES
    }
    assert tuple(proofs) == NAMES
    assert all(item.numbers for item in proofs.values())
    assert not any(item.broken_at for item in proofs.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_proof_has_its_text(honest: Claim, lang: str) -> None:
    titles = [item.title(lang) for item in proofs_of(honest).values()]
    assert all(titles)
    assert len(set(titles)) == len(NAMES)


# Each function returns a claim; the table says which proofs it breaks and a word that they name.


def region_too_large(_: Claim) -> Claim:
    def widen(layers: dict[str, pd.DataFrame]) -> None:
        wider = shapely.union_all([*layers["XZQX"].geometry, block(12, 0, 12.2, 8)])
        layers["XZQX"] = plain(wider, XZQMC="玩具市")

    place = city(widen)
    return claim(place, ordinary(place))


def piece_left_out(honest: Claim) -> Claim:
    chosen = settings(swap={"balance_tolerance_m2": 1e5})
    pieces = honest.changes.pieces.drop(index=IN)
    return replace(honest, changes=ChangeSet(pieces, honest.changes.deltas), settings=chosen)


def tolerance_too_small(honest: Claim) -> Claim:
    return replace(honest, settings=settings(swap={"balance_tolerance_m2": 3949.04}))


def more_in_than_out(_: Claim) -> Claim:
    place = city(chosen=settings(quota={"multiple_reading": "M1"}))
    more = moves(place.faces((9, 2)), "410", "410")
    return claim(place, ordinary(place) + more)


def grown_under_m4(_: Claim) -> Claim:
    place = city()
    more = moves(place.faces((9, 2)), "410", "410")
    return claim(place, ordinary(place) + more)


def unknown_reason(honest: Claim) -> Claim:
    return retold(honest, IN, reason="because")


def unknown_project(honest: Claim) -> Claim:
    return retold(honest, IN, project="P-1, P-9")


def project_missing(honest: Claim) -> Claim:
    return retold(honest, IN, project="")


def unknown_evidence(honest: Claim) -> Claim:
    return retold(honest, OUT, evidence="T-9")


def hazard_on_site(_: Claim) -> Claim:
    def add(layers: dict[str, pd.DataFrame]) -> None:
        layers[HAZARD] = plain(block(11.2, 6.2, 11.9, 7.9), block(9.2, 3.5, 9.5, 3.9))

    place = city(add)
    return claim(place, ordinary(place))


def title_on_scattered(_: Claim) -> Claim:
    def add(layers: dict[str, pd.DataFrame]) -> None:
        layers["QSZD"] = plain(block(5.1, 3.1, 6.9, 4.9), block(10.4, 6.4, 10.6, 6.6))

    place = city(add)
    return claim(place, ordinary(place))


def issued_too_small(_: Claim) -> Claim:
    place = city(chosen=settings(quota={"issued_area_ha": 20.253965, "multiple_reading": "M1"}))
    return claim(place, ordinary(place))


def multiple_too_large(_: Claim) -> Claim:
    place = city(chosen=settings(quota={"issued_multiple": 1.68, "multiple_reading": "M1"}))
    return claim(place, ordinary(place))


def strange_part(_: Claim) -> Claim:
    place = city()
    entering = moves(place.site("P-1"), "411", "411")
    return claim(place, entering + moves(place.faces(SCATTERED), None, "520"))


def frozen_zone_relabelled(honest: Claim) -> Claim:
    return restated(honest, "GHFQ", fid_of(honest, "GHFQ", "100"), GHFQMC="生态区")


def frozen_feature_changed(honest: Claim) -> Claim:
    redline = honest.before.layer("STBHHX")
    return restated(honest, "STBHHX", str(redline.ids[0]), MJ=1.0)


def redline_in_boundary(_: Claim) -> Claim:
    def widen(layers: dict[str, pd.DataFrame]) -> None:
        zone = union(place for place, code in ZONE_OF.items() if code == "100")
        layers["STBHHX"] = plain(*zone, block(6.1, 5.1, 6.4, 5.4))

    place = city(widen)
    return claim(place, ordinary(place))


def zone_disagrees(_: Claim) -> Claim:
    place = city()
    entering = moves(place.site("P-1"), "410", "420")
    return claim(place, entering + moves(place.faces(SCATTERED), None, "520"))


def zone_changed_aside(_: Claim) -> Claim:
    place = city()
    return claim(place, ordinary(place), moves(place.faces((6, 7)), None, "510"))


def wrong_receiver(_: Claim) -> Claim:
    place = city()
    entering = moves(place.site("P-1"), "410", "410")
    return claim(place, entering + moves(place.faces(SCATTERED), None, "300"))


def wrong_class(_: Claim) -> Claim:
    place = city()
    entering = moves(place.site("P-1"), "410", "410")
    return claim(place, entering + moves(place.faces(SCATTERED), None, "200"))


def vertex_on_one_side(honest: Claim) -> Claim:
    """Put a vertex into an edge of the parcels alone: nothing overlaps, but edges do not match."""

    def with_vertex(layer: Layer) -> Layer:
        # Row 0's southern edge is straight; the vertex goes between two parcels: their shared edge
        # needs one whose middle lies on the grid.
        steps = np.rint(shapely.get_coordinates(layer.geometry) * 1e4).astype(np.int64)
        owner = shapely.get_coordinates(layer.geometry, return_index=True)[1]
        for first in range(len(steps) - 1):
            one, other = steps[first], steps[first + 1]
            if owner[first] != owner[first + 1] or ((one + other) % 2).any():
                continue
            middle = (one + other) // 2 / 1e4
            if not block(10.2, 2.2, 11.8, 4.8).contains(shapely.Point(middle)):
                continue
            ring = shapely.get_coordinates(layer.geometry[owner[first]])
            at = first - int(np.flatnonzero(owner == owner[first])[0]) + 1
            frame = layer.frame.copy()
            shapes = layer.geometry.copy()
            shapes[owner[first]] = shapely.Polygon(np.insert(ring, at, middle, axis=0))
            frame["geometry"] = shapes
            return Layer(layer.code, canonical(frame))
        message = "no edge with its middle on the grid"
        raise AssertionError(message)

    parcels = with_vertex(honest.before.layer("XZYDYH"))
    return replace(
        honest, before=honest.before.with_layers(parcels), after=honest.after.with_layers(parcels)
    )


def detached_site(_: Claim) -> Claim:
    """Take a corner of the main body out and put in a parcel that touches nothing."""
    sizes = {there: int(area_dm2(np.array([cell(*there)]), epsg=EPSG)[0]) for there in CLASS_OF}
    leaving = max([(8, 2), (8, 5)], key=sizes.__getitem__)
    entering = min([(7, 0), (7, 7), (10, 4)], key=sizes.__getitem__)
    assert sizes[entering] < sizes[leaving]

    def as_cropland(layers: dict[str, pd.DataFrame]) -> None:
        parcels = layers["XZYDYH"]
        parcels.loc[parcels.index[sorted(CLASS_OF).index(leaving)], "YDYHFLDM"] = "010300"

    place = city(as_cropland)
    return claim(
        place, moves(place.faces(entering), "410", "410") + moves(place.faces(leaving), None, "520")
    )


def changed_in_silence(honest: Claim) -> Claim:
    layer = honest.after.layer("ZXCQCSLVX")
    changed = Layer(layer.code, layer.frame.assign(BZ="绿线甲"))
    return replace(honest, after=honest.after.with_layers(changed))


def told_but_unchanged(honest: Claim) -> Claim:
    layer = honest.after.layer("ZXCQCSLVX")
    deltas = {**honest.changes.deltas, layer.code: LayerDelta(layer.code, layer.frame, layer.frame)}
    return replace(honest, changes=ChangeSet(honest.changes.pieces, deltas))


def old_record_wrong(honest: Claim) -> Claim:
    delta = honest.changes.deltas["GHFQ"]
    old = delta.old.copy()
    old["XZQMC"] = "别处"
    deltas = {**honest.changes.deltas, "GHFQ": LayerDelta("GHFQ", old, delta.new)}
    return replace(honest, changes=ChangeSet(honest.changes.pieces, deltas))


def piece_area_off(honest: Claim) -> Claim:
    area = int(honest.changes.pieces.loc[IN, "area_dm2"])
    return retold(honest, IN, area_dm2=area + 1)


def piece_code_wrong(honest: Claim) -> Claim:
    return retold(honest, OUT, code_before="420")


def piece_township_wrong(honest: Claim) -> Claim:
    return retold(honest, OUT, township="西镇")


def piece_feature_wrong(honest: Claim) -> Claim:
    return retold(honest, OUT, before_id=fid_of(honest, "CZKFBJ", "410"))


CASES: list[tuple[Callable[[Claim], Claim], dict[str, str]]] = [
    (region_too_large, {"C1.scope": "GHFQ"}),
    (piece_left_out, {"C2.algebra": "CZKFBJ", "C5.identity": "410", "W.pieces": "CZKFBJ"}),
    (tolerance_too_small, {"C2.balance": "3949.05"}),
    (more_in_than_out, {"C2.balance": "-", "C3.indicators": "", "C3.level": ""}),
    (
        grown_under_m4,
        {"C2.balance": "-", "C3.multiple": "CZKFBJ", "C3.indicators": "", "C3.level": ""},
    ),
    (unknown_reason, {"C2.reasons": "because"}),
    (unknown_project, {"C2.reasons": "P-9"}),
    (project_missing, {"C2.reasons": IN}),
    (unknown_evidence, {"C2.reasons": "T-9"}),
    (hazard_on_site, {"C2.exclusions": HAZARD}),
    (title_on_scattered, {"C2.untouchable": "QSZD"}),
    (issued_too_small, {"C3.area": "CZKFBJ", "C3.level": ""}),
    (multiple_too_large, {"C3.multiple": "CZKFBJ", "C3.indicators": "36", "C3.level": ""}),
    (strange_part, {"C3.sub-zones": "411"}),
    (frozen_zone_relabelled, {"C4.frozen-zones": "652702000000000001"}),
    (frozen_feature_changed, {"C4.frozen-layers": "STBHHX:652702000000000001"}),
    (redline_in_boundary, {"C4.frozen-layers": "CZKFBJ"}),
    (zone_disagrees, {"C5.zone-boundary": "("}),
    (zone_changed_aside, {"C5.identity": "510"}),
    (wrong_receiver, {"C5.receivers": "300", "C5.derivation": "300_beyond"}),
    (wrong_class, {"C5.receivers": "200"}),
    (vertex_on_one_side, {"C6.coverage": "XZYDYH:"}),
    (detached_site, {"C2.patches": "9514.67 m²", "C6.fragmentation": "400"}),
    (changed_in_silence, {"W.identical": "ZXCQCSLVX:652702000000000001", "W.deltas": "ZXCQCSLVX"}),
    (told_but_unchanged, {"W.identical": "ZXCQCSLVX"}),
    (old_record_wrong, {"W.deltas": "GHFQ"}),
    (piece_area_off, {"W.pieces": IN}),
    (piece_code_wrong, {"W.pieces": OUT}),
    (piece_township_wrong, {"W.pieces": OUT}),
    (piece_feature_wrong, {"W.pieces": OUT}),
]


@pytest.mark.parametrize(("make", "expected"), CASES, ids=[case[0].__name__ for case in CASES])
def test_breaks_exactly(
    honest: Claim, make: Callable[[Claim], Claim], expected: dict[str, str]
) -> None:
    broken = broken_of(make(honest))
    assert set(broken) == set(expected)
    for name, word in expected.items():
        assert word in broken[name]


def test_one_grid_step_is_named(honest: Claim) -> None:
    """A vertex of one zone moved by 0.1 mm, not told anywhere, is found and named."""
    layer = honest.after.layer("GHFQ")
    number = int(np.flatnonzero(layer.values("GHFQDM") == "200")[0])
    shapes = layer.geometry.copy()
    ring = shapely.get_coordinates(shapes[number])
    assert len(shapely.get_rings(shapes[number])) == 1
    corner = (ring == CORNERS[4, 4]).all(axis=1)
    assert corner.sum() == 1
    ring[corner] += [1e-4, 0.0]
    shapes[number] = shapely.Polygon(ring)
    moved = Layer("GHFQ", canonical(layer.frame.assign(geometry=shapes)))
    broken = broken_of(replace(honest, after=honest.after.with_layers(moved)))
    assert f"GHFQ:{layer.ids[number]}" in broken["W.identical"]
    assert f"GHFQ:{layer.ids[number]}" in broken["W.deltas"]
    assert f"GHFQ:{layer.ids[number]}" in broken["C6.coverage"]


def without(*codes: str) -> Claim:
    def drop(layers: dict[str, pd.DataFrame]) -> None:
        for code in codes:
            del layers[code]

    place = city(drop)
    return claim(place, ordinary(place))


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: without("STBHHX", "YJJBNT", HAZARD), "C2.exclusions"),
        (lambda: without("QSZD", "YPXM", "YJXM"), "C2.untouchable"),
        (lambda: without("STBHHX", "YJJBNT"), "C4.frozen-layers"),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_not_applicable_says_why(make: Callable[[], Claim], name: str, lang: str) -> None:
    proof = proofs_of(make())[name]
    assert proof.outcome is Outcome.NOT_APPLICABLE
    assert render(str(proof.numbers["why"]), {}, lang)


def test_reading_without_data_and_frozen_zones_without_any(honest: Claim) -> None:
    place = city(chosen=settings(quota={"multiple_reading": "M3"}, frozen={"zones": ["610"]}))
    proofs = proofs_of(claim(place, ordinary(place)))
    ended = {name for name, item in proofs.items() if item.outcome is Outcome.NOT_APPLICABLE}
    assert ended - ASIDE == {"C3.multiple", "C4.frozen-zones"}
    assert proofs_of(honest)["C3.multiple"].outcome is Outcome.HOLDS


def test_no_basic_farmland_counts_as_none(honest: Claim) -> None:
    """A city without basic farmland keeps its promise on the redline (the demo city has none)."""
    proofs = proofs_of(without("YJJBNT"))
    assert all(item.outcome is Outcome.HOLDS for item in proofs.values() if item.name not in ASIDE)
    assert "YJJBNT_features" in proofs_of(honest)["C4.frozen-layers"].numbers
    assert "YJJBNT_features" not in proofs["C4.frozen-layers"].numbers


def test_layers_of_the_toy_are_what_the_drawing_says() -> None:
    layers = raw_layers()
    assert len(layers["XZYDYH"]) == 96
    assert sorted(layers["CZKFBJ"]["GHFQDM"]) == ["410", "410", "420"]
    assert len(layers["GHFQ"]) == 8
