"""Areas on the CGCS2000 ellipsoid to 50 digits, by closed forms that the product does not use.

The transverse Mercator projection is the analytic continuation of the meridian arc: for complex
latitude φ, ``M(φ) = northing + i easting`` (M by the elliptic integral) and
``ψ(φ) = isometric latitude + i longitude``. Area follows by Green's theorem from the closed form of
the area between the equator and a parallel; along an edge that is straight in the plane it is
integrated by Gauss-Legendre.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mpmath as mp

if TYPE_CHECKING:
    from collections.abc import Sequence

mp.mp.dps = 50
A = mp.mpf(6378137)
FLATTENING = 1 / mp.mpf("298.257222101")
E2 = FLATTENING * (2 - FLATTENING)
E = mp.sqrt(E2)
B = A * (1 - FLATTENING)


def zone_area(latitude: Any) -> Any:  # noqa: ANN401  # mpmath has no types
    """Return the area between the equator and a parallel over one radian of longitude, m²."""
    sine = mp.sin(latitude)
    return B**2 / 2 * (sine / (1 - E2 * sine**2) + mp.atanh(E * sine) / E)


def cell_area(south: str, north: str, width: str) -> Any:  # noqa: ANN401  # mpmath has no types
    """Return the area between two parallels over a width of longitude; degrees, m²."""
    low, high, wide = (mp.radians(mp.mpf(text)) for text in (south, north, width))
    return wide * (zone_area(high) - zone_area(low))


def arc(latitude: Any) -> Any:  # noqa: ANN401  # mpmath has no types
    """Return the meridian arc from the equator, metres."""
    sine, cosine = mp.sin(latitude), mp.cos(latitude)
    chord = sine * cosine / mp.sqrt(1 - E2 * sine**2)
    return A * (mp.ellipe(latitude, E2) - E2 * chord)


def isometric(latitude: Any) -> Any:  # noqa: ANN401  # mpmath has no types
    """Return the isometric latitude."""
    sine = mp.sin(latitude)
    return mp.atanh(sine) - E * mp.atanh(E * sine)


def inverse(east: Any, north: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401  # mpmath has no types
    """Return latitude, longitude and the complex latitude; easting from the central meridian."""
    goal = mp.mpc(north, east)
    complex_latitude = goal / arc(mp.pi / 2) * mp.pi / 2
    for _ in range(8):
        root = mp.sqrt(1 - E2 * mp.sin(complex_latitude) ** 2)
        slope = A * (1 - E2) / root**3
        complex_latitude -= (arc(complex_latitude) - goal) / slope
    image = isometric(complex_latitude)
    latitude = mp.re(complex_latitude)
    for _ in range(8):
        slope = (1 - E2) / ((1 - E2 * mp.sin(latitude) ** 2) * mp.cos(latitude))
        latitude -= (isometric(latitude) - mp.re(image)) / slope
    return latitude, mp.im(image), complex_latitude


def ring_area(ring: Sequence[tuple[float, float]], false_easting: float = 500_000.0) -> Any:  # noqa: ANN401  # mpmath has no types
    """Return the area of a ring whose edges are straight in the Gauss plane, m².

    Parameters
    ----------
    ring
        Closed ring of easting and northing, metres; edges of a few kilometres at most.
    false_easting
        Easting of the central meridian.
    """
    total = mp.mpf(0)
    nodes = mp.calculus.quadrature.GaussLegendre(mp.mp).calc_nodes(2, 200)
    for start, end in pairwise(ring):
        origin = mp.mpc(mp.mpf(start[1]), mp.mpf(start[0]) - mp.mpf(false_easting))
        step = mp.mpc(mp.mpf(end[1]), mp.mpf(end[0]) - mp.mpf(false_easting)) - origin
        for node, weight in nodes:
            place = origin + step * (1 + node) / 2
            latitude, _, complex_latitude = inverse(mp.im(place), mp.re(place))
            root = mp.sqrt(1 - E2 * mp.sin(complex_latitude) ** 2)
            turn = mp.im(root / (A * mp.cos(complex_latitude)) * step) / 2
            total -= weight * zone_area(latitude) * turn
    return abs(total)
