"""Topology of parcels, clean and with planted defects, against GEOS' coverage functions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks.measure import measured
from benchmarks.sizes import run
from benchmarks.store import layer

if TYPE_CHECKING:
    from benchmarks.record import Record

CLEAN, PLANTED = "topology of a clean layer", "topology with 200 planted defects"
FEW = 20_000
"""Up to so many parcels a few seeds will do."""

SEEDS = {True: 4, False: 20}
"""Seeds, for few parcels and for many."""

FIRST = 9_000
"""First seed."""


def main() -> int:
    """Measure, and return 1 when a defect is missed or something is found that is none."""
    return run("topology", work, quick=[10_000], full=[10_000, 100_000, 500_000])


def work(record: Record) -> None:
    """Measure planloop and GEOS on one survey."""
    parcels = layer("parcels", record.size)
    ours = measured("topologies:clean", path=parcels)
    record.add(CLEAN, "planloop.topology", ours.phases["alone"], ours.peak)
    record.add(CLEAN, "planloop.topology, with 1e-7 m noise", ours.phases["noise"])
    record.add(CLEAN, "planloop.topology, within an outline", ours.phases["within"])
    theirs = measured("topologies:clean_by_geos", path=parcels)
    record.add(CLEAN, "GEOS coverage_invalid_edges", theirs.phases["edges"], theirs.peak)
    record.add(CLEAN, "GEOS coverage_is_valid", theirs.phases["valid"])
    for case, what in (
        ("alone", "clean data"),
        ("within", "clean data within their outline"),
        ("noise", "data with 1e-7 m noise"),
    ):
        record.check(f"findings on {what}", float(ours.facts[f"found {case}"]), 0)

    count = SEEDS[record.size <= FEW]
    found = measured(
        "topologies:planted", path=parcels, seeds=[*range(FIRST, FIRST + count)], geos=1
    )
    told = found.facts
    note = f"{told['found']} of {told['planted']} found on {count} seeds"
    record.add(PLANTED, "planloop.topology", found.phases["topology"] * (1 / count), note=note)
    for name, phase, key in (
        ("GEOS coverage_invalid_edges", "geos 0.0", "found by GEOS"),
        ("the same with gap_width=0.5", "geos 0.5", "found by GEOS with a gap width"),
    ):
        note = f"{told[key]} of {told['planted for GEOS']} found on the first seed"
        record.add(PLANTED, name, found.phases[phase], note=note)
    missed = float(told["planted"] - told["found"])
    record.check("planted defects missed", missed, 0, str(told["missed"]))
    record.check("findings away from planted defects", float(told["elsewhere"]), 0)


if __name__ == "__main__":
    sys.exit(main())
