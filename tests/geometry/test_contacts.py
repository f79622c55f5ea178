"""Which edges match, touch and clash, against every pair compared by GEOS; rims and knots."""

from __future__ import annotations

import hashlib
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.geometry.finding.contacts import CROWD, Contacts
from planloop.geometry.finding.directed_edges import CLASH, LOOK, REACH, DirectedEdges
from planloop.geometry.finding.knots import knotted
from planloop.geometry.finding.outlines import Widths
from planloop.geometry.finding.rims import Rims
from planloop.geometry.finding.weld import NOISE
from tests.examples import examples
from tests.geometry.broken_layers import BREAKS, broken_layer
from tests.geometry.plain import printed_by_plain_loops
from tests.geometry.random_layers import at, box, merged, voronoi
from tests.geometry.test_topology import array, noisy

if TYPE_CHECKING:
    from numpy.typing import NDArray


def looked_at(
    polygons: NDArray[np.object_], limit: shapely.Geometry | None = None
) -> tuple[DirectedEdges, Contacts]:
    edges = DirectedEdges.of(polygons, limit, Widths())
    return edges, Contacts.of(edges, -1 if limit is None else len(polygons))


def compared(edges: DirectedEdges) -> tuple[set[int], dict[int, int]]:
    """Return the polygons that clash, and the partners of the edges of all others, pair by pair."""
    segments = np.flatnonzero(edges.owner >= 0)
    clash: set[int] = set()
    partner: dict[int, int] = {}
    for e, f in combinations(segments.tolist(), 2):
        (a, b), (c, d) = edges.xy[[e, e + 1]], edges.xy[[f, f + 1]]
        one, other = int(edges.owner[e]), int(edges.owner[f])
        first, second = shapely.LineString([a, b]), shapely.LineString([c, d])
        if shapely.distance(first, second) > REACH:
            continue
        back = np.hypot(*(a - d)) <= NOISE and np.hypot(*(b - c)) <= NOISE
        if back and one != other and e not in partner and f not in partner:
            partner[e], partner[f] = f, e
            continue
        ends = [(p, q) for p in (a, b) for q in (c, d) if np.hypot(*(p - q)) <= NOISE]
        if len(ends) == 1:
            (p, q) = ends[0]
            far = shapely.Point(b if p is a else a), shapely.Point(d if q is c else c)
            if shapely.distance(far[0], second) > REACH and shapely.distance(far[1], first) > REACH:
                continue
        clash |= {one, other}
        clash |= {int(edges.owner[partner[k]]) for k in (e, f) if back and k in partner}
    return clash, partner


@settings(max_examples=examples(40))
@given(seed=st.integers(0, 2**31), how=st.sampled_from(BREAKS), noise=st.sampled_from([0.0, 1e-7]))
def test_contacts_are_those_of_every_pair(seed: int, how: str, noise: float) -> None:
    polygons = broken_layer(seed, how)[:8]
    edges, contacts = looked_at(noisy(polygons, seed, noise) if noise else polygons)
    clash, partner = compared(edges)
    assert set(np.flatnonzero(edges.marks & CLASH).tolist()) == clash
    for edge in np.flatnonzero(edges.owner >= 0).tolist():
        if int(edges.owner[edge]) not in clash:
            assert contacts.partner[edge] == partner.get(edge, -1)


def test_a_crowd_of_edges_in_one_cell() -> None:
    """Many tiny squares within one cell of long edges, a few of which overlap."""
    tiny = [box(k * 0.05, 0, k * 0.05 + 0.04, 0.04) for k in range(4 * CROWD)]
    tiny[50] = box(50 * 0.05, 0, 50 * 0.05 + 0.055, 0.04)
    large = [box(1000.0 * k, 500, 1000.0 * k + 900.0, 1400) for k in range(400)]
    edges, _ = looked_at(array(*tiny, *large))
    assert np.flatnonzero(edges.marks & CLASH).tolist() == [50, 51]


def test_a_vertex_touched_twice_is_looked_at() -> None:
    """Two triangles at one point as one outline, and as two polygons."""
    ring = [at(0, 0), at(5, 5), at(10, 0), at(10, 10), at(5, 5), at(0, 10)]
    edges, contacts = looked_at(array(shapely.Polygon(ring)))
    assert edges.marks[0] & LOOK
    assert np.count_nonzero(contacts.touched) == 2
    left = shapely.Polygon([at(0, 0), at(5, 5), at(0, 10)])
    right = shapely.Polygon([at(10, 0), at(10, 10), at(5, 5)])
    edges, contacts = looked_at(array(left, right))
    assert not (edges.marks & (LOOK | CLASH)).any()
    assert np.count_nonzero(contacts.touched) == 2


def test_edges_run_with_their_polygon_on_the_left() -> None:
    land = shapely.Polygon(box(0, 0, 10, 10).exterior, [box(3, 3, 6, 6).exterior])
    for polygon in (land, shapely.reverse(land), shapely.orient_polygons(land)):
        edges, _ = looked_at(array(polygon))
        start = np.flatnonzero(edges.owner >= 0)
        middle = (edges.xy[start] + edges.xy[start + 1]) / 2.0
        along = edges.xy[start + 1] - edges.xy[start]
        left = middle + 0.01 * np.column_stack([-along[:, 1], along[:, 0]])
        assert shapely.contains_xy(land, left).all()


@settings(max_examples=examples(40))
@given(seed=st.integers(0, 2**31), noise=st.sampled_from([0.0, 1e-7]), fine=st.booleans())
def test_what_some_of_a_coverage_cover(seed: int, noise: float, fine: bool) -> None:  # noqa: FBT001  # a parameter
    """Against GEOS' union of the coverage; holes, islands and parts that touch in a point."""
    cells = voronoi(seed, 25)
    cells = cells if fine else merged(cells, 6, seed)
    sound = np.random.default_rng(seed).random(len(cells)) < 0.6
    edges, contacts = looked_at(noisy(cells, seed, noise) if noise else cells)
    rims = Rims.of(edges, contacts, sound)
    shells, (holes, _) = rims.shells(), rims.uncovered()
    assert shapely.is_valid(np.concatenate([shells, holes])).all()
    assert (shapely.get_num_interior_rings(shells) == 0).all()
    covered = shapely.difference(shapely.union_all(shells), shapely.union_all(holes))
    rest = shapely.symmetric_difference(covered, shapely.coverage_union_all(cells[sound]))
    assert rest.area <= 1e-3
    assert noise > 0.0 or rest.area == 0.0


def test_knots_close_cracks() -> None:
    """A vertex beside its neighbour's edge by noise, on either side."""
    for aside in (-1e-7, 1e-7):
        left = shapely.Polygon([at(0, 0), at(10, 0), at(10, 10), at(0, 10)])
        right = shapely.Polygon([at(10, 0), at(20, 0), at(20, 10), at(10, 10), at(10 + aside, 5)])
        for chosen in ([True, False], [False, True], [True, True]):
            tied = knotted(array(left, right), np.array(chosen))
            assert shapely.coverage_is_valid(tied)
            assert len(tied[0].exterior.coords) == 6


def test_without_knots_nothing_changes() -> None:
    cells = voronoi(5, 20)
    assert knotted(cells, np.ones(len(cells), dtype=bool)) is cells


DIGEST = """
import sys
from tests.geometry.test_contacts import digest
print(digest())
"""


def digest() -> str:
    """Return a digest of all that is noted of a layer."""
    text = hashlib.sha256()
    for how in BREAKS:
        edges, contacts = looked_at(noisy(broken_layer(3, how), 3, 1e-7))
        for noted in (edges.xy, edges.owner, edges.marks, contacts.partner, contacts.touched):
            text.update(noted.tobytes())
    return text.hexdigest()


def test_compiled_or_plain_the_same_is_noted() -> None:
    assert printed_by_plain_loops(DIGEST) == digest()
