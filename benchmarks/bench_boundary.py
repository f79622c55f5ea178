"""Boundary swaps of made-up counties: planloop's plans and their proofs, against rules of thumb."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measure import Spent
from benchmarks.sizes import run
from benchmarks.swap_annealing import annealed
from benchmarks.swap_baselines import Pick, greedy, judged, picked, planner
from benchmarks.swap_county import county
from benchmarks.swap_curve import Curve
from benchmarks.tasks.clock import Clock
from planloop.maintenance.boundary.solve import solve
from planloop.maintenance.boundary.verify import faults, value
from planloop.plan.settings import SolverSection

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from benchmarks.record import Record
    from benchmarks.swap_curve import Point
    from planloop.plan.certificate import SolveLevel

JOB = "swap of land at equal area"
SEEDS = (1, 2, 3, 4, 5)
WARM = 300
"""Cells of a county whose swap is chosen first, so that no compiling is measured."""

SOLVED = "planloop, solve"
BASELINES = {
    "sort by tier, year, area, and pick": planner,
    "sort by score per area, and pick": greedy,
    "annealing, 8 million moves": annealed,
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
    curve
        How value and bound came to that.
    faults
        Rules that planloop's plan breaks.
    off
        Largest difference between a level's value as told and as counted from the plan.
    picks
        What planloop and the baselines chose, judged by other code; planloop's time includes
        compiling the model.
    """

    seed: int
    levels: tuple[SolveLevel, ...]
    curve: tuple[Point, ...]
    faults: tuple[str, ...]
    off: float
    picks: dict[str, Pick]

    @property
    def ours(self) -> Pick:
        """What planloop chose."""
        return self.picks[SOLVED]

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
        return {"seed": self.seed, "levels": levels, "curve": self.curve, "picks": picks}

    def share(self, score: float) -> float:
        """Return a score as a part of what no legal swap exceeds, per cent."""
        return 100.0 * score / max(1.0, -self.levels[0].bound)


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
        print(f"  seed {seed}: {swaps[-1].ours.spent.cpu:.1f} CPU-s: {levels}", flush=True)
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
    curve = Curve(clock)
    with clock.phase("solve"):
        choice, certificate = solve(problem, SolverSection(), curve)
    counted = [value(problem, choice, aim) for aim in problem.aims]
    pairs = zip(certificate.levels, counted, strict=True)
    ours = judged(problem, choice, Spent(*clock.phases["solve"]))
    others = {name: picked(method, problem) for name, method in BASELINES.items()}
    return Swap(
        seed=seed,
        levels=certificate.levels,
        curve=tuple(curve.points),
        faults=faults(problem, choice),
        off=max(abs(level.value - found) for level, found in pairs),
        picks={SOLVED: ours, **others},
    )


def _rows(record: Record, swaps: Sequence[Swap]) -> None:
    """Add a row for each method: medians, and the worst county in the note."""
    for name in (SOLVED, *BASELINES):
        picks = [swap.picks[name] for swap in swaps]
        parts = [swap.share(pick.score) for swap, pick in zip(swaps, picks, strict=True)]
        notes = [
            f"{_spread(parts, '.1f')} % of the bound",
            f"{_spread([pick.illegal for pick in picks], 'g')} illegal pieces",
            f"balanced in {sum(pick.balanced for pick in picks)} of {len(picks)}",
        ]
        if name == SOLVED:
            notes.insert(0, f"score {median(pick.score for pick in picks):,.0f}")
            notes.append(f"slowest county {max(pick.spent.cpu for pick in picks):.1f} CPU-s")
        record.add(JOB, name, _median([pick.spent for pick in picks]), note="; ".join(notes))


def _spread(values: Sequence[float], form: str) -> str:
    """Return median, least and largest."""
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def _median(spent: Sequence[Spent]) -> Spent:
    return Spent(median(item.cpu for item in spent), median(item.wall for item in spent))


def _checks(record: Record, swaps: Sequence[Swap]) -> None:
    """Compare what planloop says of its plans with what is counted from them, and with others."""
    broken = {swap.seed: swap.faults for swap in swaps if swap.faults}
    record.check(
        "rules that planloop's plans break", sum(map(len, broken.values())), 0, str(broken)
    )
    record.check("illegal pieces that they leave", sum(swap.ours.illegal for swap in swaps), 0)
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
