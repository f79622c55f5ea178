"""What plans are weighed by against each other, each in one number that a person can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.problem import Aim
from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem

HUNDREDTH = HECTARE // 100
"""A hundredth of a hectare, dm²."""


def points(problem: Problem) -> Aim:
    """Return the aim that the projects served are worth as many points as can be.

    A project of the last tier is worth 1 point, of the tier above 2, and so on. This is a number to
    compare plans by, and no rule: what is best is decided tier by tier, by the levels of the
    objective.
    """
    last = max((item.tier for item in problem.demands), default=0)
    return Aim("points", serve={item.number: last + 1 - item.tier for item in problem.demands})


def outline() -> Aim:
    """Return the aim that the outline is as short as can be, m."""
    return Aim("outline", border=1)


def moved(problem: Problem) -> Aim:
    """Return the aim that as little land as can be changes sides, in hundredths of a hectare.

    Land that goes in and land that goes out both count; each cell is rounded.
    """
    areas = [cell.area for cell in problem.ins] + [cell.area for cell in problem.outs]
    return Aim(
        "moved", change=np.array([round(area / HUNDREDTH) for area in areas], dtype=np.int64)
    )
