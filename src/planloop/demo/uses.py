"""What each survey parcel is used for now, and which zone it lies in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.demo.zones import MINING_ZONE, RURAL_ZONE, zones_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.demo.ground import Ground

BARE = ("2306", "2307", "0403")
"""Open ground where nothing is built: bare soil, gravel, sparse grass."""

SHORE, SALT = 700.0, 2_200.0
"""Distances from the lake up to which there are mud flats, and salt flats, m."""

WAVES = (3_700.0, 2_900.0)
"""Lengths over which the open ground changes, m."""

FIXED = {
    "lake": "1702",
    "street": "1207",
    "canal": "1705",
    "bank": "1401",
    "belt": "0304",
    "rail": "1201",
    "road": "1202",
}
MINED_SHARE = 0.06
RURAL_MIX = (("0401", 0.72), ("0301", 0.86), ("0102", 0.93), ("0602", 0.96), ("0703", 1.0))
"""Classes of the rural zone with their shares added up."""

PATCH_CLASS = {
    "built": "100102",
    "town-land": "070102",
    "settlement": "070102",
    "open-in-rural": "2301",
    "farm": "0102",
    "gravel": "2307",
}
"""Classes of the patches that stand for a rule; the others are bare."""

BUILT_PATCHES = ("built", "town-land", "settlement")


@dataclass(frozen=True, slots=True, eq=False)
class Uses:
    """What stands on each parcel; arrays of shape (n,).

    Parameters
    ----------
    land_class, planned
        Current and planned class, not padded; what is not planned stays as it is.
    zone
        Zone code before maintenance.
    built
        Built town land.
    """

    land_class: NDArray[np.object_]
    planned: NDArray[np.object_]
    zone: NDArray[np.object_]
    built: NDArray[np.bool_]


def uses_of(ground: Ground, random: np.random.Generator) -> Uses:
    """Give every parcel its zone, its current and its planned class."""
    count = len(ground.parcels)
    pick = random.uniform(size=count)
    zone = zones_of(ground)
    bare = np.array(BARE, dtype=object)[(pick * len(BARE)).astype(int)]
    land_class = _open_ground(ground, zone, pick)
    for kind, code in FIXED.items():
        land_class[ground.where(kind)] = code
    planned, built = land_class.copy(), np.zeros(count, dtype=bool)
    built[ground.where("street", "canal", "bank")] = True
    for index in ground.where("core", "logistics", "processing", "yard"):
        piece = ground.town.pieces[ground.piece[index]]
        built[index], planned[index] = piece.built, piece.use
        land_class[index] = piece.use if piece.built else bare[index]
    for index in ground.where("patch"):
        use = ground.patches[ground.patch[index]].use
        land_class[index] = planned[index] = PATCH_CLASS.get(use, bare[index])
        built[index] = use in BUILT_PATCHES
    return Uses(land_class, planned, zone, built)


def _open_ground(
    ground: Ground, zone: NDArray[np.object_], pick: NDArray[np.float64]
) -> NDArray[np.object_]:
    """Return the natural class of every parcel: flats at the lake, then steppe and desert."""
    points = ground.points
    shore = shapely.distance(shapely.points(points), ground.lake)
    wave = np.sin(points[:, 0] / WAVES[0]) + np.cos(points[:, 1] / WAVES[1]) + pick - 0.5
    natural = np.select(
        [shore < SHORE, shore < SALT, wave > 0.9, wave > 0.1, wave > -0.8],  # noqa: PLR2004  # bands
        ["0506", "2304", "0403", "2307", "2306"],
        "2305",
    ).astype(object)
    rural = np.flatnonzero(zone == RURAL_ZONE)
    codes = np.array([code for code, _ in RURAL_MIX], dtype=object)
    shares = np.array([share for _, share in RURAL_MIX])
    natural[rural] = codes[np.searchsorted(shares, pick[rural])]
    natural[(zone == MINING_ZONE) & (pick < MINED_SHARE)] = "1002"
    return natural
