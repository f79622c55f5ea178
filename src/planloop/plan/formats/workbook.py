"""Tables that people fill in: Excel workbooks with Chinese headers."""

from __future__ import annotations

import unicodedata
import zipfile
from typing import TYPE_CHECKING, Any

import pandas as pd
import python_calamine

from planloop import standard
from planloop.errors import InputError
from planloop.plan.cells import as_number, as_text, has_lost_digits, is_blank

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planloop.standard.records import Column

HEADER_ROWS = 10
"""The header stands within the first rows of the sheet; a title may stand above it."""

KEY = "number"
"""Column by which the rows of every table are known."""

Cell = str | float | bool | None
Value = str | int | float | None


def read_table(path: Path, table: str) -> pd.DataFrame:
    """Read a table that people have filled in, checked against its columns in the standard.

    Parameters
    ----------
    path
        Workbook (.xlsx); the first sheet whose header fits is read.
    table
        Name of the table in the standard (``"projects"``, ``"assessment"``).

    Returns
    -------
    DataFrame
        One row for each filled row, columns named as in the standard, in its order; index: row in
        the sheet.

    Raises
    ------
    InputError
        The file cannot be read, a required column or cell is missing, a cell has the wrong type or
        an unknown code, or a key stands twice; the error says row and column.
    """
    columns = standard.load().columns(table)
    sheet, header, rows = _sheet(path, table, columns)
    place = {_plain(str(title)): index for index, title in enumerate(header) if title is not None}
    records: dict[int, dict[str, Value]] = {}
    for number, cells in rows:
        if all(is_blank(cell) for cell in cells):
            continue
        record: dict[str, Value] = {}
        for column in columns:
            index = place.get(_plain(column.header))
            cell = cells[index] if index is not None and index < len(cells) else None
            record[column.name] = _value(path, sheet, number, column, cell)
        records[number] = record
    frame = pd.DataFrame(
        {
            column.name: _series([item[column.name] for item in records.values()], column)
            for column in columns
        }
    ).set_axis(pd.Index(list(records), dtype="int64"), axis=0)
    twice = frame.index[frame[KEY].duplicated()]
    if len(twice):
        row, number = int(twice[0]), frame.loc[twice[0], KEY]
        raise InputError("read.key-twice", path=path, layer=sheet, row=row, number=number)
    return frame


def read_cells(path: Path) -> dict[str, list[list[Cell]]]:
    """Return every sheet of a workbook as rows of plain values.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    book = _open(path)
    return {
        name: [
            [_cell(value) for value in row]
            for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        for name in book.sheet_names
    }


def _open(path: Path) -> python_calamine.CalamineWorkbook:
    if not path.exists():
        raise InputError("read.missing-file", path=path)
    try:
        return python_calamine.CalamineWorkbook.from_path(path)
    except (python_calamine.CalamineError, OSError, zipfile.BadZipFile) as error:
        raise InputError("read.unreadable", path=path, reason=error) from error


def _sheet(
    path: Path, table: str, columns: Sequence[Column]
) -> tuple[str, list[Cell], list[tuple[int, list[Cell]]]]:
    wanted = {_plain(column.header) for column in columns if column.required == "M"}
    nearest: set[str] = wanted
    for name, rows in read_cells(path).items():
        for number, row in enumerate(rows[:HEADER_ROWS]):
            titles = {_plain(str(cell)) for cell in row if cell is not None}
            if wanted <= titles:
                body = list(enumerate(rows[number + 1 :], start=number + 2))
                return name, row, body
            if len(wanted - titles) < len(nearest):
                nearest = wanted - titles
    raise InputError(
        "read.missing-column", path=path, table=table, columns=", ".join(sorted(nearest))
    )


def _plain(title: str) -> str:
    """Return a header without spaces, in half-width forms."""
    return "".join(unicodedata.normalize("NFKC", title).split())


def _cell(value: object) -> Cell:
    if value is None or value == "":
        return None
    if isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _value(path: Path, sheet: str, row: int, column: Column, cell: Cell) -> Value:
    where: dict[str, Any] = {"path": path, "layer": sheet, "row": row}
    if is_blank(cell):
        if column.required == "M":
            raise InputError("read.empty-cell", column=column.header, **where)
        return None
    if column.type == "str":
        if has_lost_digits(cell):
            raise InputError("read.too-many-digits", column=column.header, value=cell, **where)
        text = (as_text(cell) or "").strip()
        if column.code_list and not standard.load().knows(column.code_list, text):
            codes = ", ".join(standard.load().code_list(column.code_list))
            raise InputError(
                "read.unknown-value", column=column.header, value=text, codes=codes, **where
            )
        return text
    try:
        number = as_number(cell)
    except ValueError as error:
        raise InputError("read.not-a-number", column=column.header, value=cell, **where) from error
    if column.type == "int" and number is not None:
        if not number.is_integer():
            raise InputError("read.not-whole", column=column.header, value=cell, **where)
        return int(number)
    return number


def _series(values: list[Value], column: Column) -> pd.Series:
    if column.type == "str":
        return pd.Series(values, dtype="str")
    if column.type == "int" and None not in values:
        return pd.Series(values, dtype="int64")
    return pd.Series(values, dtype="float64")
