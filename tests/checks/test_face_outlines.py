"""Outlines of faces, against unions that GEOS builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from planloop.checks.face_outlines import FaceOutlines
from planloop.geometry.fabric import dissolve
from tests.examples import examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 4
"""Squares along each side of the lattice; each is two triangles."""

SEVERAL = 4
"""Groups of faces."""


def triangles() -> NDArray[np.object_]:
    faces = []
    for x in range(SIDE):
        for y in range(SIDE):
            a, b, c, d = (x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)
            faces += [shapely.Polygon([a, b, c]), shapely.Polygon([c, d, a])]
    return np.array(faces, dtype=object)


FACES = triangles()
OUTLINES = FaceOutlines(FACES)
GROUPS = st.lists(st.integers(-1, SEVERAL - 1), min_size=len(FACES), max_size=len(FACES))


def unions(group: list[int]) -> NDArray[np.object_]:
    """Return the union of each group, as GEOS builds it; empty where the group has no face."""
    made = dissolve(FACES, np.array(group))
    return np.array([made.get(number, shapely.Polygon()) for number in range(SEVERAL)])


def misfits(group: list[int], polygons: NDArray[np.object_]) -> list[bool]:
    found = OUTLINES.misfits(np.array(group), polygons)
    assert found.dtype == bool
    return list(map(bool, found))


@hypothesis_settings(max_examples=examples(200))
@given(GROUPS, GROUPS, st.lists(st.booleans(), min_size=len(FACES), max_size=len(FACES)))
def test_a_polygon_fits_where_it_is_the_union_and_nowhere_else(
    one: list[int], other: list[int], mixed: list[bool]
) -> None:
    """Groups of any shape: apart, with holes, touching at points; right, or off by some faces."""
    asked = [a if same else b for a, b, same in zip(one, other, mixed, strict=True)]
    told, made = unions(one), unions(asked)
    empty = shapely.is_empty(made)
    assert misfits(asked, made) == empty.tolist()
    expected = empty | ~shapely.equals_exact(told, made, tolerance=0.0)
    assert misfits(asked, told) == expected.tolist()


@hypothesis_settings(max_examples=examples(100))
@given(GROUPS, st.integers(0, SEVERAL - 1), st.integers(0), st.sampled_from(["in", "out", "off"]))
def test_every_vertex_counts(group: list[int], changed: int, at: int, how: str) -> None:
    """One vertex more, one less though it bends nothing, or one a little aside."""
    polygons = unions(group)
    parts = shapely.get_parts(polygons[changed])
    if not len(parts):
        return
    ring = shapely.get_coordinates(shapely.get_exterior_ring(parts[0]))[:-1]
    at %= len(ring)
    if how == "in":
        ring = np.insert(ring, at + 1, (ring[at] + ring[(at + 1) % len(ring)]) / 2.0, axis=0)
    elif how == "out" and len(ring) > len("abc"):
        ring = np.delete(ring, at, axis=0)
    else:
        ring[at] += [1e-4, 2e-4]
    holes = [hole.coords for hole in parts[0].interiors]
    parts[0] = shapely.Polygon(ring, holes)
    polygons[changed] = shapely.normalize(shapely.multipolygons(parts))
    if shapely.is_valid(polygons[changed]):
        expected = shapely.is_empty(polygons)
        expected[changed] = True
        assert misfits(group, polygons) == expected.tolist()


def test_neighbours_that_share_land_or_leave_some_do_not_fit() -> None:
    """Two squares of the lattice, one of them too wide, and too narrow, for its faces."""
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    group = [0 if left.contains(face) else 1 if right.contains(face) else -1 for face in FACES]
    assert misfits(group, np.array([left, right])) == [False, False]
    assert misfits(group, np.array([left, shapely.box(0, 0, 2, 1)])) == [False, True]
    assert misfits(group, np.array([left, shapely.box(1, 0, 1.5, 1)])) == [False, True]
    assert misfits(group, np.array([left, left])) == [False, True]


def test_where_a_ring_begins_and_how_it_turns_does_not_count() -> None:
    square = shapely.Polygon([(1, 1), (0, 1), (0, 0), (1, 0)])
    group = [0 if square.contains(face) else -1 for face in FACES]
    assert misfits(group, np.array([square])) == [False]
    assert misfits(group, np.array([shapely.reverse(square)])) == [False]


def test_of_no_polygons_none_is_a_misfit() -> None:
    nothing = np.empty(0, dtype=object)
    assert misfits([-1] * len(FACES), nothing) == []
    assert FaceOutlines(nothing).misfits(np.empty(0, dtype=np.int64), nothing).tolist() == []
    square = np.array([shapely.box(0, 0, 1, 1)], dtype=object)
    assert FaceOutlines(nothing).misfits(np.empty(0, dtype=np.int64), square).tolist() == [True]
