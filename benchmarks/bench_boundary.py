"""Boundary swaps of made-up counties: planloop's plans and their proofs, against rules of thumb."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measure import Spent
from benchmarks.sizes import run
from benchmarks.swap_annealing import annealed
from benchmarks.swap_baselines import Pick, greedy, picked, planner
from benchmarks.swap_county import county
from benchmarks.swap_pieces import illegal_pieces
from benchmarks.tasks.clock import Clock
from planloop.maintenance.boundary.solve import solve
from planloop.maintenance.boundary.verify import faults, value
from planloop.plan.settings import SolverSection
from planloop.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from benchmarks.record import Record
    from planloop.plan.certificate import SolveLevel

JOB = "swap of land at equal area"
SEEDS = (1, 2, 3, 4, 5)
WARM = 300
"""Cells of a county whose swap is chosen first, so that no compiling is measured."""

BASELINES = {
    "sort by tier, year, area, and pick": planner,
    "sort by score per area, and pick": greedy,
    "annealing, 2 million moves": annealed,
}


@dataclass(frozen=True, slots=True, eq=False)
class Swap:
    """What planloop and the baselines chose for one county.

    Parameters
    ----------
    seed
        Of the county.
    levels
        How each level of the objective ended.
    spent
        What planloop took, compiling the model included.
    faults
        Rules that planloop's plan breaks.
    illegal
        Its pieces and holes that are too small, counted by other code.
    off
        Largest difference between a level's value as told and as counted from the plan.
    picks
        What the baselines chose.
    """

    seed: int
    levels: tuple[SolveLevel, ...]
    spent: Spent
    faults: tuple[str, ...]
    illegal: int
    off: float
    picks: dict[str, Pick]

    def told(self) -> dict[str, Any]:
        """Return all of it for the record."""
        picks = {
            name: {
                "score": pick.score,
                "illegal": pick.illegal,
                "balanced": pick.balanced,
                **asdict(pick.spent),
            }
            for name, pick in self.picks.items()
        }
        levels = [asdict(level) for level in self.levels]
        return {"seed": self.seed, **asdict(self.spent), "levels": levels, "baselines": picks}


def main() -> int:
    """Measure, and return 1 when a plan breaks a rule or is not worth what is said of it."""
    return run("boundary", work, quick=[2_000], full=[2_000, 10_000, 50_000], unit="cells")


def work(record: Record) -> None:
    """Measure five counties of one number of cells."""
    _swap(WARM, 0)
    swaps = []
    for seed in SEEDS:
        swaps.append(_swap(record.size, seed))
        levels = "; ".join(
            f"{level.name} {level.value:,.0f} of {level.bound:,.0f} at best, {level.status}"
            for level in swaps[-1].levels
        )
        print(f"  seed {seed}: {swaps[-1].spent.cpu:.1f} CPU-s: {levels}", flush=True)
    record.facts["runs"] = [swap.told() for swap in swaps]
    for number, level in enumerate(swaps[0].levels):
        gaps = [100.0 * swap.levels[number].gap for swap in swaps]
        proven = sum(swap.levels[number].status == "optimal" for swap in swaps)
        record.facts[f"{level.name} proven, counties of {len(swaps)}"] = proven
        record.facts[f"gap of {level.name}, median, %"] = median(gaps)
        record.facts[f"gap of {level.name}, largest, %"] = max(gaps)
    _rows(record, swaps)
    _checks(record, swaps)


def _swap(cells: int, seed: int) -> Swap:
    """Let planloop and all baselines choose the swap of one county."""
    problem, clock = county(cells, seed), Clock()
    with clock.phase("solve"):
        choice, certificate = solve(problem, SolverSection(), silent)
    counted = [value(problem, choice, aim) for aim in problem.aims]
    pairs = zip(certificate.levels, counted, strict=True)
    return Swap(
        seed=seed,
        levels=certificate.levels,
        spent=Spent(*clock.phases["solve"]),
        faults=faults(problem, choice),
        illegal=illegal_pieces(problem, choice),
        off=max(abs(level.value - found) for level, found in pairs),
        picks={name: picked(method, problem) for name, method in BASELINES.items()},
    )


def _rows(record: Record, swaps: Sequence[Swap]) -> None:
    """Add a row for each method: medians, and the worst county in the note."""
    slowest = max(swap.spent.cpu for swap in swaps)
    score = median(-swap.levels[0].value for swap in swaps)
    left = sum(swap.illegal for swap in swaps)
    note = f"score {score:,.0f}; {left} illegal pieces; slowest county {slowest:.1f} CPU-s"
    record.add(JOB, "planloop, solve", _median([swap.spent for swap in swaps]), note=note)
    for name in BASELINES:
        picks = [swap.picks[name] for swap in swaps]
        parts = [
            100.0 * pick.score / max(1.0, -swap.levels[0].value)
            for swap, pick in zip(swaps, picks, strict=True)
        ]
        illegal = [pick.illegal for pick in picks]
        note = (
            f"{median(parts):.1f} % of the score ({min(parts):.1f} to {max(parts):.1f}); "
            f"{median(illegal):g} illegal pieces ({min(illegal)} to {max(illegal)}); "
            f"balanced in {sum(pick.balanced for pick in picks)} of {len(picks)}"
        )
        record.add(JOB, name, _median([pick.spent for pick in picks]), note=note)


def _median(spent: Sequence[Spent]) -> Spent:
    return Spent(median(item.cpu for item in spent), median(item.wall for item in spent))


def _checks(record: Record, swaps: Sequence[Swap]) -> None:
    """Compare what planloop says of its plans with what is counted from them, and with others."""
    broken = {swap.seed: swap.faults for swap in swaps if swap.faults}
    record.check(
        "rules that planloop's plans break", sum(map(len, broken.values())), 0, str(broken)
    )
    record.check("illegal pieces that they leave", sum(swap.illegal for swap in swaps), 0)
    record.check("values as told less values as counted", max(swap.off for swap in swaps), 0)
    beyond = max(
        (
            pick.score + swap.levels[0].bound
            for swap in swaps
            for pick in swap.picks.values()
            if pick.legal
        ),
        default=0.0,
    )
    record.check("score of a baseline's legal plan beyond planloop's bound", max(0.0, beyond), 0)


if __name__ == "__main__":
    sys.exit(main())
