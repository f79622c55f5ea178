"""The chart of docs/performance.md: CPU seconds by size and method, both axes logarithmic."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from benchmarks.table import FLOOR, of_job

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.record import Record

OURS, GREY = "#c8102e", "#8a8a8a"
PEERS = {
    "PostGIS": "#1f5a99",
    "geopandas": "#2e8b57",
    "SedonaDB": "#b8860b",
    "DuckDB": "#6a4c93",
}
CUT = ", zones cut"
GAP = 0.055
"""Least distance of two labels, as a part of the axis' height."""


class End(NamedTuple):
    """Where a line ends, and whose it is."""

    y: float
    x: float
    name: str
    colour: str


def chart(panels: Sequence[tuple[str, str, Sequence[Record]]], path: Path) -> None:
    """Write the chart.

    Parameters
    ----------
    panels
        A title, a job and its records for each panel.
    path
        The SVG file to write; the same figures give the same bytes.
    """
    with style():
        figure = Figure(figsize=(6.2 * len(panels), 4.6), layout="constrained")
        FigureCanvasAgg(figure)
        for axes, (title, job, records) in zip(
            figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True
        ):
            _label(figure, axes, _panel(axes, title, job, records))
        save(figure, path)


def style() -> AbstractContextManager[None]:
    """Return the context in which charts are drawn: the same figures give the same bytes."""
    return mpl.rc_context({"svg.hashsalt": "planloop", "svg.fonttype": "path", "font.size": 9})


def save(figure: Figure, path: Path) -> None:
    """Write a chart as SVG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None})


def _panel(axes: Axes, title: str, job: str, records: Sequence[Record]) -> list[End]:
    """Draw the lines of one job and return where each ends."""
    rows = of_job(records, job)
    axes.set(xscale="log", yscale="log", xlabel=records[0].unit, ylabel="CPU seconds")
    axes.set_title(title, loc="left", fontweight="bold")
    ends = []
    methods = dict.fromkeys(row.method for _, row in rows)
    # A peer that was given the zones both ways: dashed with the zones whole.
    whole = {name.removesuffix(CUT) for name in methods if name.endswith(CUT)}
    for method in methods:
        points = [(size, row) for size, row in rows if row.method == method]
        ours, floor = points[0][1].ours, method.startswith(FLOOR)
        peer = next((name for name in PEERS if method.startswith(name)), "")
        colour = OURS if ours else PEERS.get(peer, GREY)
        x, y = [size for size, _ in points], [row.cpu for _, row in points]
        style = ":" if floor else "--" if method in whole else "-"
        width = 2.4 if ours else 1.3
        axes.plot(x, y, style, color=colour, linewidth=width)
        for size, row in points:
            face = "white" if row.estimated else colour
            axes.plot(size, row.cpu, "o", color=colour, markerfacecolor=face, markersize=5)
        ends.append(End(y[-1], x[-1], method, colour))
    axes.grid(visible=True, which="major", color="#e4e4e4", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    sizes = sorted({size for size, _ in rows})
    axes.set_xticks(sizes, [_short(size) for size in sizes])
    axes.minorticks_off()
    axes.set_xlim(sizes[0] * 0.8, sizes[-1] * (1.2 if len(sizes) > 1 else 3.0))
    return sorted(ends)


def _short(size: int) -> str:
    """Return a size as 10k, 1M: in full, neighbours on the axis would run into each other."""
    millions, rest = divmod(size, 1_000_000)
    return f"{size // 1000}k" if rest else f"{millions}M"


def _label(figure: Figure, axes: Axes, ends: Sequence[End]) -> None:
    """Write the names beside the panel, apart from each other, with a thin line to their ends."""
    figure.draw_without_rendering()
    to_axes = axes.transData + axes.transAxes.inverted()
    places = [float(to_axes.transform((end.x, end.y))[1]) for end in ends]
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + GAP)
    for index in reversed(range(len(places))):
        above = places[index + 1] if index + 1 < len(places) else 1.0 + GAP
        places[index] = min(places[index], above - GAP)
    for end, place in zip(ends, places, strict=True):
        axes.annotate(
            end.name,
            (end.x, end.y),
            (1.03, place),
            textcoords=axes.transAxes,
            color=end.colour,
            va="center",
            arrowprops={
                "arrowstyle": "-",
                "color": end.colour,
                "linewidth": 0.4,
                "shrinkB": 3,
                "relpos": (0.0, 0.5),
            },
            annotation_clip=False,
        )
