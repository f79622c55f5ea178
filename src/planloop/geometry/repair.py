"""Repairs, only where and as far as the caller says, each told in a ledger."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.errors import InputError
from planloop.geometry.finding.weld import weld, without_repeats
from planloop.geometry.grid import snap, snap_geometry
from planloop.geometry.ledger import DONE, Entry, Repair
from planloop.geometry.polygons import checked, only_polygons, reason_of
from planloop.geometry.repairing.limits import Limits
from planloop.geometry.repairing.rounds import Rounds
from planloop.geometry.topology import topology

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.geometry.defect import Defect

ROUNDS = 20
"""One repair may lay bare the next; after so many rounds the rest is left."""


def repair(  # each limit is the caller's own  # noqa: PLR0913
    polygons: NDArray[np.object_],
    boundary: NDArray[np.object_] | None = None,
    *,
    defects: Sequence[Defect] | None = None,
    edges: bool = True,
    self_crossings: bool = False,
    duplicates: bool = False,
    spike_width: float = 0.0,
    sliver_width: float = 0.0,
    overlap_width: float = 0.0,
    gap_width: float = 0.0,
    outside_width: float = 0.0,
    most_area: float = math.inf,
) -> Repair:
    """Repair what the caller names, nothing else, and tell all that was done.

    Parameters
    ----------
    polygons
        Polygons and MultiPolygons in a metre plane, shape (n,), valid or not. They are put on the
        0.1 mm grid; the rest is done there. Empty and missing ones take no part; heights are lost
        where anything changes.
    boundary
        Valid polygons whose union the others should cover exactly, shape (m,). It is never changed.
    defects
        What :func:`~planloop.geometry.topology.topology` has found in these very polygons, within
        this boundary; found anew unless given. Only near the places told here is anything done.
    edges
        Whether to give outlines the vertices that their neighbours have on them, and to end
        overlaps, gaps and areas outside that are thinner than a grid step on average.
    self_crossings
        Whether to split outlines that cross or touch themselves. What an outline encloses an odd
        number of times stays the polygon's.
    duplicates
        Whether to drop polygons that are there already: the first in the array stays.
    spike_width
        Width, metres, up to which spikes are cut off; 0 for none.
    sliver_width
        Mean width, metres, up to which polygons are dropped as slivers; 0 for none. Likewise thin
        parts that a repair has cut off from a polygon.
    overlap_width, gap_width, outside_width
        Width, metres, up to which overlaps, gaps and areas outside the boundary are ended: that of
        the widest circle that fits in. 0 for none.
    most_area
        No overlap, gap, sliver or area outside that is larger, m², is touched.

    Returns
    -------
    Repair
        The polygons and the ledger.

    Raises
    ------
    InputError
        A geometry is no polygon, a coordinate is no number, or the boundary is invalid.

    Notes
    -----
    What holds afterwards:

    * the change of each polygon's planar area is the sum of its entries;
    * a polygon that no entry names is the object that was given;
    * all vertices are on the grid, and polygons are valid, but for those with an outline that
      crosses itself where `self_crossings` is off; near these nothing is done at all;
    * where nothing is left that was not to be repaired, the polygons are a valid coverage;
    * repairing again changes nothing.

    What was to be repaired and is left all the same, as a finding of `topology`: gaps without a
    neighbour; areas that give a spike to whichever neighbour gets them, even in pieces; vertices
    that cannot be on a slanting boundary and on the grid at once; outlines one step apart where no
    polygon lies beyond.

    The rules by which areas change hands are told by
    :class:`~planloop.geometry.repairing.holdings.Holdings`. To move faces of an arrangement from
    holder to holder is what makes the ledger true: each entry is the face that moved, measured, and
    what is left of the change is what noding has bent (told as ``edge``). The coverage cleaner of
    GEOS 3.14 (`shapely.coverage_clean`) does not tell what it has done, has no limit for overlaps,
    ends gaps and overlaps at crossings beside the grid, so that cleaning its snapped result may
    change it again, and draws all polygons anew, not only those with a defect: a clean layer takes
    it as long as a broken one.
    """
    polygons = only_polygons(polygons)
    limit = None if boundary is None else shapely.union_all(checked(boundary))
    limits = Limits(
        edges=edges,
        self_crossings=self_crossings,
        duplicates=duplicates,
        spike_width=spike_width,
        sliver_width=sliver_width,
        overlap_width=overlap_width,
        gap_width=gap_width,
        outside_width=outside_width,
        most_area=most_area,
    )
    snapped, ledger = _on_grid(polygons)
    rounds = Rounds(snapped, limit, limits)
    if defects is None:
        defects = topology(snapped, boundary, spike_width=spike_width, sliver_width=sliver_width)
    elif ledger:
        moved = {index for entry in ledger for index in entry.polygons}
        defects = [*defects, *rounds.examined(moved)]
    touched: set[int] = set()
    for _ in range(ROUNDS):
        entries, near = rounds.run(defects)
        touched |= near
        if entries:
            ledger += sorted(entries, key=lambda entry: DONE.index(entry.kind))
            defects = rounds.examined(near)
        elif rounds.is_open(touched):
            # What was done there may have closed a gap of any size.
            defects, touched = rounds.examined(touched, everywhere=True), set()
        else:
            break
    return Repair(rounds.polygons, tuple(ledger))


def _on_grid(polygons: NDArray[np.object_]) -> tuple[NDArray[np.object_], list[Entry]]:
    """Return the polygons with all vertices on the grid, and what has moved."""
    snapped = polygons.copy()
    xy, index = shapely.get_coordinates(polygons, return_index=True)
    nowhere = index[~np.isfinite(xy).all(axis=1)]
    if len(nowhere):
        reason = reason_of(polygons[nowhere[0]])
        raise InputError("geometry.invalid", feature=str(nowhere[0]), reason=reason)
    off = np.unique(index[(snap(xy) != xy).any(axis=1)])
    if len(off):
        # Noise on either side of a rounding edge must not part what is one vertex.
        on_grid = snap_geometry(weld(polygons[off]))
        snapped[off] = without_repeats(on_grid)
    return snapped, [_snapped(at, polygons[at], snapped[at]) for at in off.tolist()]


def _snapped(index: int, before: shapely.Geometry, after: shapely.Geometry) -> Entry:
    xy = shapely.get_coordinates(before)
    moved = np.hypot(*(snap(xy) - xy).T)
    place = shapely.Point(snap(xy[np.argmax(moved)]))
    # Near the origin, where coordinates are exact to the last digit that an area needs.
    areas: Any = shapely.area(shapely.transform([before, after], lambda at: at - xy[0]))
    change = float(areas[1] - areas[0])
    told = ((index, change),) if change else ()
    return Entry("snapped", (index,), None, place, told, float(moved.max()))
