"""Each proof of the city lines is broken by the claim that breaks it, and by no honest one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely

from planloop.checks.evidence import Evidence
from planloop.checks.proofs.control_lines import (
    frozen_lines,
    line_area,
    line_coverage,
    line_facilities,
    line_land_use,
    line_patches,
)
from planloop.checks.proofs.line_evidence import line_evidence
from planloop.geometry.area import area_dm2
from planloop.messages import LANGUAGES
from planloop.plan.change_set import ChangeSet
from planloop.plan.layer import Layer, canonical
from planloop.plan.proof import Outcome, Proof
from tests.checks.toy_city import EPSG, Claim, plain, retold, serial, settings
from tests.maintenance.board import board, box, parcel, square
from tests.maintenance.line_town import (
    CLASSES,
    HELD_P,
    POWER,
    ROAD,
    WATER,
    WIDTH,
    ZONES,
    P,
    Q,
    maintained,
    redrawn,
    town,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PROOFS: dict[str, Callable[[Evidence], Proof]] = {
    "C9.area": line_area,
    "C9.facilities": line_facilities,
    "C9.coverage": line_coverage,
    "C9.evidence": line_evidence,
    "C9.land-use": line_land_use,
    "C9.patches": line_patches,
    "C9.frozen-lines": frozen_lines,
}
GREEN, YELLOW, BLUE, USE = "ZXCQCSLVX", "ZXCQCSHX", "ZXCQCSLX", "ZXCQGHYDYH"


def size(*shapes: shapely.Geometry) -> int:
    return int(area_dm2(np.array(shapes, dtype=object), epsg=EPSG).sum())


def proofs_of(made: Claim) -> dict[str, Proof]:
    evidence = Evidence.build(made.before, made.after, made.changes, made.settings)
    return {name: proof(evidence) for name, proof in PROOFS.items()}


def broken_of(made: Claim) -> dict[str, str]:
    return {
        name: " | ".join(item.broken_at)
        for name, item in proofs_of(made).items()
        if item.outcome is Outcome.BROKEN
    }


def claimed(**sections: Any) -> Claim:  # noqa: ANN401  # whatever a town takes
    place = town(**sections)
    _, changes = maintained(place)
    return Claim(place.plan, changes.apply(place.plan), changes, place.settings)


@pytest.fixture(scope="module")
def true() -> Claim:
    return claimed()


def record(made: Claim, layer: str, **fields: str | None) -> str:
    """Return the identifier of the one feature after that has these fields and is new."""
    frame = made.after.layer(layer).frame
    new = frame.loc[frame.index.difference(made.before.layer(layer).frame.index)]
    for name, value in fields.items():
        new = new[new[name].isna() if value is None else new[name] == value]
    (fid,) = new.index
    return str(fid)


def redraw(
    made: Claim, layer: str, fid: str | None, *shapes: shapely.Geometry, **fields: str
) -> Claim:
    """Return the claim with a feature after in another place, in parts, or gone."""
    frame = made.after.layer(layer).frame
    source = frame.loc[[fid]] if fid else frame.iloc[[0]]
    rest = frame.drop(index=fid) if fid else frame
    parts = [rest]
    for number, shape in enumerate(shapes, start=900):
        part = source.assign(**fields).set_axis(pd.Index([serial(number)], name="fid"), axis=0)
        parts.append(part.set_geometry([shape], crs=frame.crs))
    after = made.after.with_layers(Layer(layer, canonical(pd.concat(parts))))
    return replace(made, after=after)


def test_the_honest_claim_holds(true: Claim) -> None:
    proofs = proofs_of(true)
    assert {name: str(item.outcome) for name, item in proofs.items()} == dict.fromkeys(
        PROOFS, "holds"
    )
    assert all(item.numbers for item in proofs.values())
    assert {item.name for item in proofs.values()} == set(PROOFS)
    for lang in LANGUAGES:
        assert len({item.title(lang) for item in proofs.values()}) == len(PROOFS)


def test_numbers_against_plain_shapely(true: Claim) -> None:
    proofs = proofs_of(true)
    area = proofs["C9.area"].numbers
    assert area[f"{GREEN}:广场用地_before_dm2"] == pytest.approx(size(P), abs=6)
    assert area[f"{GREEN}:公园绿地_before_dm2"] == pytest.approx(size(Q), abs=6)
    assert area[f"{YELLOW}:供电_before_dm2"] == pytest.approx(size(POWER), abs=2)
    after = true.after.layer(GREEN)
    for kind in ("公园绿地", "广场用地"):
        shapes = after.geometry[after.values("LX") == kind]
        assert area[f"{GREEN}:{kind}_after_dm2"] == pytest.approx(size(*shapes), abs=6)
    count = proofs["C9.facilities"].numbers
    assert [count[f"{YELLOW}:供电_{word}"] for word in ("before", "gone", "new")] == [1, 1, 1]
    assert [count[f"{YELLOW}:供水_{word}"] for word in ("before", "gone", "new")] == [1, 0, 1]
    out = proofs["C9.evidence"].numbers
    assert out[f"{GREEN}_out_dm2"] == pytest.approx(size(HELD_P, Q), abs=6)
    assert out[f"{YELLOW}_out_dm2"] == pytest.approx(size(POWER, ROAD), abs=6)
    homes = proofs["C9.coverage"].numbers
    row = [square(column, 3) for column in range(WIDTH)]
    assert homes["homes_dm2"] == pytest.approx(size(*row), abs=20)
    for when, parks in (("before", [P, Q]), ("after", list(after.geometry))):
        near = [home for home in row if min(home.distance(park) for park in parks) <= 400]
        assert homes[f"{when}_dm2"] == pytest.approx(size(*near), abs=20)
    assert homes["lost_dm2"] == 0


def nothing_in_return(true: Claim) -> Claim:
    # The square that joined park P does not; homes keep their parks.
    return redraw(true, GREEN, record(true, GREEN, LX="广场用地", MC=None))


def a_little_less(true: Claim) -> Claim:
    # The new site of the power works is a hair smaller than what went.
    fid = record(true, YELLOW, SSLX="供电")
    west, south, _, _ = true.after.layer(YELLOW).frame.geometry[fid].bounds
    return redraw(true, YELLOW, fid, shapely.box(west, south, west + 90, south + 89.9))


def two_halves(true: Claim) -> Claim:
    # Two new features for the power works, neither as large as what went.
    fid = record(true, YELLOW, SSLX="供电")
    west, south, east, north = true.after.layer(YELLOW).frame.geometry[fid].bounds
    middle = (south + north) / 2
    return redraw(
        true,
        YELLOW,
        fid,
        shapely.box(west, south, east, middle),
        shapely.box(west, middle, east, north),
    )


def park_far_off(true: Claim) -> Claim:
    # The new site of park Q lies in the west; homes in the east have none.
    fid = record(true, GREEN, MC="乙园")
    return redraw(true, GREEN, fid, square(0, 2))


def another_title(true: Claim) -> Claim:
    # What lies on park P is told of what left park Q.
    pieces = true.changes.of(GREEN, "3")
    piece = str(pieces.index[pieces["evidence"] == f"QSZD:{serial(2)}"][0])
    return retold(true, piece, evidence=f"QSZD:{serial(1)}")


def no_evidence(true: Claim) -> Claim:
    piece = str(true.changes.of(YELLOW, "3").index[0])
    return retold(true, piece, evidence="")


def a_road_elsewhere(true: Claim) -> Claim:
    # The road is there; one of the centre lines named is not.
    pieces = true.changes.of(YELLOW, "3")
    piece = str(pieces.index[pieces["reason"] == "line-out-road"][0])
    told = f"XZYDYH:{parcel(9, 0, WIDTH)}, ZXCQDLZXX:{serial(2)}"
    return retold(true, piece, evidence=told)


def only_the_parcel_of_homes(true: Claim) -> Claim:
    # A survey parcel is evidence of a road only where it is one.
    pieces = true.changes.of(GREEN, "3")
    piece = str(pieces.index[pieces["evidence"] == f"QSZD:{serial(2)}"][0])
    return retold(true, piece, evidence=f"XZYDYH:{parcel(4, 0, WIDTH)}")


def joins_for_nothing(true: Claim) -> Claim:
    piece = str(true.changes.of(GREEN, "1").index[0])
    return retold(true, piece, evidence=f"{GREEN}:{serial(77)}")


def more_than_is_held(true: Claim) -> Claim:
    # A piece of park P that leaves reaches beyond the title.
    pieces = true.changes.pieces.copy()
    chosen = pieces.index[pieces["evidence"].str.startswith(f"QSZD:{serial(1)}")]
    chosen = [name for name in chosen if pieces.loc[name, "layer"] == GREEN]
    wider = box(0.9, 0, 2, 1)
    pieces.geometry = [
        wider if name in chosen else shape
        for name, shape in zip(pieces.index, pieces.geometry, strict=True)
    ]
    return replace(true, changes=ChangeSet(pieces, true.changes.deltas))


def land_use_stays(true: Claim) -> Claim:
    return replace(true, after=true.after.with_layers(true.before.layer(USE)))


def still_planned_green(true: Claim) -> Claim:
    # Park Q is cut, and its land is planned as a park all the same.
    frame = true.after.layer(USE).frame
    inside = frame.geometry.within(Q.buffer(0.01))
    changed = frame.assign(YDYHFLDM=frame["YDYHFLDM"].mask(inside, "140100"))
    return replace(true, after=true.after.with_layers(Layer(USE, canonical(changed))))


def crumbs(true: Claim) -> Claim:
    # A park of 300 m² by itself beside all else.
    west, south, _, _ = square(9, 2).bounds
    return redraw(
        true, GREEN, None, shapely.box(west + 50, south + 50, west + 70, south + 65), LX="公园绿地"
    )


def blue_moved(true: Claim) -> Claim:
    fid = str(true.after.layer(BLUE).ids[0])
    return redraw(true, BLUE, fid, box(3, 0, 3.4, 1))


@pytest.mark.parametrize(
    ("lie", "expected"),
    [
        (nothing_in_return, {"C9.area": "广场用地"}),
        (a_little_less, {"C9.area": "供电", "C9.facilities": "供电"}),
        (two_halves, {"C9.facilities": "供电"}),
        (park_far_off, {"C9.coverage": f"{USE}:", "C9.land-use": "公园绿地"}),
        (another_title, {"C9.evidence": f"QSZD:{serial(1)}"}),
        (no_evidence, {"C9.evidence": f"{YELLOW}-"}),
        (a_road_elsewhere, {"C9.evidence": f"ZXCQDLZXX:{serial(2)}"}),
        (only_the_parcel_of_homes, {"C9.evidence": f"{GREEN}-"}),
        (joins_for_nothing, {"C9.evidence": serial(77)}),
        (more_than_is_held, {"C9.evidence": f"{GREEN}-"}),
        (land_use_stays, {"C9.land-use": f"{YELLOW} "}),
        (still_planned_green, {"C9.land-use": "公园绿地 → None, 140100"}),
        (crumbs, {"C9.patches": "公园绿地 299.9", "C9.land-use": "公园绿地"}),
        (blue_moved, {"C9.frozen-lines": f"{BLUE}:"}),
    ],
)
def test_each_lie_breaks_its_proof(
    true: Claim, lie: Callable[[Claim], Claim], expected: dict[str, str]
) -> None:
    broken = broken_of(lie(true))
    assert set(broken) == set(expected)
    for name, word in expected.items():
        assert word in broken[name]


@pytest.mark.parametrize("now", ["230600", "140200"])
def test_a_title_is_no_conflict_on_open_land_or_where_its_use_fits(true: Claim, now: str) -> None:
    """The claim cuts it all the same; a right on open land does not say what it is for."""
    other = town(classes=redrawn(CLASSES, 4, 0, now)).plan
    made = replace(true, before=other, after=true.after.with_layers(other.layer("XZYDYH")))
    assert set(broken_of(made)) == {"C9.evidence"}


def test_a_plan_without_lines_has_nothing_to_prove() -> None:
    place = board(ZONES, classes=CLASSES)
    _, changes = maintained(place)
    proofs = proofs_of(Claim(place.plan, place.plan, changes, place.settings))
    assert {item.outcome for item in proofs.values()} == {Outcome.NOT_APPLICABLE}
    for item in proofs.values():
        assert str(item.numbers["why"]).startswith("proofs.no-")


def test_lines_without_planned_land_use() -> None:
    place = board(
        ZONES, classes=CLASSES, layers={GREEN: plain(P, LX="公园绿地"), BLUE: plain(WATER)}
    )
    _, changes = maintained(place)
    proofs = proofs_of(Claim(place.plan, place.plan, changes, settings()))
    ended = {name: str(item.outcome) for name, item in proofs.items()}
    assert ended == {
        "C9.area": "holds",
        "C9.facilities": "not applicable",
        "C9.coverage": "not applicable",
        "C9.evidence": "holds",
        "C9.land-use": "not applicable",
        "C9.patches": "holds",
        "C9.frozen-lines": "holds",
    }
