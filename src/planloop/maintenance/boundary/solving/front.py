"""All that a block could do in a better plan: for each value of the level the least of a row.

Let the prices leave a window between the best plan and the bound. In any better plan each block
lies within the window of its own best at these prices. Where one row alone has a price, the plan
that is cheapest for a given value of the level is the one that takes the least of that row; so a
choice of one such plan for each block, with that row alone, is worth no less than any better plan:
its optimum is a bound with all whole numbers in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.solving.pricing import Priced, PricedBlock

MOST = 200
"""Plans of one block."""

OPEN = 0.1
"""How much of a step may be left open between a plan and its bound."""


class Front(NamedTuple):
    """A block's cheapest plan for each value of the level.

    Parameters
    ----------
    plans
        Each of shape (n,).
    slack
        How much cheaper than one of them a plan of its value may be, at most.
    """

    plans: list[NDArray[np.int64]]
    slack: float


def front(  # noqa: PLR0913, PLR0917  # a block at prices, and what is asked of it
    block: PricedBlock,
    cheapest: Priced,
    costs: NDArray[np.float64],
    level: NDArray[np.int64],
    window: float,
    step: int,
) -> Front | None:
    """Return a block's cheapest plans, within a window of the cheapest of all.

    Parameters
    ----------
    block
        The block.
    cheapest
        Its cheapest plan at the prices.
    costs
        Cost of each of its columns at the prices, shape (n,).
    level
        What each costs by the level, whole numbers, shape (n,).
    window
        How much more a plan may cost than the cheapest.
    step
        Values of the level differ by a multiple of this.

    Returns
    -------
    Front or None
        None where the limits of a solve left too much open.
    """
    found = Front([], 0.0)
    priced, most = cheapest, cheapest.bound + window
    todo = [(-np.inf, np.inf)]
    try:
        while todo:
            lower, upper = todo.pop()
            if found.plans:
                block.between(lower, upper)
                priced = block.solve(costs, 0.0, most)
            if priced.bound > most:
                continue
            if priced.plan is None or len(found.plans) == MOST:
                return None
            slack = float(costs @ priced.plan) - priced.bound
            if slack > OPEN * step:
                return None
            found = Front([*found.plans, priced.plan], max(found.slack, slack))
            value = int(level @ priced.plan)
            around = ((value + step, upper), (lower, value - step))
            todo += [(low, high) for low, high in around if low <= high]
    finally:
        block.between(-np.inf, np.inf)
    return found
