"""The map of a scheme: the boundary before and after, on one sheet, as PNG and as PDF."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import shapely

from planloop.messages import render
from planloop.publishing.map_content import Drawn, change_content, names, plan_content
from planloop.publishing.map_extent import choose_extent, main_body
from planloop.publishing.map_furniture import (
    draw_figures,
    draw_footer,
    draw_heading,
    draw_north,
    draw_scale,
    draw_title,
)
from planloop.publishing.map_legend import draw_legend, entries
from planloop.publishing.map_locator import beyond, draw_locator
from planloop.publishing.map_names import Ground, place_names
from planloop.publishing.map_page import Frame, Page
from planloop.publishing.map_paint import mark, paint
from planloop.publishing.picture_files import write_picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from planloop.plan.scheme import Scheme
    from planloop.publishing.map_extent import Extent
    from planloop.publishing.map_names import Placed
    from planloop.publishing.map_style import Style

STEM = "before_after"
SHEET = Frame(9.0, 9.0, 402.0, 279.0)
TITLE = Frame(14.0, 261.0, 392.0, 23.0)
PANELS = {"before": Frame(14.0, 70.0, 194.5, 184.0), "after": Frame(211.5, 70.0, 194.5, 184.0)}
HEADING = 7.0
LOCATOR = Frame(14.0, 22.0, 78.0, 45.0)
LEGEND = Frame(97.0, 22.0, 172.0, 45.0)
FIGURES = Frame(275.0, 22.0, 74.0, 45.0)
NORTH = Frame(374.0, 44.5, 11.0, 22.0)
SCALE = Frame(354.0, 24.0, 52.0, 16.0)
FOOTER = Frame(14.0, 11.0, 392.0, 9.0)
OUTSIDE = "#f3f2ee"


@dataclass(frozen=True, slots=True, eq=False)
class MapSheet:
    """A map that is drawn but not yet written.

    Parameters
    ----------
    figure
        The sheet; each artist of a feature has the key of its style as gid.
    legend
        The entries of the legend, in order.
    extent
        What the panels show.
    names
        The names on it.
    """

    figure: Figure
    legend: tuple[Style, ...]
    extent: Extent
    names: tuple[Placed, ...]


def draw_maps(scheme: Scheme, directory: Path) -> list[Path]:
    """Write ``before_after.png`` and ``before_after.pdf``; equal schemes give equal bytes."""
    with own_settings():
        sheet = compose(scheme)
        title = f"{scheme.settings.scheme.name} {render('map.title', {}, 'zh')}"
        return write_picture(sheet.figure, directory, STEM, title)


def compose(scheme: Scheme) -> MapSheet:
    """Draw the sheet."""
    roles = scheme.settings.roles
    before, after = plan_content(scheme.before, roles), plan_content(scheme.after, roles)
    pieces = change_content(scheme)
    changed = _shapes(pieces)
    body = main_body(scheme.before.layer(roles.boundary).geometry, scheme.settings.swap.detached_m)
    panel = PANELS["before"]
    extent = choose_extent(body, changed, panel.width, panel.height)
    page = Page()
    page.rectangle(SHEET, width=1.6)
    page.rectangle(Frame(10.5, 10.5, 399.0, 276.0), width=0.4)
    draw_title(page, scheme, TITLE)
    ground = _ground(before, changed, extent)
    placed = place_names(page, names(scheme.after, roles), extent, ground)
    used = _draw_panel(page, "before", before, extent, placed)
    used += _draw_panel(page, "after", [*after, *pieces], extent, placed)
    used += draw_locator(page, after, pieces, extent, LOCATOR)
    legend = entries(used)
    draw_legend(page, legend, LEGEND)
    draw_figures(page, scheme.accounts.totals, FIGURES)
    draw_north(page, NORTH)
    draw_scale(page, extent, SCALE)
    draw_footer(page, scheme, FOOTER)
    for left in (LOCATOR.right + 2.5, LEGEND.right + 3.0, FIGURES.right + 2.5):
        page.line((left, LOCATOR.bottom), (left, LOCATOR.top), 0.4)
    page.line((FOOTER.left, FOOTER.top + 0.6), (FOOTER.right, FOOTER.top + 0.6), 0.4)
    return MapSheet(page.figure, tuple(legend), extent, tuple(placed))


def _draw_panel(
    page: Page, key: str, content: Sequence[Drawn], extent: Extent, placed: Sequence[Placed]
) -> list[Style]:
    """Draw one panel and return the styles that it uses."""
    frame = PANELS[key]
    note = None
    if key == "after":
        pieces = [item for item in content if item.style.take == "pieces"]
        far = sum(len(beyond(item, extent)) for item in pieces)
        name = "map.far" if far else "map.no-change" if not pieces else None
        if name:
            note = render(name, {"count": far}, "zh"), render(name, {"count": far}, "en")
    heading = Frame(frame.left, frame.top, frame.width, HEADING)
    draw_heading(page, f"map.{key}", heading, note)
    axes = page.window(frame, extent.bounds, OUTSIDE)
    used = [
        item.style
        for item in content
        if paint(axes, item.style, item.shapes, metres=extent.metres, window=extent.box)
    ]
    for item in placed:
        style = item.name.style
        if style.marker:
            mark(axes, style, shapely.get_coordinates(item.name.shape))
            used.append(style)
        look = (style.text_size, style.strokes[0].colour)
        page.name(axes, (item.x, item.y), item.name.text, look)
    return used


def _ground(content: Sequence[Drawn], changed: NDArray[np.object_], extent: Extent) -> Ground:
    """Return what names should keep off: what changed, the boundary and lines, then outlines."""
    kinds = ("boundary", "layer")
    matters = [item for item in content if item.style.take in kinds]
    others = [item for item in content if item.style.take not in kinds]
    return Ground(np.append(changed, _shapes(matters)), _shapes(others), extent)


def _shapes(content: Sequence[Drawn]) -> NDArray[np.object_]:
    return np.concatenate([np.zeros(0, dtype=object), *(item.shapes for item in content)])


@contextmanager
def own_settings() -> Iterator[None]:
    """Draw with matplotlib's own defaults and ours, whatever the user has set."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"pdf.fonttype": 42, "path.simplify": False, "text.hinting": "none"})
        yield
