"""Paint the sheets as an Excel workbook. Equal sheets give equal bytes."""

from __future__ import annotations

import datetime as dt
import io
import math
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter

from planloop.plan.sheets import HEADER_ROW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planloop.plan.sheets import Cell, Sheet, SheetColumn

FONT = "微软雅黑"
AREA = "#,##0.0000"
WIDEST = {"text": 34, "long": 52, "area": 18, "number": 14, "mixed": 40}
NARROWEST = 10
INK, GREY, LINE, HEAD = "#1f2a30", "#5f6b70", "#c9cfd1", "#e8eeee"


def workbook(sheets: Iterable[Sheet], *, title: str, dated: dt.date) -> bytes:
    """Return the bytes of the workbook.

    Parameters
    ----------
    sheets
        What stands in it.
    title
        Title among the properties of the file.
    dated
        Date that the file says it was made at; no clock.
    """
    held = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(held, options) as book:
        made = dt.datetime.combine(dated, dt.time(), tzinfo=dt.UTC).replace(tzinfo=None)
        book.set_properties({"title": title, "author": "planloop", "created": made})
        paint = _Paint(book)
        for sheet in sheets:
            paint.sheet(sheet)
    return held.getvalue()


class _Paint:
    """Formats of one workbook, and the painting of a sheet with them."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401  # xlsxwriter has no types
        self.book = book
        base = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
        self.base = base
        note = {"font_size": 9, "font_color": GREY, "text_wrap": True, "valign": "top"}
        head = {"bold": True, "bg_color": HEAD, "text_wrap": True, "align": "center"}
        self.title = book.add_format({**base, "bold": True, "font_size": 14})
        self.note = book.add_format({**base, **note})
        self.head = book.add_format({**base, **head, "border": 1, "border_color": LINE})
        self.cells: dict[tuple[bool, bool, str], Any] = {}

    def _cell(self, kind: str, value: Cell, *, last: bool) -> Any:  # noqa: ANN401  # xlsxwriter has no types
        """Return the look of a cell: how its column is aligned, and the digits of its number."""
        digits = AREA if kind == "area" else _digits(value)
        key = (kind in {"area", "number"}, last, digits)
        if key not in self.cells:
            look: dict[str, object] = {**self.base, "border": 1, "border_color": LINE}
            look |= {"align": "right"} if key[0] else {"text_wrap": True, "align": "left"}
            if digits:
                look["num_format"] = digits
            if last:
                look |= {"bold": True, "bg_color": HEAD}
            self.cells[key] = self.book.add_format(look)
        return self.cells[key]

    def sheet(self, sheet: Sheet) -> None:
        """Paint one sheet."""
        page = self.book.add_worksheet(sheet.name)
        widths = [_width(column, sheet, place) for place, column in enumerate(sheet.columns)]
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        page.write_string(0, 0, sheet.title, self.title)
        page.set_row(0, 24)
        for row, note in enumerate(sheet.note, start=1):
            page.merge_range(row, 0, row, max(len(widths) - 1, 1), note, self.note)
            page.set_row(row, 14 * math.ceil((_breadth(note) + 1) / sum(widths)))
        for place, column in enumerate(sheet.columns):
            page.write_string(HEADER_ROW, place, column.header, self.head)
        page.set_row(HEADER_ROW, 32)
        for number, row_of in enumerate(sheet.rows):
            last = sheet.total and number == len(sheet.rows) - 1
            for place, (value, column) in enumerate(zip(row_of, sheet.columns, strict=True)):
                at = (HEADER_ROW + 1 + number, place)
                _write(page, at, value, self._cell(column.kind, value, last=last))
        self._layout(page, sheet)

    @staticmethod
    def _layout(page: Any, sheet: Sheet) -> None:  # noqa: ANN401  # xlsxwriter has no types
        end = HEADER_ROW + len(sheet.rows)
        page.freeze_panes(HEADER_ROW + 1, 1)
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEADER_ROW)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        page.set_footer("&L&A&R&P / &N")
        page.print_area(0, 0, end, max(len(sheet.columns) - 1, 1))


def _write(page: Any, at: tuple[int, int], value: Cell, look: Any) -> None:  # noqa: ANN401  # xlsxwriter has no types
    if value is None or value == "":
        page.write_blank(*at, None, look)
    elif isinstance(value, str):
        page.write_string(*at, value, look)
    else:
        page.write_number(*at, float(value), look)


def _digits(value: Cell) -> str:
    """Return the format of a number that says its digits; empty for any other."""
    if not isinstance(value, Decimal):
        return ""
    places = -int(value.as_tuple().exponent)
    return f"0.{'0' * places}" if places else "0"


def _width(column: SheetColumn, sheet: Sheet, place: int) -> float:
    texts = [column.zh, column.en, *(_shown(row[place]) for row in sheet.rows)]
    return min(max(NARROWEST, *(_breadth(text) + 2 for text in texts)), WIDEST[column.kind])


def _shown(value: Cell) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, str | Decimal) else f"{value:,.4f}"


def _breadth(text: str) -> int:
    """Return how wide a text is, in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
