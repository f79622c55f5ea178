"""One polygon's outline drawn anew: without its spikes, split where it crosses itself."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.geometry.finding.outlines import crossings, without_spikes
from planloop.geometry.finding.weld import without_repeats
from planloop.geometry.grid import STEP, snap_geometry
from planloop.geometry.ledger import Entry
from planloop.geometry.polygons import made_valid, polygonal
from planloop.geometry.repairing.led_outlines import shift, square_metres, twice_area

if TYPE_CHECKING:
    from planloop.geometry.ledger import Done


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A polygon drawn anew.

    Parameters
    ----------
    before, after
        The polygon; afterwards it is valid, or empty.
    entries
        What was done.
    places
        Where, as geometries.
    cut
        Whether only spikes were cut, so that the polygon before tells what they covered.
    """

    before: shapely.Geometry
    after: shapely.Geometry
    entries: tuple[Entry, ...]
    places: tuple[shapely.Geometry, ...]
    cut: bool


def redrawn(
    index: int, polygon: shapely.Geometry, *, spike_width: float, self_crossings: bool
) -> Redrawn | None:
    """Return a polygon drawn anew, or None if nothing is to be done, or it would not be enough.

    Parameters
    ----------
    index
        Of the polygon, for the ledger.
    polygon
        On the grid, valid or not.
    spike_width
        As for :func:`~planloop.geometry.finding.outlines.without_spikes`; 0 cuts none.
    self_crossings
        Whether to split it where it crosses itself.
    """
    (after,) = without_repeats(np.array([polygon], dtype=object))
    entries: list[Entry] = []
    places: list[shapely.Geometry] = []
    if spike_width > 0.0:
        (blunt,), spikes = without_spikes(np.array([after], dtype=object), spike_width)
        if spikes:
            lines = shapely.union_all([spike.line for spike in spikes])
            entries.append(_entry("spike", index, lines, after, blunt))
            # The sides of a spike keep within its width.
            places.append(shapely.buffer(lines, 2.0 * spike_width, quad_segs=2))
            after = shapely.Polygon() if shapely.is_empty(blunt) else blunt
    cut = bool(shapely.is_valid(after))
    if not cut and self_crossings:
        split = _split(after)
        points = shapely.union_all(crossings(after))
        entries.append(_entry("self-crossing", index, points, after, split))
        after = split
    if not entries or not shapely.is_valid(after):
        return None
    places.append(_changed_lines(polygon, after))
    return Redrawn(polygon, after, tuple(entries), tuple(places), cut)


def _split(polygon: shapely.Geometry) -> shapely.Geometry:
    """Return a valid polygon on the grid of an invalid one.

    What an outline encloses an odd number of times is inside; parts that overlap are united.
    """
    parts = made_valid(shapely.get_parts(polygon))
    sound: Any = polygonal(np.array([shapely.union_all(polygonal(parts))], dtype=object))
    split: shapely.Geometry = snap_geometry(polygonal(shapely.set_precision(sound, STEP)))[0]
    return shapely.Polygon() if shapely.is_empty(split) else split


def _entry(
    kind: Done,
    index: int,
    place: shapely.Geometry,
    before: shapely.Geometry,
    after: shapely.Geometry,
) -> Entry:
    change = twice_area(after) - twice_area(before)
    told = ((index, square_metres(change)),) if change else ()
    return Entry(kind, (index,), None, shapely.normalize(place), told, shift(before, after))


def _changed_lines(before: shapely.Geometry, after: shapely.Geometry) -> shapely.Geometry:
    """Return the edges that only one of two polygons has."""
    edges = [_edges(before), _edges(after)]
    changed = sorted(edges[0] ^ edges[1])
    lines: shapely.Geometry = shapely.multilinestrings(np.array(changed).reshape(-1, 2, 2))
    return lines


def _edges(polygon: shapely.Geometry) -> set[tuple[tuple[float, ...], ...]]:
    edges: set[tuple[tuple[float, ...], ...]] = set()
    for part in shapely.get_parts(polygon):
        for ring in shapely.get_rings(part):
            points = list(map(tuple, shapely.get_coordinates(ring).tolist()))
            pairs = pairwise(points)
            edges |= {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}
    return edges
