"""A real city's parcels and zoning, where PLANLOOP_REAL_DATA names the folder of real files."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from benchmarks.agreement import same_geometries, same_pairs
from benchmarks.measure import measured
from benchmarks.sizes import run

if TYPE_CHECKING:
    from benchmarks.record import Record

PARCELS = 13_116
CITY = "Cambridge"


def main() -> int:
    """Measure, and return 1 when results disagree."""
    if not os.environ.get("PLANLOOP_REAL_DATA"):
        print("skipped: set PLANLOOP_REAL_DATA to the folder of real files")
        return 0
    return run("real", work, quick=[PARCELS], full=[PARCELS])


def work(record: Record) -> None:
    """Measure planloop and geopandas on one city."""
    folder = os.environ["PLANLOOP_REAL_DATA"]
    measured("real:ours", folder=folder)
    ours = measured("real:ours", folder=folder)
    theirs = measured("real:theirs", folder=folder)
    record.heard(str(theirs.facts["version"]))
    record.facts.update(ours.facts)
    for job in ("tabulate", "overlay", "topology"):
        name = f"{CITY}, {job} in memory"
        record.add(name, "planloop", ours.phases[job], ours.peak)
        peer = "GEOS coverage_invalid_edges" if job == "topology" else "geopandas.overlay"
        spent = theirs.phases["topology" if job == "topology" else "overlay"]
        record.add(name, peer, spent, theirs.peak)
    table = {"a": ours.arrays["table_a"], "b": ours.arrays["table_b"], "area": ours.arrays["area"]}
    same_pairs(record, "geopandas.overlay", table, theirs.arrays)
    same_geometries(record, "geopandas.overlay", ours.arrays, theirs.arrays)


if __name__ == "__main__":
    sys.exit(main())
