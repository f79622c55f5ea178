"""The legend: one entry for each thing that was drawn, in the order of the table of styles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.publishing.map_page import MUTED, Frame
from planloop.publishing.map_paint import mark, paint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planloop.publishing.map_page import Page
    from planloop.publishing.map_style import Style

ROW, SWATCH, GAP = 6.4, 10.0, 2.0
"""Height of an entry, width of its sample, space before its text, mm."""

SIZE, SMALL = 8.0, 5.8
"""Sizes of the Chinese and of the English text, points."""


def entries(drawn: Iterable[Style]) -> list[Style]:
    """Return the styles that the legend explains: those drawn, each once, in its order."""
    found = {style.key: style for style in drawn if style.legend is not None}
    return sorted(found.values(), key=lambda style: (style.legend, style.key))


def draw_legend(page: Page, styles: list[Style], frame: Frame) -> None:
    """Draw the entries in columns, from the top, the first column first."""
    page.heading(frame, "map.legend")
    if not styles:
        return
    height = frame.height - 6.5
    rows = max(1, int(height // ROW))
    columns = -(-len(styles) // rows)
    rows = -(-len(styles) // columns)
    pitch = frame.width / max(columns, 3)
    step = min(ROW, height / rows)
    for index, style in enumerate(styles):
        left = frame.left + pitch * (index // rows)
        middle = frame.top - 6.5 - step * (index % rows + 0.5)
        _sample(page, style, Frame(left, middle - 0.3 * step, SWATCH, 0.6 * step))
        room = pitch - SWATCH - 2 * GAP
        at = left + SWATCH + GAP
        page.text(at, middle - 0.1, style.label_zh, SIZE, fit=room)
        page.text(at, middle - 2.5, style.label_en, SMALL, colour=MUTED, fit=room)


def _sample(page: Page, style: Style, frame: Frame) -> None:
    """Draw a sample as the map does: a small area, a line, or a marker."""
    middle = frame.bottom + frame.height / 2
    if style.marker:
        mark(page.axes, style, np.array([[frame.left + frame.width / 2, middle]]))
    elif style.fill or style.band or style.hatch or style.when == "locator":
        if style.take == "zones":  # their outlines are white
            page.rectangle(frame, edge=MUTED, width=0.4)
        shape = shapely.box(frame.left, frame.bottom, frame.right, frame.top)
        paint(page.axes, style, np.array([shape], dtype=object), metres=1.0)
    else:
        line = shapely.LineString([(frame.left, middle), (frame.right, middle)])
        paint(page.axes, style, np.array([line], dtype=object), metres=1.0)
