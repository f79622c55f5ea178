"""Land that may go out, and everything that holds land, on boards one can reckon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planloop.errors import SettingsError
from planloop.maintenance.boundary.assessment import nominated
from planloop.maintenance.boundary.patches import boundary_patches
from planloop.maintenance.boundary.transfer_out import candidates
from planloop.messages import LANGUAGES
from tests.maintenance.board import (
    assessment_table,
    board,
    box,
    parcel,
    size,
    square,
    with_settings,
)

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import OutCell
    from planloop.maintenance.situation import Situation
    from planloop.plan.decision import Decision

CITY = """
410 410 410 520 520 520
410 410 410 520 410 410
410 410 410 520 520 520
"""
"""A body of nine squares, and a scattered patch of two at (4, 1) and (5, 1)."""

SMALL = {"scattered_patch_ha": 5.0, "detached_m": 1e5, "compactness": 0.01}
WEST, EAST = parcel(4, 1, 6), parcel(5, 1, 6)
INNER = parcel(1, 1, 6)


def found(
    place: Situation, idle: dict[str, tuple[str, ...]] | None = None
) -> tuple[dict[str, OutCell], dict[str, Decision]]:
    cells, stays = candidates(place, boundary_patches(place), idle or {})
    return {item.parcel: item for item in cells}, {item.id: item for item in stays}


def city(**changes: Any) -> Situation:  # noqa: ANN401  # whatever a board takes
    return board(CITY, **{"swap": SMALL} | changes)


def test_a_scattered_patch_may_go() -> None:
    cells, stays = found(city())
    assert not stays
    assert {name: cell.area for name, cell in cells.items()} == {
        WEST: size(square(4, 1)),
        EAST: size(square(5, 1)),
    }
    assert {cell.reason for cell in cells.values()} == {"out-small"}
    assert len({cell.patch for cell in cells.values()}) == 1
    assert None not in {cell.patch for cell in cells.values()}
    assert not any(cell.locked or cell.evidence for cell in cells.values())


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({}, "out-small"),
        ({"scattered_patch_ha": 1.0, "detached_m": 50.0}, "out-detached"),
        ({"scattered_patch_ha": 1.0, "compactness": 0.7}, "out-ragged"),
    ],
)
def test_each_test_gives_its_reason(limits: dict[str, float], reason: str) -> None:
    cells, _ = found(city(swap=SMALL | limits))
    assert {cell.reason for cell in cells.values()} == {reason}


def test_nothing_scattered() -> None:
    assert found(city(swap=SMALL | {"scattered_patch_ha": 1.0})) == ({}, {})


INSIDE = box(4.2, 1.2, 4.4, 1.4)
"""Lies in the western half of the scattered patch."""
HELD: dict[str, tuple[dict[str, Any], str]] = {
    "kept-built": ({"layers": {"YJXM": [INSIDE]}}, "YJXM:652702000000000001"),
    "kept-approved": ({"layers": {"YPXM": [INSIDE]}}, "YPXM:652702000000000001"),
    "kept-titled": ({"layers": {"QSZD": [INSIDE]}}, "QSZD:652702000000000001"),
    "kept-project": ({"sites": {"P-1": [INSIDE]}}, "JQZDXMM:652702000000000001"),
    "kept-town-land": (
        {
            "classes": "\n".join(["0103 0103 0103 0103 0103 0103"] * 3).replace(
                "\n0103 0103 0103 0103 0103 0103\n", "\n0103 0103 0103 0103 0701 0103\n"
            )
        },
        f"XZYDYH:{WEST}",
    ),
}


@pytest.mark.parametrize("reason", HELD)
def test_a_right_on_part_of_a_scattered_patch_holds_all_of_it(reason: str) -> None:
    changes, evidence = HELD[reason]
    cells, stays = found(city(**changes))
    assert not cells
    assert {name: item.reason for name, item in stays.items()} == {WEST: reason, EAST: reason}
    for item in stays.values():
        assert (item.outcome, item.evidence) == ("kept", (evidence,))
        assert all(evidence in item.text(lang) for lang in LANGUAGES)
    assert stays[EAST].area == size(square(5, 1))
    assert stays[WEST].numbers["distance_m"] == 100.0


FREE_HOLDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "keep": ({"locks": {"keep": [WEST]}}, "kept-locked", f"locks.keep:{WEST}"),
    "untouchable": (
        {"locks": {"untouchable": [WEST]}},
        "kept-frozen",
        f"locks.untouchable:{WEST}",
    ),
    "redline": ({"layers": {"STBHHX": [INSIDE]}}, "kept-frozen", "STBHHX:652702000000000001"),
    "no region": ({"without": [("XZQX", 4, 1)]}, "kept-frozen", "∉ XZQX"),
}


@pytest.mark.parametrize("name", FREE_HOLDS)
def test_what_is_locked_or_frozen_holds_itself_only(name: str) -> None:
    """The other half may go; but then the patch does not go as a whole."""
    changes, reason, evidence = FREE_HOLDS[name]
    cells, stays = found(city(**changes))
    assert list(cells) == [EAST]
    assert cells[EAST].patch is None
    assert list(stays) == [WEST]
    assert (stays[WEST].reason, stays[WEST].evidence) == (reason, (evidence,))


def test_a_nominated_parcel_of_the_body() -> None:
    place = city()
    cells, stays = found(place, {INNER: ("T-1", "T-2"), WEST: ("T-3",)})
    assert not stays
    assert set(cells) == {INNER, WEST, EAST}
    inner = cells[INNER]
    assert (inner.reason, inner.evidence, inner.patch) == ("out-idle", ("T-1", "T-2"), None)
    assert cells[WEST].reason == "out-idle"
    body = boundary_patches(place)[0]
    assert inner.strength == pytest.approx(body.strength / 2, abs=1e-6)
    assert cells[WEST].strength == pytest.approx(cells[EAST].strength / 2, abs=1e-6)


def test_a_right_holds_a_nominated_parcel_of_the_body_only_on_itself() -> None:
    place = city(layers={"QSZD": [box(0.2, 0.2, 0.4, 0.4), box(1.9, 1.2, 2.2, 1.4)]})
    cells, stays = found(place, {INNER: ("T-1",), parcel(1, 2, 6): ("T-2",)})
    assert parcel(1, 2, 6) in cells
    assert stays[INNER].reason == "kept-titled"
    assert stays[INNER].evidence == ("QSZD:652702000000000002",)


def test_must_out() -> None:
    """A lock takes out of any patch; of a scattered one, only the rights on the parcel count."""
    place = city(layers={"QSZD": [INSIDE]}, locks={"must_out": [INNER, EAST]})
    cells, stays = found(place)
    assert {name: (cell.locked, cell.reason) for name, cell in cells.items()} == {
        INNER: (True, "out-locked"),
        EAST: (True, "out-locked"),
    }
    assert list(stays) == [WEST]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_must_out_that_cannot_be_carried_out(lang: str) -> None:
    with pytest.raises(SettingsError) as caught:
        found(city(locks={"must_out": [parcel(3, 0, 6)]}))
    assert caught.value.key == "boundary.lock-outside"
    with pytest.raises(SettingsError) as caught:
        found(city(layers={"QSZD": [INSIDE]}, locks={"must_out": [WEST]}))
    assert caught.value.key == "boundary.lock-held"
    text = caught.value.text(lang)
    assert WEST in text
    assert "QSZD:652702000000000001" in text


def test_a_parcel_in_two_patches_is_two_cells() -> None:
    """A parcel that the boundary meets at both ends may go out at one and stay at the other."""
    ends = [box(0, 0, 0.5, 1), box(0.7, 0, 1, 1)]
    place = board("410 520", layers={"CZKFBJ": ends}, swap=SMALL)
    cells, _ = candidates(place, boundary_patches(place), {parcel(0, 0, 2): ("T-1",)})
    assert {(cell.parcel, cell.reason) for cell in cells} == {(parcel(0, 0, 2), "out-idle")}
    assert sorted(cell.area for cell in cells) == pytest.approx(
        [size(ends[1]), size(ends[0])], abs=1
    )
    assert [cell.patch is None for cell in cells].count(True) == 1, "only the body's goes in parts"


def test_what_the_multiple_counts() -> None:
    """Under M2 the special-use part counts for nothing, under M1 everything does."""
    place = board(CITY.replace("520 410 410", "520 410 430"), swap=SMALL)

    def counted(reading: str) -> dict[str, int]:
        again = with_settings(place, quota={"multiple_reading": reading}, swap=SMALL)
        return {name: cell.counted for name, cell in found(again)[0].items()}

    west, east = size(square(4, 1)), size(square(5, 1))
    assert counted("M1") == {WEST: west, EAST: east}
    assert counted("M2") == {WEST: west, EAST: 0}
    assert counted("M4") == {WEST: 0, EAST: 0}


def test_the_assessment_table_nominates() -> None:
    """Idle and scattered parcels are nominated; what names no parcel is found and said."""
    rows = [
        ("T-9", "零散", "XZYDYH", INNER),
        ("T-1", "闲置", "XZYDYH", INNER),
        ("T-2", "短板", "XZYDYH", WEST),
        ("T-3", "闲置", "XZYDYH", "652702000000009999"),
        ("T-4", "零散", "GHFQ", WEST),
        ("T-5", "闲置", None, None),
    ]
    place = city(assessment=assessment_table(*rows))
    parcels, findings = nominated(place.plan, place.settings.roles)
    assert parcels == {INNER: ("T-1", "T-9")}
    assert [item.numbers["number"] for item in findings] == ["T-3", "T-4", "T-5"]
    for lang in LANGUAGES:
        assert "652702000000009999" in findings[0].text(lang)
    again = city(assessment=assessment_table(*reversed(rows)))
    assert nominated(again.plan, again.settings.roles) == (parcels, findings)
    assert nominated(city().plan, place.settings.roles) == ({}, ())
