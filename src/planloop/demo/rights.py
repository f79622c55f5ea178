"""Titles, approved and built projects of the demo city, and its idle plots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.demo.ground import Ground
    from planloop.demo.uses import Uses

TITLED_SHARE, BUILT_SHARE = 0.62, 0.24
"""Shares of the built plots that hold a registered title, and a built compliant project."""

APPROVED_SHARE = 0.05
"""Share of the bare plots that a project has been approved for."""

IDLE = 50.0e4
"""Area of the bare plots at the town's edge that the check-up found idle, m², about."""

RIM = ("l", "x")
"""Letters of the blocks at the town's edge that wait for their first building."""


@dataclass(frozen=True, slots=True, eq=False)
class Rights:
    """Which parcels some right holds; arrays of parcel indices, ascending.

    Parameters
    ----------
    titled, approved, built
        Parcels with a registered title, an approval, a built compliant project.
    idle
        Parcels that the assessment table calls idle; nothing holds them.
    """

    titled: NDArray[np.int64]
    approved: NDArray[np.int64]
    built: NDArray[np.int64]
    idle: NDArray[np.int64]


def rights_of(
    ground: Ground, uses: Uses, wanted: shapely.Geometry, random: np.random.Generator
) -> Rights:
    """Give parcels their titles, approvals and buildings; pick idle plots that nothing holds.

    Parameters
    ----------
    ground, uses
        The ground.
    wanted
        Sites of projects; idle plots keep away from them.
    random
        Source of randomness.
    """
    chance = random.uniform(size=len(ground.parcels))
    plots = ground.where("core", "logistics", "processing")
    developed, bare = plots[uses.built[plots]], plots[~uses.built[plots]]
    idle = _idle(ground, bare, wanted, random)
    approved = np.setdiff1d(bare[chance[bare] < APPROVED_SHARE], idle)
    return Rights(
        titled=_with(ground, developed[chance[developed] < TITLED_SHARE], "titled"),
        approved=_with(ground, approved, "approved"),
        built=_with(ground, developed[chance[developed] > 1.0 - BUILT_SHARE], "built"),
        idle=idle,
    )


def _with(ground: Ground, parcels: NDArray[np.int64], use: str) -> NDArray[np.int64]:
    """Return the parcels and the first one of each patch that stands for this right."""
    firsts = [parcels_of[0] for parcels_of in ground.patches_for(use)]
    return np.union1d(parcels, np.array(firsts, dtype=np.int64))


def _idle(
    ground: Ground,
    bare: NDArray[np.int64],
    wanted: shapely.Geometry,
    random: np.random.Generator,
) -> NDArray[np.int64]:
    """Return bare plots at the town's edge, so that giving one up leaves no hole."""
    near, is_open = ground.near, ground.kind == "open"
    at_edge = np.zeros(len(ground.parcels), dtype=bool)
    at_edge[near.left[is_open[near.right]]] = True
    at_edge[near.right[is_open[near.left]]] = True
    rim = np.array([ground.town.pieces[ground.piece[index]].letter in RIM for index in bare])
    free = bare[rim & at_edge[bare]]
    free = free[~shapely.intersects(ground.parcels[free], wanted)]
    order = random.permutation(free)
    return np.sort(order[np.cumsum(ground.size[order]) <= IDLE])
