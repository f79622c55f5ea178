"""Neighbours and components against brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.geometry.arranging.arrangement import Arrangement
from planloop.geometry.arranging.noding import node
from planloop.geometry.loops.rings import Rings
from planloop.geometry.neighbours import Neighbours, components, edges_of, neighbours_of
from tests.examples import examples
from tests.geometry.random_layers import merged, region, stars, voronoi


def coverage(seed: int) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return Voronoi cells, some merged to faces with holes and many edges, cut by stars."""
    cells = voronoi(seed, 4 + seed % 9)
    layers = [merged(cells, 1 + seed % 5, seed), stars(seed, seed % 3)]
    return Arrangement.of(node(Rings.of(np.concatenate(layers)))).polygons()


@settings(max_examples=examples(60))
@given(seed=st.integers(0, 10_000))
def test_pairs_and_lengths_are_those_of_all_pairs_intersected(seed: int) -> None:
    """GEOS intersects the outlines of every pair."""
    faces = coverage(seed)
    near = neighbours_of(faces)
    shared = {
        (one, other): shapely.intersection(faces[one].boundary, faces[other].boundary).length
        for one, other in combinations(range(len(faces)), 2)
    }
    expected = {pair: length for pair, length in shared.items() if length > 0.0}
    found = dict(
        zip(zip(near.left.tolist(), near.right.tolist(), strict=True), near.length, strict=True)
    )
    assert list(found) == sorted(expected)
    assert found == pytest.approx(expected, abs=1e-6)
    around = shapely.union_all(faces).boundary
    outer = [shapely.intersection(face.boundary, around).length for face in faces]
    np.testing.assert_allclose(near.outer, outer, atol=1e-6)


def test_a_point_is_not_enough() -> None:
    """Four squares in a ring round a corner: the two pairs across it share only the corner."""
    squares = np.array(
        [shapely.box(x, y, x + 1, y + 1) for x in (0, 1) for y in (0, 1)], dtype=object
    )
    near = neighbours_of(squares)
    pairs = list(zip(near.left.tolist(), near.right.tolist(), strict=True))
    assert pairs == [(0, 1), (0, 2), (1, 3), (2, 3)]
    assert near.length.tolist() == [1.0] * 4
    assert near.outer.tolist() == [2.0] * 4
    assert near.of(3).tolist() == [1, 2]


def test_a_face_around_another_borders_on_it_along_the_hole() -> None:
    inner = shapely.box(1, 1, 2, 3)
    ring = shapely.difference(shapely.box(0, 0, 4, 4), inner)
    near = neighbours_of(np.array([ring, inner], dtype=object))
    assert (near.left.tolist(), near.right.tolist()) == ([0], [1])
    assert near.length.tolist() == [6.0]
    assert near.outer.tolist() == [16.0, 0.0]


def test_alone_and_none() -> None:
    near = neighbours_of(np.array([region()], dtype=object))
    assert len(near.left) == 0
    assert near.outer.tolist() == [800.0]
    nothing = neighbours_of(np.array([], dtype=object))
    assert isinstance(nothing, Neighbours)
    assert len(nothing.outer) == 0


def test_edges_are_those_of_all_rings() -> None:
    ring = shapely.difference(shapely.box(0, 0, 4, 4), shapely.box(1, 1, 2, 2))
    owner, start, end = edges_of(np.array([ring, shapely.box(9, 9, 10, 10)], dtype=object))
    assert owner.tolist() == [0] * 8 + [1] * 4
    assert np.hypot(*(end - start).T).sum() == 24.0


@settings(max_examples=examples(200))
@given(
    count=st.integers(1, 30),
    links=st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40),
)
def test_components_are_those_of_a_search(count: int, links: list[tuple[int, int]]) -> None:
    links = [(a % count, b % count) for a, b in links]
    left, right = np.array(links, dtype=np.int64).reshape(-1, 2).T
    around: dict[int, set[int]] = {node: set() for node in range(count)}
    for a, b in links:
        around[a].add(b)
        around[b].add(a)
    expected = [-1] * count
    for root in range(count):
        stack = [root] if expected[root] < 0 else []
        while stack:
            node = stack.pop()
            if expected[node] < 0:
                expected[node] = root
                stack.extend(around[node])
    assert components(count, left, right).tolist() == expected


def test_a_long_chain_is_one_component() -> None:
    order = np.random.default_rng(1).permutation(5000)
    assert not components(5000, order[:-1], order[1:]).any()
