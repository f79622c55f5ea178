"""The planning zones: redline, mining and energy, rural, town; the rest is ecological control."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.demo.ground import Ground

REDLINE, MINING, RURAL = 310e6, 45e6, 60e6
"""Areas of the redline, of the mining and energy zone and of the rural zone, m²."""

MINING_AT = np.array([441_000.0, 4_975_500.0])
RURAL_AT = np.array([381_300.0, 4_984_500.0])

SHORE_WAVE, ZONE_WAVE, WAVE_LENGTH = 450.0, 1_100.0, 2_900.0
"""How far a zone's edge wanders off the even distance, and over what length, m."""

ECOLOGICAL, REDLINE_ZONE, MINING_ZONE, RURAL_ZONE = "200", "100", "700", "500"
TOWN, SPECIAL = "410", "430"
TOWN_KINDS = ("core", "logistics", "processing", "yard", "street", "canal", "bank", "patch")


def zones_of(ground: Ground) -> NDArray[np.object_]:
    """Return the zone code of every parcel before maintenance, shape (n,)."""
    points, size = ground.points, ground.size
    wave = np.sin(points[:, 0] / WAVE_LENGTH) + np.cos(points[:, 1] / WAVE_LENGTH * 1.3)
    zone = np.full(len(points), ECOLOGICAL, dtype=object)
    lake = ground.kind == "lake"
    zone[lake] = REDLINE_ZONE
    free = ground.kind == "open"
    shore = shapely.distance(shapely.points(points), ground.lake) + wave * SHORE_WAVE
    zone[_nearest(shore, free, size, REDLINE - float(size[lake].sum()))] = REDLINE_ZONE
    for code, place, wanted in (
        (MINING_ZONE, MINING_AT, MINING),
        (RURAL_ZONE, RURAL_AT, RURAL),
    ):
        free &= zone == ECOLOGICAL
        far = np.hypot(*(points - place).T) + wave * ZONE_WAVE
        zone[_nearest(far, free, size, wanted)] = code
    zone[np.isin(ground.kind, TOWN_KINDS)] = TOWN
    zone[ground.kind == "belt"] = SPECIAL
    return zone


def _nearest(
    distance: NDArray[np.float64],
    free: NDArray[np.bool_],
    size: NDArray[np.float64],
    wanted: float,
) -> NDArray[np.int64]:
    """Return the nearest free parcels that together have the wanted area."""
    order = np.argsort(np.where(free, distance, np.inf), kind="stable")[: int(free.sum())]
    return order[np.cumsum(size[order]) <= wanted]
