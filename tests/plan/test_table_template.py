"""Templates of tables: what people fill in is read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import python_calamine

from planloop import standard
from planloop.errors import InputError, OutputError
from planloop.plan.formats.table_template import write_template
from planloop.plan.formats.workbook import read_table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("table", ["projects", "assessment"])
def test_an_empty_template_is_an_empty_table(tmp_path: Path, table: str) -> None:
    path = write_template(tmp_path / "t.xlsx", table)
    book = python_calamine.CalamineWorkbook.from_path(path)
    rows = book.get_sheet_by_index(0).to_python()
    assert rows == [[column.header for column in standard.load().columns(table)]]
    assert len(read_table(path, table)) == 0


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    one, other = (write_template(tmp_path / name, "projects") for name in ("a.xlsx", "b.xlsx"))
    assert one.read_bytes() == other.read_bytes()


def test_a_file_is_kept_unless_told_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_template(path, "projects")
    assert caught.value.key == "write.exists"
    assert path.read_text(encoding="utf-8") == "mine"
    write_template(path, "projects", overwrite=True)
    with pytest.raises(InputError):
        read_table(path, "assessment")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_template(tmp_path / "none" / "t.xlsx", "projects")
    assert caught.value.key == "write.failed"
