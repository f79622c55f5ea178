"""A picture of a site as inline SVG: zones, lines and limits around it, and where it conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop import standard
from planloop.checks.conformity.conflicts import conflict_land
from planloop.checks.conformity.grounds import CITY_LINES, CONTROL_LINES
from planloop.messages import render
from planloop.publishing.map_style import lighter, styles, zone_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from planloop.checks.conformity.grounds import Grounds
    from planloop.checks.conformity.layer_index import LayerIndex
    from planloop.checks.conformity.verdict import Judged

WIDTH, HEIGHT = 640.0, 420.0
"""Size of the picture, pixels."""

AROUND = 0.6
"""Ground that is shown around the site, as a share of the larger side of its extent."""

LEAST_AROUND = 150.0
"""The same, metres, at least."""

DECIMALS = 1
COLOURS = {
    "redline": "#1b6b3a",
    "basic_farmland": "#8f7c00",
    "green": "#2e9e4f",
    "yellow": "#d9a400",
    "blue": "#2474dd",
    "purple": "#7b2d8b",
}
SITE, CONFLICT, FLAG = "#111111", "#d4142a", "#8a5a00"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the picture, for its legend.

    Parameters
    ----------
    colour
        Its colour.
    name_zh, name_en
        What it is called.
    outlined
        Whether it is drawn as an outline, not as an area.
    """

    colour: str
    name_zh: str
    name_en: str
    outlined: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn site.

    Parameters
    ----------
    svg
        The picture.
    legend
        What is in it, in the order of drawing.
    bar
        Length of the scale bar, m.
    """

    svg: str
    legend: tuple[Entry, ...]
    bar: float


class _Frame:
    """Metres to pixels, in a window around a site."""

    def __init__(self, site: shapely.Geometry) -> None:
        west, south, east, north = site.bounds
        around = max(LEAST_AROUND, AROUND * max(east - west, north - south))
        wide, high = east - west + 2 * around, north - south + 2 * around
        self.metres = max(wide / WIDTH, high / HEIGHT)
        middle = (west + east) / 2, (south + north) / 2
        half = self.metres * WIDTH / 2, self.metres * HEIGHT / 2
        self.west, self.north = middle[0] - half[0], middle[1] + half[1]
        self.window = shapely.box(self.west, middle[1] - half[1], middle[0] + half[0], self.north)

    def path(self, shape: shapely.Geometry) -> str:
        """Return the outlines of polygons as the data of a path."""
        parts = shapely.get_parts(shapely.clip_by_rect(shape, *self.window.buffer(20).bounds))
        rings = shapely.get_rings(parts[shapely.get_type_id(parts) == 3])  # noqa: PLR2004  # polygons
        said = []
        for ring in rings:
            points = self.pixels(shapely.get_coordinates(ring)[:-1])
            said.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z")
        return "".join(said)

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return places in pixels, shape (n, 2)."""
        moved = (points - [self.west, self.north]) * [1.0, -1.0] / self.metres
        return np.asarray(np.round(moved, DECIMALS), dtype=np.float64)

    def bar(self) -> float:
        """Return a round length of about a fifth of the picture, m."""
        long = self.metres * WIDTH / 5
        power = 10.0 ** np.floor(np.log10(long))
        return float(max(step * power for step in (1, 2, 5) if step * power <= long))


def picture(grounds: Grounds, judged: Judged) -> Picture | None:
    """Return the picture of a site; None of one that is not placed."""
    site = judged.case.site.shape
    if site is None:
        return None
    frame = _Frame(site)
    drawn: list[str] = []
    legend: list[Entry] = []
    for layer, text in (
        *_zones(grounds, frame),
        *_outlines(grounds, frame),
        *_conflicts(grounds, judged, frame),
    ):
        drawn.append(text)
        legend.append(layer)
    drawn.append(_site(site, frame))
    legend.append(_entry(SITE, "project_sheet.legend-site", outlined=True))
    length = frame.bar()
    bar = (
        f'<path d="M16 {HEIGHT - 16:g}h{length / frame.metres:g}" stroke="#111" stroke-width="4"/>'
    )
    head = f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" xmlns="http://www.w3.org/2000/svg" role="img"'
    svg = f"<svg {head}>{''.join(drawn)}{bar}</svg>"
    return Picture(svg, tuple(dict.fromkeys(legend)), length)


def _entry(colour: str, key: str, *, outlined: bool) -> Entry:
    return Entry(colour, render(key, {}, "zh"), render(key, {}, "en"), outlined)


def _zones(grounds: Grounds, frame: _Frame) -> Iterator[tuple[Entry, str]]:
    layer = grounds.role("zones")
    if layer is None:
        return
    index = grounds.layers[layer]
    for place in _near(index, frame):
        code = index.codes[place]
        zone = standard.load().zones.get(code)
        style = zone_style(zone, code)
        colour = lighter(zone.rgb, 0.58) if zone else style.fill
        entry = Entry(
            colour, f"{code} {style.label_zh}", f"{code} {style.label_en}", outlined=False
        )
        yield entry, f'<path d="{frame.path(index.shapes[place])}" fill="{colour}"/>'


def _outlines(grounds: Grounds, frame: _Frame) -> Iterator[tuple[Entry, str]]:
    boundary = styles()["boundary"]
    specs = standard.load().layers
    wanted = {grounds.role("boundary"): boundary.strokes[-1].colour}
    wanted |= {grounds.role(role): COLOURS[role] for role in (*CONTROL_LINES, *CITY_LINES)}
    wanted |= dict.fromkeys(standard.load().flag_layers, FLAG)
    for code, colour in wanted.items():
        if code is None or code not in grounds.layers:
            continue
        index = grounds.layers[code]
        shapes = [frame.path(index.shapes[place]) for place in _near(index, frame)]
        name = specs[code].name_zh if code in specs else code
        english = (specs[code].name_en or name) if code in specs else code
        if shapes:
            path = f'<path d="{"".join(shapes)}" fill="{colour}" fill-opacity="0.08"'
            yield (
                Entry(colour, name, english, outlined=True),
                f'{path} stroke="{colour}" stroke-width="2"/>',
            )


def _near(index: LayerIndex, frame: _Frame) -> Sequence[int]:
    return [int(k) for k in np.sort(index.tree.query(frame.window, predicate="intersects"))]


def _conflicts(grounds: Grounds, judged: Judged, frame: _Frame) -> Iterator[tuple[Entry, str]]:
    if judged.case.indicative:
        return
    for _, conflict in judged.conflicts:
        land = conflict_land(grounds, judged, conflict)
        if land is not None and conflict.grade == "does-not-conform":
            entry = _entry(CONFLICT, "project_sheet.legend-conflict", outlined=False)
            yield entry, f'<path d="{frame.path(land)}" fill="{CONFLICT}" fill-opacity="0.45"/>'


def _site(site: shapely.Geometry, frame: _Frame) -> str:
    if shapely.get_dimensions(site) == 0:
        points = frame.pixels(shapely.get_coordinates(site))
        return "".join(
            f'<circle cx="{x:g}" cy="{y:g}" r="6" fill="none" stroke="{SITE}" stroke-width="3"/>'
            for x, y in points
        )
    return f'<path d="{frame.path(site)}" fill="none" stroke="{SITE}" stroke-width="3"/>'
