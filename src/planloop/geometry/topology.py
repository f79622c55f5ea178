"""What keeps polygons from covering a region without overlap and without gap."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.defect import Defect
from planloop.geometry.grid import STEP
from planloop.geometry.neighbours import components
from planloop.geometry.outlines import Spike, crossings, without_spikes
from planloop.geometry.polygons import checked, only_polygons, polygonal
from planloop.geometry.weld import NOISE, weld

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SPIKE_WIDTH = 1e-3
"""Widest spike unless told otherwise, metres."""

SLIVER_WIDTH = 1e-2
"""Widest sliver unless told otherwise, metres."""


def topology(  # each limit is the caller's own  # noqa: PLR0913
    polygons: NDArray[np.object_],
    boundary: NDArray[np.object_] | None = None,
    *,
    ignore_below: float = 0.0,
    ignore_above: float = math.inf,
    spike_width: float = SPIKE_WIDTH,
    sliver_width: float = SLIVER_WIDTH,
) -> tuple[Defect, ...]:
    """Find everything that keeps polygons from being a partition.

    Parameters
    ----------
    polygons
        Polygons and MultiPolygons in a metre plane, shape (n,), as they are: not rounded, valid or
        not. Empty and missing ones take no part.
    boundary
        Valid polygons whose union the others should cover exactly, shape (m,). Without it, only
        gaps with polygons all around are found.
    ignore_below, ignore_above
        Overlaps, gaps and areas outside that are smaller, or larger, are no defects, m².
    spike_width
        A spike is at most this wide, metres.
    sliver_width
        A sliver is at most this wide on average (its area by half its perimeter), metres.

    Returns
    -------
    tuple of Defect
        Ordered by kind, polygons, place.

    Raises
    ------
    InputError
        A geometry is no polygon, or the boundary is invalid.

    Notes
    -----
    Disagreement below :data:`~planloop.geometry.weld.NOISE` is none. Spikes are cut off before
    anything else is measured, and an area that a self-crossing outline encloses counts as its
    polygon's, so that one mistake is not told twice. For the same reason an edge is told only where
    no other defect explains it.
    """
    polygons = only_polygons(polygons)
    limits = np.empty(0, dtype=object) if boundary is None else checked(boundary)
    welded = weld(np.concatenate([polygons, limits]))
    present = np.flatnonzero(~(shapely.is_missing(welded) | shapely.is_empty(welded)))
    index = present[present < len(polygons)]
    limit = None if boundary is None else shapely.union_all(welded[len(polygons) :])

    lone, plain = _lone(welded[index], spike_width, sliver_width)
    # Without a width GEOS passes over a vertex that lies off the other's line to the inside.
    edges = np.asarray(shapely.coverage_invalid_edges(plain, gap_width=STEP), dtype=object)
    areas = [*_overlaps(plain, ~shapely.is_empty(edges)), *_gaps(plain, limit)]
    if limit is not None:
        areas += _outside(plain, limit)
    wide = width(_places(areas)) >= STEP
    real = [item for item, is_wide in zip(areas, wide, strict=True) if is_wide]
    told = [
        item
        for item in real
        if item.kind == "duplicate" or ignore_below <= item.planar_area <= ignore_above
    ]
    apart = [item for item, is_wide in zip(areas, wide, strict=True) if not is_wide]
    broken = np.flatnonzero(~shapely.is_empty(edges))
    parts, holder = shapely.get_parts(edges[broken], return_index=True)
    apart += [Defect.at("edge", [i], p) for i, p in zip(broken[holder], parts, strict=True)]
    defects = [*lone, *told, *_unexplained(apart, [*lone, *real])]
    named = [replace(d, polygons=tuple(index[list(d.polygons)].tolist())) for d in defects]
    return tuple(sorted(named, key=Defect.rank))


def width(areas: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the mean width of each area, shape (n,), metres: its size by half its perimeter."""
    perimeter = np.maximum(shapely.length(areas), np.finfo(float).tiny)
    return np.asarray(2.0 * shapely.area(areas) / perimeter)


def _lone(
    polygons: NDArray[np.object_], spike_width: float, sliver_width: float
) -> tuple[list[Defect], NDArray[np.object_]]:
    """Find what is wrong with single polygons; return it and the polygons without it."""
    plain = polygons.copy()
    thin = shapely.is_valid(plain) & (width(plain) <= sliver_width)
    slivers, whole = np.flatnonzero(thin), np.flatnonzero(~thin)
    defects = [Defect.at("sliver", [index], plain[index]) for index in slivers]
    plain[whole], spikes = without_spikes(plain[whole], spike_width)
    defects += _spikes([replace(spike, polygon=int(whole[spike.polygon])) for spike in spikes])
    for index in np.flatnonzero(~shapely.is_valid(plain)):
        defects += [Defect.at("self-crossing", [index], place) for place in crossings(plain[index])]
        plain[index : index + 1] = polygonal(shapely.make_valid(plain[index : index + 1]))
    return defects, plain


def _spikes(spikes: Sequence[Spike]) -> list[Defect]:
    """Return one defect of the pieces of each spike, whether of one polygon or of neighbours."""
    lines = np.array([spike.line for spike in spikes], dtype=object)
    defects = []
    for group in _touching(lines):
        owners = [spikes[member].polygon for member in group]
        # Neighbours see the same pieces from both sides.
        sides = {shapely.normalize(lines[member]): spikes[member].planar_area for member in group}
        defect = Defect.at("spike", owners, shapely.union_all(lines[group]))
        defects.append(replace(defect, planar_area=sum(sides.values())))
    return defects


def _overlaps(polygons: NDArray[np.object_], suspect: NDArray[np.bool_]) -> list[Defect]:
    """Find overlaps and duplicates; polygons that are not `suspect` fit all their neighbours."""
    first = np.flatnonzero(suspect)
    index, other = shapely.STRtree(polygons).query(polygons[first], predicate="intersects")
    pairs = np.unique(np.sort([first[index], other], axis=0)[:, first[index] != other], axis=1)
    defects = []
    for one, two in pairs.T:
        place = _thick(shapely.intersection(polygons[one], polygons[two]))
        if shapely.is_empty(place):
            continue
        rest = shapely.symmetric_difference(polygons[one], polygons[two])
        same = shapely.area(rest) < STEP * shapely.length(place)
        defects.append(Defect.at("duplicate" if same else "overlap", [one, two], place))
    return defects


def _gaps(polygons: NDArray[np.object_], limit: shapely.Geometry | None) -> list[Defect]:
    """Find areas that no polygon covers, within the limit or with polygons all around."""
    covered = shapely.union_all(polygons)
    if limit is None:
        shells = shapely.get_exterior_ring(shapely.get_parts(covered))
        limit = shapely.union_all(shapely.polygons(shells))
    gaps = shapely.get_parts(_thick(shapely.difference(limit, covered)))
    gap, near = shapely.STRtree(polygons).query(gaps, predicate="dwithin", distance=STEP)
    return [Defect.at("gap", near[gap == number], place) for number, place in enumerate(gaps)]


def _outside(polygons: NDArray[np.object_], limit: shapely.Geometry) -> list[Defect]:
    """Find what reaches beyond the limit."""
    shapely.prepare(limit)
    places = []
    for index in np.flatnonzero(~shapely.covers(limit, polygons)):
        place = _thick(shapely.difference(polygons[index], limit))
        if not shapely.is_empty(place):
            places.append(Defect.at("outside", [index], place))
    return places


def _unexplained(edges: Sequence[Defect], known: Sequence[Defect]) -> list[Defect]:
    """Return one edge for each cluster of places that are not at a known defect."""
    places = _places(edges)
    areas = shapely.area(places) > 0.0
    places[areas] = shapely.boundary(places[areas])
    tree = shapely.STRtree(_places(known))
    free = np.ones(len(edges), dtype=bool)
    free[tree.query(places, predicate="dwithin", distance=STEP)[0]] = False
    members = np.flatnonzero(free)
    defects = []
    for group in _touching(places[members]):
        who = {index for member in members[group] for index in edges[member].polygons}
        defects.append(Defect.at("edge", who, shapely.union_all(places[members[group]])))
    return defects


def _thick(area: shapely.Geometry) -> shapely.Geometry:
    """Return the parts of an intersection or a difference that are wider than noise."""
    parts: Any = shapely.get_parts(polygonal(np.array([area], dtype=object))[0])
    parts = parts[width(parts) >= NOISE]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _places(defects: Sequence[Defect]) -> NDArray[np.object_]:
    return np.array([defect.place for defect in defects], dtype=object)


def _touching(places: NDArray[np.object_]) -> list[NDArray[np.int64]]:
    """Return the clusters of places that are at most a grid step apart, as arrays of indices."""
    left, right = shapely.STRtree(places).query(places, predicate="dwithin", distance=STEP)
    cluster = components(len(places), left, right)
    return [np.flatnonzero(cluster == first) for first in np.unique(cluster)]
