"""The locator: the whole region, where the panels lie in it, and what lies beyond them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.patches import PathPatch

from planloop.publishing.map_page import Frame
from planloop.publishing.map_paint import mark, paint, path_of
from planloop.publishing.map_style import styles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.publishing.map_content import Drawn
    from planloop.publishing.map_extent import Extent
    from planloop.publishing.map_page import Page
    from planloop.publishing.map_style import Style

GROUND, BEYOND = "#f1ece0", "#ffffff"
THIN = 0.35
"""Factor on the width of lines."""

SHOWN = ("class", "boundary", "role")
"""Kinds of features that the locator shows."""

FAR = {"transfer_in": "far_in", "transfer_out": "far_out"}
"""Style of a piece → style of its marker where it lies beyond the panels."""


def draw_locator(
    page: Page, content: Sequence[Drawn], pieces: Sequence[Drawn], extent: Extent, frame: Frame
) -> list[Style]:
    """Draw the locator and return the styles that it uses.

    Parameters
    ----------
    page
        Where to draw.
    content
        What the plan shows, the lowest first; the region's outline among it gives the extent.
    pieces
        The pieces transferred.
    extent
        What the panels show.
    frame
        Where on the page.
    """
    page.heading(frame, "map.locator")
    inner = Frame(frame.left, frame.bottom, frame.width, frame.height - 6.5)
    shapes = np.concatenate([item.shapes for item in content if item.style.key != "frame"])
    west, south, east, north = shapely.total_bounds(np.append(shapes, extent.box))
    metres = 1.08 * max((east - west) / inner.width, (north - south) / inner.height)
    middle = (west + east) / 2, (south + north) / 2
    reach = inner.width * metres / 2, inner.height * metres / 2
    bounds = (
        middle[0] - reach[0],
        middle[1] - reach[1],
        middle[0] + reach[0],
        middle[1] + reach[1],
    )
    axes = page.window(inner, bounds, BEYOND)
    window = shapely.box(*bounds)
    ground = [item.shapes for item in content if item.style.key == "region"]
    axes.add_artist(PathPatch(path_of(np.concatenate(ground)), facecolor=GROUND, edgecolor="none"))
    used = []
    for item in content:
        style = item.style
        if style.take in SHOWN and paint(
            axes, style, item.shapes, metres=metres, thin=THIN, window=window
        ):
            used.append(style)
    table = styles()
    outline = np.array([extent.box], dtype=object)
    paint(axes, table["frame"], outline, metres=metres)
    used.append(table["frame"])
    for item in pieces:
        far = beyond(item, extent)
        if len(far):
            style = table[FAR[item.style.key]]
            mark(axes, style, shapely.get_coordinates(shapely.point_on_surface(far)))
            used.append(style)
    return used


def beyond(item: Drawn, extent: Extent) -> NDArray[np.object_]:
    """Return the features that cannot be seen in the panels."""
    seen: NDArray[np.bool_] = shapely.intersects(item.shapes, extent.box)
    return item.shapes[~seen]
