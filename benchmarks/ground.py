"""The ground of the benchmarks' survey: a county's outline, and smooth random fields over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

EPSG = 4537
"""The plane of all layers, a 3° Gauss-Krüger zone of CGCS2000."""

CENTRE = np.array([540_000.0, 4_885_000.0])
AREA = 1.2e9
"""Area of the county, m²."""


def lobes(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far the county reaches in a direction, as a multiple of its mean reach."""
    wide = 0.16 * np.sin(2 * angle + 0.7) + 0.09 * np.sin(3 * angle + 2.0)
    return 1.0 + wide + 0.05 * np.sin(7 * angle + 1.0) + 0.02 * np.sin(17 * angle)


_ANGLES = np.linspace(0.0, 2.0 * np.pi, 20_001)
REACH = float(np.sqrt(AREA / (np.mean(lobes(_ANGLES[:-1]) ** 2) * np.pi)))
"""Mean distance from the centre to the outline, m."""

FARTHEST = float(REACH * lobes(_ANGLES).max())
"""Largest distance from the centre to the outline, m."""


def within(points: NDArray[np.float64], widened: float = 1.0) -> NDArray[np.bool_]:
    """Return which points, shape (n, 2), lie in the county, its outline widened by a factor."""
    x, y = (points - CENTRE).T
    inside: NDArray[np.bool_] = np.hypot(x, y) < widened * REACH * lobes(np.arctan2(y, x))
    return inside


def anywhere(count: int, random: np.random.Generator, widened: float = 1.0) -> NDArray[np.float64]:
    """Return uniform random points of the county, widened by a factor, shape (count, 2)."""
    found = np.empty((0, 2))
    while len(found) < count:
        points = CENTRE + random.uniform(-widened * FARTHEST, widened * FARTHEST, (2 * count, 2))
        found = np.concatenate([found, points[within(points, widened)]])
    return found[:count]


def field(
    points: NDArray[np.float64], scale: float, random: np.random.Generator
) -> NDArray[np.float64]:
    """Return a smooth random function of variance 1 at points, shape (n,).

    Parameters
    ----------
    points
        Shape (n, 2).
    scale
        Typical length of its waves, m.
    random
        Draws the waves.
    """
    waves = 24
    vectors = random.normal(size=(waves, 2)) * 2.0 * np.pi / scale
    phases = random.uniform(0.0, 2.0 * np.pi, waves)
    total = np.zeros(len(points))
    for vector, phase in zip(vectors, phases, strict=True):
        total += np.sin((points - CENTRE) @ vector + phase)
    return np.asarray(total / np.sqrt(waves / 2.0), dtype=np.float64)
