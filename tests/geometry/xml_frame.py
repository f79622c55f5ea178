"""Numbers of the XML suites, which have no unit, as metres of a plane on our grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.grid import SCALE, STEP, snap
from planloop.geometry.loops.rings import POLYGON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WIDE = 5e9
"""Grid steps, 500 km, that a case is spread over at most: the wider, the stricter the judgement."""

EXACT = 9e15
"""Whole numbers up to here are floating numbers, too."""

DIGITS = 17
"""More decimals than a floating number has."""

CORNER = np.array([2_500_000_000, 40_000_000_000])
"""Where the south-west corner comes to lie, grid steps: inside a Gauss-Krüger zone."""


@dataclass(frozen=True)
class Frame:
    """An affine map from a suite's numbers to metres.

    Parameters
    ----------
    decimals
        Numbers times ten to this power are whole, or as good as a floating number allows.
    steps
        Grid steps for each of these wholes; a power of ten.
    corner
        The wholes of the south-west corner, shape (2,).
    exact
        Whether every number becomes a point of the grid without being rounded.
    """

    decimals: int
    steps: int
    corner: NDArray[np.int64]
    exact: bool

    @classmethod
    def of(cls, geometries: Sequence[shapely.Geometry], cell: float | None = None) -> Frame | None:
        """Return the widest frame for some geometries, None where a number is not finite.

        Parameters
        ----------
        geometries
            What should lie in the frame.
        cell
            A grid step should be this wide; None for the frame that is widest.
        """
        numbers = shapely.get_coordinates(list(geometries))
        if not np.isfinite(numbers).all():
            return None
        low = numbers.min(axis=0, initial=np.inf) if len(numbers) else np.zeros(2)
        extent = float(np.ptp(numbers, axis=0).max()) if len(numbers) else 0.0
        if cell is None:
            most = max(float(np.abs(numbers).max(initial=0.0)), 1e-6)
            power = int(np.floor(np.log10(min(WIDE / max(extent, 1e-6), EXACT / most))))
        else:
            power = -round(float(np.log10(cell)))
        decimals = next((d for d in range(-3, DIGITS) if _whole(numbers, d)), DIGITS)
        exact = decimals <= power
        decimals = min(decimals, power)
        corner = np.rint(low * 10.0**decimals).astype(np.int64)
        return cls(decimals, 10 ** (power - decimals), corner, exact)

    @property
    def step(self) -> float:
        """Return the suite's number for the width of a grid step."""
        return float(10.0**-self.decimals / self.steps)

    def metres(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """Return a geometry of the suite in metres, on the grid."""
        return shapely.transform(geometry, self._on_grid)

    def repaired(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """Return a valid geometry of the suite in metres, on the grid, and valid there, too."""
        try:
            return shapely.set_precision(self.unrounded(geometry), STEP)
        except shapely.errors.GEOSException:
            # Its algorithm sometimes fails on what is worth being tested: another one.
            repaired = self.metres(geometry)
            while not shapely.is_valid(repaired):
                whole = shapely.make_valid(repaired, method="structure")
                repaired = shapely.transform(areas_of(whole), snap)
            return repaired

    def _on_grid(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        wholes = np.rint(_times(numbers, self.decimals)).astype(np.int64)
        return np.asarray(((wholes - self.corner) * self.steps + CORNER) / SCALE)

    def unrounded(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """Return a geometry of the suite in metres, wherever it lies on the grid."""
        return shapely.transform(
            geometry,
            lambda numbers: (
                ((_times(numbers, self.decimals) - self.corner) * self.steps + CORNER) / SCALE
            ),
        )


def _times(numbers: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    # A power of ten with a negative exponent is no floating number, its inverse is one.
    times: NDArray[np.float64]
    times = numbers * 10.0**decimals if decimals >= 0 else numbers / 10.0**-decimals
    return times


def _whole(numbers: NDArray[np.float64], decimals: int) -> bool:
    """Return whether the numbers have at most so many decimals, as they would be printed."""
    wholes = np.rint(_times(numbers, decimals))
    return bool((_times(wholes, -decimals) == numbers).all())


def areas_of(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return a geometry without the lines and points among its parts."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == POLYGON])
