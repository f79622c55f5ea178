"""Boundary swaps of the demo city and, with PLANLOOP_REAL_DATA, of rounds of two real cities."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.cities.city import CITIES
from benchmarks.cities.making import make_round
from benchmarks.measure import Spent
from benchmarks.sizes import run
from benchmarks.tasks.clock import Clock
from planloop.demo.build import build
from planloop.maintenance.boundary.verify import faults
from planloop.maintenance.stating import state
from planloop.plan.intake import intake
from planloop.plan.settings import read_settings
from planloop.progress import silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.record import Record
    from planloop.plan.certificate import SolveLevel

JOB = "swap chosen, proved and cut to balance"
DEMO = "demo"
OPTIMAL = "optimal"


@dataclass(frozen=True, slots=True, eq=False)
class Swapped:
    """How one round went.

    Parameters
    ----------
    seed
        Of the round.
    cells, projects
        Cells that may change sides, and projects that want land.
    served
        Projects that get it.
    spent
        What `Stated.swap` took: searching, cutting and drawing.
    levels
        How each level of the objective ended.
    faults
        Rules that the plan of whole cells breaks, and the plan with a parcel cut.
    notes
        How the balance was reached.
    """

    seed: int
    cells: int
    projects: int
    served: int
    spent: Spent
    levels: tuple[SolveLevel, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def unproven(self) -> tuple[SolveLevel, ...]:
        """Levels that are not proven optimal."""
        return tuple(level for level in self.levels if level.status != OPTIMAL)

    def told(self) -> dict[str, Any]:
        """Return all of it for the record."""
        return {
            **{name: getattr(self, name) for name in ("seed", "cells", "projects", "served")},
            **asdict(self.spent),
            "levels": [asdict(level) for level in self.levels],
            "faults": self.faults,
            "notes": self.notes,
        }


def main() -> int:
    """Measure, and return 1 when a plan breaks a rule."""
    return run("swaps_of_cities", work, quick=[1], full=[5], unit="rounds of each city")


def work(record: Record) -> None:
    """Measure the demo once, and as many rounds of each real city as the size says."""
    found: dict[str, list[Swapped]] = {}
    for name, seed, settings in _rounds(record):
        swapped = _swapped(settings, seed)
        found.setdefault(name, []).append(swapped)
        print(f"  {name}, seed {seed}: {_line(swapped)}", flush=True)
    for name, swaps in found.items():
        spent = [item.spent for item in swaps]
        unproven = sum(1 for item in swaps if item.unproven)
        slowest = max(spent, key=lambda item: item.cpu)
        note = (
            f"worst {slowest.cpu:.1f} CPU-s, {max(item.wall for item in spent):.1f} s; "
            f"{unproven} of {len(swaps)} with levels not proven"
        )
        middle = Spent(median(item.cpu for item in spent), median(item.wall for item in spent))
        record.add(f"{JOB}, {name}", "planloop, Stated.swap", middle, note=note)
        broken = {item.seed: item.faults for item in swaps if item.faults}
        record.check(f"rules that plans of {name} break", len(broken), 0, str(broken))
    record.facts["runs"] = {name: [item.told() for item in swaps] for name, swaps in found.items()}


def _rounds(record: Record) -> Iterator[tuple[str, int, Path]]:
    """Yield name, seed and settings of each round, while its files are there."""
    with tempfile.TemporaryDirectory(prefix="planloop-bench-") as folder:
        build(Path(folder, DEMO))
        yield DEMO, 0, Path(folder, DEMO, "scheme.toml")
    real = os.environ.get("PLANLOOP_REAL_DATA")
    if not real:
        record.skip(", ".join(CITIES), "set PLANLOOP_REAL_DATA to the folder of real files")
        return
    for name, city in CITIES.items():
        for seed in range(1, record.size + 1):
            with tempfile.TemporaryDirectory(prefix="planloop-bench-") as folder:
                yield name, seed, make_round(city, Path(real), seed, Path(folder))


def _swapped(path: Path, seed: int) -> Swapped:
    """Take the files in and choose the swap."""
    settings = read_settings(path)
    stated = state(intake(settings, silent), settings)
    clock = Clock()
    with clock.phase("swap"):
        swap = stated.swap(silent)
    broken = faults(swap.problem, swap.choice)
    if swap.cut is not None:
        broken += faults(swap.cut.problem, swap.cut.choice)
    return Swapped(
        seed=seed,
        cells=stated.problem.cells,
        projects=len(stated.problem.demands),
        served=len(swap.choice.served),
        spent=Spent(*clock.phases["swap"]),
        levels=swap.certificate.levels,
        faults=broken,
        notes=tuple(finding.code for finding in swap.findings),
    )


def _line(swapped: Swapped) -> str:
    """Return a round in one line."""
    return "; ".join(
        [
            f"{swapped.cells} cells, {swapped.served} of {swapped.projects} projects served",
            f"{swapped.spent.cpu:.1f} CPU-s, {swapped.spent.wall:.1f} s",
            _ended(swapped.levels),
            f"faults: {', '.join(swapped.faults) or 'none'}",
            ", ".join(swapped.notes) or "balanced as it is",
        ]
    )


def _ended(levels: Sequence[SolveLevel]) -> str:
    """Return how many levels are proven, and how far the others are from their bounds."""
    proven = sum(level.status == OPTIMAL for level in levels)
    off = [
        f"{level.name} {level.status} at {level.value:,.0f}, at best {level.bound:,.0f}"
        for level in levels
        if level.status != OPTIMAL
    ]
    return ", ".join([f"{proven} of {len(levels)} levels optimal", *off])


if __name__ == "__main__":
    sys.exit(main())
