"""Geometries in a style become artists; the same on the map and in the legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from planloop.publishing.map_style import Stroke, Style

BAND_OPACITY = 0.35
FINEST = 0.03
"""Detail that is left out of a drawing, mm on paper: a third of what can be seen."""

HATCH_WIDTH = 0.55
"""Width of the lines of a hatch, points."""


def paint(  # noqa: PLR0913  # what, how, where, in which scale, how much lighter
    axes: Axes,
    style: Style,
    shapes: NDArray[np.object_],
    *,
    metres: float,
    thin: float = 1.0,
    window: shapely.Polygon | None = None,
) -> bool:
    """Draw features, and return whether there was anything to draw.

    Parameters
    ----------
    axes
        Where to draw; its artists get the style's key as gid.
    style
        How the features look; of two strokes around a fill, the first lies below the fill.
    shapes
        Polygons or lines in the units of the axes, shape (n,).
    metres
        Units of the axes for one mm on paper.
    thin
        Factor on the width of all lines.
    window
        What can be seen of the axes; None for all.
    """
    order = float(style.draw)
    shapes = _seen(shapes, window, metres)
    if not len(shapes):
        return False
    areas = shapes[shapely.get_dimensions(shapes) == 2]  # noqa: PLR2004  # polygons
    outline = path_of(shapes)
    strokes = [_line(outline, stroke, thin) for stroke in style.strokes]
    casing = strokes[:1] if style.fill and len(strokes) > 1 else []
    patches = list(casing)
    if style.fill and len(areas):
        patches.append(PathPatch(path_of(areas), facecolor=style.fill, edgecolor="none"))
    if style.band and len(areas) and style.strokes:
        colour = to_rgba(style.strokes[0].colour, BAND_OPACITY)
        band = shapely.difference(areas, shapely.buffer(areas, -style.band * metres, quad_segs=2))
        patches.append(PathPatch(path_of(band), facecolor=colour, edgecolor="none"))
    if style.hatch and len(areas):
        hatched = PathPatch(outline, facecolor="none", edgecolor="none", hatch=style.hatch)
        hatched.set_hatchcolor(style.hatch_colour)
        hatched.set_hatch_linewidth(HATCH_WIDTH)
        patches.append(hatched)
    patches += strokes[len(casing) :]
    for step, patch in enumerate(patches):
        patch.set_gid(style.key)
        patch.set_zorder(order + step / 10)
        axes.add_artist(patch)  # add_patch would look for limits in every vertex
    return True


def mark(axes: Axes, style: Style, places: NDArray[np.float64]) -> None:
    """Draw the style's marker at places, shape (n, 2)."""
    axes.plot(
        *places.T,
        linestyle="none",
        marker=style.marker,
        markersize=style.marker_size,
        markerfacecolor=style.fill,
        markeredgecolor=style.strokes[0].colour,
        markeredgewidth=style.strokes[0].width,
        zorder=style.draw,
        gid=style.key,
    )


def path_of(shapes: NDArray[np.object_]) -> Outline:
    """Return polygons (holes the other way round) and lines as one compound path."""
    oriented = shapely.orient_polygons(shapes)
    points: list[NDArray[np.float64]] = []
    codes: list[NDArray[np.uint8]] = []
    for ring, closed in _rings(oriented):
        code = np.full(len(ring), Outline.LINETO, dtype=np.uint8)
        code[0] = Outline.MOVETO
        if closed:
            code[-1] = Outline.CLOSEPOLY
        points.append(ring)
        codes.append(code)
    if not points:
        return Outline(np.zeros((0, 2)))
    return Outline(np.concatenate(points), np.concatenate(codes))


def _rings(shapes: NDArray[np.object_]) -> Iterator[tuple[NDArray[np.float64], bool]]:
    parts = shapely.get_parts(shapely.get_parts(shapes))
    areal = shapely.get_dimensions(parts) == 2  # noqa: PLR2004  # polygons
    for lines, closed in ((shapely.get_rings(parts[areal]), True), (parts[~areal], False)):
        coordinates, owner = shapely.get_coordinates(lines, return_index=True)
        cuts = np.flatnonzero(np.diff(owner)) + 1
        for ring in np.split(coordinates, cuts):
            if len(ring):
                yield ring, closed


def _line(outline: Outline, stroke: Stroke, thin: float) -> PathPatch:
    """Return a stroke along the outline; round joins, so that sharp corners grow no spikes."""
    style = (0.0, stroke.dash) if stroke.dash else "solid"
    return PathPatch(
        outline,
        fill=False,
        edgecolor=stroke.colour,
        linewidth=stroke.width * thin,
        linestyle=style,
        joinstyle="round",
        capstyle="butt",
    )


def _seen(
    shapes: NDArray[np.object_], window: shapely.Polygon | None, metres: float
) -> NDArray[np.object_]:
    """Return what lies in the window (with a rim, so that no cut edge shows), in its detail."""
    if window is None:
        return shapes
    shapes = shapes[shapely.intersects(shapes, window)]
    rim = window.buffer(5.0 * metres, join_style="mitre").bounds
    cut = shapely.clip_by_rect(shapes, *rim)
    finest: NDArray[np.object_] = shapely.simplify(cut, FINEST * metres)
    empty: NDArray[np.bool_] = shapely.is_empty(finest)
    return finest[~empty]
