"""Noding by definition: fractions, all pairs, all segments in every round."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TypeAlias

Point: TypeAlias = tuple[int, int]
Segment: TypeAlias = tuple[Point, Point]
Place: TypeAlias = tuple[Fraction, Fraction]

HALF = Fraction(1, 2)


def segments_of(walks: list[list[Point]]) -> set[Segment]:
    """Return the distinct segments, the lesser end first; none of them is a point."""
    ends = (ends for walk in walks for ends in pairwise(walk))
    return {(min(one, other), max(one, other)) for one, other in ends if one != other}


def entry(segment: Segment, point: Point) -> tuple[Fraction, bool] | None:
    """Return how far along a segment it enters the pixel of a point, or None if it never does.

    The pixel holds its west and its south side, not the other two, so that the part of the segment
    within has two ends that may or may not belong to it. Where the first does not belong to it the
    second value is True: the segment is in the pixel right after that place.
    """
    first, last = Fraction(0), Fraction(1)
    first_in = last_in = True
    for start, stop, middle in zip(*segment, point, strict=True):
        low, high, way = middle - HALF, middle + HALF, stop - start
        if way == 0:
            if not low <= start < high:
                return None
            continue
        at = (low - start) / way, (high - start) / way
        for bound, inside, begins in ((at[0], True, way > 0), (at[1], False, way < 0)):
            if begins and (bound > first or (bound == first and not inside)):
                first, first_in = bound, inside
            if not begins and (bound < last or (bound == last and not inside)):
                last, last_in = bound, inside
    if first > last or (first == last and not (first_in and last_in)):
        return None
    return first, not first_in


def crossing(one: Segment, other: Segment) -> Place | None:
    """Return where two segments cross between their ends, or None."""
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    across = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if across == 0:
        return None
    one_part = (cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)
    other_part = (cx - ax) * (by - ay) - (cy - ay) * (bx - ax)
    if across < 0:
        across, one_part, other_part = -across, -one_part, -other_part
    if not (0 < one_part < across and 0 < other_part < across):
        return None
    along_one = Fraction(one_part, across)
    return ax + along_one * (bx - ax), ay + along_one * (by - ay)


def rounded(place: Place) -> Point:
    """Return the nearest grid point, halves up."""
    return math.floor(place[0] + HALF), math.floor(place[1] + HALF)


def noded(walks: list[list[Point]]) -> tuple[list[list[Point]], int]:
    """Return closed walks led through all vertices they need, and in how many rounds."""
    rounds = 0
    while True:
        segments = sorted(segments_of(walks))
        hot = {vertex for walk in walks for vertex in walk}
        places = (crossing(one, other) for one, other in combinations(segments, 2))
        hot |= {rounded(place) for place in places if place is not None}
        between = {segment: _between(segment, hot) for segment in segments}
        if not any(between.values()):
            return [_without_repeats(walk) for walk in walks], rounds
        rounds += 1
        walks = [_led(walk, between) for walk in walks]


def _between(segment: Segment, hot: set[Point]) -> list[Point]:
    # A pixel that the segment meets is that of a point less than one step outside its box.
    (west, east), (south, north) = map(sorted, zip(*segment, strict=True))
    near = (p for p in hot if west - 1 < p[0] < east + 1 and south - 1 < p[1] < north + 1)
    entries = ((entry(segment, point), point) for point in near if point not in segment)
    return [point for _, point in sorted((at, point) for at, point in entries if at is not None)]


def _led(walk: list[Point], between: dict[Segment, list[Point]]) -> list[Point]:
    led = walk[:1]
    for one, other in pairwise(walk):
        if one < other:
            led += between[one, other]
        elif other < one:
            led += reversed(between[other, one])
        led.append(other)
    return led


def _without_repeats(walk: list[Point]) -> list[Point]:
    kept = walk[:1] + [point for before, point in pairwise(walk) if before != point]
    return kept if len(kept) > 1 else walk[:1] * 2


def distance(segment: Segment, point: Point) -> Fraction:
    """Return how far a point is from a segment, in x or in y, whichever is more: the least of it.

    The distance along the segment is convex, so its least value is at an end or where the two
    coordinates' distances are equal or one of them is zero.
    """
    (ax, ay), (bx, by) = segment
    u, v, s, t = bx - ax, by - ay, point[0] - ax, point[1] - ay
    at = [Fraction(0), Fraction(1)]
    for way, off in ((u, s), (v, t), (u - v, s - t), (u + v, s + t)):
        if way:
            at.append(min(max(Fraction(off, way), Fraction(0)), Fraction(1)))
    return min(max(abs(s - part * u), abs(t - part * v)) for part in at)
