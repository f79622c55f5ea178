"""Parcels dissolved by class, by each of shapely's functions and by the one planloop picks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import shapely

from benchmarks.measure import measured
from benchmarks.sizes import run
from benchmarks.store import layer
from benchmarks.tasks.packed import unpacked

if TYPE_CHECKING:
    from benchmarks.record import Record

JOB = "dissolve by class"
METHODS = {"disjoint_subset_union_all": 10**9, "coverage_union_all": 10**9, "union_all": 200_000}
"""shapely's functions, and up to how many parcels each is run."""


def main() -> int:
    """Measure, and return 1 when the unions disagree."""
    return run("dissolve", work, quick=[10_000, 100_000], full=[10_000, 100_000, 500_000])


def work(record: Record) -> None:
    """Measure all ways on one survey."""
    parcels = layer("parcels", record.size)
    ours = measured("dissolving:dissolved", path=parcels, method="planloop")
    record.add(JOB, "planloop", ours.phases["dissolve"], ours.peak)
    mine = unpacked(ours.arrays)
    for method, most in METHODS.items():
        if record.size > most:
            continue
        found = measured("dissolving:dissolved", path=parcels, method=method)
        record.add(JOB, f"shapely.{method}", found.phases["dissolve"], found.peak)
        their = unpacked(found.arrays)
        same = shapely.equals_exact(mine, their)
        apart = np.abs(shapely.area(mine) / shapely.area(their) - 1.0).max()
        record.facts[f"{method}: unions equal to the last digit"] = int(same.sum())
        record.check(f"{method}: areas differ, relative", apart, 1e-12)


if __name__ == "__main__":
    sys.exit(main())
