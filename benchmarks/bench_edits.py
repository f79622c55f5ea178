"""A swap that stays open: what it takes to solve it again as a planner decides on land."""

from __future__ import annotations

import random
import sys
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measure import Spent
from benchmarks.sizes import run
from benchmarks.swap_county import county
from benchmarks.tasks.clock import Clock
from planloop.maintenance.boundary.solving.again import Again
from planloop.maintenance.boundary.solving.best_plan import best_plan
from planloop.maintenance.boundary.solving.decided import Decided
from planloop.maintenance.boundary.solving.search import Found, NotFound
from planloop.maintenance.boundary.verify import faults
from planloop.plan.settings import SolverSection
from planloop.progress import silent

if TYPE_CHECKING:
    from benchmarks.record import Record
    from planloop.maintenance.boundary.problem import Choice, Problem

JOB = "one decision, solved again"
SEED = 2
EDITS = 50
SCRATCH = 5
"""So many of the edits are solved from scratch, too."""


def main() -> int:
    """Measure, and return 1 when a plan breaks a rule, or serves less than one from scratch."""
    return run("edits", work, quick=[10_000], full=[10_000], unit="cells")


def work(record: Record) -> None:
    """Solve one county, then again with each of some decisions, all against its best plan."""
    problem, settings, clock = county(record.size, SEED), SolverSection(), Clock()
    with clock.phase("first"):
        kept = Again(problem, settings, silent)
    if isinstance(kept.found, NotFound):
        raise TypeError(kept.found)
    spent: list[Spent] = []
    scratch: list[Spent] = []
    off: list[float] = []
    legal = proven = worse = 0
    for number, decided in enumerate(edits(problem, kept.found.choice)):
        with clock.phase(f"edit {number}"):
            found = kept.solve(decided)
        spent.append(Spent(*clock.phases[f"edit {number}"]))
        told = found.levels if isinstance(found, Found) else found
        print(f"  {decided}: {spent[-1].cpu:.2f} CPU-s: {told}", flush=True)
        if isinstance(found, NotFound):
            legal += found.proven
            proven += found.proven
            continue
        legal += not faults(problem, found.choice) and decided.kept(problem, found.choice)
        proven += found.levels[0].status == "optimal"
        if len(scratch) < SCRATCH:
            with clock.phase(f"scratch {number}"):
                other = best_plan(problem, settings, silent, decided)
            scratch.append(Spent(*clock.phases[f"scratch {number}"]))
            if isinstance(other, Found):
                one, two = ([item.value for item in each.levels] for each in (found, other))
                print(f"    from scratch: {scratch[-1].cpu:.1f} CPU-s, {two}", flush=True)
                worse += one[0] > two[0]
                off.append(100.0 * (one[-1] - two[-1]) / max(1.0, abs(two[-1])))
    record.add(JOB, "planloop, blocks touched", middle(spent), note=f"{EDITS} random decisions")
    record.add(JOB, "planloop, from scratch", middle(scratch), note=f"{SCRATCH} of them")
    record.facts["edits solved in under 1 CPU-s"] = sum(item.cpu < 1.0 for item in spent)
    record.facts["slowest edit, CPU-s"] = max(item.cpu for item in spent)
    record.facts["edits with the first level proven"] = proven
    record.facts["last level against from scratch, largest, %"] = max(off, default=0.0)
    record.facts["last level against from scratch, least, %"] = min(off, default=0.0)
    record.check("plans that break a rule", EDITS - legal, 0)
    record.check("edits worth less by the first level", worse, 0)


def edits(problem: Problem, choice: Choice) -> list[Decided]:
    """Return decisions that the best plan does not keep, each of a random kind."""
    luck = random.Random(SEED)  # noqa: S311  # a benchmark, not a secret
    ins, served = len(problem.ins), set(choice.served)
    gone = {*choice.ins, *(ins + index for index in choice.outs)}
    stays = [cell for cell in range(problem.cells) if cell not in gone]
    left = [item.number for item in problem.demands if item.number not in served]
    kinds = [
        lambda: Decided(goes={luck.choice(choice.ins): False}),
        lambda: Decided(goes={ins + luck.choice(choice.outs): False}),
        lambda: Decided(goes={luck.choice([cell for cell in stays if cell >= ins]): True}),
        lambda: Decided(goes={luck.choice([cell for cell in stays if cell < ins]): True}),
        lambda: Decided(served={luck.choice(choice.served): False}),
        lambda: Decided(served={luck.choice(left): True}),
    ]
    return [luck.choice(kinds)() for _ in range(EDITS)]


def middle(spent: list[Spent]) -> Spent:
    """Return the medians."""
    return Spent(median(item.cpu for item in spent), median(item.wall for item in spent))


if __name__ == "__main__":
    sys.exit(main())
