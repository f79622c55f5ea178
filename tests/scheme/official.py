"""The official area of a polygon, worked out with 50 digits and nothing of planloop's.

The rule is that of 国土调查办发〔2008〕32号: edges straight in the Gauss plane, longer ones cut to
at most 70 m; coordinates to 4 decimals of a metre; the printed inversion with the printed constants
of CGCS2000; latitude and longitude to 6 decimals of a second. Where the rule sums a series, this
takes the closed integral of the ellipsoid's area between the equator and a parallel.
"""

from __future__ import annotations

import itertools
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import mpmath
import shapely
from mpmath import mpf

if TYPE_CHECKING:
    from collections.abc import Iterable

mpmath.mp.dps = 50

B = mpf("6356752.31414036")
E2 = mpf("6.69438002290e-3")
E2_PRIME = mpf("6.73949677548e-3")
C = mpf("6399593.62586")
K0 = mpf("1.57048761144159e-7")
K1 = mpf("5.05250178820567e-3")
K2 = mpf("2.98472900956587e-5")
K3 = mpf("2.41626669230084e-7")
K4 = mpf("2.22241238938534e-9")
RHO = mpf("206264.8062471")
E = mpmath.sqrt(E2)
LONGEST = 70


def _decimals(value: mpf, places: int) -> mpf:
    step = Decimal(1).scaleb(-places)
    text = mpmath.nstr(value, 40, strip_zeros=False)
    return mpf(str(Decimal(text).quantize(step, rounding=ROUND_HALF_UP)))


def _inverse(x: mpf, y: mpf) -> tuple[mpf, mpf]:
    """Return latitude and longitude from the central meridian, radians."""
    arc = K0 * y
    s, c = mpmath.sin(arc), mpmath.cos(arc)
    foot = arc + c * (K1 * s - K2 * s**3 + K3 * s**5 - K4 * s**7)
    t, eta2 = mpmath.tan(foot), E2_PRIME * mpmath.cos(foot) ** 2
    v = mpmath.sqrt(1 + eta2)
    r = (x - 500_000) * v / C
    latitude = (
        foot
        - v**2 * t * r**2 / 2
        + (5 + 3 * t**2 + eta2 - 9 * eta2 * t**2) * v**2 * t * r**4 / 24
        - (61 + 90 * t**2 + 45 * t**4) * v**2 * t * r**6 / 720
    )
    longitude = (
        r
        - (1 + 2 * t**2 + eta2) * r**3 / 6
        + (5 + 28 * t**2 + 24 * t**4 + 6 * eta2 + 8 * eta2 * t**2) * r**5 / 120
    ) / mpmath.cos(foot)
    return latitude, longitude


def _strip(latitude: mpf) -> mpf:
    """Return the ellipsoid's area from the equator to a parallel, for one radian of longitude."""
    s = mpmath.sin(latitude)
    bend = mpmath.log((1 + E * s) / (1 - E * s)) / (2 * E)
    return B**2 / 2 * (s / (1 - E2 * s**2) + bend)


def _points(ring: shapely.LinearRing) -> Iterable[tuple[mpf, mpf]]:
    corners = [(mpf(f"{x:.4f}"), mpf(f"{y:.4f}")) for x, y in ring.coords]
    for (x0, y0), (x1, y1) in itertools.pairwise(corners):
        # Both sides of a shared edge get the same points: counted from its lower end.
        low, high = sorted([(x0, y0), (x1, y1)])
        length = mpmath.hypot(high[0] - low[0], high[1] - low[1])
        parts = int(length / LONGEST) + 1 if length > LONGEST else 1
        inner = [
            (
                _decimals(low[0] + (high[0] - low[0]) * k / parts, 4),
                _decimals(low[1] + (high[1] - low[1]) * k / parts, 4),
            )
            for k in range(1, parts)
        ]
        yield x0, y0
        yield from inner if (x0, y0) == low else reversed(inner)
    yield corners[-1]


def _ring_area(ring: shapely.LinearRing) -> mpf:
    total = mpf(0)
    before: tuple[mpf, mpf] | None = None
    for x, y in _points(ring):
        latitude, longitude = _inverse(x, y)
        place = (
            _decimals(latitude * RHO, 6) / RHO,
            _decimals(longitude * RHO, 6) / RHO,
        )
        if before is not None:
            mean = (before[1] + place[1]) / 2
            total += (_strip(place[0]) - _strip(before[0])) * mean
        before = place
    return abs(total)


def official_area(shape: shapely.Polygon | shapely.MultiPolygon) -> mpf:
    """Return the official area in m², not rounded, of a polygon in a Gauss-Krüger zone."""
    total = mpf(0)
    for part in shapely.get_parts(shape):
        total += _ring_area(part.exterior) - sum(_ring_area(hole) for hole in part.interiors)
    return total
