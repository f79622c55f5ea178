"""The evidence stands on the same faces as the maintenance, and on nothing taken over from it."""

from __future__ import annotations

from dataclasses import replace

import hypothesis
import numpy as np
import shapely
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from planloop.checks.evidence import Evidence
from planloop.checks.proofs import prove
from planloop.plan.proof import Outcome
from tests.checks.closing import closes, of
from tests.checks.toy_city import ZONE_OF, City, Claim, cell, claim, moves
from tests.examples import examples


def evidence_of(made: Claim) -> Evidence:
    return Evidence.build(made.before, made.after, made.changes, made.settings)


def test_same_faces_and_areas(toy: City, honest: Claim) -> None:
    fabric = evidence_of(honest).fabric
    assert shapely.to_wkb(fabric.faces).tolist() == shapely.to_wkb(toy.fabric.faces).tolist()
    np.testing.assert_array_equal(fabric.area, toy.fabric.area)


def test_faces_lie_where_the_drawing_says(honest: Claim) -> None:
    evidence = evidence_of(honest)
    zone = {when: evidence.zone(when) for when in ("before", "after")}
    for number, face in enumerate(evidence.fabric.faces):
        middle = shapely.point_on_surface(face)
        drawn = next(code for place, code in ZONE_OF.items() if cell(*place).contains(middle))
        assert zone["before"][number] == drawn
        held = honest.after.layer("GHFQ")
        hit = shapely.contains(held.geometry, middle)
        assert hit.sum() == 1
        assert zone["after"][number] == held.values("GHFQDM")[hit][0]
        inside = shapely.contains(honest.after.layer("CZKFBJ").geometry, middle)
        assert evidence.inside("after")[number] == inside.any()


def test_once_is_once_for_each_evidence(honest: Claim) -> None:
    asked = []

    def faces(evidence: Evidence) -> int:
        asked.append(evidence)
        return len(evidence.fabric)

    first = evidence_of(honest)
    assert [first.once(faces), first.once(faces)] == [len(first.fabric)] * 2
    assert asked == [first]
    other = replace(first, fabric=first.fabric.take(np.arange(3)))
    assert [other.once(faces), first.once(faces), other.once(faces)] == [3, len(first.fabric), 3]
    assert asked == [first, other]


def test_pieces_are_located(honest: Claim) -> None:
    evidence = evidence_of(honest)
    for layer in ("CZKFBJ", "GHFQ"):
        for piece, faces in evidence.piece_faces(layer).items():
            shape = honest.changes.pieces.geometry.loc[piece]
            middle = shapely.point_on_surface(evidence.fabric.faces)
            np.testing.assert_array_equal(faces, np.flatnonzero(shapely.contains(shape, middle)))


def test_a_layer_missing_after_counts_as_gone(honest: Claim) -> None:
    """Evidence is built, and the proofs say it, where `after` has lost a layer."""
    layers = {code: item for code, item in honest.after.layers.items() if code != "QSZD"}
    made = replace(honest, after=replace(honest.after, layers=layers))
    proofs = {item.name: item for item in prove(evidence_of(made))}
    assert proofs["W.identical"].outcome is Outcome.BROKEN
    assert "QSZD missing" in proofs["W.identical"].broken_at


ALWAYS = (
    "C1.scope",
    "C2.algebra",
    "C2.reasons",
    "C2.exclusions",
    "C3.sub-zones",
    "C4.frozen-zones",
    "C4.frozen-layers",
    "C5.zone-boundary",
    "C5.identity",
    "C6.coverage",
    "W.identical",
    "W.deltas",
    "W.pieces",
)
"""Proofs that any swap on the fabric keeps; the others ask for balance, rights and good shape."""

FREE = sorted(place for place, code in ZONE_OF.items() if code == "520" and place != (11, 6))
FREE.remove((11, 7))  # the hazard
HELD = sorted(place for place, code in ZONE_OF.items() if code.startswith("4"))


@given(
    entering=st.sets(st.sampled_from(FREE), max_size=8),
    leaving=st.sets(st.sampled_from(HELD), max_size=8),
    part=st.sampled_from(["410", "420", "430"]),
    receiver=st.sampled_from(["200", "510", "520"]),
)
@hypothesis.settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_random_legal_swaps(
    toy: City,
    entering: set[tuple[int, int]],
    leaving: set[tuple[int, int]],
    part: str,
    receiver: str,
) -> None:
    """Whatever goes in and out by parcels: areas are conserved as integers and the set is whole."""
    swap = moves(
        toy.faces(*sorted(entering)) if entering else np.zeros(0, dtype=np.int64), part, part
    )
    out = toy.faces(*sorted(leaving)) if leaving else np.zeros(0, dtype=np.int64)
    made = claim(toy, swap + moves(out, None, receiver))
    proofs = {item.name: item for item in prove(evidence_of(made))}
    assert {name: str(proofs[name].outcome) for name in ALWAYS} == dict.fromkeys(ALWAYS, "holds")
    told = of(made)
    closes(told)
    assert told.totals["transferred_in_dm2"] == int(toy.fabric.area[swap.faces].sum())
    assert told.totals["transferred_out_dm2"] == int(toy.fabric.area[out].sum())
    undone = made.changes.invert().apply(made.after)
    assert undone.digest() == made.before.digest()
