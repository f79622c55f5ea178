"""The chart of how value and bound of boundary swaps close in on each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator

from benchmarks.chart import OURS, save, style
from benchmarks.swap_chart import GRID, INK, WIDTH
from benchmarks.swap_curve import Point

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.record import Record

BOUND = "#1f5a99"
FAR = 40.0
"""Per cent off the last bound from which on a value is not drawn, lest it press the rest flat: a
search begins with what changes nothing, which scores nothing."""


def curves(record: Record, level: str) -> list[list[Point]]:
    """Return the curve of each county by a level: value and bound as per cent of the last bound.

    Counties in which nothing is proven of the level are left out; what is not yet known is NaN.
    """
    found = []
    for run in record.facts["runs"]:
        points = [Point(*told) for told in run["curve"]]
        points = [point for point in points if point.level == level]
        last = points[-1].bound if points else 0.0
        if last and math.isfinite(last):
            found.append(
                [
                    Point(point.cpu, level, _part(point.value, last), _part(point.bound, last))
                    for point in points
                ]
            )
    return found


def _part(value: float, whole: float) -> float:
    return 100.0 * value / whole if math.isfinite(value) else math.nan


def curve_chart(records: Sequence[Record], path: Path) -> None:
    """Write the chart: a column for each number of cells, a row for each level of the objective.

    Parameters
    ----------
    records
        Of the benchmark `boundary`, ascending.
    path
        The SVG file to write; the same figures give the same bytes.
    """
    levels = list(
        dict.fromkeys(
            told[1] for record in records for run in record.facts["runs"] for told in run["curve"]
        )
    )
    with style():
        figure = Figure(figsize=(WIDTH, 0.6 + 2.1 * len(levels)), layout="constrained")
        FigureCanvasAgg(figure)
        grid = figure.subplots(len(levels), len(records), squeeze=False, sharex="col", sharey="row")
        for level, row in zip(levels, grid, strict=True):
            row[0].set_ylabel(f"{level}, % of the last bound")
            told = [curves(record, level) for record in records]
            for axes, counties in zip(row, told, strict=True):
                _panel(axes, counties)
            row[0].set_ylim(*_limits([point for item in told for curve in item for point in curve]))
        for axes, record in zip(grid[0], records, strict=True):
            axes.set_title(f"{record.size:,} {record.unit}", loc="left", fontweight="bold")
        for axes in grid[-1]:
            axes.set_xlabel("CPU seconds")
        figure.legend(handles=_key(), loc="outside lower right", ncols=3, frameon=False, fontsize=8)
        save(figure, path)


def _limits(points: Sequence[Point]) -> tuple[float, float]:
    """Return the limits of an axis that holds what is not far off the bound."""
    parts = [part for point in points for part in (point.value, point.bound)]
    near = [part for part in parts if abs(part - 100.0) <= FAR] or [100.0]
    room = 0.05 * max(1.0, max(near) - min(near))
    return min(near) - room, max(near) + room


def _panel(axes: Axes, counties: Sequence[Sequence[Point]]) -> None:
    """Draw the curves of one level at one number of cells."""
    axes.set_xscale("log")
    axes.axhline(100.0, color=INK, linewidth=0.7, zorder=1)
    for points in counties:
        cpu = [point.cpu for point in points]
        value, bound = [point.value for point in points], [point.bound for point in points]
        axes.fill_between(cpu, value, bound, step="post", color=OURS, alpha=0.06, linewidth=0)
        for line, colour in ((bound, BOUND), (value, OURS)):
            axes.plot(cpu, line, color=colour, linewidth=1.3, alpha=0.8, drawstyle="steps-post")
            axes.plot(cpu[-1], line[-1], "o", color=colour, markersize=4)
    axes.grid(visible=True, which="major", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.minorticks_off()
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def _key() -> list[Line2D]:
    """Return what the lines mean."""
    return [
        Line2D([], [], color=BOUND, label="bound: no legal swap is better"),
        Line2D([], [], color=OURS, label="best legal swap so far"),
        Line2D([], [], color=INK, linestyle="", marker="o", markersize=4, label="end of a county"),
    ]
