"""The intersections of parcels and zones as geometries, compared one by one with geopandas'."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.agreement import same_geometries
from benchmarks.measure import measured
from benchmarks.sample import LARGE, NOTE, estimated
from benchmarks.sizes import run
from benchmarks.store import layer

if TYPE_CHECKING:
    from benchmarks.record import Record

JOB = "overlay, file to geometries"
MEASURED = 200_000
"""Beyond so many parcels geopandas runs on a sample."""


def main() -> int:
    """Measure, and return 1 when geometries disagree or are invalid."""
    return run("overlay", work, quick=[10_000], full=[10_000, 100_000, 500_000])


def work(record: Record) -> None:
    """Measure planloop, the floor and geopandas on one survey."""
    parcels, zones = layer("parcels", record.size), layer("zones")
    measured("ours:overlaid", a=layer("parcels", 1_000), b=zones)
    ours = measured("ours:overlaid", repeat=3, a=parcels, b=zones)
    record.add(JOB, "planloop", ours.whole, ours.peak)
    pairs = np.column_stack([ours.arrays["a"], ours.arrays["b"]])
    crossing = pairs[ours.arrays["cut"]]
    record.facts["pairs"], record.facts["pairs that cross"] = len(pairs), len(crossing)
    with tempfile.TemporaryDirectory(prefix="planloop-bench-") as folder:
        path = Path(folder, "pairs.npy")
        np.save(path, crossing)
        cuts = measured("floor:cutting", a=parcels, b=zones, pairs=path).phases["floor"]
    reading = measured("floor:reading", paths=[str(parcels), str(zones)]).phases["floor"]
    note = f"cutting {cuts.cpu:.2f}"
    record.add(JOB, "floor: read every byte, cut by GEOS", reading + cuts, note=note)

    sampled = record.size > MEASURED
    if sampled:
        spent, theirs = estimated("with_geopandas:overlaid", parcels, zones)
    else:
        theirs = measured("with_geopandas:overlaid", a=parcels, b=zones)
        spent = theirs.whole
    record.heard(str(theirs.facts["version"]))
    peak, note = (0.0, NOTE) if sampled else (theirs.peak, "")
    record.add(JOB, "geopandas.overlay", spent, peak, estimated=sampled, note=note)
    every = LARGE if sampled else 1
    same_geometries(record, "geopandas.overlay", ours.arrays, theirs.arrays, every)


if __name__ == "__main__":
    sys.exit(main())
