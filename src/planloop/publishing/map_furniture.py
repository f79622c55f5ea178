"""What stands around the maps: title, scale, north arrow, key figures, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.messages import render
from planloop.publishing.map_page import INK, MUTED, PAPER, Frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.plan.accounts import Value
    from planloop.plan.scheme import Scheme
    from planloop.publishing.map_extent import Extent
    from planloop.publishing.map_page import Page

HECTARE, METRE = (1_000_000, "map.hectares"), (100, "map.square-metres")
"""Units of area: how many dm², and the message key of the name."""

FIGURES = (
    ("map.transferred-in", "transferred_in_dm2", *HECTARE, "pieces_in"),
    ("map.transferred-out", "transferred_out_dm2", *HECTARE, "pieces_out"),
    ("map.surplus", "surplus_dm2", *METRE, ""),
    ("map.boundary-before", "boundary_before_dm2", *HECTARE, ""),
    ("map.boundary-after", "boundary_after_dm2", *HECTARE, ""),
)
"""Message key, total of the accounts, unit, and total that counts the pieces."""

KILOMETRE = 1000.0
BARS = 4
"""Divisions of the scale bar."""


def draw_title(page: Page, scheme: Scheme, frame: Frame) -> None:
    """Write the scheme's name, and below it the map's, in Chinese and in English."""
    middle = frame.left + frame.width / 2
    name = scheme.settings.scheme.name
    page.text(middle, frame.top - 7.6, name, 20, bold=True, align="center", fit=frame.width)
    page.text(middle, frame.top - 15.4, _zh("map.title"), 15, bold=True, align="center")
    page.text(middle, frame.top - 20.0, _en("map.title"), 8.5, colour=MUTED, align="center")


def draw_heading(page: Page, key: str, frame: Frame, note: tuple[str, str] | None) -> None:
    """Write the heading of a panel, and at its right end a note in both languages."""
    base = frame.bottom + 1.9
    page.rectangle(frame, fill="#efece6")
    made = page.text(frame.left + 3.0, base, _zh(key), 11.5, bold=True)
    page.text(frame.left + 5.5 + page.size(made)[0], base, _en(key), 8.0, colour=MUTED)
    if note is not None:
        english = page.text(frame.right - 3.0, base, note[1], 6.5, colour=MUTED, align="right")
        edge = frame.right - 5.0 - page.size(english)[0]
        page.text(edge, base, note[0], 8.0, align="right")


def draw_scale(page: Page, extent: Extent, frame: Frame) -> None:
    """Draw the divided scale bar below the scale as a ratio."""
    step = bar_step(extent.scale, frame.width)
    length = step / extent.metres
    left = frame.left + (frame.width - BARS * length) / 2 - 3.0
    base = frame.bottom + 6.0
    ratio = f"{_zh('map.scale')} {_en('map.scale')}  1:{extent.scale:,}"
    page.text(left + BARS * length / 2, base + 4.6, ratio, 9.0, bold=True, align="center")
    unit, name = (KILOMETRE, "map.kilometres") if step >= KILOMETRE / 2 else (1.0, "map.metres")
    for index in range(BARS):
        bar = Frame(left + index * length, base, length, 1.5)
        page.rectangle(bar, width=0.6, fill=PAPER if index % 2 else INK)
    for index in range(0, BARS + 1, 2):
        text = f"{index * step / unit:g}"
        if index == BARS:
            text += f" {_zh(name)} {_en(name)}"
        at = left + index * length
        made = page.text(at, base - 3.3, text, 7.0, align="center" if index < BARS else "left")
        if index == BARS:
            made.set_x(at - 1.0)


def bar_step(scale: int, width: float) -> float:
    """Return the length of one division, m: 1, 2 or 5 times a power of ten.

    Parameters
    ----------
    scale
        Denominator of the scale.
    width
        Room for the bar and its last number, mm.
    """
    room = (width - 20.0) * scale / 1000.0 / BARS
    power = 10.0 ** np.floor(np.log10(room))
    return float(max(part * power for part in (1.0, 2.0, 5.0) if part * power <= room))


def draw_north(page: Page, frame: Frame) -> None:
    """Draw the north arrow: grid north of the zone."""
    middle, low, high = frame.left + frame.width / 2, frame.bottom, frame.top - 4.6
    half, notch = frame.width / 2, low + (high - low) * 0.22
    page.polygon([(middle, high), (middle - half, low), (middle, notch)], INK)
    page.polygon([(middle, high), (middle + half, low), (middle, notch)], PAPER)
    text = f"{_zh('map.north')} {_en('map.north')}"
    page.text(middle, high + 1.4, text, 8.5, bold=True, align="center")


def draw_figures(page: Page, totals: Mapping[str, Value], frame: Frame) -> None:
    """Write the key figures as the totals of the accounts hold them."""
    page.heading(frame, "map.figures")
    for step, (key, value, unit, pieces) in enumerate(figures(totals)):
        base = frame.top - 11.2 - 6.0 * step
        page.text(frame.left, base + 0.5, _zh(key), 8.0)
        page.text(frame.left, base - 2.0, _en(key), 5.8, colour=MUTED)
        page.text(frame.right - 24.0, base, value, 9.0, bold=True, align="right")
        if unit:
            page.text(frame.right - 23.0, base, f"{_zh(unit)} {_en(unit)}", 7.0, colour=MUTED)
        if pieces is not None:
            count = render("map.pieces", {"count": pieces}, "zh")
            page.text(frame.right, base, count, 8.0, align="right")


def figures(totals: Mapping[str, Value]) -> list[tuple[str, str, str, Value]]:
    """Return the key figures: message key, text, message key of the unit, number of pieces."""
    rows: list[tuple[str, str, str, Value]] = []
    for key, total, divisor, unit, pieces in FIGURES:
        text = f"{int(totals[total] or 0) / divisor:,.2f}"
        rows.append((key, text, unit, totals[pieces] if pieces else None))
    multiple = totals["multiple_after"]
    if multiple is not None:  # the binding reading lacks its data, or is no multiple
        rows.append(("map.multiple-after", f"{float(multiple):.4f}", "", None))
    return rows


def draw_footer(page: Page, scheme: Scheme, frame: Frame) -> None:
    """Write sources, date, and what readers must be told, in Chinese and in English."""
    region = scheme.before.region
    params = {
        "region": region.name,
        "code": region.code,
        "meridian": 3 * (region.epsg - 4534) + 75,
        "date": scheme.settings.scheme.dated.isoformat(),
    }
    keys = ["map.synthetic", "map.review"] if scheme.settings.scheme.synthetic else ["map.review"]
    half = frame.width * 0.62
    for lang, base, size, colour in (
        ("zh", frame.top - 3.4, 7.6, INK),
        ("en", frame.top - 6.8, 6.2, MUTED),
    ):
        page.text(
            frame.left, base, render("map.source", params, lang), size, colour=colour, fit=half
        )
        notes = "  ".join(render(key, params, lang) for key in [*keys, "map.date"])
        page.text(
            frame.right, base, notes, size, colour=colour, align="right", fit=frame.width - half - 4
        )


def _zh(key: str) -> str:
    return render(key, {}, "zh")


def _en(key: str) -> str:
    return render(key, {}, "en")
