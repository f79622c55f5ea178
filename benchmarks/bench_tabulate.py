"""Areas of parcels in zones, from the file to the table of classes, against every peer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.agreement import same_classes, same_pairs
from benchmarks.measure import Measured, Spent, measured
from benchmarks.sample import LARGE, NOTE, estimated
from benchmarks.sizes import run
from benchmarks.store import described, layer
from benchmarks.tasks.absent import AbsentError

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.record import Record

JOB = "tabulate, file to classes"
OFFICIAL = "the same with ellipsoidal areas"
WHOLE = 20_000
"""Up to so many parcels DuckDB and PostGIS, which take hours beyond, also get the zones whole."""

MEASURED = 200_000
"""Up to so many parcels geopandas is measured, beyond on samples; SedonaDB gets the zones whole."""

OURS_ONLY = 600_000
"""Beyond so many parcels only planloop runs."""


def main() -> int:
    """Measure, and return 1 when results disagree."""
    return run("tabulate", work, quick=[10_000], full=[10_000, 100_000, 500_000, 1_000_000])


def work(record: Record) -> None:
    """Measure planloop, the floor and all peers on one survey."""
    parcels, zones = layer("parcels", record.size), layer("zones")
    # Once without being timed: the compiled code is then on disk.
    measured("ours:tabulated", a=layer("parcels", 1_000), b=zones, official=True)
    ours = measured("ours:tabulated", repeat=3, a=parcels, b=zones)
    record.facts["pairs"] = len(ours.arrays["a"])
    record.layers = {name: described(name) for name in ("zones", "boundary", "sites")}
    record.layers["parcels"] = described("parcels", record.size)
    record.add(JOB, "planloop", ours.whole, ours.peak)
    official = measured("ours:tabulated", a=parcels, b=zones, official=True)
    record.add(OFFICIAL, "planloop", official.whole, official.peak)
    floor = measured("floor:reading", repeat=3, paths=[str(parcels), str(zones)])
    record.add(JOB, "floor: read every byte once", floor.phases["floor"])
    if record.size <= MEASURED:
        cut = measured("ours:cut_and_measured", a=parcels, b=zones)
        same_pairs(record, "planloop.overlay", ours.arrays, cut.arrays)
        same_pairs(record, "planloop.overlay", official.arrays, cut.arrays, "official")
    if record.size > OURS_ONLY:
        return
    _postgis(record, ours, parcels, zones)
    pieces = layer("zones-subdivided")
    for name, task, most in (
        ("SedonaDB", "with_sedona:tabulated", MEASURED),
        ("DuckDB spatial", "with_duckdb:tabulated", WHOLE),
    ):
        _peer(record, ours, f"{name}, zones cut", task, parcels, pieces)
        if record.size <= most:
            _peer(record, ours, name, task, parcels, zones)
    _geopandas(record, ours, parcels, zones)


def _peer(  # a peer's name, program and layers  # noqa: PLR0913, PLR0917
    record: Record, ours: Measured, name: str, task: str, parcels: Path, zones: Path
) -> None:
    """Measure a peer that reads the files itself."""
    try:
        found = measured(task, a=parcels, b=zones)
    except AbsentError as why:
        record.skip(name, why)
        return
    record.heard(str(found.facts["version"]))
    record.add(JOB, name, found.whole, found.peak)
    _agree(record, name, ours, found, 1)


def _geopandas(record: Record, ours: Measured, parcels: Path, zones: Path) -> None:
    """Measure geopandas, for many parcels on samples."""
    name, task = "geopandas.overlay", "with_geopandas:tabulated"
    sampled = record.size > MEASURED
    if sampled:
        spent, found = estimated(task, parcels, zones)
    else:
        found = measured(task, a=parcels, b=zones)
        spent = found.whole
    record.heard(str(found.facts["version"]))
    peak, note = (0.0, NOTE) if sampled else (found.peak, "")
    record.add(JOB, name, spent, peak, estimated=sampled, note=note)
    _agree(record, name, ours, found, LARGE if sampled else 1)


def _postgis(record: Record, ours: Measured, parcels: Path, zones: Path) -> None:
    """Measure PostGIS: zones cut, and at the smallest size whole."""
    for most, name in ((256, "PostGIS, loaded, zones cut"), (0, "PostGIS, loaded")):
        if not most and record.size > WHOLE:
            continue
        try:
            found = measured("with_postgis:tabulated", a=parcels, b=zones, most=most)
        except AbsentError as why:
            record.skip(name, why)
            return
        record.heard(str(found.facts["version"]))
        before = found.phases["load"] + found.phases.get("subdivide", Spent(0.0, 0.0))
        note = f"before that {before.cpu:.1f} CPU-s to load and cut"
        record.add(JOB, name, found.phases["query"], found.peak, note=note)
        _agree(record, name, ours, found, 1)


def _agree(record: Record, name: str, ours: Measured, found: Measured, every: int) -> None:
    mine = ours.arrays
    if every > 1:
        sampled = np.flatnonzero(mine["a"] % every == 0)
        mine = {key: mine[key][sampled] for key in ("a", "b", "area")}
    else:
        same_classes(record, name, mine, found.arrays)
    same_pairs(record, name, mine, found.arrays)


if __name__ == "__main__":
    sys.exit(main())
