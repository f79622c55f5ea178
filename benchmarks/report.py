"""Write docs/performance.md and its charts from the results of the benchmarks.

``python -m benchmarks.report`` reads build/bench/results; nothing on the page comes from elsewhere.
Sections and charts of which there are no results stay as they were.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import bench_overlay, bench_tabulate
from benchmarks.chart import chart
from benchmarks.curve_chart import curve_chart
from benchmarks.page import Kept, kept
from benchmarks.record import RESULTS, Record, load
from benchmarks.swap_chart import swap_chart
from benchmarks.table import checks, exponents, jobs, layer_table, layers, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DOCS = Path(__file__).parents[1] / "docs"
PAGE, IMAGES = DOCS / "performance.md", DOCS / "images"
CHART, SWAPS, CURVES = "performance.svg", "boundary_swaps.svg", "boundary_curves.svg"

CURVED = 10_000
"""Cells from which on the curves of value and bound are drawn: smaller counties take a second."""

ORDER = (
    "tabulate",
    "memory",
    "overlay",
    "topology",
    "area",
    "dissolve",
    "fabric",
    "cold",
    "real",
    "boundary",
)

OPENING = """\
# Performance

What the geometry kernel takes, and what other tools take for the same work on the same files; at
the end what the boundary optimiser takes, and what rules of thumb make of the same counties.
`make bench SIZE=full` makes all of it anew; this page is written from its results by
`python -m benchmarks.report` and holds no other figure.

![CPU seconds by number of parcels, of planloop, other tools and the floor](images/performance.svg)

Filled points are measured, hollow ones estimated from a sample.
"""

METHOD = """\
## How it was measured

- **CPU-s** are seconds of user and system time over all processes of a method, the figure that
  ratios use. Wall time depends on how many cores a method takes and on what else the machine does.
- **Ratio** is a method's CPU-s divided by planloop's. Below 1, the other one is faster.
- **Floor** is what no method can do without: reading the bytes of both files and looking at each
  once, one pass over the vertices where they are in memory already; for geometries also cutting the
  pairs that cross, by GEOS, each zone clipped to near its parcel beforehand, not counted.
- **Estimated** figures are worked out from two samples of the parcels: what grows with their number
  is multiplied, what does not is counted once.
- Every method runs in a process of its own. "File to …" counts the whole process, the interpreter's
  start and all imports. planloop's compiled code is on disk; what its first calls take is told
  under "First calls". PostgreSQL is the exception: it runs already, the layers are loaded, indexed
  and analysed, the zones cut, none of it counted.
- "Zones cut" means that the peer was given the zones in pieces of at most 256 vertices, which it
  needs to be fast; making the pieces is not counted.
- Peers run with their defaults, PostgreSQL with light tuning (memory, no waiting for the disk, two
  parallel workers). Who knows them better may make them faster.
- The survey is made up, from a seed: parcels that fit together, some merged to roads and rivers,
  some around a hole; zones of six classes, not cut to the county; a boundary in parts; sites and
  corridors. Real surveys have more holes and longer ditches.
- Counties for boundary swaps are made up, too: rows are medians of five, with the least and the
  largest in brackets. Plans of the rules of thumb may be illegal, and are counted as they are.
- Annealing pays for each piece and hole that is too small, at first for the part of its area that
  it lacks, in the end as much as any project is worth; and for land out of balance. It returns the
  best legal plan met, if there is one. Number of moves, temperatures and prices were tuned on
  counties of other seeds, at all three sizes; the last temperature falls with the size of cells.
"""

TITLES = {
    "tabulate": "Areas of parcels in zones, from file to table",
    "memory": "The same in memory",
    "overlay": "Intersections as geometries",
    "topology": "Topology",
    "area": "Ellipsoidal areas",
    "dissolve": "Dissolving",
    "fabric": "The Fabric",
    "cold": "First calls",
    "real": "Real plans",
    "boundary": "Boundary swaps",
}

SWAPPED = """\
![Score, illegal pieces, CPU time and balance, by method](images/boundary_swaps.svg)

Each dot is a county. Its plan is legal where no piece of the boundary and no hole in it is too
small, and what goes out and what goes in balance. The bound is what planloop proves: no legal plan
scores more, so past it are only plans that break rules.
"""

CLOSING = """\
![Best legal plan and bound, by CPU seconds](images/boundary_curves.svg)

How the best legal plan and the bound close in on each other, as parts of the last bound. The score
is solved first; then the cost, among plans that keep the score reached.
"""


def main() -> int:
    """Write page and charts; return 1 where there are no results."""
    records = [load(path) for path in sorted(RESULTS.glob("*.json"))]
    if not records:
        print("There are no results yet: run `make bench` first.")
        return 1
    groups = {
        name: sorted((r for r in records if r.benchmark == name), key=lambda r: r.size)
        for name in ORDER
    }
    fresh = [TITLES[name] for name, found in groups.items() if found]
    old = kept(PAGE.read_text(encoding="utf-8"), fresh) if PAGE.exists() else Kept()
    lines = [OPENING, METHOD, *layer_table({**old.layers, **layers(records)}), ""]
    lines += _versions(records, old)
    for name, found in groups.items():
        lines += _section(name, found) if found else old.sections.get(TITLES[name], [])
    PAGE.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    written = [PAGE, *_charts(groups)]
    print(f"Written: {', '.join(str(path.relative_to(DOCS.parent)) for path in written)}")
    return 0


def _charts(groups: Mapping[str, Sequence[Record]]) -> list[Path]:
    """Draw the charts of which all results are there, and return their files."""
    panels = [
        (title, job, groups[name])
        for title, job, name in (
            ("Areas by class, from file", bench_tabulate.JOB, "tabulate"),
            ("Intersections as geometries, from file", bench_overlay.JOB, "overlay"),
        )
    ]
    drawn = []
    if all(records for _, _, records in panels):
        chart(panels, IMAGES / CHART)
        drawn.append(IMAGES / CHART)
    if groups["boundary"]:
        swap_chart(groups["boundary"], IMAGES / SWAPS)
        drawn.append(IMAGES / SWAPS)
    curved = [record for record in groups["boundary"] if record.size >= CURVED]
    if curved:
        curve_chart(curved, IMAGES / CURVES)
        drawn.append(IMAGES / CURVES)
    return drawn


def _versions(records: Sequence[Record], old: Kept) -> list[str]:
    """Return the machine and the versions; more than one machine is told."""
    machines = [f"{r.facts['cores']} cores, {r.facts['memory']} GiB of memory" for r in records]
    told = " and ".join(dict.fromkeys([*old.machines, *machines]))
    versions = (text for record in records for text in record.versions)
    names = dict.fromkeys([*old.versions, *versions])
    skipped = dict.fromkeys([*old.skipped, *(text for r in records for text in r.skipped)])
    lines = [f"Machine: {told}.", "", f"Versions: {', '.join(names)}.", ""]
    if skipped:
        lines += ["Not measured, as not installed:", ""]
        lines += [f"- {text}" for text in skipped] + [""]
    return lines


def _section(name: str, records: Sequence[Record]) -> list[str]:
    """Return the section of one benchmark."""
    lines = [f"## {TITLES[name]}", ""]
    if name == "boundary":
        lines += [SWAPPED, *[CLOSING] * (records[-1].size >= CURVED)]
    for job in jobs(records):
        if len(jobs(records)) > 1:
            lines += [f"### {job[0].upper()}{job[1:]}", ""]
        lines += [*table(records, job), ""]
        growth = exponents(records, job)
        if growth:
            lines += ["Growth of CPU-s with size, as an exponent:", "", *growth, ""]
    facts = _facts(records)
    if facts:
        lines += [*facts, ""]
    if any(record.checks for record in records):
        lines += ["Results compared:", "", *checks(records), ""]
    return lines


def _facts(records: Sequence[Record]) -> list[str]:
    """Return what else was counted."""
    lines = []
    for record in records:
        told = [
            f"{name} {value:,.4g}" if isinstance(value, float) else f"{name} {value:,}"
            for name, value in record.facts.items()
            if name not in ("cores", "memory") and isinstance(value, (int, float))
        ]
        if told:
            lines.append(f"- {record.size:,} {record.unit}: {', '.join(told)}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
