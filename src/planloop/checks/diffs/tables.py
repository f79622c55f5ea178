"""What differs in the tables of two schemes: cells with numbers, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.diffs.change import Change
from planloop.messages import render
from planloop.plan.sheets import DIGITS, HEADER_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planloop.plan.formats.workbook import Cell

ELSEWHERE = ("cover", "projects", "proofs", "unsettled")
"""Sheets of what is compared from other files, or follows from the settings."""

ROUNDING = 1.5 * 10.0**-DIGITS
"""So little may differ where nothing does: shown areas are rounded so that columns add up."""

BETWEEN = " · "


def table_changes(
    a: Mapping[str, Sequence[Sequence[Cell]]], b: Mapping[str, Sequence[Sequence[Cell]]]
) -> Iterator[Change]:
    """Yield the numbers of the workbooks' tables that differ.

    A row is known by its texts, so that it is found again where other rows came or went; rows of
    equal texts are added up. What differs by the last decimal alone is left out. So are lists of
    pieces: their rows are known by serials that mean nothing in another scheme.

    Parameters
    ----------
    a, b
        Sheet → rows, as written: title, notes, header, table.
    """
    apart = {render(f"sheets.{name}", {}, "zh") for name in ELSEWHERE}
    for sheet in dict.fromkeys([*a, *b]):
        rows = [side[sheet] for side in (a, b) if len(side.get(sheet, ())) > HEADER_ROW]
        if sheet in apart or not rows or _lists_pieces(rows[0]):
            continue
        one, two = (_numbers(side.get(sheet, ())) for side in (a, b))
        title = str(rows[0][0][0]).removeprefix(sheet).strip() or sheet
        for key in dict.fromkeys([*one, *two]):
            row, zh, en = key
            names = (BETWEEN.join([sheet, row, zh]), BETWEEN.join([title, row, en]))
            change = Change("table", names[0], one.get(key), two.get(key), en=names[1])
            if change.differs and abs(change.difference or 1.0) > ROUNDING:
                yield change


def _lists_pieces(rows: Sequence[Sequence[Cell]]) -> bool:
    return _title(rows[HEADER_ROW][0])[0] == render("tables.piece", {}, "zh")


def _title(header: Cell) -> tuple[str, str]:
    """Return a column's title in Chinese and in English."""
    zh, _, en = str(header or "").partition("\n")
    return zh, en or zh


def _numbers(rows: Sequence[Sequence[Cell]]) -> dict[tuple[str, str, str], float]:
    """Return the numbers of a table by the texts of their row and the title of their column."""
    found: dict[tuple[str, str, str], float] = {}
    titles = [_title(cell) for cell in rows[HEADER_ROW]] if len(rows) > HEADER_ROW else []
    for cells in rows[HEADER_ROW + 1 :]:
        name = " ".join(str(cell) for cell in cells if isinstance(cell, str))
        for title, cell in zip(titles, cells, strict=False):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                key = (name, *title)
                found[key] = round(found.get(key, 0.0) + float(cell), DIGITS)
    return found
