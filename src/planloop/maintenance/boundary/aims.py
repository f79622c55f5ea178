"""The usual levels of the objective: the notice's order of projects, then weak land first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.problem import Aim
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Demand, InCell, OutCell

TIE_BREAK = "smallest-ids"
"""The level that only chooses among plans that are as good."""

ARE = 100 * SQUARE_METRE
"""What of the land that goes out is counted in, dm². To the square metre, much land of one strength
would be a puzzle of sums that no search closes, and a cut settles these afterwards."""

NEAREST = "nearest"
"""The level that keeps what an earlier scheme decided on."""

TORN = 100
"""A scattered patch that goes out in parts costs as much as one hectare of the strongest land."""


def usual(
    demands: Sequence[Demand],
    ins: Sequence[InCell],
    outs: Sequence[OutCell],
    was: NDArray[np.bool_] | None = None,
) -> tuple[Aim, ...]:
    """Return the levels that a maintenance run uses.

    Parameters
    ----------
    demands, ins, outs
        Of the problem.
    was
        Whether each cell changes sides in an earlier scheme, shape (n,), the cells that may go in
        first; None where there is none to stay near to.

    Notes
    -----
    In this order: of each tier the most projects served, near-term ones before later ones; where
    there is an earlier scheme, the least land (ares) that changes sides in one of both only; the
    least area times strength (ares) going out, so that weak and scattered land goes first, patches
    whole rather than in parts, and the least filler going in; the shortest outline (m); and of
    plans as good the one that changes the cells that come first, so that a further run gives the
    same map.
    """
    tiers = [
        Aim(f"tier-{tier}-{when}", serve={item.number: 1 for item in members})
        for tier in sorted({item.tier for item in demands})
        for when, near in (("near", True), ("later", False))
        if (members := [item for item in demands if item.tier == tier and item.near is near])
    ]
    filler = [cell.area // ARE if cell.filler else 0 for cell in ins]
    weak = [round(cell.area / ARE * cell.strength) for cell in outs]
    change = np.array([*filler, *weak], dtype=np.int64)
    order = np.arange(1, len(change) + 1, dtype=np.int64)
    return (
        *tiers,
        *(() if was is None else (_nearest(ins, outs, was),)),
        Aim("weak-first", change=change, torn=TORN),
        Aim("compact", border=1),
        Aim(TIE_BREAK, change=order),
    )


def _nearest(ins: Sequence[InCell], outs: Sequence[OutCell], was: NDArray[np.bool_]) -> Aim:
    """Return the level that costs each cell's land, in ares, that is decided otherwise."""
    areas = [cell.area for cell in ins] + [cell.area for cell in outs]
    ares = -(-np.array(areas, dtype=np.int64) // ARE)
    return Aim(NEAREST, change=np.where(was, -ares, ares), constant=int(ares[was].sum()))
