"""Areas of parcels in zones, both in memory as the kernel holds them, planar and ellipsoidal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks.measure import measured
from benchmarks.sizes import run
from benchmarks.store import layer

if TYPE_CHECKING:
    from benchmarks.record import Record

TIMES = 3


def main() -> int:
    """Measure, and return 1 when a limit is broken."""
    return run("memory", work, quick=[10_000, 100_000], full=[10_000, 100_000, 500_000, 1_000_000])


def work(record: Record) -> None:
    """Measure both kinds of area on one survey."""
    parcels, zones = layer("parcels", record.size), layer("zones")
    for official in (False, True):
        found = measured("ours:in_memory", a=parcels, b=zones, official=official, times=TIMES)
        job = "tabulate in memory, " + ("planar and ellipsoidal" if official else "planar")
        calls = [found.phases[f"call {number}"] for number in range(TIMES)]
        spent = min(calls[1:], key=lambda call: call.cpu)
        note = f"read {found.phases['read'].cpu:.2f}, convert {found.phases['convert'].cpu:.2f}"
        record.add(job, "planloop", spent, found.peak, note=f"CPU-s before: {note}")
        record.facts["vertices"] = found.facts["vertices"]
        record.facts["pairs"] = len(found.arrays["a"])
        if not official:
            floor = measured("floor:passing", a=parcels, b=zones)
            record.add(job, "floor: one pass over the vertices", floor.phases["floor"])


if __name__ == "__main__":
    sys.exit(main())
