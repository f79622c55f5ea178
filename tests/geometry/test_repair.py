"""Each kind of repair by closed forms: what is told, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest
import shapely

from planloop.geometry.ledger import DONE
from planloop.geometry.repair import repair
from planloop.geometry.topology import topology
from tests.geometry.random_layers import at, box
from tests.geometry.repairs import ALL, BOTH, BOW, EAST, WEST, array, minus, polygon, short

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRAME = minus(box(0, 0, 10, 10), box(3, 3, 6, 6))

Told: TypeAlias = (
    "tuple[str, tuple[int, ...], int | None, dict[int, float], float, shapely.Geometry]"
)
"""Kind, polygons, to, change, shift and place of an entry."""

# What is given, within which boundary, the ledger, and what comes of it.
FIXTURES: dict[
    str,
    tuple[NDArray[np.object_], NDArray[np.object_] | None, list[Told], NDArray[np.object_]],
] = {
    "self-crossing": (
        array(BOW),
        None,
        # The halves of a bow run round opposite ways: its area is told as 0.
        [("self-crossing", (0,), None, {0: 50.0}, 0.0, shapely.Point(at(5, 5)))],
        array(
            shapely.MultiPolygon(
                [polygon((0, 0), (5, 5), (0, 10)), polygon((10, 0), (10, 10), (5, 5))]
            )
        ),
    ),
    "parts that overlap": (
        array(shapely.MultiPolygon([box(0, 0, 5, 5), box(3, 3, 8, 8)])),
        None,
        [("self-crossing", (0,), None, {0: -4.0}, 2.0, None)],
        array(shapely.union(box(0, 0, 5, 5), box(3, 3, 8, 8))),
    ),
    "spike": (
        array(polygon((0, 0), (10, 0), (10, 5), (12, 5), (10, 5.0002), (10, 10), (0, 10))),
        None,
        [("spike", (0,), None, {0: -2e-4}, 2.0, shapely.LineString([at(10, 5), at(12, 5)]))],
        array(polygon((0, 0), (10, 0), (10, 5), (10, 5.0002), (10, 10), (0, 10))),
    ),
    "spike that two share": (
        array(
            polygon((0, 0), (10, 0), (10, 5), (12, 5), (10, 5.0006), (10, 10), (0, 10)),
            polygon((20, 0), (20, 10), (10, 10), (10, 5.0006), (12, 5), (10, 5), (10, 0)),
        ),
        None,
        [
            ("spike", (0,), None, {0: -6e-4}, 2.0, shapely.LineString([at(10, 5), at(12, 5)])),
            ("spike", (1,), None, {1: 6e-4}, 2.0, shapely.LineString([at(10, 5), at(12, 5)])),
        ],
        array(
            polygon((0, 0), (10, 0), (10, 5), (10, 5.0006), (10, 10), (0, 10)),
            polygon((20, 0), (20, 10), (10, 10), (10, 5.0006), (10, 5), (10, 0)),
        ),
    ),
    "spike between two neighbours": (
        # What it had covered goes to one of them: its slanting side is longer by a hair.
        array(
            polygon((0, 0), (10, 0), (10, 5), (12, 5), (10, 5.0006), (10, 10), (0, 10)),
            polygon((10, 5.0006), (12, 5), (20, 5), (20, 10), (10, 10)),
            polygon((10, 0), (20, 0), (20, 5), (12, 5), (10, 5)),
        ),
        None,
        [
            ("spike", (0,), None, {0: -6e-4}, 2.0, shapely.LineString([at(10, 5), at(12, 5)])),
            ("spike", (0, 1), 1, {1: 6e-4}, 6e-4, polygon((10, 5), (12, 5), (10, 5.0006))),
        ],
        array(
            polygon((0, 0), (10, 0), (10, 5), (10, 5.0006), (10, 10), (0, 10)),
            polygon((10, 5), (12, 5), (20, 5), (20, 10), (10, 10), (10, 5.0006)),
            polygon((10, 0), (20, 0), (20, 5), (12, 5), (10, 5)),
        ),
    ),
    "sliver": (
        array(WEST, box(10, 0, 10.005, 10), box(10.005, 0, 20, 10)),
        BOTH,
        [("sliver", (0, 1), 0, {0: 0.05, 1: -0.05}, 0.005, box(10, 0, 10.005, 10))],
        array(
            polygon((0, 0), (10, 0), (10.005, 0), (10.005, 10), (10, 10), (0, 10)),
            shapely.Polygon(),
            box(10.005, 0, 20, 10),
        ),
    ),
    "duplicate": (
        array(WEST, EAST, shapely.reverse(WEST)),
        BOTH,
        [("duplicate", (0, 2), 0, {2: -100.0}, 0.0, WEST)],
        array(WEST, EAST, shapely.Polygon()),
    ),
    "three of a kind": (
        array(WEST, WEST, WEST),
        None,
        [
            ("duplicate", (0, 1, 2), 0, {1: -100.0}, 0.0, WEST),
            ("duplicate", (0, 2), 0, {2: -100.0}, 0.0, WEST),
        ],
        array(WEST, shapely.Polygon(), shapely.Polygon()),
    ),
    "outside": (
        array(WEST, box(10, 0, 21, 10)),
        BOTH,
        [("outside", (1,), None, {1: -10.0}, 1.0, box(20, 0, 21, 10))],
        array(WEST, EAST),
    ),
    "overlap, equal lines": (
        array(box(0, 0, 11, 10), EAST),
        BOTH,
        [("overlap", (0, 1), 0, {1: -10.0}, 1.0, box(10, 0, 11, 10))],
        array(box(0, 0, 11, 10), box(11, 0, 20, 10)),
    ),
    "overlap, the second has the longer line": (
        # The first reaches into the second: three sides of what they share are lines with the rest
        # of the second, one with the rest of the first.
        array(shapely.union(WEST, box(10, 4, 12, 6)), EAST),
        BOTH,
        [
            ("overlap", (0, 1), 1, {0: -4.0}, 2.0, box(10, 4, 12, 6)),
            ("edge", (1,), None, {}, 0.0, shapely.MultiPoint([at(10, 4), at(10, 6)])),
        ],
        array(
            polygon((0, 0), (10, 0), (10, 4), (10, 6), (10, 10), (0, 10)),
            polygon((10, 0), (20, 0), (20, 10), (10, 10), (10, 6), (10, 4)),
        ),
    ),
    "overlap wholly inside": (
        array(WEST, box(3, 3, 5, 5)),
        None,
        [("overlap", (0, 1), 1, {0: -4.0}, 5.0, box(3, 3, 5, 5))],
        array(minus(WEST, box(3, 3, 5, 5)), box(3, 3, 5, 5)),
    ),
    "gap": (
        array(FRAME),
        None,
        [("gap", (0,), 0, {0: 9.0}, 4.0, box(3, 3, 6, 6))],
        array(WEST),
    ),
    "gap, to the longest line": (
        array(WEST, box(10, 0, 20, 6)),
        BOTH,
        [
            # 10 m of line with the second, 4 m with the first.
            ("gap", (0, 1), 1, {1: 40.0}, 4.0, box(10, 6, 20, 10)),
            ("edge", (0,), None, {}, 0.0, shapely.MultiPoint([at(10, 6)])),
        ],
        array(
            polygon((0, 0), (10, 0), (10, 6), (10, 10), (0, 10)),
            polygon((10, 0), (20, 0), (20, 6), (20, 10), (10, 10), (10, 6)),
        ),
    ),
    "edge": (
        array(WEST, box(10, 0, 20, 4), box(10, 4, 20, 10)),
        BOTH,
        [("edge", (0,), None, {}, 0.0, shapely.MultiPoint([at(10, 4)]))],
        array(
            polygon((0, 0), (10, 0), (10, 4), (10, 10), (0, 10)),
            box(10, 0, 20, 4),
            box(10, 4, 20, 10),
        ),
    ),
    "edge that is bent": (
        # A vertex 0.04 mm off a line 10 m long: what moves is half of 4e-4 m².
        array(
            polygon((0, 0), (10, 0), (10.0001, 10), (0, 10)),
            polygon((10, 0), (20, 0), (20, 4), (10, 4)),
            polygon((10, 4), (20, 4), (20, 10), (10.0001, 10)),
        ),
        None,
        [("edge", (0,), None, {0: -2e-4}, 4e-5, shapely.MultiPoint([at(10, 4)]))],
        array(
            polygon((0, 0), (10, 0), (10, 4), (10.0001, 10), (0, 10)),
            polygon((10, 0), (20, 0), (20, 4), (10, 4)),
            polygon((10, 4), (20, 4), (20, 10), (10.0001, 10)),
        ),
    ),
    "snapped": (
        array(polygon((0, 0), (10.00003, 0), (10.00003, 10), (0, 10))),
        None,
        [("snapped", (0,), None, {0: -3e-4}, 3e-5, shapely.Point(at(10, 0)))],
        array(WEST),
    ),
}


@pytest.mark.parametrize("name", FIXTURES)
def test_each_repair(name: str) -> None:
    polygons, boundary, told, expected = FIXTURES[name]
    done = repair(polygons, boundary, **ALL)
    assert short(done.ledger) == [(kind, who, to) for kind, who, to, *_ in told]
    for entry, (_, _, _, change, shift, place) in zip(done.ledger, told, strict=True):
        assert dict(entry.change) == pytest.approx(change, abs=1e-8)
        assert entry.shift == pytest.approx(shift, abs=1e-6)
        assert place is None or shapely.equals(entry.place, place)
    if len(expected):
        assert shapely.normalize(done.polygons).tolist() == shapely.normalize(expected).tolist()
    assert topology(done.polygons, boundary) == ()
    assert repair(done.polygons, boundary, **ALL).ledger == ()


def test_every_repair_has_its_fixture() -> None:
    told = {kind for _, _, entries, _ in FIXTURES.values() for kind, *_ in entries}
    assert told == set(DONE)
