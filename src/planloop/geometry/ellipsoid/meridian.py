"""The area between parallels by the five-term series, precise for the smallest and largest areas.

The official rule (国土调查办发〔2008〕32号) gives the area between two parallels B1, B2 and two
meridians ΔL apart as ``2 b² ΔL Σ ± c_m sin(m (B2 - B1) / 2) cos(m (B1 + B2) / 2)``, m = 1, 3, 5,
7, 9. That is ``b² ΔL (G(B2) - G(B1))`` with ``G(B) = Σ ± c_m sin(m B)``. Here G counts from a
latitude of reference, so that the difference of two near values keeps all its digits.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # a field of a named tuple

from planloop.geometry.loops.compiled import compiled

DEGREE = 8
NEAR = 0.02
"""Radians up to which the polynomial of :data:`DEGREE` is exact to the last bit: the first term
left out is 7e-5 times the 9th power."""


class Reference(NamedTuple):
    """A latitude that areas count from.

    Parameters
    ----------
    series
        Coefficients of the ellipsoid's series, with their signs, shape (5,).
    latitude
        The latitude, radians, shape (1,).
    taylor
        Coefficients of G about the latitude, shape (DEGREE + 1,); the first is 0.
    """

    series: NDArray[np.float64]
    latitude: NDArray[np.float64]
    taylor: NDArray[np.float64]


def coefficients(e2: float) -> NDArray[np.float64]:
    """Return A, -B, C, -D, E of the series for an eccentricity squared, shape (5,)."""
    return np.array(
        [
            1.0 + 3 / 6 * e2 + 30 / 80 * e2**2 + 35 / 112 * e2**3 + 630 / 2304 * e2**4,
            -(1 / 6 * e2 + 15 / 80 * e2**2 + 21 / 112 * e2**3 + 420 / 2304 * e2**4),
            3 / 80 * e2**2 + 7 / 112 * e2**3 + 180 / 2304 * e2**4,
            -(1 / 112 * e2**3 + 45 / 2304 * e2**4),
            5 / 2304 * e2**4,
        ]
    )


def reference(series: NDArray[np.float64]) -> Reference:
    """Return a reference for a series of coefficients, still to be put at a latitude."""
    return Reference(series, np.zeros(1), np.zeros(DEGREE + 1))


@compiled
def put(at: Reference, latitude: float) -> None:
    """Put a reference at a latitude, radians."""
    series, taylor = at.series, at.taylor
    at.latitude[0] = latitude
    sine, cosine = math.sin(latitude), math.cos(latitude)
    double = 2.0 * (cosine * cosine - sine * sine)
    before_sine, before_cosine = -sine, cosine
    taylor[:] = 0.0
    for m in range(len(series)):
        multiple = 2.0 * m + 1.0
        # The k-th derivative of sin(mB) over k!.
        factor = series[m]
        for k in range(1, DEGREE + 1):
            factor *= multiple / k
            wave = cosine if k % 2 else sine
            taylor[k] += -factor * wave if k // 2 % 2 else factor * wave
        sine, before_sine = double * sine - before_sine, sine
        cosine, before_cosine = double * cosine - before_cosine, cosine


@compiled
def near_rise(c: NDArray[np.float64], above: float) -> float:
    """Return the rise by the coefficients about a reference that is not far: see :func:`rise`."""
    high = c[5] + above * (c[6] + above * (c[7] + above * c[8]))
    low = c[1] + above * (c[2] + above * (c[3] + above * (c[4] + above * high)))
    return float(above * low)


@compiled
def rise(at: Reference, above: float) -> float:
    """Return G at a latitude less G at the reference.

    Parameters
    ----------
    above
        The latitude less the reference's, radians.
    """
    if abs(above) <= NEAR:
        return near_rise(at.taylor, above)
    total = 0.0
    for m in range(len(at.series)):
        multiple = 2.0 * m + 1.0
        middle = at.latitude[0] + above / 2.0
        total += at.series[m] * math.sin(multiple * above / 2.0) * math.cos(multiple * middle)
    return 2.0 * total
