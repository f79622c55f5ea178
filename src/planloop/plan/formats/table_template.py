"""An empty workbook for people to fill in: the headers of a table, and what its cells may hold."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import xlsxwriter

from planloop import standard
from planloop.errors import OutputError
from planloop.messages import render
from planloop.plan.formats.staging import staged_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planloop.standard.records import Column

ROWS = 1000
"""Rows below the header for which cells are checked as they are typed."""

CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""Date that the workbook carries, so that the same table gives the same bytes."""

LONGEST_LIST = 255
"""Characters of a list of choices that a workbook can hold in a cell's rule."""


def write_template(path: Path, table: str, *, overwrite: bool = False) -> Path:
    """Write an empty workbook for a table of the standard, and return its path.

    Headers are those that :func:`~planloop.plan.formats.workbook.read_table` wants; required ones
    stand out; cells of code lists offer the codes; numbers and years take nothing else.

    Parameters
    ----------
    path
        File to write (.xlsx).
    table
        Name of the table in the standard (``"projects"``, ``"assessment"``).
    overwrite
        Replace a file that is there.

    Raises
    ------
    OutputError
        The file exists, or cannot be written.
    """
    columns = standard.load().columns(table)
    with staged_file(path, overwrite=overwrite) as aside:
        try:
            _write(aside, table, columns)
        except xlsxwriter.exceptions.XlsxWriterException as error:
            raise OutputError("write.failed", path=path, reason=error) from error
    return path


def _write(path: Path, table: str, columns: Sequence[Column]) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": CREATED, "title": table})
        sheet = book.add_worksheet(render(f"lists.{table}", {}, "zh"))
        plain = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        must = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#FFF2CC"}
        )
        for number, column in enumerate(columns):
            sheet.write(0, number, column.header, must if column.required == "M" else plain)
            sheet.set_column(number, number, max(10, 2 * len(column.header) + 2))
            rule = _rule(column)
            if rule is not None:
                sheet.data_validation(1, number, ROWS, number, rule)
        sheet.freeze_panes(1, 0)


def _rule(column: Column) -> dict[str, object] | None:
    """Return what a cell of a column may hold, in the words of the workbook's writer."""
    if column.code_list:
        codes = list(standard.load().code_list(column.code_list))
        if len(",".join(codes)) <= LONGEST_LIST:
            return {"validate": "list", "source": codes}
        return None
    if column.type == "int":
        return {"validate": "integer", "criteria": ">=", "value": 0}
    if column.type == "float":
        return {"validate": "decimal", "criteria": ">=", "value": 0}
    return None
