"""Small boundary problems, and their best plans by trying every plan there is.

Written from the formulas of the model's docstring, not from the model: plans are whole subsets, the
areas whole numbers.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.problem import Demand, InCell, OutCell, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

NO_FACES = np.zeros(0, dtype=np.int64)
RULES = (
    "locks.must_serve",
    "locks.must_in",
    "locks.must_out",
    "balance",
    "swap.balance_tolerance_m2",
    "quota.issued_area_ha",
    "quota.issued_multiple",
)


def random_problem(random: np.random.Generator) -> Problem:
    """Return a problem of up to 6 projects, 8 in-cells and 10 out-cells."""
    demands = tuple(
        Demand(
            number=f"P-{number}",
            tier=int(random.integers(1, 4)),
            near=bool(random.random() < 0.6),
            must=bool(random.random() < 0.1),
        )
        for number in range(int(random.integers(0, 7)))
    )
    # Steps of area that several cells share make exact balances, and ties, likely.
    step = int(random.choice([1, 37, 10_000, 333_333]))
    ins = []
    for _ in range(int(random.integers(0, 9))):
        size = step * int(random.integers(1, 30))
        wanted = sorted(item.number for item in demands if random.random() < 0.4)
        locked = bool(random.random() < 0.1) or not wanted
        counted = size if random.random() < 0.7 else 0
        ins.append(InCell(NO_FACES, size, tuple(wanted), counted, locked))
    outs = []
    for number in range(int(random.integers(0, 11))):
        size = step * int(random.integers(1, 30))
        patch = int(random.integers(0, 4))
        outs.append(
            OutCell(
                parcel=f"T-{number}",
                faces=NO_FACES,
                area=size,
                patch=patch or None,
                strength=round(float(random.random()), 6),
                reason="out-small",
                counted=size if random.random() < 0.7 else 0,
                locked=bool(random.random() < 0.1),
            )
        )
    tolerance = step * int(random.choice([0, 0, 1, 3, 40]))
    return Problem(
        demands=demands,
        ins=tuple(ins),
        outs=tuple(outs),
        tolerance=tolerance,
        margin=min(tolerance, step * int(random.choice([0, 0, 0, 1]))),
        growth=step * int(random.choice([-20, -1, 0, 5])),
        counted_growth=None if random.random() < 0.5 else step * int(random.integers(-20, 30)),
    )


@dataclass(frozen=True, eq=False)
class Plans:
    """All plans in which the same projects are served; arrays over subsets of the out-cells.

    Parameters
    ----------
    served
        Numbers of the projects.
    legal
        Which plans keep the rules, shape (2ⁿ,).
    cost
        Value of the last level, shape (2ⁿ,).
    """

    served: frozenset[str]
    legal: NDArray[np.bool_]
    cost: NDArray[np.float64]


def all_plans(problem: Problem, rules: tuple[str, ...] = RULES) -> Iterator[Plans]:
    """Yield every plan, judged by the given rules only."""
    count = len(problem.outs)
    gone = np.array(list(itertools.product([False, True], repeat=count)), dtype=bool)
    gone = gone.reshape(2**count, count)
    out = gone @ np.array([cell.area for cell in problem.outs], dtype=np.int64)
    out_counted = gone @ np.array([cell.counted for cell in problem.outs], dtype=np.int64)
    locked = [number for number, cell in enumerate(problem.outs) if cell.locked]
    cost = gone @ np.array([cell.area / 1e6 * cell.strength for cell in problem.outs])
    for patch in {cell.patch for cell in problem.outs if cell.patch is not None}:
        members = [number for number, cell in enumerate(problem.outs) if cell.patch == patch]
        some, every = gone[:, members].any(axis=1), gone[:, members].all(axis=1)
        cost = cost + (some & ~every)
    numbers = [item.number for item in problem.demands]
    for chosen in itertools.product([False, True], repeat=len(numbers)):
        served = frozenset(number for number, yes in zip(numbers, chosen, strict=True) if yes)
        # Without its lock, land without a project may go in or stay: rules are only ever left out
        # to see whether a plan exists, so both are tried.
        for kept in itertools.product([False, True], repeat=sum(c.locked for c in problem.ins)):
            lock = iter(kept)
            forced = [cell.locked and next(lock) for cell in problem.ins]
            free = [cell.locked and not yes for cell, yes in zip(problem.ins, forced, strict=True)]
            if "locks.must_in" in rules and any(free):
                continue
            enters = [
                yes or bool(served.intersection(cell.projects))
                for cell, yes in zip(problem.ins, forced, strict=True)
            ]
            into = sum(cell.area for cell, yes in zip(problem.ins, enters, strict=True) if yes)
            counted = sum(c.counted for c, yes in zip(problem.ins, enters, strict=True) if yes)
            surplus, room = out - into, problem.counted_growth
            judged = {
                "locks.must_serve": all(i.number in served for i in problem.demands if i.must),
                "locks.must_out": gone[:, locked].all(axis=1),
                "balance": surplus >= problem.margin,
                "swap.balance_tolerance_m2": surplus <= problem.tolerance,
                "quota.issued_area_ha": -surplus <= problem.growth,
                "quota.issued_multiple": room is None or counted - out_counted <= room,
            }
            legal = np.ones(len(gone), dtype=bool)
            for rule in judged.keys() & set(rules):
                legal &= judged[rule]
            yield Plans(served, legal, cost)


def best_values(problem: Problem) -> dict[str, float] | None:
    """Return the value of every level of the best plan, in order, or None where there is none."""
    groups = sorted({(item.tier, not item.near) for item in problem.demands})
    best: tuple[float, ...] | None = None
    for plans in all_plans(problem):
        if not plans.legal.any():
            continue
        head = tuple(
            -float(
                sum(
                    item.number in plans.served
                    for item in problem.demands
                    if (item.tier, not item.near) == group
                )
            )
            for group in groups
        )
        value = (*head, float(plans.cost[plans.legal].min()))
        best = value if best is None else min(best, value)
    if best is None:
        return None
    names = [f"tier-{tier}-{'later' if later else 'near'}" for tier, later in groups]
    return dict(zip([*names, "weak-first"], best, strict=True))


def has_plan(problem: Problem, rules: tuple[str, ...]) -> bool:
    """Return whether any plan keeps the given rules."""
    return any(plans.legal.any() for plans in all_plans(problem, rules))
