"""The picture of the alternatives: a small map of each plan, and the fronts beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.messages import LANGUAGES, render
from planloop.plan.units import HECTARE
from planloop.publishing.alternatives_tables import notes, said
from planloop.publishing.front_chart import draw_front, sample
from planloop.publishing.map import OUTSIDE, own_settings
from planloop.publishing.map_content import plan_content
from planloop.publishing.map_extent import choose_extent, main_body
from planloop.publishing.map_furniture import draw_scale
from planloop.publishing.map_page import INK, MUTED, PAPER, Frame, Page
from planloop.publishing.map_paint import paint
from planloop.publishing.map_style import Stroke, styles
from planloop.publishing.picture_files import write_picture

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from planloop.maintenance.alternatives import Alternatives, Option
    from planloop.publishing.map_extent import Extent
    from planloop.publishing.map_style import Style

STEM = "alternatives"
SHEET = Frame(9.0, 9.0, 402.0, 279.0)
MAPS = Frame(14.0, 23.0, 278.0, 240.0)
SIDE = Frame(299.0, 23.0, 107.0, 240.0)
GAP, HEAD = 4.5, 18.5
"""Space between small maps, and what stands above each, mm."""

LEGEND, CHARTS = 52.0, 94.0
"""Heights of the legend and of each chart, mm."""

RING = 3.0
"""So far round what differs from the first plan runs a ring, mm."""

LEGIBLE = 10.0
"""Less room than this is left empty, mm."""

ROW = 4.6
"""Height of a row of the table of projects, mm."""

NUMERALS = "一二三四五六七八九"
"""Numbers of tiers in Chinese."""

QUIET = ("water", "railway", "road", "region")
"""Styles of the ground below the plans, thinner than on the large map."""

THIN = 0.45
"""How much thinner."""

COLOURS = {
    "best": "#9d0b2c",
    "as-good": "#2c7a4b",
    "as-many": "#b3721a",
    "behind": "#6a6a6a",
    "ahead": "#6b3fa0",
}
"""Colour of a plan's number, by how the plan compares."""

LEGEND_KEYS = ("in", "out", "kept", "gained", "left", "differs", "proven", "open", "plan")
"""Entries of the legend, column by column."""

COLUMNS = ((1, 1), (2, 2), (6, 3), (12, 4))
"""Up to so many plans stand in so many columns."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture, drawn but not yet written.

    Parameters
    ----------
    figure
        The sheet.
    extent
        What each small map shows.
    """

    figure: Figure
    extent: Extent


def draw_alternatives(made: Alternatives, directory: Path) -> list[Path]:
    """Write ``alternatives.png`` and its PDF; equal alternatives give equal bytes."""
    with own_settings():
        picture = compose(made)
        title = f"{made.settings.scheme.name} {render('alternatives.title', {}, 'zh')}"
        return write_picture(picture.figure, directory, STEM, title)


def compose(made: Alternatives) -> Picture:
    """Draw the sheet."""
    roles = made.settings.roles
    page = Page()
    page.rectangle(SHEET, width=1.6)
    page.rectangle(Frame(10.5, 10.5, 399.0, 276.0), width=0.4)
    _title(page, made)
    frames = _frames(len(made.options))
    # Where there is room for another map, a table says which projects the plans differ in.
    changed = np.concatenate([shapes for item in made.options for shapes in (item.ins, item.outs)])
    boundary = made.before.layer(roles.boundary).geometry
    body = main_body(boundary, made.settings.swap.detached_m)
    extent = choose_extent(body, changed, frames[0].width, frames[0].height - HEAD)
    ground = [item for item in plan_content(made.before, roles) if item.style.key in QUIET]
    town = shapely.get_parts(shapely.union_all(boundary))
    for place, (frame, item) in enumerate(zip(frames, made.options, strict=False), start=1):
        _head(page, made, place, item, Frame(frame.left, frame.top - HEAD, frame.width, HEAD))
        window = Frame(frame.left, frame.bottom, frame.width, frame.height - HEAD)
        axes = page.window(window, extent.bounds, OUTSIDE)
        for drawn in ground:
            paint(axes, drawn.style, drawn.shapes, metres=extent.metres, thin=THIN)
        for style, shapes in (
            (_looks()["kept"], town),
            (_looks()["out"], item.outs),
            (_looks()["left"], item.left),
            (_looks()["in"], item.ins),
            (_looks()["gained"], item.gained),
            (_looks()["differs"], _rings(item, extent)),
        ):
            paint(axes, style, shapes, metres=extent.metres, window=extent.box)
    for frame in frames[len(made.options) :][:1]:
        _projects(page, made, frame)
    _side(page, made, extent)
    _foot(page, made)
    return Picture(page.figure, extent)


def _looks() -> dict[str, Style]:
    """Return how the plans look: the colours of the large map, without what is too fine here."""
    table = styles()
    goes_in, out, kept = table["transfer_in"], table["transfer_out"], table["boundary"]
    line = kept.strokes[-1].colour
    return {
        "kept": replace(kept, fill="#f6e3de", strokes=(Stroke(line, 0.7),)),
        "out": replace(out, hatch="", strokes=(Stroke(out.strokes[-1].colour, 0.5),)),
        "left": replace(
            goes_in, draw=82, hatch="", fill=PAPER, strokes=(Stroke(goes_in.fill, 0.9, (2.0, 1.4)),)
        ),
        "in": replace(
            goes_in, draw=83, hatch="", strokes=(Stroke(goes_in.strokes[-1].colour, 0.5),)
        ),
        "gained": replace(goes_in, draw=84, hatch="", fill="#ff9f0a", strokes=(Stroke(INK, 0.8),)),
        "differs": replace(goes_in, draw=85, hatch="", fill="", strokes=(Stroke("#e07b00", 1.1),)),
    }


def _frames(count: int) -> list[Frame]:
    """Return a frame for each small map, row by row."""
    across = next(columns for most, columns in COLUMNS if count <= most)
    down = max(2 if across > 1 else 1, -(-count // across))
    width = (MAPS.width - GAP * (across - 1)) / across
    height = (MAPS.height - GAP * (down - 1)) / down
    return [
        Frame(
            MAPS.left + (number % across) * (width + GAP),
            MAPS.top - height - (number // across) * (height + GAP),
            width,
            height,
        )
        for number in range(across * down)
    ]


def _title(page: Page, made: Alternatives) -> None:
    middle = SHEET.left + SHEET.width / 2
    name = made.settings.scheme.name
    page.text(middle, 278.5, name, 16, bold=True, align="center", fit=SHEET.width - 10.0)
    zh, en = (render("alternatives.title", {}, lang) for lang in ("zh", "en"))
    made_text = page.text(middle, 270.5, zh, 12.5, bold=True, align="center")
    half = page.size(made_text)[0] / 2
    page.text(middle + half + 3.0, 270.5, en, 7.5, colour=MUTED)


def _head(page: Page, made: Alternatives, place: int, item: Option, frame: Frame) -> None:
    """Write what a plan is above its map: how it compares, what changes, what it costs."""
    plan, numbers = item.plan, item.measured
    colour = COLOURS[plan.standing]
    page.rectangle(frame, width=0.0, fill="#efece6")
    page.rectangle(Frame(frame.left, frame.bottom, 1.6, frame.height), width=0.0, fill=colour)
    left, right = frame.left + 4.0, frame.right - 2.5
    served = {"served": len(numbers.served), "wanted": len(made.demands)}
    count = page.text(
        right, frame.top - 5.6, render("alternatives.served", served, "zh"), 9.0, align="right"
    )
    name = page.text(
        left,
        frame.top - 5.6,
        render("alternatives.plan", {"place": place}, "zh"),
        11.5,
        bold=True,
        colour=colour,
    )
    start = left + page.size(name)[0] + 2.5
    room = right - page.size(count)[0] - 3.0 - start
    standing = f"alternatives.{plan.standing}"
    made_text = page.text(
        start, frame.top - 5.6, render(standing, {}, "zh"), 9.0, bold=True, fit=room
    )
    start += page.size(made_text)[0] + 2.0
    room -= page.size(made_text)[0] + 2.0
    if room > LEGIBLE:
        page.text(start, frame.top - 5.6, render(standing, {}, "en"), 6.0, colour=MUTED, fit=room)
    wide = right - left
    page.text(left, frame.top - 10.0, _difference(plan.gained, plan.left, "zh"), 7.6, fit=wide)
    tiers = "  ".join(_tier(numbers.tiers, "zh"))
    page.text(left, frame.top - 13.6, tiers, 6.6, colour=MUTED, fit=wide)
    costs = {
        "in_ha": f"{numbers.in_dm2 / HECTARE:,.2f}",
        "out_ha": f"{numbers.out_dm2 / HECTARE:,.2f}",
        "outline_km": f"{numbers.outline_m / 1000:,.2f}",
    }
    text = render("alternatives.costs", costs, "zh")
    page.text(left, frame.top - 17.0, text, 6.6, colour=MUTED, fit=wide)


def _difference(gained: Sequence[str], left: Sequence[str], lang: str) -> str:
    """Return how the projects served differ from those of the first plan."""
    key = {
        (True, True): "alternatives.swap",
        (True, False): "alternatives.gained",
        (False, True): "alternatives.left",
        (False, False): "alternatives.reference",
    }[bool(gained), bool(left)]
    mark = "、" if lang == "zh" else ", "
    return render(key, {"gained": mark.join(gained), "left": mark.join(left)}, lang)


def _tier(tiers: Sequence[tuple[int, int, int]], lang: str) -> list[str]:
    return [
        render(
            "alternatives.tier",
            {"tier": _numeral(tier, lang), "served": served, "wanted": wanted},
            lang,
        )
        for tier, served, wanted in tiers
    ]


def _numeral(tier: int, lang: str) -> str:
    return NUMERALS[tier - 1] if lang == "zh" and tier <= len(NUMERALS) else str(tier)


def _rings(item: Option, extent: Extent) -> NDArray[np.object_]:
    """Return a ring round each place where land goes in here or in the first plan alone."""
    places = np.concatenate([item.gained, item.left])
    if not len(places):
        return places
    around = shapely.union_all(shapely.buffer(places, RING * extent.metres, quad_segs=16))
    rings: NDArray[np.object_] = shapely.get_parts(around)
    return rings


def _projects(page: Page, made: Alternatives, frame: Frame) -> None:
    """Write which projects the plans differ in, and which plan serves them."""
    key = "alternatives.sheet-projects"
    base = frame.top - 5.6
    text = page.text(frame.left, base, render(key, {}, "zh"), 10.5, bold=True)
    left = frame.left + page.size(text)[0] + 2.0
    page.text(left, base, render(key, {}, "en"), 7.0, colour=MUTED)
    sets = [set(item.measured.served) for item in made.options]
    rows = [
        demand.number
        for demand in made.demands
        if len({demand.number in served for served in sets}) > 1
    ]
    fitting = int((frame.height - 20.0) // ROW)
    pitch = min(7.0, 0.45 * frame.width / len(sets))
    first = frame.right - pitch * (len(sets) - 0.5)
    marks = "  ".join(render("alternatives.marks", {}, lang) for lang in LANGUAGES)
    page.text(frame.left, base - 8.0, marks, 6.2, colour=MUTED)
    base -= 8.0
    for place, item in enumerate(made.options):
        colour = COLOURS[item.plan.standing]
        across = first + pitch * place
        page.text(across, base, str(place + 1), 8.5, bold=True, colour=colour, align="center")
    page.line((frame.left, base - 1.8), (frame.right, base - 1.8), 0.4)
    for number in rows[:fitting]:
        base -= ROW
        name = f"{number}  {made.names.get(number, '')}"
        page.text(frame.left, base - 0.6, name, 7.0, fit=first - pitch - frame.left)
        for place, served in enumerate(sets):
            page.text(
                first + pitch * place,
                base - 0.6,
                "●" if number in served else "○",
                7.0,
                colour=INK if number in served else MUTED,
                align="center",
            )
    rest = len(rows) - fitting
    alike = sum(all(item.number in served for served in sets) for item in made.demands)
    base -= ROW + 1.5
    page.line((frame.left, base + 3.6), (frame.right, base + 3.6), 0.4)
    for lang, size, colour in (("zh", 6.8, INK), ("en", 5.6, MUTED)):
        told = render("alternatives.alike", {"count": alike}, lang)
        if rest > 0:
            told += render("alternatives.more-rows", {"count": rest}, lang)
        page.text(frame.left, base, told, size, colour=colour, fit=frame.width)
        base -= 3.2


def _side(page: Page, made: Alternatives, extent: Extent) -> None:
    """Draw the fronts, the legend and the scale beside the maps."""
    page.line((SIDE.left - 3.5, SIDE.bottom), (SIDE.left - 3.5, SIDE.top), 0.4)
    top = SIDE.top
    for front in made.fronts:
        draw_front(page, made, front, Frame(SIDE.left, top - CHARTS, SIDE.width, CHARTS - 3.0))
        top -= CHARTS
    frame = Frame(SIDE.left, SIDE.bottom, SIDE.width, LEGEND)
    page.heading(frame, "map.legend")
    looks = _looks()
    for number, key in enumerate(LEGEND_KEYS):
        row, column = number % 5, number // 5
        at = Frame(frame.left + 53.0 * column, frame.top - 12.0 - 6.2 * row, 8.0, 3.6)
        if key in looks:
            shape = shapely.box(at.left, at.bottom, at.right, at.top)
            paint(page.axes, looks[key], np.array([shape], dtype=object), metres=1.0)
        else:
            sample(page, key, at)
        zh, en = (render(f"alternatives.legend-{key}", {}, lang) for lang in ("zh", "en"))
        page.text(at.right + 2.0, at.bottom + 1.6, zh, 7.4, fit=41.0)
        page.text(at.right + 2.0, at.bottom - 0.7, en, 5.4, colour=MUTED, fit=41.0)
    draw_scale(page, extent, Frame(SIDE.left + 26.0, SIDE.bottom - 3.0, 56.0, 14.0))


def _foot(page: Page, made: Alternatives) -> None:
    """Write what one must know."""
    page.line((14.0, 20.6), (406.0, 20.6), 0.4)
    keys = [*notes(made)[1:-1], *(["map.synthetic"] if made.settings.scheme.synthetic else [])]
    for lang, base, size, colour in (("zh", 16.8, 6.8, INK), ("en", 13.4, 5.8, MUTED)):
        text = "　".join(said(made, key, lang) for key in keys)
        page.text(14.0, base, text, size, colour=colour, fit=392.0)
