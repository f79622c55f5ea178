"""What must hold of the geometry kernel, whatever the polygons: for property tests and fuzzing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.errors import InputError
from planloop.geometry.area import area
from planloop.geometry.arranging.noding import node
from planloop.geometry.defect import KINDS
from planloop.geometry.grid import STEP
from planloop.geometry.loops.rings import MULTIPOLYGON, POLYGON, Rings
from planloop.geometry.overlay import overlay
from planloop.geometry.repair import repair
from planloop.geometry.tabulate import tabulate
from planloop.geometry.topology import topology
from tests.geometry.exact_plane import shared_area
from tests.geometry.random_fabrics import Inputs, given_back, membership, named
from tests.geometry.random_layers import EPSG

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.ledger import Repair

CELL = STEP**2
"""The least area that counts, m²."""

PAIR = 1e-6
"""Areas of a pair agree as far as this, m²."""

ROUNDING = 16 * 2.0**-52
"""... and, of polygons of thousands of km², as far as floating numbers do, times their outlines and
their extent: what the kernel takes for noise, and tells no pair of."""

BEYOND = {"geometry.off-the-map", "geometry.too-far-apart"}
"""Errors by which valid polygons may be refused: no region is so large."""

ULP = 2e-9
"""How far a crossing moves when it becomes a floating number, metres."""


def pairs_agree(a: NDArray[np.object_], b: NDArray[np.object_]) -> None:
    """Check that areas, pieces and GEOS tell the same of all pairs of two valid layers.

    Where GEOS parts from us, fractions decide: it is only as good as floating numbers.
    """
    table, pieces = tabulate(a, b), overlay(a, b)
    assert (table.planar_area > 0.0).all()
    assert sorted(set(zip(table.a, table.b, strict=True))) == [*zip(table.a, table.b, strict=True)]
    assert table.a.tolist() == pieces.a.tolist()
    assert table.b.tolist() == pieces.b.tolist()
    assert shapely.is_valid(pieces.geometry).all()
    assert np.isin(shapely.get_type_id(pieces.geometry), (POLYGON, MULTIPOLYGON)).all()
    found = np.zeros((len(a), len(b)))
    found[table.a, table.b] = table.planar_area
    cut = np.zeros((len(a), len(b)))
    cut[pieces.a, pieces.b] = shapely.area(pieces.geometry)
    strict, loose = _bounds(a, b)
    assert (np.abs(cut - found) <= loose).all()
    known: Any = shapely.area(shapely.intersection(a[:, None], b[None, :]))
    for i, j in np.argwhere(np.abs(known - found) > loose):
        exact = shared_area(a[i], b[j])
        assert abs(exact - found[i, j]) <= strict[i, j], (exact, found[i, j])
    back = tabulate(b, a)
    swapped = np.zeros((len(a), len(b)))
    swapped[back.b, back.a] = back.planar_area
    assert (np.abs(swapped - found) <= strict).all()


def pairs_close(a: NDArray[np.object_], b: NDArray[np.object_]) -> None:
    """Check that the pairs of each polygon of `a` add up to it, where `b` covers it once."""
    table = tabulate(a, b)
    sums = np.bincount(table.a, weights=table.planar_area, minlength=len(a))
    sizes = shapely.area(a)
    # A pair of less than a cell is none.
    bound = PAIR + ROUNDING * sizes + ULP * shapely.length(a) + len(b) * CELL
    assert (np.abs(sums - sizes) <= bound).all()


def official_pairs_agree(a: NDArray[np.object_], b: NDArray[np.object_]) -> None:
    """Check that official areas of pairs are those of the pieces."""
    table, pieces = tabulate(a, b, epsg=EPSG), overlay(a, b)
    assert table.area is not None
    assert not np.signbit(table.area).any()
    known = area(pieces.geometry, epsg=EPSG)
    # The official rule rounds: of thousands of km² the last bits depend on where a cut lies.
    bound = PAIR + 1e-13 * known + ULP * shapely.length(pieces.geometry)
    assert (np.abs(table.area - known) <= bound).all()


def refused_or_right(polygons: NDArray[np.object_]) -> None:
    """Check that overlays refuse what is invalid or no polygon, and only that."""
    is_polygon = np.isin(shapely.get_type_id(polygons), (-1, POLYGON, MULTIPOLYGON))
    sound = is_polygon & (shapely.is_missing(polygons) | shapely.is_valid(polygons))
    for function in (overlay, tabulate):
        try:
            function(polygons, polygons)
        except InputError as error:
            assert not sound.all() or error.key in BEYOND  # noqa: PT017  # either
        else:
            assert sound.all()


def topology_tells(polygons: NDArray[np.object_]) -> None:
    """Check that whatever a file holds, topology finds defects or refuses it by a clear error."""
    try:
        defects = topology(polygons)
    except InputError:
        return
    assert list(defects) == sorted(defects, key=lambda defect: defect.rank())
    for defect in defects:
        assert defect.kind in KINDS
        assert all(0 <= index < len(polygons) for index in defect.polygons)
        assert defect.planar_area >= 0.0
        assert defect.length >= 0.0
    assert bool(topology(shapely.reverse(polygons))) == bool(defects)


def coverage_is_clean(coverage: NDArray[np.object_]) -> None:
    """Check that a coverage has no overlaps, duplicates, crossings, edges, nothing outside."""
    region = np.array([shapely.union_all(coverage)], dtype=object)
    kinds = {defect.kind for defect in topology(coverage, region)}
    # Of lattices as fine as the grid, polygons may be slivers or run out into spikes.
    assert not kinds - {"sliver", "spike"}, kinds


def repair_keeps_its_word(polygons: NDArray[np.object_]) -> None:
    """Check that a repair ends in valid polygons, tells all it did, and finds nothing again."""
    try:
        done = _repaired(polygons)
    except InputError:
        return
    there = ~shapely.is_missing(done.polygons)
    assert shapely.is_valid(done.polygons[there]).all()
    named = {index for entry in done.ledger for index in entry.polygons}
    for index in set(range(len(polygons))) - named:
        assert done.polygons[index] is polygons[index]
    assert _repaired(done.polygons).ledger == ()


def _repaired(polygons: NDArray[np.object_]) -> Repair:
    return repair(
        polygons,
        self_crossings=True,
        duplicates=True,
        spike_width=1e-3,
        sliver_width=1e-2,
        overlap_width=1e-2,
        gap_width=1e-2,
    )


def noding_is_a_fixed_point(polygons: NDArray[np.object_]) -> None:
    """Check that noded rings meet at vertices only, and that noding them again changes nothing."""
    noded = node(Rings.of(polygons))
    again = node(noded)
    for one, other in zip(noded, again, strict=True):
        np.testing.assert_array_equal(one, other)
    ends = np.stack([noded.x, noded.y], axis=1)
    start = np.setdiff1d(np.arange(len(ends) - 1), noded.first[1:] - 1)
    corner = ends.min(axis=0, initial=np.iinfo(np.int64).max)
    edges = np.sort(
        (ends - corner)[np.stack([start, start + 1], axis=1)].astype(np.float64) @ [1.0, 1.0j],
        axis=1,
    )
    edges = np.unique(edges[edges[:, 0] != edges[:, 1]], axis=0)
    lines: Any = shapely.linestrings(np.stack([edges.real, edges.imag], axis=-1))
    one, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    one, other = one[one < other], other[one < other]
    # Two lines that share more than an end: T-junctions, crossings and overlaps alike.
    assert shapely.relate_pattern(lines[one], lines[other], "FF*F0****").all()


def fabric_gives_back(partition: NDArray[np.object_], overlapping: NDArray[np.object_]) -> None:
    """Check that a Fabric's faces are a coverage, hold every layer, and come out as they went in.

    Parameters
    ----------
    partition
        Polygons that do not overlap, shape (n,).
    overlapping
        Any polygons, shape (m,).
    """
    given = Inputs({"parcels": named("p", partition)}, {"sites": named("s", overlapping)})
    fabric = given.build()
    assert shapely.coverage_is_valid(fabric.faces)
    assert shapely.is_valid(fabric.faces).all()
    whole = shapely.area(fabric.faces)
    for name, (ids, polygons) in given.layers.items():
        inside = membership(fabric, name)
        assert inside.shape[1] == len(ids)
        bound = CELL + 2.0 * STEP * shapely.length(polygons)
        assert (np.abs(whole @ inside - shapely.area(polygons)) <= bound).all()
    again = given_back(fabric).build()
    assert shapely.equals_exact(again.faces, fabric.faces, 0.0).all()
    assert again.area.sum() == fabric.area.sum()


def area_is_direction_free(polygons: NDArray[np.object_]) -> None:
    """Check that how a ring runs and where it begins is no matter of its official area."""
    known = area(polygons, epsg=EPSG)
    assert np.isfinite(known).all()
    for other in (shapely.reverse(polygons), shapely.normalize(polygons)):
        assert (np.abs(area(other, epsg=EPSG) - known) <= PAIR + 1e-13 * np.abs(known)).all()
    # Within 75 km... of the meridian the plane is stretched by less than 1 in 1,000.
    plane = shapely.area(polygons)
    bound = 1e-2 * plane + STEP * shapely.length(polygons)
    assert (np.abs(known - plane) <= bound).all()


def _bounds(
    a: NDArray[np.object_], b: NDArray[np.object_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far areas of pairs may be apart, exact and floating ones, shape (n, m)."""
    bounds = shapely.bounds([*a, *b])
    extent = float((bounds[:, 2:] - bounds[:, :2]).max(initial=0.0))
    outline = np.add.outer(shapely.length(a), shapely.length(b))
    strict = PAIR + ROUNDING * outline * extent
    return strict, strict + ULP * outline
