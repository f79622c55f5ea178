"""The promises of the geometry kernel on random bytes, and that a broken one is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.decode import Source, anything, layers, rings
from fuzz.targets import TARGETS
from planloop.geometry.tabulate import Table, tabulate
from tests.examples import examples
from tests.geometry import invariants
from tests.geometry.random_layers import box, voronoi

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planloop.geometry.loops.rings import Rings

SOME = st.binary(max_size=160)


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=examples(40))
@given(data=SOME)
def test_promises_hold(target: str, data: bytes) -> None:
    TARGETS[target](data)


@settings(max_examples=examples(200))
@given(data=SOME)
def test_layers_are_what_they_say(data: bytes) -> None:
    found = layers(Source(data))
    assert shapely.is_valid(np.concatenate([found.a, found.b])).all()
    assert shapely.coverage_is_valid(found.a)
    if found.covered:
        assert shapely.coverage_is_valid(found.b)
        assert shapely.covers(shapely.union_all(found.b), found.a).all()


@settings(max_examples=examples(200))
@given(data=SOME)
def test_any_bytes_give_something(data: bytes) -> None:
    assert len(anything(Source(data))) > 0
    assert (shapely.get_type_id(rings(Source(data), 3)) >= 0).all()


def test_bytes_give_valid_and_invalid_polygons_crossing_and_coinciding_ones() -> None:
    random = np.random.default_rng(1)
    inputs = [random.bytes(80) for _ in range(200)]
    free = np.concatenate([rings(Source(data), 3) for data in inputs])
    assert 0.05 < shapely.is_valid(free).mean() < 0.95
    found = [layers(Source(data)) for data in inputs]
    assert 0.2 < np.mean([item.covered for item in found]) < 0.8
    holes = [shapely.get_num_interior_rings(shapely.get_parts(item.a)).sum() for item in found]
    assert np.count_nonzero(holes) > 20


COVERAGE, OTHER = voronoi(5, 6), voronoi(6, 4)


def more(table: Table) -> Table:
    return Table(table.a, table.b, table.planar_area + 1e-5, table.area)


def less(table: Table) -> Table:
    return Table(table.a[1:], table.b[1:], table.planar_area[1:], table.area)


@pytest.mark.parametrize("wrong", [more, less])
def test_a_wrong_table_is_noticed(
    monkeypatch: pytest.MonkeyPatch, wrong: Callable[[Table], Table]
) -> None:
    invariants.pairs_agree(COVERAGE, OTHER)
    invariants.pairs_close(COVERAGE, OTHER)
    monkeypatch.setattr(invariants, "tabulate", lambda a, b: wrong(tabulate(a, b)))
    with pytest.raises(AssertionError):
        invariants.pairs_agree(COVERAGE, OTHER)
    if wrong is less:
        with pytest.raises(AssertionError):
            invariants.pairs_close(COVERAGE, OTHER)


def test_a_refusal_that_is_missing_or_too_much_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bow = np.array([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], dtype=object)
    invariants.refused_or_right(bow)
    invariants.refused_or_right(COVERAGE)
    monkeypatch.setattr(invariants, "overlay", lambda *_: None)
    with pytest.raises(AssertionError):
        invariants.refused_or_right(bow)


def test_an_overlap_and_a_gap_are_noticed() -> None:
    invariants.coverage_is_clean(COVERAGE)
    with pytest.raises(AssertionError):
        invariants.coverage_is_clean(np.append(COVERAGE, COVERAGE[:1]))


def test_lines_that_still_cross_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    crossing = np.array([box(0, 0, 10, 10), box(5, 5, 15, 15)], dtype=object)
    invariants.noding_is_a_fixed_point(crossing)

    def nothing(found: Rings) -> Rings:
        return found

    monkeypatch.setattr(invariants, "node", nothing)
    with pytest.raises(AssertionError):
        invariants.noding_is_a_fixed_point(crossing)


def test_an_area_that_depends_on_the_direction_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def one_way(polygons: NDArray[np.object_], *, epsg: int) -> NDArray[np.float64]:
        del epsg
        turn = np.where(shapely.is_ccw(shapely.get_exterior_ring(polygons)), 1.0, -1.0)
        return np.asarray(turn * shapely.area(polygons))

    invariants.area_is_direction_free(COVERAGE)
    monkeypatch.setattr(invariants, "area", one_way)
    with pytest.raises(AssertionError):
        invariants.area_is_direction_free(COVERAGE)
