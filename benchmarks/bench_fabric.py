"""The Fabric of parcels, zones and boundary, against reading them, and swaps of land in it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.agreement import joined
from benchmarks.measure import measured
from benchmarks.sizes import run
from benchmarks.store import layer

if TYPE_CHECKING:
    from benchmarks.record import Record

BUILD, SWAP = "one partition of three layers", "swap of 250 parcels"
SITES = "swap of 250 sites and corridors"
COMPARED = 20_000
"""Up to so many parcels geopandas builds the same pieces."""

CHECKED = 200_000
"""Up to so many parcels GEOS checks the coverage after every step."""

MOVED = 2e-4
"""Metres that noding on the 0.1 mm grid may move a line: times its length, area. Twice half a
diagonal of a grid cell, rounded up."""


def main() -> int:
    """Measure, and return 1 when results disagree or a coverage is broken."""
    return run("fabric", work, quick=[10_000], full=[10_000, 100_000, 500_000])


def work(record: Record) -> None:
    """Measure build and swaps on one survey."""
    zones, boundary = layer("zones"), layer("boundary")
    parcels, sites = layer("parcels", record.size), layer("sites")
    check = record.size <= CHECKED
    ours = measured(
        "fabrics:built",
        parcels=parcels,
        zones=zones,
        boundary=boundary,
        sites=sites,
        check=check,
    )
    record.facts.update(ours.facts)
    record.add(BUILD, "planloop, Fabric.build", ours.phases["build"], ours.peak)
    record.add(BUILD, "floor: read the files by geopandas", ours.phases["read"])
    record.add(SWAP, "planloop, next swap", ours.phases["swap 1"])
    record.add(SWAP, "planloop, first swap, index built", ours.phases["swap 0"])
    record.add(SITES, "planloop", ours.phases["swap 2"])
    if check:
        whole = ours.phases["check"] * (1.0 / 3.0)
        record.add(SWAP, "GEOS: check the whole coverage once", whole)
        record.check("coverages broken after a step", float(ours.facts["broken"]), 0)
    theirs = measured("fabrics:swapped_by_shapely", parcels=parcels, sites=sites)
    note = f"leaves {theirs.facts['broken']} parcels that do not fit"
    record.add(SITES, "shapely, floating overlay", theirs.phases["swap"], theirs.peak, note=note)
    if record.size > COMPARED:
        return
    pieces = measured(
        "fabrics:overlaid_by_geopandas", parcels=parcels, zones=zones, boundary=boundary
    )
    note = "pieces share no vertices: no coverage"
    record.add(BUILD, "geopandas.overlay, twice", pieces.phases["overlay"], pieces.peak, note=note)
    sides = [(run.arrays["a"], run.arrays["b"], run.arrays["area"]) for run in (ours, pieces)]
    pairs, mine, their = joined(sides[0], sides[1])
    # A circle's outline is the shortest; parcels' are some times longer.
    room = MOVED * 20.0 * np.sqrt(np.maximum(their, 1.0))
    apart = np.abs(mine - their) / room
    worst = int(np.argmax(apart))
    where = f"pair {pairs[worst]}: {mine[worst]} against {their[worst]} m²"
    what = "geopandas.overlay: areas of pairs differ, as a part of what noding on the grid may move"
    record.check(what, apart[worst], 1.0, where)


if __name__ == "__main__":
    sys.exit(main())
