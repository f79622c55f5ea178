"""What keeps polygons from covering a region without overlap and without gap."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.errors import InputError
from planloop.geometry.defect import Defect
from planloop.geometry.finding.limit import Limit
from planloop.geometry.finding.misfits import as_one, overlaps, width
from planloop.geometry.finding.neighbourhood import Neighbourhood
from planloop.geometry.finding.outlines import (
    SLIVER_WIDTH,
    SPIKE_WIDTH,
    Spike,
    Widths,
    crossings,
    without_spikes,
)
from planloop.geometry.finding.shortfalls import gaps_enclosed, misses
from planloop.geometry.finding.survey import Survey
from planloop.geometry.finding.weld import weld
from planloop.geometry.grid import STEP
from planloop.geometry.neighbours import components
from planloop.geometry.polygons import (
    checked,
    made_valid,
    only_polygons,
    polygonal,
    reason_of,
    without_dust,
    without_empty_holes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


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
        A geometry is no polygon, a coordinate is not finite, or the boundary is invalid.

    Notes
    -----
    Disagreement below :data:`~planloop.geometry.finding.weld.NOISE` is none. Spikes are cut off
    before anything else is measured, and an area that a self-crossing outline encloses counts as
    its polygon's, so that one mistake is not told twice. For the same reason an edge is told only
    where no other defect explains it.
    """
    polygons = without_dust(without_empty_holes(only_polygons(polygons)))
    limit = None if boundary is None else Limit(checked(boundary))
    widths = Widths(spike_width, sliver_width)
    survey = Survey.of(polygons, None if limit is None else limit.area, widths)
    nearby = Neighbourhood(polygons)
    doubtful = survey.doubtful | survey.suspect
    wrong = _wrong(polygons, doubtful, widths)
    suspect = survey.suspect | wrong
    lone, areas, edges = _close_look(suspect, wrong, nearby, widths)
    if limit is None:
        areas += gaps_enclosed(survey, ~suspect, nearby)
    else:
        areas += misses(survey, ~suspect, limit, nearby)
    real, apart = _by_width(areas)
    told = [
        item
        for item in real
        if item.kind == "duplicate" or ignore_below <= item.planar_area <= ignore_above
    ]
    defects = [*lone, *told, *_unexplained([*apart, *edges], [*lone, *real])]
    return tuple(sorted(defects, key=Defect.rank))


def _wrong(
    polygons: NDArray[np.object_],
    doubtful: NDArray[np.bool_],
    widths: Widths,
) -> NDArray[np.bool_]:
    """Return which of the doubtful polygons are wrong by themselves, shape (n,)."""
    wrong = np.zeros(len(polygons), dtype=bool)
    index = np.flatnonzero(doubtful)
    xy, owner = shapely.get_coordinates(polygons[index], return_index=True)
    endless = ~np.isfinite(xy).all(axis=1)
    if endless.any():
        first = index[owner[endless][0]]
        reason = reason_of(polygons[first])
        raise InputError("geometry.invalid", feature=str(first), reason=reason)
    plain = weld(polygons[index])
    thin = _thin(plain, widths)
    plain[~thin], spikes = without_spikes(plain[~thin], widths.spike)
    wrong[index[thin | ~shapely.is_valid(plain)]] = True
    wrong[index[~thin][[spike.polygon for spike in spikes]]] = True
    return wrong


def _close_look(
    suspect: NDArray[np.bool_],
    wrong: NDArray[np.bool_],
    nearby: Neighbourhood,
    widths: Widths,
) -> tuple[list[Defect], list[Defect], list[Defect]]:
    """Find what is wrong with suspects by themselves, where they overlap, and their edges.

    Whatever overlaps a suspect is added to the suspects, and what is left of a polygon without its
    spikes and crossings takes its place in `nearby`.
    """
    while suspect.any():
        index = np.flatnonzero(nearby.around(suspect))
        mine = suspect[index]
        plain = weld(nearby[index])
        lone, plain[mine] = _lone(plain[mine], widths)
        areas = overlaps(plain, mine, index)
        overlapping = [number for defect in areas for number in defect.polygons]
        if suspect[overlapping].all():
            nearby.replace(index, plain)
            named = index[mine]
            lone = [
                replace(item, polygons=tuple(named[list(item.polygons)].tolist())) for item in lone
            ]
            return lone, areas, _parting(plain, mine, wrong[index], index)
        suspect[overlapping] = True
    return [], [], []


def _parting(
    polygons: NDArray[np.object_],
    suspect: NDArray[np.bool_],
    wrong: NDArray[np.bool_],
    index: NDArray[np.int64],
) -> list[Defect]:
    """Find edges of suspects that do not match.

    Parameters as of :func:`~planloop.geometry.finding.misfits.overlaps`.

    What is left of polygons that were wrong by themselves need not match others that are sound, so
    these are told there, too; elsewhere they lack some of their neighbours.
    """
    # Without a width GEOS passes over a vertex that lies off the other's line to the inside.
    edges = np.asarray(shapely.coverage_invalid_edges(polygons, gap_width=STEP), dtype=object)
    broken = np.flatnonzero(~shapely.is_empty(edges))
    parts, holder = shapely.get_parts(edges[broken], return_index=True)
    at_wrong = shapely.STRtree(parts).query(polygons[wrong], predicate="dwithin", distance=STEP)[1]
    told = suspect[broken[holder]]
    told[at_wrong] = True
    parts, holder = parts[told], holder[told]
    return [
        Defect.at("edge", [number], part)
        for number, part in zip(index[broken[holder]], parts, strict=True)
    ]


def _lone(
    polygons: NDArray[np.object_], widths: Widths
) -> tuple[list[Defect], NDArray[np.object_]]:
    """Find what is wrong with single polygons; return it and the polygons without it."""
    plain = polygons.copy()
    thin = _thin(plain, widths)
    slivers, whole = np.flatnonzero(thin), np.flatnonzero(~thin)
    defects = [Defect.at("sliver", [index], plain[index]) for index in slivers]
    plain[whole], spikes = without_spikes(plain[whole], widths.spike)
    defects += _spikes([replace(spike, polygon=int(whole[spike.polygon])) for spike in spikes])
    for index in np.flatnonzero(~shapely.is_valid(plain)):
        defects += [Defect.at("self-crossing", [index], place) for place in crossings(plain[index])]
        plain[index : index + 1] = polygonal(made_valid(plain[index : index + 1]))
    return defects, plain


def _thin(polygons: NDArray[np.object_], widths: Widths) -> NDArray[np.bool_]:
    """Return which polygons are slivers, shape (n,)."""
    return np.asarray(shapely.is_valid(polygons) & (width(polygons) <= widths.sliver))


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


def _by_width(areas: Sequence[Defect]) -> tuple[list[Defect], list[Defect]]:
    """Return what areas have of parts wider than a grid step, and what they have of the others."""
    parts, owner = shapely.get_parts(_places(areas), return_index=True)
    wide = width(parts) >= STEP
    stops = np.searchsorted(owner, np.arange(1, len(areas)))
    sides: tuple[list[Defect], list[Defect]] = ([], [])
    for item, own, is_wide in zip(
        areas, np.split(parts, stops), np.split(wide, stops), strict=False
    ):
        for side, chosen in zip(sides, (is_wide, ~is_wide), strict=True):
            if chosen.all():
                side.append(item)
            elif chosen.any():
                side.append(Defect.at(item.kind, item.polygons, as_one(own[chosen])))
    return sides


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


def _places(defects: Sequence[Defect]) -> NDArray[np.object_]:
    return np.array([defect.place for defect in defects], dtype=object)


def _touching(places: NDArray[np.object_]) -> list[NDArray[np.int64]]:
    """Return the clusters of places that are at most a grid step apart, as arrays of indices."""
    left, right = shapely.STRtree(places).query(places, predicate="dwithin", distance=STEP)
    cluster = components(len(places), left, right)
    return [np.flatnonzero(cluster == first) for first in np.unique(cluster)]
