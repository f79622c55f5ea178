"""A line that cuts a part of a given area off a polygon, from vertex to vertex.

The line begins and ends at vertices that the outline has already, so that no neighbour gets one. In
between it runs parallel to the chord of its ends, at the distance that gives the area; towards the
ends it runs along the bisectors of the corners, as an inset of the outline does::

    A───────────────B      the outline that the part keeps
     ╲             ╱
      P─────V─────Q        the cut; V is the vernier

Rounding P and Q to the grid costs some hundredths of a square metre. V makes up for them: moved by
a few steps across *and* along the line, it changes the area in far smaller steps than one of P
would. Where the line runs along an axis, Q slides along it by a few steps instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.area import area
from planloop.geometry.grid import STEP, snap
from planloop.geometry.split import INSIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLOSE = 0.005
"""So far from the wanted area a part may be, m²: half of 0.01 m²."""

SHORTEST = 0.1
"""The parallel stretch has at least this share of the chord: a shorter one is no lever for V."""

TRIED = 60
"""Places, those with the shortest line first, at which a cut is drawn and checked."""

HALVINGS = 40
REACH = 12
"""The vernier is looked for so many steps round its place, on both axes."""

SLIDES = np.array([0, 1, -1, 2, -2, 4, -4, 8, -8, 16, -16, 32, -32])
"""By how many steps Q may slide along the line."""

WEIGHED, ROUNDS = 24, 2
"""Places of the vernier whose official area is worked out, and how often it is aimed anew."""

ROUNDING = 20.0 * STEP
"""So much nearer than the clearance rounding and the vernier may bring the cut, m."""

ARRAYS = ("start", "stop", "length", "base", "ahead", "back")


@dataclass(frozen=True, slots=True, eq=False)
class CutOff:
    """A part that is cut off.

    Parameters
    ----------
    line
        The cut, on the grid; its ends are vertices of the polygon's shell.
    part
        What it cuts off, the outline before and then the cut.
    area
        Official area of the part, m².
    """

    line: shapely.LineString
    part: shapely.Polygon
    area: float


@dataclass(frozen=True, slots=True, eq=False)
class _Chains:
    """Stretches of a shell that runs counter-clockwise, by their ends; arrays of shape (k,).

    Parameters
    ----------
    ring
        Vertices of the shell, the first not repeated, shape (n, 2).
    start, stop
        Index of the first and last vertex.
    length
        Length of the chord, m.
    base
        Planar area between the stretch and its chord, m², negative where the chord runs outside.
    ahead
        Cotangents of the angles between the chord and the bisectors at its ends, on the polygon's
        side of the chord, shape (k, 2).
    back
        The same on the side of the stretch.
    """

    ring: NDArray[np.float64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    length: NDArray[np.float64]
    base: NDArray[np.float64]
    ahead: NDArray[np.float64]
    back: NDArray[np.float64]


def cut_off(
    polygon: shapely.Polygon,
    along: NDArray[np.bool_],
    wanted: float,
    *,
    epsg: int,
    clearance: float,
) -> CutOff | None:
    """Cut a part of a given official area off a polygon.

    Parameters
    ----------
    polygon
        A valid polygon on the grid.
    along
        Edges of the shell, in its order, that the part may keep, shape (n,). It keeps a connected
        stretch of them and nothing else of the outline.
    wanted
        Area of the part, m².
    epsg
        CRS of the polygon, a 3° Gauss-Krüger zone.
    clearance
        The parallel stretch of the cut keeps at least so far off the outline, m.

    Returns
    -------
    CutOff or None
        Of the cuts that reach the area within :data:`CLOSE`, the one with the shortest line among
        those that were tried; None where there is none.
    """
    whole = float(area(np.array([polygon], dtype=object), epsg=epsg)[0])
    planar = float(shapely.area(polygon))
    if not (0.0 < wanted < whole and along.any() and planar > 0.0):
        return None
    chains = _chains(polygon, along)
    scale = planar / whole
    length, depth = _drawn(chains, np.full(len(chains.start), wanted * scale))
    possible = np.flatnonzero(np.isfinite(length) & (np.abs(depth) >= clearance))
    outline = shapely.boundary(polygon)
    shapely.prepare(polygon)
    for place in possible[np.lexsort((possible, np.round(length[possible], 4)))][:TRIED]:
        found = _at(chains, int(place), wanted, scale, epsg)
        if found is not None and _runs_inside(found, polygon, outline, clearance):
            return found
    return None


def least_part(polygon: shapely.Polygon, along: NDArray[np.bool_], clearance: float) -> float:
    """Return the least area that can be cut off so that it is as wide as the clearance, m².

    By the plane, of stretches that are straight or bend outwards; infinite where there is none. A
    part that much larger may still not fit: what else lies in the polygon is not looked at.
    """
    if not along.any():
        return np.inf
    chains = _chains(polygon, along)
    narrowest = chains.length - clearance * chains.ahead.sum(axis=1) >= SHORTEST * chains.length
    lost = clearance * chains.ahead.sum(axis=1) / 2.0
    sizes = chains.base + clearance * (chains.length - lost)
    sizes = sizes[narrowest & (chains.base >= 0.0)]
    return float(sizes.min(initial=np.inf))


def _chains(polygon: shapely.Polygon, along: NDArray[np.bool_]) -> _Chains:
    """Return every stretch of edges that the part may keep, each between two different vertices."""
    ring = shapely.get_coordinates(shapely.get_exterior_ring(polygon))[:-1]
    if not shapely.is_ccw(shapely.get_exterior_ring(polygon)):
        # Edge i runs from vertex i to the next; backwards it is the one before vertex i.
        ring, along = ring[::-1], np.roll(along[::-1], -1)
    count = len(ring)
    pairs = [
        (start, (start + size) % count)
        for start in range(count)
        for size in range(1, _run(along, start) + 1)
    ]
    start, stop = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    chord = ring[stop] - ring[start]
    turn = np.arctan2(chord[:, 1], chord[:, 0])
    first, last = ring[start], ring[stop]
    before, after = ring[start - 1], ring[(stop + 1) % count]
    leaves, comes = ring[(start + 1) % count], ring[stop - 1]
    corners = [
        (_angle(before - first) - turn, turn + np.pi - _angle(after - last)),
        (turn - _angle(leaves - first), _angle(comes - last) - turn - np.pi),
    ]
    ahead, back = (_cotangent(np.stack(pair, axis=1)) for pair in corners)
    return _Chains(ring, start, stop, np.hypot(*chord.T), _areas(ring, start, stop), ahead, back)


def _run(along: NDArray[np.bool_], start: int) -> int:
    """Return how many edges from a vertex on may be kept; of all, all but one."""
    barred = np.flatnonzero(~np.roll(along, -start))
    return int(barred[0]) if len(barred) else len(along) - 1


def _areas(
    ring: NDArray[np.float64], start: NDArray[np.int64], stop: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the planar area between each stretch and its chord."""
    near = ring - ring[0]
    double = np.concatenate([near, near, near[:1]])
    swept = np.concatenate([[0.0], np.cumsum(_cross(double[:-1], double[1:]))])
    last = np.where(stop > start, stop, stop + len(ring))
    size: NDArray[np.float64] = swept[last] - swept[start] + _cross(near[stop], near[start])
    return size / 2.0


def _cross(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]
    return product


def _angle(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.arctan2(vector[:, 1], vector[:, 0])


def _cotangent(corner: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cotangent of half of each corner; of those over 180°, that of a right angle."""
    half = np.minimum(np.mod(corner, 2.0 * np.pi) / 2.0, np.pi / 2.0)
    return np.cos(half) / np.maximum(np.sin(half), 1e-9)


def _drawn(
    chains: _Chains, planar: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the length of the line that cuts off a planar area, and its depth, shape (k,).

    The depth is negative on the side of the stretch. Both are NaN where the trapezium has not so
    much room.
    """
    missing = planar - chains.base
    cotangents = np.where(missing >= 0.0, chains.ahead.sum(axis=1), chains.back.sum(axis=1))
    size, length = np.abs(missing), chains.length
    with np.errstate(invalid="ignore"):
        root = np.sqrt(length * length - 2.0 * cotangents * size)
    depth = 2.0 * size / (length + root)
    parallel = length - depth * cotangents
    ends = np.hypot(depth, depth * cotangents / 2.0)
    line = np.where(parallel >= SHORTEST * length, parallel + 2.0 * ends, np.nan)
    return line, np.where(np.isfinite(line), np.copysign(depth, missing), np.nan)


def _at(chains: _Chains, place: int, wanted: float, scale: float, epsg: int) -> CutOff | None:
    """Return the cut along one stretch, the vernier in it; None where it misses the area."""
    start, stop = int(chains.start[place]), int(chains.stop[place])
    count = (stop - start) % len(chains.ring) + 1
    kept = np.roll(chains.ring, -start, axis=0)[:count]
    one = _Chains(chains.ring, *(getattr(chains, name)[[place]] for name in ARRAYS))

    def part(line: NDArray[np.float64]) -> shapely.Polygon:
        return shapely.Polygon(np.concatenate([kept, line[::-1]]))

    def sizes(lines: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        return area(np.array([part(line) for line in lines], dtype=object), epsg=epsg)

    # The plane says where; over one polygon the ellipsoid differs from it by less than this.
    slack = 1e-4 * wanted + CLOSE
    low, high = (wanted - slack) * scale, (wanted + slack) * scale
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        line = _parallel(one, middle)
        if line is None:
            return None
        smaller = sizes([line])[0] < wanted
        low, high = (middle, high) if smaller else (low, middle)
    line = _parallel(one, (low + high) / 2.0)
    if line is None:
        return None
    first, last = snap(line)
    off = (wanted - float(sizes([np.array([first, last])])[0])) * scale
    best: tuple[float, NDArray[np.float64]] | None = None
    for _ in range(ROUNDS):
        lines = _with_vernier(np.array([first, last, kept[-1]]), off, chains.length[place])
        if not lines:
            return None
        errors = sizes(lines) - wanted
        nearest = int(np.argmin(np.abs(errors)))
        if best is None or abs(errors[nearest]) < abs(best[0]):
            best = float(errors[nearest]), lines[nearest]
        # Each vertex is rounded to 1e-6″, the points of long edges too: V changes where these lie.
        off -= float(np.median(errors)) * scale
    if best is None or abs(best[0]) > CLOSE:
        return None
    cut = np.concatenate([kept[:1], best[1], kept[-1:]])
    return CutOff(shapely.LineString(cut), part(best[1]), wanted + best[0])


def _parallel(chain: _Chains, planar: float) -> NDArray[np.float64] | None:
    """Return P and Q of the cut that leaves a planar area, shape (2, 2)."""
    _, depth = _drawn(chain, np.array([planar]))
    if not np.isfinite(depth[0]):
        return None
    first, last = chain.ring[chain.start[0]], chain.ring[chain.stop[0]]
    ahead = (last - first) / chain.length[0]
    across = np.array([-ahead[1], ahead[0]]) * depth[0]
    inwards = abs(depth[0]) * (chain.ahead if depth[0] >= 0.0 else chain.back)[0]
    return np.array([first + across + ahead * inwards[0], last + across - ahead * inwards[1]])


def _with_vernier(bend: NDArray[np.float64], off: float, scale: float) -> list[NDArray[np.float64]]:
    """Return the lines P, V, Q that come nearest to an area, each of shape (3, 2).

    Parameters
    ----------
    bend
        P, Q and the end of the line, shape (3, 2).
    off
        Planar area that is missing with P and Q alone, m²; it lies to the left of the way to Q.
    scale
        Length of the chord, m: a vernier moves the line by less than a hundredth of it.
    """
    first, last, end = bend
    way = last - first
    length = float(np.hypot(*way))
    if length <= 0.0 or abs(2.0 * off / length) > scale / 100.0 + REACH * STEP:
        return []
    ahead = way / length
    middle = (first + last) / 2.0 + np.array([-ahead[1], ahead[0]]) * (2.0 * off / length)
    steps = np.arange(-REACH, REACH + 1) * STEP
    places = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 1, 2)
    places = snap(middle + places)
    # A line along an axis: V changes the area by whole steps alone, Q by parts of one.
    lasts = snap(last + ahead * (SLIDES * STEP)[:, np.newaxis])[np.newaxis]
    gained = _cross(places - first, lasts - places) + _cross(lasts - first, end - lasts)
    gained = (_cross(way, end - last) - gained) / 2.0
    order = np.argsort(np.abs(gained - off), axis=None, kind="stable")[:WEIGHED]
    vernier, slide = np.unravel_index(order, gained.shape)
    return [
        np.array([first, places[one, 0], lasts[0, other]])
        for one, other in zip(vernier, slide, strict=True)
    ]


def _runs_inside(
    found: CutOff, polygon: shapely.Polygon, outline: shapely.Geometry, clearance: float
) -> bool:
    """Return whether a cut runs inside but for its ends, and leaves room on both sides."""
    parallel = shapely.LineString(shapely.get_coordinates(found.line)[1:-1])
    return bool(
        shapely.relate_pattern(found.line, polygon, INSIDE)
        and shapely.is_simple(found.line)
        and shapely.is_valid(found.part)
        # The line may run round a hole, which is no part of the polygon.
        and shapely.covers(polygon, found.part)
        and shapely.distance(parallel, outline) >= clearance - ROUNDING
    )
