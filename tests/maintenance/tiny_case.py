"""The tiny instances that every engine has to solve as brute force does: with every rule there is.

Of these rules each matters in some of them, as ``test_boundary_rules.py`` shows: the window of the
balance on both sides, the issued area, the issued multiple and what it counts, townships that
balance, the most that may go in; patches that are all new, other patches, holes, and that what is
old and small may stay; locks of each kind; projects with all of their land or a share of it, on
land of their own or of several, filler; and, of the levels, several tiers, weak land first,
patches that go out in parts, the outline, and their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.maintenance.bounded import bounded
from tests.maintenance.tiny_ground import random_ground_problem

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem


def tiny_case(seed: int) -> Problem:
    """Return a problem of 11 to 17 cells on a ground; one in four has townships that balance."""
    random = np.random.default_rng(seed)
    problem = random_ground_problem(random)
    return bounded(problem, random) if random.random() < 0.25 else problem
