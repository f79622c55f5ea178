"""Tables and sentences of docs/performance.md out of the records."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.record import Record, Row

FLOOR = "floor"


def number(value: float) -> str:
    """Return a value with three digits that count."""
    if value == 0.0 or not math.isfinite(value):
        return f"{value:g}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}" if digits < 6 else f"{value:.1e}"  # noqa: PLR2004  # past that, unreadable


def of_job(records: Iterable[Record], job: str) -> list[tuple[int, Row]]:
    """Return the rows of a job with their sizes, ascending."""
    found = [(record.size, row) for record in records for row in record.rows if row.job == job]
    return sorted(found, key=lambda item: item[0])


def jobs(records: Iterable[Record]) -> list[str]:
    """Return all jobs, in the order they were measured in."""
    return list(dict.fromkeys(row.job for record in records for row in record.rows))


def table(records: Sequence[Record], job: str) -> list[str]:
    """Return one job's table: a line for each size and method."""
    unit = records[0].unit
    lines = [
        f"| {unit} | method | CPU-s | wall s | peak GiB | ratio | × floor | |",
        "|---:|---|---:|---:|---:|---:|---:|---|",
    ]
    for record in records:
        rows = [row for row in record.rows if row.job == job]
        ours = next((row.cpu for row in rows if row.ours), math.nan)
        floor = next((row.cpu for row in rows if row.method.startswith(FLOOR)), math.nan)
        for row in rows:
            mark = "≈ " if row.estimated else ""
            notes = ["estimated"] * row.estimated + [row.note] * bool(row.note)
            cells = [
                f"{record.size:,}",
                f"**{row.method}**" if row.ours else row.method,
                mark + number(row.cpu),
                mark + number(row.wall),
                number(row.peak / 2**30) if row.peak else "",
                mark + number(row.cpu / ours) if ours > 0.0 else "",
                number(row.cpu / floor) if floor > 0.0 else "",
                ", ".join(notes),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def exponents(records: Sequence[Record], job: str) -> list[str]:
    """Return how the CPU time of each method grows from one size to the next."""
    methods = dict.fromkeys(row.method for _, row in of_job(records, job))
    lines = []
    for method in methods:
        points = [(n, row.cpu) for n, row in of_job(records, job) if row.method == method]
        steps = [
            f"{math.log(cpu / before) / math.log(n / fewer):.2f} ({fewer:,} to {n:,})"
            for (fewer, before), (n, cpu) in pairwise(points)
            if cpu > 0.0 and before > 0.0
        ]
        if steps:
            lines.append(f"- {method}: {', '.join(steps)}")
    return lines


def checks(records: Iterable[Record]) -> list[str]:
    """Return what was compared, and how it came out over all sizes."""
    lines = ["| compared | at | largest found | allowed | |", "|---|---|---:|---:|---|"]
    pairs = [(record.size, item) for record in records for item in record.checks]
    for what in dict.fromkeys(item.what for _, item in pairs):
        sizes = ", ".join(f"{size:,}" for size, item in pairs if item.what == what)
        worst = max(
            (item for _, item in pairs if item.what == what),
            key=lambda item: (not item.holds, item.value),
        )
        outcome = "holds" if worst.holds else f"**does not hold**: {worst.where}"
        found = f"{worst.value:.2g} | {worst.limit:.2g}"
        lines.append(f"| {what} | {sizes} | {found} | {outcome} |")
    return lines


def layers(records: Iterable[Record]) -> dict[str, dict[str, int]]:
    """Return the layers that were measured on: name → what was counted in it."""
    return {
        f"{name}, {record.size:,}" if name == "parcels" else name: told
        for record in records
        for name, told in record.layers.items()
    }


def layer_table(found: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return the table of layers."""
    if not found:
        return []
    names = list(next(iter(found.values())))
    lines = [f"| layer | {' | '.join(names)} |", "|---|" + "---:|" * len(names)]
    for name in sorted(
        found, key=lambda name: (not name.startswith("parcels"), found[name]["polygons"])
    ):
        cells = " | ".join(f"{found[name][key]:,}" for key in names)
        lines.append(f"| {name} | {cells} |")
    return lines
