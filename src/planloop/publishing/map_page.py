"""The sheet of a map: A3 landscape, measured in millimetres from its lower left corner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.patheffects import Stroke
from matplotlib.text import Text

from planloop.messages import render
from planloop.publishing.font import font, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

Align: TypeAlias = Literal["left", "center", "right"]

WIDTH, HEIGHT, DPI = 420.0, 297.0, 200
MM = 25.4
"""Millimetres in an inch."""

INK, MUTED, PAPER = "#1a1a1a", "#5a5a5a", "#ffffff"
HALO = 2.4
"""Width of the halo around a name, points."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle on the sheet, mm."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.bottom + self.height


class Page:
    """A figure with one axes over the whole sheet, in mm, for everything beside the maps."""

    def __init__(self) -> None:
        self.figure = Figure(figsize=(WIDTH / MM, HEIGHT / MM), dpi=DPI, facecolor=PAPER)
        self.canvas = FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_xlim(0.0, WIDTH)
        self.axes.set_ylim(0.0, HEIGHT)
        self.axes.set_axis_off()

    def window(self, frame: Frame, bounds: tuple[float, float, float, float], back: str) -> Axes:
        """Return new axes in a frame that show `bounds` (west, south, east, north)."""
        place = (
            frame.left / WIDTH,
            frame.bottom / HEIGHT,
            frame.width / WIDTH,
            frame.height / HEIGHT,
        )
        axes = self.figure.add_axes(place, facecolor=back)
        axes.set_xlim(bounds[0], bounds[2])
        axes.set_ylim(bounds[1], bounds[3])
        axes.tick_params(bottom=False, left=False, labelbottom=False, labelleft=False)
        for spine in axes.spines.values():
            spine.set(linewidth=0.8, color=INK, zorder=1000)
        return axes

    def text(  # noqa: PLR0913  # place, size and look of a text
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = INK,
        align: Align = "left",
        fit: float | None = None,
    ) -> Text:
        """Write a line on its baseline, in a smaller size where it is wider than `fit` mm."""
        made = Text(
            x,
            y,
            printable(text),
            color=colour,
            fontproperties=font(size, bold=bold),
            horizontalalignment=align,
            verticalalignment="baseline",
            parse_math=False,
        )
        self.axes.add_artist(made)
        if fit is not None and (wide := self.size(made)[0]) > fit:
            made.set_fontsize(size * fit / wide)
        return made

    def heading(self, frame: Frame, key: str) -> None:
        """Write the heading of a part of the sheet at the top of its frame, in both languages."""
        base = frame.top - 4.2
        made = self.text(frame.left, base, render(key, {}, "zh"), 10.5, bold=True)
        left = frame.left + self.size(made)[0] + 2.0
        self.text(left, base, render(key, {}, "en"), 7.0, colour=MUTED)

    def name(
        self, axes: Axes, place: tuple[float, float], text: str, look: tuple[float, str]
    ) -> None:
        """Write a name on a map, its middle at a place, with a halo.

        The halo is a text of its own, below, so that the name itself stays text in a PDF.
        """
        size, colour = look
        for effects in ([Stroke(linewidth=HALO, foreground=PAPER)], []):
            made = Text(
                *place,
                printable(text),
                color=colour,
                fontproperties=font(size),
                horizontalalignment="center",
                verticalalignment="center_baseline",
                parse_math=False,
                path_effects=effects,
                zorder=900 if effects else 901,
            )
            axes.add_artist(made)

    def size(self, text: Text) -> tuple[float, float]:
        """Return width and height of a text on paper, mm."""
        renderer = self.canvas.get_renderer()  # type: ignore[no-untyped-call]  # matplotlib's
        box = text.get_window_extent(renderer)
        return box.width / DPI * MM, box.height / DPI * MM

    def rectangle(
        self, frame: Frame, *, edge: str = INK, width: float = 0.8, fill: str | None = None
    ) -> None:
        """Draw a rectangle."""
        made = Rectangle(
            (frame.left, frame.bottom),
            frame.width,
            frame.height,
            facecolor=fill or "none",
            edgecolor=edge if width else "none",
            linewidth=width,
        )
        self.axes.add_patch(made)

    def polygon(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        """Draw a polygon with a thin outline."""
        made = Polygon(list(points), closed=True, facecolor=fill, edgecolor=INK, linewidth=0.6)
        self.axes.add_patch(made)

    def line(self, start: tuple[float, float], end: tuple[float, float], width: float) -> None:
        """Draw a straight line."""
        made = Line2D([start[0], end[0]], [start[1], end[1]], color=INK, linewidth=width)
        self.axes.add_line(made)
