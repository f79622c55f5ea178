"""Reach, against Floyd–Warshall on a graph of its own and against plain distances."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from planloop.checks.service_area import Homes, Streets, crossing, within_reach

if TYPE_CHECKING:
    from numpy.typing import NDArray


def pairs(
    homes: list[shapely.Geometry],
    places: list[shapely.Geometry],
    radius: float,
    streets: list[shapely.LineString] | None = None,
) -> list[tuple[int, int]]:
    by = None if streets is None else Streets.of(objects(streets))
    home, place = within_reach(objects(homes), objects(places), radius, by)
    assert home.dtype == place.dtype == np.int64
    return list(zip(home.tolist(), place.tolist(), strict=True))


def objects(geometries: list[shapely.Geometry]) -> NDArray[np.object_]:
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return array


def test_the_straight_line_goes_from_edge_to_edge() -> None:
    home = shapely.box(0, 0, 10, 10)
    places = [shapely.Point(310, 5), shapely.box(310.1, 0, 400, 9), shapely.Point(5, 5)]
    assert pairs([home], places, 300.0) == [(0, 0), (0, 2)]
    assert pairs([home], places, 299.9) == [(0, 2)]
    assert pairs([home, places[1]], places, 1.0) == [(0, 2), (1, 0), (1, 1)]


def test_the_way_along_the_streets_includes_both_legs() -> None:
    streets = [shapely.LineString([(0, 0), (300, 0), (300, 400)])]
    home, place = shapely.Point(0, 10), shapely.Point(320, 400)
    assert pairs([home], [place], 730.0, streets) == [(0, 0)]
    assert pairs([home], [place], 729.999, streets) == []
    assert pairs([home], [place], 510.0) == [(0, 0)]


def test_neighbours_on_one_street_need_not_go_to_its_ends() -> None:
    street = [shapely.LineString([(0, 0), (1000, 0)])]
    home, place = shapely.Point(450, 5), shapely.box(545, -10, 555, 0)
    assert pairs([home], [place], 110.0, street) == [(0, 0)]
    assert pairs([home], [place], 109.9, street) == []


def test_streets_meet_only_where_they_share_a_vertex() -> None:
    bridge = shapely.LineString([(50, -50), (50, 50)])
    below = shapely.LineString([(0, 0), (100, 0)])
    noded = [
        shapely.LineString([(50, -50), (50, 0), (50, 50)]),
        shapely.LineString([(0, 0), (50, 0), (100, 0)]),
    ]
    home, place = shapely.Point(0, 0), shapely.Point(50, 50)
    assert pairs([home], [place], 200.0, [bridge, below]) == []
    assert pairs([home], [place], 100.0, noded) == [(0, 0)]
    assert pairs([home], [place], 99.9, noded) == []


def test_centre_lines_are_joined_where_they_cross() -> None:
    """In the middle, where neither has a vertex, and where one ends on another."""
    lines = objects(
        [
            shapely.LineString([(0, 0), (100, 0)]),
            shapely.LineString([(50, -50), (50, 50)]),
            shapely.LineString([(80, 0), (80, 70)]),
        ]
    )
    streets = crossing(lines)
    assert shapely.length(streets).sum() == shapely.length(lines).sum()
    assert len(streets) == 6
    home = shapely.Point(0, 0)
    ends = [shapely.Point(50, 50), shapely.Point(80, 70), shapely.Point(50, -50)]
    assert pairs([home], ends, 100.0, list(streets)) == [(0, 0), (0, 2)]
    assert pairs([home], ends, 150.0, list(streets)) == [(0, 0), (0, 1), (0, 2)]
    assert len(crossing(objects([]))) == 0


def test_without_any_street_nobody_goes_anywhere() -> None:
    home = shapely.Point(0, 0)
    assert pairs([home], [home], 100.0, []) == []
    assert pairs([], [home], 100.0) == []
    assert pairs([], [home], 100.0, [shapely.LineString([(0, 0), (1, 0)])]) == []
    assert pairs([home], [], 100.0, [shapely.LineString([(0, 0), (1, 0)])]) == []
    assert Homes(objects([home]), Streets.of(objects([]))).reached(objects([home]), 9.0).sum() == 0


@pytest.mark.parametrize("seed", range(40))
def test_random_towns_as_floyd_warshall_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    streets = town(random)
    homes = scattered(random, int(random.integers(1, 12)))
    places = scattered(random, int(random.integers(1, 12)))
    far = floyd_warshall(streets, homes, places)
    asked_again = Homes(objects(homes), Streets.of(objects(streets)))
    for radius in (150.0, 300.0, 700.0):
        clear = np.abs(far - radius) > 1e-6
        expected = {
            (home, place)
            for home, place in itertools.product(range(len(homes)), range(len(places)))
            if far[home, place] <= radius
        }
        found = pairs(homes, places, radius, streets)
        assert found == sorted(found)
        again = asked_again.within_reach(objects(places), radius)
        assert list(zip(*map(np.ndarray.tolist, again), strict=True)) == found
        reached = asked_again.reached(objects(places), radius)
        assert set(np.flatnonzero(reached)) == {home for home, _ in found}
        assert {pair for pair in found if clear[pair]} == {pair for pair in expected if clear[pair]}
        assert set(found) <= set(pairs(homes, places, radius + 1e-6))


def town(random: np.random.Generator) -> list[shapely.LineString]:
    """Return the streets of a jittered lattice, some missing, some joined to longer lines."""
    across = 5
    at = 100.0 * np.stack(np.meshgrid(np.arange(across), np.arange(across)), axis=-1)
    at = at + random.uniform(-30.0, 30.0, at.shape)
    streets = []
    for line in (*at, *at.transpose(1, 0, 2)):
        cuts = np.flatnonzero(random.random(across) < 0.4)
        for part in np.split(line, cuts):
            streets.extend([shapely.LineString(part)] if len(part) > 1 else [])
    return streets


def scattered(random: np.random.Generator, count: int) -> list[shapely.Geometry]:
    """Return points and squares between the streets."""
    centres = random.uniform(-20.0, 420.0, (count, 2))
    return [
        shapely.Point(x, y) if random.random() < 0.5 else shapely.box(x, y, x + 20, y + 30)
        for x, y in centres
    ]


def floyd_warshall(
    streets: list[shapely.LineString],
    homes: list[shapely.Geometry],
    places: list[shapely.Geometry],
) -> NDArray[np.float64]:
    """Return the distance of each home from each place, on a graph with a node at every foot."""
    points = [shapely.point_on_surface(each) for each in homes + places]
    segments = [
        (tuple(a), tuple(b))
        for street in streets
        for a, b in itertools.pairwise(shapely.get_coordinates(street).tolist())
    ]
    feet: dict[int, list[tuple[float, int]]] = {}
    node: dict[tuple[float, ...], int] = {}
    for end in itertools.chain.from_iterable(segments):
        node.setdefault(end, len(node))
    size = len(node) + len(points)
    far = np.full((size + len(points),) * 2, np.inf)
    np.fill_diagonal(far, 0.0)

    def link(one: int, other: int, length: float) -> None:
        far[one, other] = far[other, one] = min(far[one, other], length)

    for index, point in enumerate(points):
        gaps = [shapely.LineString(each).distance(point) for each in segments]
        best = int(np.argmin(gaps))
        feet.setdefault(best, []).append(
            (shapely.LineString(segments[best]).project(point), len(node) + index)
        )
        link(len(node) + index, size + index, gaps[best])
    for index, (start, end) in enumerate(segments):
        length = shapely.LineString([start, end]).length
        stops = [(0.0, node[start]), *sorted(feet.get(index, [])), (length, node[end])]
        for (here, one), (there, other) in itertools.pairwise(stops):
            link(one, other, there - here)
    for middle in range(len(far)):
        far = np.minimum(far, far[:, middle, None] + far[None, middle, :])
    return far[size : size + len(homes), size + len(homes) :]
