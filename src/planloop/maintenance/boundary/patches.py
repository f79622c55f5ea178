"""The patches of the boundary, and which of them are scattered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """One connected patch of the boundary.

    Parameters
    ----------
    number
        Number of the patch, in the order of its first face.
    faces
        Face indices.
    area
        Area, dm².
    distance
        Distance in the plane to the main body, the largest patch, m (0 for the main body).
    compactness
        4πA/P² of the patch in the plane.
    main
        True for the main body.
    scattered
        True where one of the tests of scattered land says so.
    why
        The tests that say so, as entries of ``messages/reasons.toml``.
    """

    number: int
    faces: NDArray[np.int64]
    area: int
    distance: float
    compactness: float
    main: bool
    why: tuple[str, ...]

    @property
    def scattered(self) -> bool:
        """Whether any test calls the patch scattered."""
        return bool(self.why)

    @property
    def strength(self) -> float:
        """How little the patch calls for being given up, 0 to 1: large, compact, near is strong."""
        size = min(self.area / HECTARE / 100.0, 1.0)
        nearness = 1.0 / (1.0 + self.distance / 1000.0)
        return round((size + nearness + min(self.compactness, 1.0)) / 3.0, 6)


def boundary_patches(situation: Situation) -> tuple[Patch, ...]:
    """Return the patches of the boundary.

    Scattered (parameters in the settings, marked ``ours`` in the standard): smaller than
    ``scattered_patch_ha``, or farther than ``detached_m`` from the main body, or less compact than
    ``compactness`` (4πA/P²). The main body never is.
    """
    fabric, swap = situation.fabric, situation.settings.swap
    groups = fabric.patches(situation.inside)
    if not groups:
        return ()
    areas = [situation.area(faces) for faces in groups]
    main = int(np.argmax(areas))
    shapes = np.array([shapely.coverage_union_all(fabric.faces[faces]) for faces in groups])
    distances = shapely.distance(shapes, shapes[main])
    compactness = 4.0 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2
    found = []
    for number, faces in enumerate(groups):
        why = []
        if number != main:
            if areas[number] < swap.scattered_patch_ha * HECTARE:
                why.append("small")
            if distances[number] > swap.detached_m:
                why.append("detached")
            if compactness[number] < swap.compactness:
                why.append("ragged")
        found.append(
            Patch(
                number=number,
                faces=faces,
                area=areas[number],
                distance=round(float(distances[number]), 1),
                compactness=round(float(compactness[number]), 4),
                main=number == main,
                why=tuple(why),
            )
        )
    return tuple(found)
