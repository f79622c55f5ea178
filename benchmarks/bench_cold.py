"""The first call in a fresh process: with compiled code on disk, and with none (first use ever)."""

from __future__ import annotations

import sys
import tempfile
from typing import TYPE_CHECKING

from benchmarks.measure import Measured, measured
from benchmarks.sizes import run
from benchmarks.store import layer

if TYPE_CHECKING:
    from benchmarks.record import Record

JOBS = ("tabulate", "overlay", "topology", "area")
LOSS = 1.5
"""CPU seconds that a first call with compiled code on disk may lose."""


def main() -> int:
    """Measure, and return 1 when a first call loses too much."""
    return run("cold", work, quick=[1_000], full=[1_000])


def work(record: Record) -> None:
    """Measure first and second calls on a survey so small that the call itself takes no time."""
    for job in JOBS:
        _call(record.size, job)
        warm = min((_call(record.size, job) for _ in range(3)), key=lambda run: run.whole.cpu)
        with tempfile.TemporaryDirectory(prefix="planloop-numba-") as folder:
            ever = _call(record.size, job, folder)
        record.add(f"{job}, small layers", "planloop, second call", warm.phases["second"])
        name = "planloop, first call, compiled code on disk"
        record.add(f"{job}, small layers", name, warm.phases["first"])
        record.add(f"{job}, small layers", "planloop, first use ever", ever.phases["first"])
        loss = warm.phases["first"].cpu - warm.phases["second"].cpu
        record.check(f"{job}: CPU-s that a first call loses", loss, LOSS)
    imported = measured("nothing:imported", repeat=3)
    record.add("start Python, import planloop's kernel", "planloop", imported.whole, imported.peak)


def _call(size: int, job: str, cache: str = "") -> Measured:
    environment = {"NUMBA_CACHE_DIR": cache} if cache else {}
    parcels, sites = layer("parcels", size), layer("sites")
    return measured("ours:first_and_second", environment=environment, job=job, a=parcels, b=sites)


if __name__ == "__main__":
    sys.exit(main())
