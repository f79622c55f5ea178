"""Levels about projects as one: who is served is then decided at once, and much sooner."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.problem import Aim
from planloop.maintenance.boundary.verify import value
from planloop.plan.certificate import SolveLevel, gap

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem
    from planloop.maintenance.boundary.solving.search import Found

LARGEST = 10**6
"""Sum of all weights, at most: beyond, rounding in the solver might hide the least of them."""

NAME = "projects"
"""Of the level that stands for those that were joined."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The first levels of a problem, those about projects alone, as one.

    Parameters
    ----------
    problem
        The problem with that one level instead of them.
    units
        What one step of each of them weighs in it; empty where there is nothing to join.

    Notes
    -----
    Let level k of the first few, all about projects, have the worths w_kp ≥ 0. With::

        u_k = 1 + Σ_{l > k} u_l Σ_p w_lp

    one step of level k outweighs all that the levels below it can bring, so the plans that are the
    best by ``Σ_k u_k Σ_p w_kp z_p`` are those that are the best level by level.
    """

    problem: Problem
    units: tuple[int, ...] = ()

    @classmethod
    def of(cls, problem: Problem) -> Joined:
        """Return a problem with as many of its first levels joined as may be."""
        ranks = list(takewhile(_joinable, problem.aims))
        while len(ranks) > 1:
            serve: dict[str, int] = {}
            total, units = 0, []
            for aim in reversed(ranks):
                units.append(total + 1)
                for number, worth in aim.serve.items():
                    serve[number] = serve.get(number, 0) + units[-1] * worth
                total += units[-1] * sum(aim.serve.values())
            if total <= LARGEST:
                aims = (Aim(NAME, serve=serve), *problem.aims[len(ranks) :])
                return cls(replace(problem, aims=aims), tuple(reversed(units)))
            ranks.pop()
        return cls(problem)

    def parted(self, problem: Problem, found: Found) -> Found:
        """Return what was found for the joined problem with the levels of the problem itself.

        A level below one that was not closed has the bound that serving all would be.
        """
        if not self.units:
            return found
        whole, left = found.levels[0], found.levels[0].bound
        parts, sure = [], True
        for place, (aim, unit) in enumerate(zip(problem.aims, self.units, strict=False)):
            reached = float(value(problem, found.choice, aim))
            # The levels below take off nothing at the least, and no level more than all.
            known = math.ceil(left / unit) if sure and math.isfinite(left) else -math.inf
            bound = float(min(max(known, -sum(aim.serve.values())), reached))
            if whole.status == "optimal":
                bound = reached
            sure = sure and bound == reached
            left -= unit * reached
            status = "optimal" if sure else whole.status
            effort = (whole.seconds, whole.nodes) if place == 0 else (0.0, 0)
            parts.append(SolveLevel(aim.name, status, reached, bound, gap(reached, bound), *effort))
        return replace(found, levels=(*parts, *found.levels[1:]))


def _joinable(aim: Aim) -> bool:
    return aim.of_projects and min(aim.serve.values()) >= 0
