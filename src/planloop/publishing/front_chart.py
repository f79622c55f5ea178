"""A front as a small chart: points served over what they are set against, with all plans marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.messages import render
from planloop.publishing.font import font, printable
from planloop.publishing.map_page import MUTED, PAPER, Frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planloop.maintenance.alternatives import Alternatives, Measured, Shown
    from planloop.publishing.map_page import Page

FRONT, REACHED, PLAN, GRID = "#1f5d73", "#e6eff1", "#9d0b2c", "#dddad3"
LEFT, BELOW, ABOVE = 9.0, 9.5, 10.5
"""Room for numbers on the left, for numbers and title below, for the heading above, mm."""

TICKS = 5
"""About so many on each axis."""

ROOM = 0.08
"""Share of the range that is left free at its ends."""

PITCH, DROP = 5.6, 14.0
"""Numbers of plans stand in a row, so far apart and so far below the plans, mm."""

UNITS = {"outline": 1000.0, "moved": 100.0}
"""How many units of the measure are one of the axis: m in a km, hundredths in a hectare."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to the window, on one axis."""

    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> _Scale:
        """Return a scale that shows some values with room at the ends."""
        low, high = min(values), max(values)
        room = ROOM * (high - low) or 0.5
        return cls(low - room, high + room)

    def ticks(self) -> list[float]:
        """Return round values within it."""
        rough = (self.high - self.low) / TICKS
        power = 10.0 ** np.floor(np.log10(rough))
        step = next(part * power for part in (1.0, 2.0, 5.0, 10.0) if part * power >= rough)
        first = int(np.ceil(self.low / step))
        return [number * step for number in range(first, int(np.floor(self.high / step)) + 1)]


def draw_front(page: Page, made: Alternatives, front: Shown, frame: Frame) -> None:
    """Draw one front in a frame of the sheet."""
    _heading(page, front, frame)
    box = Frame(
        frame.left + LEFT,
        frame.bottom + BELOW,
        frame.width - LEFT - 2.0,
        frame.height - BELOW - ABOVE,
    )
    if len(front.points) < 2:  # noqa: PLR2004  # a line has two ends
        text = f"{_say('alternatives.no-front', 'zh')}  {_say('alternatives.no-front', 'en')}"
        middle = frame.left + frame.width / 2
        page.text(middle, frame.bottom + frame.height / 2, text, 7.5, colour=MUTED, align="center")
        return
    curve = [_place(point.measured, front.against) for point in front.points]
    marks = [_place(item.measured, front.against) for item in made.options]
    x, y = (_Scale.of([pair[axis] for pair in (*curve, *marks)]) for axis in (0, 1))
    axes = page.window(box, (x.low, y.low, x.high, y.high), PAPER)
    for spine in axes.spines.values():
        spine.set(linewidth=0.5, color=MUTED)
    _grid(page, axes, box, (x, y))
    _curve(axes, curve, [point.proven for point in front.points], y.low, x.high)
    for (across, up), point in zip(curve, front.points, strict=True):
        axes.annotate(
            str(len(point.measured.served)),
            (across, up),
            xytext=(-3.5, 3.0),
            textcoords="offset points",
            horizontalalignment="right",
            fontproperties=font(5.5),
            color=FRONT,
            parse_math=False,
        )
    _plans(axes, box, marks, (x, y))
    _titles(page, front, frame, box)


def _heading(page: Page, front: Shown, frame: Frame) -> None:
    key = f"alternatives.front-{front.against}"
    made = page.text(frame.left, frame.top - 4.0, _say(key, "zh"), 9.5, bold=True)
    left = frame.left + page.size(made)[0] + 2.0
    page.text(left, frame.top - 4.0, _say(key, "en"), 6.0, colour=MUTED, fit=frame.right - left)


def _titles(page: Page, front: Shown, frame: Frame, box: Frame) -> None:
    key = f"alternatives.axis-{front.against}"
    text = f"{_say(key, 'zh')}  {_say(key, 'en')}"
    page.text(box.right, box.bottom - 7.4, text, 6.8, colour=MUTED, align="right")
    up = f"{_say('alternatives.axis-points', 'zh')} {_say('alternatives.axis-points', 'en')}"
    page.text(frame.left, box.top + 1.2, up, 6.8, colour=MUTED)


def _grid(page: Page, axes: Axes, box: Frame, scales: tuple[_Scale, _Scale]) -> None:
    x, y = scales
    for tick in x.ticks():
        axes.axvline(tick, color=GRID, linewidth=0.4, zorder=1)
        at = box.left + (tick - x.low) / (x.high - x.low) * box.width
        page.text(at, box.bottom - 3.4, f"{tick:,g}", 6.2, align="center")
    for tick in y.ticks():
        axes.axhline(tick, color=GRID, linewidth=0.4, zorder=1)
        at = box.bottom + (tick - y.low) / (y.high - y.low) * box.height
        page.text(box.left - 1.4, at - 0.8, f"{tick:,g}", 6.2, align="right")


def _curve(
    axes: Axes, curve: list[tuple[float, float]], proven: list[bool], low: float, right: float
) -> None:
    """Draw the front as steps: what is reached lies to the right of it and below."""
    points = sorted(curve)
    across = [point[0] for point in points] + [right]
    up = [point[1] for point in points] + [points[-1][1]]
    axes.fill_between(across, up, low, step="post", color=REACHED, linewidth=0.0, zorder=2)
    axes.step(across, up, where="post", color=FRONT, linewidth=0.9, zorder=3)
    for (x, y), sure in zip(curve, proven, strict=True):
        axes.plot(
            x,
            y,
            marker="o",
            markersize=4.2,
            markerfacecolor=FRONT if sure else PAPER,
            markeredgecolor=FRONT,
            markeredgewidth=0.9,
            zorder=5,
        )


def _plans(
    axes: Axes, box: Frame, marks: list[tuple[float, float]], scales: tuple[_Scale, _Scale]
) -> None:
    """Mark the plans; their numbers stand in a row, in the order of the plans from the left."""
    x, y = scales
    size = (x.high - x.low) / box.width, (y.high - y.low) / box.height
    on_paper = [((across - x.low) / size[0], (up - y.low) / size[1]) for across, up in marks]
    order = sorted(range(len(marks)), key=lambda place: on_paper[place])
    row = min(up for _, up in on_paper) - DROP
    if row < PITCH / 2:
        row = min(max(up for _, up in on_paper) + DROP, box.height - PITCH / 2)
    half = PITCH * (len(marks) - 1) / 2
    middle = sum(across for across, _ in on_paper) / len(marks)
    middle = min(max(middle, half + PITCH / 2), box.width - half - PITCH / 2)
    for step, place in enumerate(order):
        spot = x.low + (middle - half + PITCH * step) * size[0], y.low + row * size[1]
        across, up = marks[place]
        axes.plot([across, spot[0]], [up, spot[1]], color=PLAN, linewidth=0.45, zorder=6)
        axes.plot(across, up, marker="o", markersize=2.8, color=PLAN, zorder=7)
        axes.plot(*spot, marker="o", markersize=9.0, color=PLAN, markeredgecolor=PAPER, zorder=8)
        axes.text(
            *spot,
            printable(str(place + 1)),
            color=PAPER,
            fontproperties=font(6.4, bold=True),
            horizontalalignment="center",
            verticalalignment="center_baseline",
            parse_math=False,
            zorder=9,
        )


def _place(item: Measured, against: str) -> tuple[float, float]:
    cost = item.outline_m if against == "outline" else item.moved
    return cost / UNITS[against], float(item.points)


def _say(key: str, lang: str) -> str:
    return render(key, {}, lang)


def sample(page: Page, kind: str, frame: Frame) -> None:
    """Draw what the legend shows of the chart: ``"proven"``, ``"open"`` or ``"plan"``."""
    at = frame.left + frame.width / 2, frame.bottom + frame.height / 2
    if kind == "plan":
        page.axes.plot(*at, marker="o", markersize=7.5, color=PLAN, markeredgecolor=PAPER)
        page.text(
            at[0], at[1] - 0.75, "1", 5.6, bold=True, colour=PAPER, align="center"
        ).set_zorder(9)
        return
    page.axes.plot([frame.left, frame.right], [at[1], at[1]], color=FRONT, linewidth=0.9)
    page.axes.plot(
        *at,
        marker="o",
        markersize=4.2,
        markerfacecolor=FRONT if kind == "proven" else PAPER,
        markeredgecolor=FRONT,
        markeredgewidth=0.9,
    )
