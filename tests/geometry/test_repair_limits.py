"""What is asked for is repaired and nothing else, up to the limits and by the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import shapely

from planloop.errors import InputError
from planloop.geometry.repair import repair
from planloop.geometry.topology import topology
from tests.geometry.random_layers import box
from tests.geometry.repairs import ALL, BOTH, BOW, EAST, WEST, array, minus, polygon, short

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SPIKE = polygon((0, 0), (10, 0), (10, 5), (12, 5), (10, 5.0002), (10, 10), (0, 10))

BROKEN: dict[str, tuple[NDArray[np.object_], dict[str, Any]]] = {
    "self-crossing": (array(BOW), {"self_crossings": True}),
    "spike": (array(SPIKE), {"spike_width": 1e-3}),
    "sliver": (array(WEST, box(10, 0, 10.005, 10), box(10.005, 0, 20, 10)), {"sliver_width": 5e-3}),
    "duplicate": (array(WEST, EAST, WEST), {"duplicates": True}),
    "overlap": (array(box(0, 0, 10.05, 10), EAST), {"overlap_width": 0.05}),
    "gap": (array(minus(WEST, box(3, 3, 6, 3.05))), {"gap_width": 0.05}),
    "outside": (array(WEST, box(10, 0, 20.05, 10)), {"outside_width": 0.05}),
    "edge": (array(WEST, box(10, 0, 20, 4), box(10, 4, 20, 10)), {"edges": True}),
}
"""What is broken, and the least that has to be asked for."""


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_not_asked_for_is_left_as_it_is(kind: str) -> None:
    polygons, asked = BROKEN[kind]
    boundary = BOTH if kind == "outside" else None
    others = {name: value for name, value in (ALL | {"edges": True}).items() if name not in asked}
    left = repair(polygons, boundary, **({"edges": False} | others))
    assert all(one is other for one, other in zip(left.polygons, polygons, strict=True))
    assert left.ledger == ()
    done = repair(polygons, boundary, **({"edges": False} | asked))
    assert {entry.kind for entry in done.ledger} == {kind}


@pytest.mark.parametrize("kind", ["sliver", "overlap", "gap", "outside"])
def test_a_width_is_the_widest_that_is_repaired(kind: str) -> None:
    polygons, asked = BROKEN[kind]
    ((name, width),) = asked.items()
    narrower: dict[str, Any] = {name: width * 0.99}
    assert repair(polygons, BOTH if kind == "outside" else None, **narrower).ledger == ()


def test_the_width_is_that_of_the_widest_place() -> None:
    """A gap 1 cm wide and 6 m long that opens into a square of 1 m; on average it is 33 cm wide."""
    gap = shapely.union(box(1, 5, 7, 5.01), box(7, 5, 8, 6))
    polygons = array(minus(WEST, gap))
    assert repair(polygons, gap_width=0.5).ledger == ()
    assert short(repair(polygons, gap_width=1.0).ledger) == [("gap", (0,), 0)]


def test_nothing_larger_than_asked_for_is_touched() -> None:
    gaps = shapely.union(box(1, 1, 2, 1.5), box(4, 4, 6, 4.5))
    done = repair(array(minus(WEST, gaps)), gap_width=0.5, most_area=0.5)
    assert short(done.ledger) == [("gap", (0,), 0)]
    assert done.change() == pytest.approx([0.5])


def test_each_part_of_an_overlap_is_judged_by_itself() -> None:
    comb = shapely.union_all([WEST, box(10, 1, 10.01, 3), box(10, 5, 11, 7)])
    done = repair(array(comb, EAST), overlap_width=0.01)
    assert short(done.ledger) == [("overlap", (0, 1), 1), ("edge", (1,), None)]
    assert done.change() == pytest.approx([-0.02, 0.0])
    (left,) = topology(done.polygons)
    assert shapely.equals(left.place, box(10, 5, 11, 7))


def test_nothing_is_done_near_an_outline_that_crosses_itself() -> None:
    bow = polygon((10, 0), (20, 10), (20, 0), (10, 10))
    polygons = array(box(0, 0, 10.001, 10), bow, box(30, 0, 40, 10), box(39.999, 0, 50, 10))
    done = repair(polygons, overlap_width=0.01)
    assert short(done.ledger) == [("overlap", (2, 3), 2)]
    assert [one is other for one, other in zip(done.polygons, polygons, strict=True)] == [
        True,
        True,
        True,
        False,
    ]


def test_a_gap_that_would_be_a_spike_of_any_neighbour_is_cut() -> None:
    """A gap 0.5 mm wide: two polygons north of it and two south, which meet elsewhere."""
    polygons = array(
        box(0, 5.0005, 4, 10), box(4, 5.0005, 10, 10), box(0, 0, 6, 5), box(6, 0, 10, 5)
    )
    done = repair(polygons, array(WEST), gap_width=0.01)
    assert {entry.kind for entry in done.ledger} == {"gap", "edge"}
    # Each has got what lies along its own line.
    for entry in done.ledger:
        if entry.kind == "gap":
            assert entry.to is not None
            assert shapely.dwithin(polygons[entry.to], entry.place, 1e-3)
            assert entry.place.length < 2.0 * polygons[entry.to].bounds[2]
    assert topology(done.polygons, array(WEST)) == ()


def test_a_gap_without_neighbour_is_left() -> None:
    assert repair(array(), BOTH, gap_width=1e3).ledger == ()


def test_a_boundary_is_never_crossed() -> None:
    """A gap that goes on beyond the boundary is filled up to it."""
    land = minus(box(0, 0, 20, 10), box(9, 0, 11, 10))
    boundary = array(box(0, 0, 20, 8))
    done = repair(array(*shapely.get_parts(land)), boundary, gap_width=2.0, outside_width=2.0)
    assert shapely.equals(shapely.union_all(done.polygons), boundary[0])


def test_empty_and_missing_ones_keep_their_places() -> None:
    polygons = array(None, box(0, 0, 10.01, 10), shapely.Polygon(), EAST)
    done = repair(polygons, overlap_width=0.01)
    assert short(done.ledger) == [("overlap", (1, 3), 1)]
    assert done.polygons[0] is None
    assert done.polygons[2] is polygons[2]


def test_defects_that_are_known_are_not_looked_for() -> None:
    """Only near those that are given is anything done."""
    polygons = array(box(0, 0, 10.01, 10), EAST, box(30, 0, 40.01, 10), box(40, 0, 50, 10))
    defects = topology(polygons)
    assert repair(polygons, defects=(), overlap_width=0.01).ledger == ()
    one = repair(polygons, defects=defects[:1], overlap_width=0.01)
    assert short(one.ledger) == [("overlap", (0, 1), 0)]


@pytest.mark.parametrize(
    ("polygons", "boundary", "key"),
    [
        (array(shapely.Point(0, 0)), None, "geometry.no-polygon"),
        (array(WEST), array(BOW), "geometry.invalid"),
    ],
)
def test_what_cannot_be_repaired_is_refused(
    polygons: NDArray[np.object_], boundary: NDArray[np.object_] | None, key: str
) -> None:
    with pytest.raises(InputError) as caught:
        repair(polygons, boundary)
    assert caught.value.key == key
