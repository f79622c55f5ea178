"""How much the issued quota lets the boundary grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.errors import SettingsError
from planloop.geometry.area import area_dm2
from planloop.plan.code_fields import ZONE_CODE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.situation import Situation

SPECIAL = "430"
"""The special-use part of the boundary, which M2 does not count."""


@dataclass(frozen=True, slots=True)
class Room:
    """What the quota leaves, dm²; negative where the boundary must shrink.

    Parameters
    ----------
    growth
        Largest growth of the boundary.
    counted_growth
        Largest growth of the land that the binding reading of the multiple counts, None where it
        counts none.
    """

    growth: int
    counted_growth: int | None


def room(situation: Situation) -> Room:
    """Return how much the issued quota lets the boundary grow.

    The total may not exceed the issued area, nor the binding reading of the expansion multiple the
    issued one: M1 counts the whole boundary, M2 its concentrated and elastic parts, both over the
    base-year town construction land; M4 is the issued area alone. The issued area is held against
    the larger of the two ledgers, that of the faces and that of the features' own areas.

    Raises
    ------
    SettingsError
        The binding reading is M3, which needs statistics that a plan does not hold.
    """
    quota = situation.plan.quota
    if quota.multiple_reading == "M3":
        raise SettingsError("boundary.no-multiple", reading=quota.multiple_reading)
    layer = situation.plan.layer(situation.settings.roles.boundary)
    sizes = area_dm2(layer.geometry, epsg=situation.fabric.epsg)
    held = max(situation.area(np.flatnonzero(situation.inside)), int(sizes.sum()))
    growth = quota.issued_area - held
    if quota.multiple_reading == "M4":
        return Room(growth, None)
    parts = counts(situation, layer.values(ZONE_CODE))
    faces = np.flatnonzero(situation.inside & counts(situation, situation.sub_zone))
    counted = max(situation.area(faces), int(sizes[parts].sum()))
    return Room(growth, quota.multiple_area - counted)


def counts(situation: Situation, part: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return whether the binding reading of the multiple counts land of a part, shape (n,)."""
    reading = situation.plan.quota.multiple_reading
    if reading == "M2":
        return np.asarray(part != SPECIAL, dtype=bool)
    return np.full(len(part), reading == "M1")
