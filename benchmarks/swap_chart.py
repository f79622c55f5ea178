"""The chart of boundary swaps: what each method scores, what it breaks, and what it takes."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from benchmarks.chart import GREY, OURS, save, style

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from matplotlib.axes import Axes

    from benchmarks.record import Record

COLOURS = (OURS, "#1f5a99", "#2e8b57", "#b8860b")
"""Of planloop and the baselines, in their order."""

GRID, SHADE, INK = "#e4e4e4", "#f3f3f3", "#333333"
WIDTH = 8.7
"""Inches: as wide as the column of a README, so that its letters are of the size of the text."""

COLUMNS = {
    "Score, % of the proven bound": 3.4,
    "Illegal pieces": 2.6,
    "CPU time": 2.2,
    "Balanced": 1.05,
}
"""Title → width, as parts of the whole."""

TIMES = {1e-3: "1 ms", 1.0: "1 s", 60.0: "1 min", 3600.0: "1 h"}
"""Ticks of the CPU time, s."""


class Outcome(NamedTuple):
    """What a method made of one county.

    Parameters
    ----------
    share
        Its score, as a part of what no legal swap exceeds, per cent.
    illegal
        Number of pieces and holes that are too small.
    balanced
        Whether what goes out and what goes in balance.
    cpu
        Seconds.
    """

    share: float
    illegal: int
    balanced: bool
    cpu: float

    @property
    def legal(self) -> bool:
        """Whether the swap keeps the rules."""
        return self.balanced and self.illegal == 0


class Method(NamedTuple):
    """A method, its colour, and what it made of each county."""

    name: str
    colour: str
    outcomes: tuple[Outcome, ...]


def methods(record: Record) -> list[Method]:
    """Return the methods of a record, planloop first."""
    runs: list[dict[str, Any]] = record.facts["runs"]
    bounds = [max(1.0, -run["levels"][0]["bound"]) for run in runs]
    found = []
    for name, colour in zip(runs[0]["picks"], COLOURS, strict=True):
        picks = [run["picks"][name] for run in runs]
        outcomes = tuple(
            Outcome(100.0 * pick["score"] / bound, pick["illegal"], pick["balanced"], pick["cpu"])
            for pick, bound in zip(picks, bounds, strict=True)
        )
        found.append(Method(name, colour, outcomes))
    return found


def swap_chart(records: Sequence[Record], path: Path) -> None:
    """Write the chart: a row of panels for each number of cells, a line for each method.

    Parameters
    ----------
    records
        Of the benchmark `boundary`, ascending.
    path
        The SVG file to write; the same figures give the same bytes.
    """
    told = [methods(record) for record in records]
    with style():
        lines = sum(len(item) for item in told)
        size = (WIDTH, 0.75 + 0.27 * lines + 0.3 * len(records))
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        grid = figure.subplots(
            len(records),
            len(COLUMNS),
            squeeze=False,
            sharex="col",
            sharey="row",
            width_ratios=list(COLUMNS.values()),
            height_ratios=[len(item) for item in told],
        )
        for axes, title in zip(grid[0], COLUMNS, strict=True):
            axes.set_title(title, loc="left", fontweight="bold", pad=18, fontsize=9)
        for row, record, found in zip(grid, records, told, strict=True):
            _row(row, f"{record.size:,} {record.unit}", found)
        _limits(grid[-1], told)
        _bound([row[0] for row in grid])
        figure.legend(handles=_key(), loc="outside lower right", ncols=4, frameon=False, fontsize=8)
        save(figure, path)


def _row(panels: Sequence[Axes], title: str, found: Sequence[Method]) -> None:
    """Draw the panels of one number of cells."""
    scores, pieces, times, balances = panels
    names = [method.name for method in found]
    scores.set_yticks(range(len(found)), names)
    scores.set_ylim(len(found) - 0.5, -0.5)
    for label, method in zip(scores.get_yticklabels(), found, strict=True):
        label.set(color=method.colour, fontweight="bold" if method.colour == OURS else "normal")
    scores.annotate(
        title, (0.0, 1.0), (-8, 5), xycoords="axes fraction", textcoords="offset points",
        ha="right", fontweight="bold", color=INK,
    )  # fmt: skip
    for place, method in enumerate(found):
        _dots(scores, place, method, [item.share for item in method.outcomes])
        _counts(pieces, place, method)
        _dots(times, place, method, [item.cpu for item in method.outcomes])
        _squares(balances, place, method)
    for axes in panels:
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        axes.set_axisbelow(True)
    for axes in (scores, pieces, times):
        axes.grid(visible=True, axis="x", color=GRID, linewidth=0.6)
        axes.hlines(range(len(found)), 0, 1, transform=axes.get_yaxis_transform(), color=GRID,
                    linewidth=0.6, zorder=0.5)  # fmt: skip
    balances.set_xticks([])


def _limits(bottom: Sequence[Axes], told: Sequence[Sequence[Method]]) -> None:
    """Set limits and ticks of all columns, which their panels share."""
    outcomes = [item for found in told for method in found for item in method.outcomes]
    _, pieces, times, balances = bottom
    # Room for the numbers beside the longest bar.
    pieces.set_xlim(0.0, 1.65 * max(5, *(item.illegal for item in outcomes)))
    pieces.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    times.set_xscale("log")
    least, most = times.get_xlim()
    times.set_xticks(list(TIMES), list(TIMES.values()))
    times.minorticks_off()
    # A tick beyond all dots would widen the axis.
    times.set_xlim(least, max(most, 100.0))
    balances.set_xlim(-0.3, max(len(method.outcomes) for found in told for method in found))


def _key() -> list[Line2D]:
    """Return what dots, strokes and squares mean."""
    ink: dict[str, Any] = {"color": INK, "linestyle": "", "markersize": 4.5}
    return [
        Line2D([], [], marker="o", label="legal plan of a county", **ink),
        Line2D([], [], marker="o", markerfacecolor="white", label="plan that breaks rules", **ink),
        Line2D(
            [], [], **{**ink, "markersize": 10}, marker="|", markeredgewidth=2.0, label="median"
        ),
        Line2D([], [], marker="s", label="county that balances", **ink),
    ]


def _bound(panels: Sequence[Axes]) -> None:
    """Mark the bound: past it are only plans that break rules."""
    most = max(101.0, panels[0].get_xlim()[1])
    for axes in panels:
        axes.axvspan(100.0, most, color=SHADE, zorder=0, linewidth=0)
        axes.axvline(100.0, color=INK, linewidth=0.9, zorder=1)
        axes.set_xlim(right=most)
    panels[0].annotate(
        "illegal only", (100.0, 1.0), (3, 4), xycoords=("data", "axes fraction"),
        textcoords="offset points", color=GREY, fontsize=8,
    )  # fmt: skip


def _dots(axes: Axes, place: int, method: Method, values: Sequence[float]) -> None:
    """Draw a dot for each county, hollow where the plan is illegal, and a stroke at the median."""
    for value, outcome in zip(values, method.outcomes, strict=True):
        face = method.colour if outcome.legal else "white"
        axes.plot(value, place, "o", color=method.colour, markerfacecolor=face, markersize=4.5,
                  markeredgewidth=1.0, alpha=0.85, zorder=3)  # fmt: skip
    axes.plot(median(values), place, "|", color=method.colour, markersize=13, markeredgewidth=2.0,
              zorder=4)  # fmt: skip


def _counts(axes: Axes, place: int, method: Method) -> None:
    """Draw a bar up to the median, a dot for each county; write median, least and largest."""
    counts = [item.illegal for item in method.outcomes]
    half = median(counts)
    axes.barh(place, half, height=0.5, color=method.colour, alpha=0.3, linewidth=0, zorder=2)
    if any(counts):
        _dots(axes, place, method, counts)
    axes.annotate(
        f"{half:g} ({min(counts)}–{max(counts)})" if any(counts) else "0",
        (max(counts), place),
        (7, 0),
        textcoords="offset points",
        color=method.colour,
        va="center",
        fontweight="normal" if any(counts) else "bold",
    )


def _squares(axes: Axes, place: int, method: Method) -> None:
    """Draw a square for each county, full where the plan balances."""
    for at, outcome in enumerate(method.outcomes):
        face = method.colour if outcome.balanced else "white"
        square = Rectangle((at, place - 0.2), 0.7, 0.4, facecolor=face, edgecolor=method.colour)
        axes.add_patch(square)
