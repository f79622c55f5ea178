"""Which zone receives land transferred out: by class, by the longest edge, by default."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planloop.errors import SettingsError
from planloop.maintenance.zones import receive
from tests.maintenance.board import board, faces_in, read, square

NONE = np.zeros(0, dtype=np.int64)


def received(
    zones: str,
    classes: str,
    into: tuple[tuple[int, int], ...] = (),
    **sections: Any,  # noqa: ANN401  # entries of the settings
) -> tuple[str, str]:
    """Return zone and reason of the square marked 410, taken out."""
    place = board(zones, classes=classes, **sections)
    (cell,) = [cell for cell, code in read(zones).items() if code == "410"]
    entering = faces_in(place, *(square(*item) for item in into)) if into else NONE
    given = receive(place, faces_in(place, square(*cell)), entering)
    assert len(given.faces) == 1
    return given.zone[0], given.reason[0]


def classes(middle: str) -> str:
    return f"0103 0103 0103\n0103 {middle} 0103\n0103 0103 0103"


AROUND = "520 210 520\n210 410 510\n520 700 520"
"""Edges of the middle: two with 210, one with 510, one with a frozen zone."""

CLASS, EDGE, DEFAULT = "zone-by-class", "zone-longest-edge", "zone-by-default"


@pytest.mark.parametrize(
    ("land_class", "zone", "reason"),
    [
        ("0103", "510", CLASS),  # cropland: rural development, whose only neighbour is 510
        ("0703", "510", CLASS),
        ("0404", "210", CLASS),  # grassland: ecological control, neighbour 210
        ("1701", "210", CLASS),
        ("2304", "210", CLASS),
        ("1207", "210", EDGE),  # a road names no zone: the longest edge is with 210
        ("0602", "510", CLASS),
        ("0603", "210", EDGE),
    ],
)
def test_by_class_then_by_edge(land_class: str, zone: str, reason: str) -> None:
    assert received(AROUND, classes(land_class)) == (zone, reason)


def test_a_class_without_a_neighbour_of_its_zone_follows_the_edge() -> None:
    ring = "520 520 520\n520 410 510\n520 510 520"
    assert received(ring, classes("0404")) == ("510", EDGE), "two edges each: the lower code"
    assert received(ring, classes("0103")) == ("510", CLASS)


def test_ties_go_to_the_lower_code() -> None:
    ring = "520 540 520\n530 410 540\n520 530 520"
    assert received(ring, classes("0103")) == ("530", CLASS)
    assert received(ring, classes("1207")) == ("530", EDGE)


@pytest.mark.parametrize("frozen", ["100", "700", "300"])
def test_frozen_and_closed_zones_receive_nothing(frozen: str) -> None:
    """Surrounded by zones that may not grow, the land becomes a patch of its class's zone."""
    ring = f"{frozen} {frozen} {frozen}\n{frozen} 410 {frozen}\n{frozen} {frozen} {frozen}"
    assert received(ring, classes("0103")) == ("520", CLASS)
    assert received(ring, classes("0404")) == ("200", CLASS)
    assert received(ring, classes("1207")) == ("200", DEFAULT)


def test_a_zone_frozen_by_the_settings_receives_nothing() -> None:
    frozen = {"zones": ["100", "200"]}
    assert received(AROUND, classes("0404"), frozen=frozen) == ("510", EDGE)
    assert received(AROUND, classes("1207"), frozen=frozen) == ("510", EDGE)
    alone = "210 210 210\n210 410 210\n210 210 210"
    assert received(alone, classes("0404"), frozen=frozen) == ("510", DEFAULT)
    below = {"zones": ["210"]}
    assert received(AROUND, classes("0404"), frozen=below) == ("510", EDGE)
    assert received(alone, classes("0404"), frozen=below) == ("200", CLASS)


def test_everything_frozen_is_an_error() -> None:
    with pytest.raises(SettingsError) as caught:
        received(AROUND, classes("0404"), frozen={"zones": ["200", "500"]})
    assert caught.value.key == "boundary.no-receiver"


def test_an_untouchable_parcel_is_no_neighbour() -> None:
    ring = "520 210 520\n210 410 510\n520 510 520"
    place = {"untouchable": ["652702000000000006"]}  # column 2, row 1: one edge with 510
    assert received(ring, classes("1207")) == ("210", EDGE)
    assert received(ring.replace("210 410 510", "520 410 510"), classes("1207"), locks=place) == (
        "210",
        EDGE,
    ), "one edge each with 210, 510 and 520: the lowest code"


def test_land_that_moves_is_no_neighbour() -> None:
    """Of two neighbours of 520, one goes into the boundary at the same time."""
    ring = "510 520 510\n100 410 510\n100 520 100"
    into = ((1, 2), (1, 0))
    assert received(ring, classes("1207")) == ("520", EDGE)
    assert received(ring, classes("1207"), into=into) == ("510", EDGE)


def test_patches_of_different_classes_are_decided_apart() -> None:
    zones = "210 210 520 520\n210 410 410 520\n210 210 520 520"
    kinds = "0103 0103 0103 0103\n0103 0404 0103 0103\n0103 0103 0103 0103"
    place = board(zones, classes=kinds)
    out = faces_in(place, square(1, 1), square(2, 1))
    given = receive(place, out, NONE)
    middle = dict(zip(given.faces.tolist(), given.zone.tolist(), strict=True))
    (west,), (east,) = faces_in(place, square(1, 1)), faces_in(place, square(2, 1))
    assert middle == {int(west): "210", int(east): "520"}
    assert set(given.reason) == {CLASS}


def test_nothing_goes_out() -> None:
    given = receive(board("410 520"), NONE, NONE)
    assert len(given.zone) == len(given.reason) == 0
