"""A small map of where two schemes change the boundary differently: one colour for each."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.messages import render
from planloop.plan.change_set import ATTRIBUTE, TRANSFER_IN, TRANSFER_OUT
from planloop.plan.units import HECTARE
from planloop.publishing.map import OUTSIDE, own_settings
from planloop.publishing.map_content import plan_content
from planloop.publishing.map_extent import choose_extent, main_body
from planloop.publishing.map_furniture import draw_scale
from planloop.publishing.map_page import MUTED, PAPER, Frame, Page
from planloop.publishing.map_paint import paint
from planloop.publishing.map_style import Stroke, styles

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from planloop.checks.scheme_diff import SchemeDiff
    from planloop.publishing.map_style import Style

DPI = 100
"""Dots per inch: a picture for a screen."""

SHEET = Frame(9.0, 9.0, 402.0, 279.0)
PANEL = Frame(14.0, 20.0, 290.0, 240.0)
SIDE = Frame(311.0, 20.0, 95.0, 240.0)
ROW = 9.0
"""Height of an entry of the legend, mm."""

COLOURS = {"a": ("#1f5fbf", "#0b2f66"), "b": ("#e8820c", "#7a4100"), "both": ("#7b4fa3", "#3c2054")}
"""Fill and outline of what each scheme alone changes, and of what both change otherwise."""

KINDS = {TRANSFER_IN: "in", ATTRIBUTE: "part", TRANSFER_OUT: "out"}

QUIET = ("water", "railway", "road", "region", "township")
"""Styles of the ground, thinner than on the large map."""

THIN = 0.45
"""How much thinner."""

RING, SMALL = 3.0, 5.0
"""So far round land that is less than so wide on paper runs a ring, mm."""

LETTERS = 12
"""Characters of a digest that are shown."""


def picture(diff: SchemeDiff) -> bytes:
    """Return the map as a PNG; equal comparisons give equal bytes.

    Raises
    ------
    InputError
        The plan before cannot be read from the files of the first scheme.
    """
    with own_settings():
        figure = compose(diff)
        image = BytesIO()
        told = {"Software": "planloop", "Title": render("diff.map-title", {}, "zh")}
        figure.savefig(image, format="png", dpi=DPI, metadata=told)
    return image.getvalue()


def compose(diff: SchemeDiff) -> Figure:
    """Draw the sheet."""
    before, settings = diff.a.before(), diff.a.settings
    boundary = before.layer(settings.roles.boundary).geometry
    land = diff.land[diff.land["layer"] == settings.roles.boundary]
    shapes = np.asarray(land.geometry.array, dtype=object)
    body = main_body(boundary, settings.swap.detached_m)
    around = shapely.envelope(shapely.union_all(shapely.envelope([body, *shapes])))
    extent = choose_extent(around, shapes, PANEL.width, PANEL.height)
    page = Page()
    page.rectangle(SHEET, width=1.0)
    _title(page, diff)
    axes = page.window(PANEL, extent.bounds, OUTSIDE)
    for drawn in plan_content(before, settings.roles):
        if drawn.style.key in QUIET:
            paint(axes, drawn.style, drawn.shapes, metres=extent.metres, thin=THIN)
    town = shapely.get_parts(shapely.union_all(boundary))
    kept = _kept()
    paint(axes, kept, town, metres=extent.metres, window=extent.box)
    entries: list[tuple[Style, str, int | None]] = [(kept, "kept", None)]
    names = np.array([_name(*pair) for pair in zip(land["changed"], land["kind"], strict=True)])
    sizes = land["area_dm2"].to_numpy(dtype=np.int64)
    for name, style in _looks().items():
        chosen: NDArray[np.bool_] = names == name
        if chosen.any():
            paint(axes, style, shapes[chosen], metres=extent.metres, window=extent.box)
            entries.append((style, name, int(sizes[chosen].sum())))
    for changed, ring in _ring_looks().items():
        mine = shapes[(land["changed"] == changed).to_numpy()]
        paint(axes, ring, small_land(mine, extent.metres), metres=extent.metres)
    _legend(page, entries)
    _foot(page, diff)
    draw_scale(page, extent, Frame(SIDE.left + 10.0, SIDE.bottom, SIDE.width - 20.0, 16.0))
    return page.figure


def _name(changed: str, kind: str) -> str:
    return changed if changed == "both" else f"{changed}-{KINDS[kind]}"


def _kept() -> Style:
    kept = styles()["boundary"]
    return replace(kept, fill="#f3ece8", strokes=(Stroke(MUTED, 0.6),))


def _looks() -> dict[str, Style]:
    """Return how land that differs looks: filled where it goes in, hatched where it goes out."""
    base, found = styles()["transfer_in"], {}
    for place, changed in enumerate(COLOURS):
        fill, line = COLOURS[changed]
        plain = replace(
            base, draw=82 + place, fill=fill, hatch="", strokes=(Stroke(line, 0.6),), key=changed
        )
        if changed == "both":
            found[changed] = plain
            continue
        hatched = replace(plain, fill=PAPER, hatch_colour=fill, strokes=(Stroke(fill, 0.9),))
        for kind, style in (
            ("in", plain),
            ("out", replace(hatched, hatch="/////")),
            ("part", replace(hatched, hatch="....")),
        ):
            key = f"{changed}-{kind}"
            found[key] = replace(style, key=key)
    return found


def _ring_looks() -> dict[str, Style]:
    base = styles()["transfer_in"]
    return {
        changed: replace(
            base, draw=90, key=f"ring-{changed}", fill="", hatch="", strokes=(Stroke(fill, 1.0),)
        )
        for changed, (fill, _) in COLOURS.items()
    }


def small_land(shapes: NDArray[np.object_], metres: float) -> NDArray[np.object_]:
    """Return rings round what would be overlooked on paper, one for what lies together.

    Parameters
    ----------
    shapes
        Polygons, shape (n,).
    metres
        Metres on the ground of one mm on paper.
    """
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    small = np.maximum(east - west, north - south) < SMALL * metres
    if not small.any():
        return shapes[:0]
    around = shapely.union_all(shapely.buffer(shapes[small], RING * metres, quad_segs=16))
    rings: NDArray[np.object_] = shapely.get_parts(around)
    return rings


def _title(page: Page, diff: SchemeDiff) -> None:
    middle = SHEET.left + SHEET.width / 2
    zh, en = (render("diff.map-title", {}, lang) for lang in ("zh", "en"))
    made = page.text(middle, 277.5, zh, 15, bold=True, align="center")
    page.text(middle + page.size(made)[0] / 2 + 3.0, 277.5, en, 7.5, colour=MUTED)
    for base, letter, changed, side in (
        (270.0, "A", "a", diff.a),
        (264.5, "B", "b", diff.b),
    ):
        digest = side.document.digest[:LETTERS]
        name = f"{letter}  {side.settings.scheme.name}  {side.folder.name}  {digest}"
        colour = COLOURS[changed][0]
        page.text(middle, base, name, 9, colour=colour, align="center", fit=SHEET.width - 10.0)


def _foot(page: Page, diff: SchemeDiff) -> None:
    """Write what readers must be told."""
    synthetic = any(side.settings.scheme.synthetic for side in (diff.a, diff.b))
    keys = [*(["map.synthetic"] if synthetic else []), "map.review"]
    for lang, base, size in (("zh", 15.0, 6.8), ("en", 11.8, 5.8)):
        text = "  ".join(render(key, {}, lang) for key in keys)
        page.text(PANEL.left, base, text, size, colour=MUTED, fit=SHEET.width - 10.0)


def _legend(page: Page, entries: list[tuple[Style, str, int | None]]) -> None:
    page.heading(SIDE, "map.legend")
    top = SIDE.top - 10.0
    for style, name, size in entries:
        at = Frame(SIDE.left, top - 6.0, 11.0, 5.0)
        shape = shapely.box(at.left, at.bottom, at.right, at.top)
        paint(page.axes, style, np.array([shape], dtype=object), metres=1.0)
        changed, _, kind = name.partition("-")
        key = f"diff.legend-{changed}-{kind}" if kind else f"diff.legend-{changed}"
        texts = [render(key, {}, lang) for lang in ("zh", "en")]
        if size is not None:
            ha = [render("map.hectares", {}, lang) for lang in ("zh", "en")]
            texts = [
                f"{text}  {size / HECTARE:,.4f} {unit}"
                for text, unit in zip(texts, ha, strict=True)
            ]
        page.text(at.right + 2.5, at.bottom + 2.4, texts[0], 8.5, fit=SIDE.width - 14.0)
        page.text(
            at.right + 2.5, at.bottom - 0.6, texts[1], 6.0, colour=MUTED, fit=SIDE.width - 14.0
        )
        top -= ROW
    if len(entries) == 1:
        for lang, size_of, drop in (("zh", 8.5, 3.0), ("en", 6.0, 6.5)):
            text = render("diff.map-none", {}, lang)
            page.text(SIDE.left, top - drop, text, size_of, fit=SIDE.width)
