"""The 0.1 mm coordinate grid on which all geometry lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 1e-4
"""Grid step in metres."""

SCALE = 1e4
"""Grid steps per metre."""


def snap(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return metre coordinates of any shape moved to the nearest grid point.

    Every layer goes through this very expression: ``k / 1e4`` and ``k * 1e-4`` differ in the last
    bit, and coverages that mix them stop matching. Negative zero becomes zero.
    """
    return np.rint(coordinates * SCALE) / SCALE + 0.0


def snap_geometry(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries, shape (n,), with every vertex on the grid."""
    snapped: NDArray[np.object_] = shapely.transform(geometries, snap)
    return snapped


def to_steps(coordinates: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return metre coordinates as whole grid steps."""
    return np.rint(coordinates * SCALE).astype(np.int64)
