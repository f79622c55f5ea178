"""The pieces that pairs of crossing polygons share, as geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.crossing.tracing import Outlines, Track, Whole, trace
from planloop.geometry.grid import SCALE
from planloop.geometry.loops.rings import polygons_of
from planloop.geometry.polygons import polygonal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.crossing.indexed import Indexed
    from planloop.geometry.crossing.intersections import Intersections, Outline
    from planloop.geometry.loops.rings import Rings


CLOSE = 1e-6
"""Most that a traced piece may differ from the area added up for it, m²."""


def cut(part: Intersections, layer: Indexed, pairs: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return what some pairs of polygons share.

    Parameters
    ----------
    part
        Intersections of some polygons with those of an indexed layer.
    layer
        The layer.
    pairs
        Which of the pairs, ascending, shape (p,).

    Returns
    -------
    ndarray of object, shape (p,)
        Valid Polygons and MultiPolygons. Outlines that touch themselves are left to GEOS.
    """
    pieces = _traced(part, layer, pairs)
    known = np.abs(shapely.area(pieces) - part.planar[pairs]) <= CLOSE
    left = np.flatnonzero(~(known & shapely.is_valid(pieces)))
    if len(left):
        one = polygons_of(part.rings, part.a[pairs[left]])
        two = polygons_of(layer.rings, part.b[pairs[left]])
        pieces[left] = polygonal(shapely.intersection(one, two))
        for index in left:
            pieces[index] = _placed(pieces[index], part, int(pairs[index]))
    return pieces


def _placed(piece: shapely.Geometry, part: Intersections, pair: int) -> shapely.Geometry:
    """Return a piece of GEOS's with its crossings where everybody else has them.

    Another formula ends in other last bits, and a place may lie just where rounding to the grid
    decides.
    """
    side_a, side_b = part.side_a, part.side_b
    own = (side_a.polygon == part.a[pair]) & (side_b.polygon == part.b[pair])
    places = np.column_stack([part.crossings.x[own], part.crossings.y[own]])
    if not len(places):
        return piece
    xy = shapely.get_coordinates(piece)
    away = np.hypot(*(xy[:, None] - places).transpose(2, 0, 1))
    # A vertex of either polygon is where it is, however near to a crossing.
    given = (np.rint(xy * SCALE) / SCALE == xy).all(axis=1)
    near = (away.min(axis=1) < CLOSE) & ~given
    xy[near] = places[away.argmin(axis=1)[near]]
    moved = shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(piece)), xy)
    return moved if shapely.is_valid(moved) else piece


def _traced(part: Intersections, layer: Indexed, pairs: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the traced pieces of pairs; None where an outline could not be followed."""
    width = max(layer.rings.polygons, 1)
    keys = part.a[pairs] * width + part.b[pairs]
    side_a, side_b, crossings = part.side_a, part.side_b, part.crossings
    pair = _find(keys, side_a.polygon * width + side_b.polygon)
    held = np.flatnonzero(pair < len(keys))
    member = held[np.argsort(pair[held], kind="stable")]
    outlines = trace(
        _track(part.rings, side_a, side_b.polygon, crossings.a),
        _track(layer.rings, side_b, side_a.polygon, crossings.b),
        _whole(keys, part.rings.polygon[side_a.whole_ring] * width + side_a.whole_partner, side_a),
        _whole(keys, side_b.whole_partner * width + layer.rings.polygon[side_b.whole_ring], side_b),
        np.searchsorted(pair[member], np.arange(len(keys) + 1)),
        member,
        crossings.sign * part.rings.turn[side_a.ring] * layer.rings.turn[side_b.ring],
        crossings.x,
        crossings.y,
    )
    return _polygons(outlines)


def _find(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place of each wanted key among ascending keys, their number if it is none."""
    place = np.searchsorted(keys, wanted)
    known = np.append(keys, -1)[place] == wanted
    return np.where(known, place, len(keys))


def _track(
    rings: Rings, side: Outline, partner: NDArray[np.int64], edge: NDArray[np.int64]
) -> Track:
    order = side.order
    ring, other = side.ring[order], partner[order]
    opens = np.append([True], (ring[1:] != ring[:-1]) | (other[1:] != other[:-1]))[: len(order)]
    group = np.cumsum(opens) - 1
    first = np.flatnonzero(opens)
    last = np.append(first[1:], len(order)) - 1
    place = np.arange(len(order))
    after = np.where(place == last[group], first[group], place + 1)
    before = np.where(place == first[group], last[group], place - 1)
    following, rank = np.empty_like(order), np.empty_like(order)
    following[order] = order[np.where(rings.turn[ring] > 0, after, before)]
    rank[order] = place
    return Track(rings, edge, side.ring, following, rank)


def _whole(keys: NDArray[np.int64], wanted: NDArray[np.int64], side: Outline) -> Whole:
    pair = _find(keys, wanted)
    order = np.argsort(pair, kind="stable")
    return Whole(np.searchsorted(pair[order], np.arange(len(keys) + 1)), side.whole_ring[order])


def _polygons(outlines: Outlines) -> NDArray[np.object_]:
    """Return the polygons of outlines: of several shells each is a part."""
    pairs = np.full(len(outlines.shells), None, dtype=object)
    rings = np.diff(outlines.ring)
    several = outlines.shells > 1
    # A part begins at each ring of a pair of several shells, and at the first of the others.
    owner = np.repeat(np.arange(len(pairs)), rings)
    begins = several[owner]
    begins[outlines.ring[:-1][rings > 0]] = True
    part = np.flatnonzero(begins)
    parts: Any = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, outlines.xy, (outlines.first, np.append(part, len(owner)))
    )
    of_several = several[owner[part]]
    pairs[owner[part[~of_several]]] = parts[~of_several]
    if of_several.any():
        holder, number = np.unique(owner[part[of_several]], return_inverse=True)
        pairs[holder] = shapely.multipolygons(parts[of_several], indices=number)
    return pairs
