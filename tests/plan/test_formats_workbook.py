"""Tables that people fill in."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from planloop import standard
from planloop.errors import InputError
from planloop.plan.formats.workbook import read_table
from tests.plan.county import PROJECT, write_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADERS = [item.header for item in standard.load().columns("projects")]
NAMES = [item.name for item in standard.load().columns("projects")]


def project(**cells: object) -> dict[str, Any]:
    return {**PROJECT, **cells}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "重点建设项目清单.xlsx"


def test_a_filled_list(path: Path) -> None:
    write_table(path, "projects", [project(), project(number="P-2", area_ha=3, note="备注 ")])
    table = read_table(path, "projects")
    assert list(table.columns) == NAMES
    assert list(table["number"]) == ["P-1", "P-2"]
    assert list(table["area_ha"]) == [20.0, 3.0]
    assert table["area_ha"].dtype == "float64"
    assert list(table["start_year"]) == [2026, 2026]
    assert table["start_year"].dtype == "int64"
    assert table["note"].isna().tolist() == [True, False]
    assert table["note"].iloc[1] == "备注"


def sheet(path: Path, rows: list[list[Any]], *, before: list[list[Any]] | None = None) -> Path:
    with xlsxwriter.Workbook(path) as book:
        if before is not None:
            page = book.add_worksheet("说明")
            for number, row in enumerate(before):
                page.write_row(number, 0, row)
        page = book.add_worksheet("清单")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


CELLS: list[Any] = [PROJECT.get(name) for name in NAMES]


def test_headers_are_known_by_meaning_and_not_by_form(path: Path) -> None:
    changed = [
        unicodedata.normalize("NFKC", header).replace(")", ")\n").replace("项目", "项 目")
        for header in HEADERS
    ]
    assert changed != HEADERS
    table = read_table(sheet(path, [["标题"], [], changed, CELLS]), "projects")
    assert list(table["area_ha"]) == [20.0]


def test_columns_in_any_order_with_others_between(path: Path) -> None:
    rows = [["意见", *HEADERS[::-1]], ["同意", *CELLS[::-1]]]
    assert list(read_table(sheet(path, rows), "projects")["name"]) == ["综合保税区仓储"]


def test_the_sheet_is_found(path: Path) -> None:
    table = read_table(sheet(path, [HEADERS, CELLS], before=[["填表说明"]]), "projects")
    assert len(table) == 1


def test_empty_rows_are_skipped(path: Path) -> None:
    second = ["P-2" if cell == "P-1" else cell for cell in CELLS]
    rows = [HEADERS, CELLS, [], [None, "  "], second]
    assert list(read_table(sheet(path, rows), "projects")["number"]) == ["P-1", "P-2"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [(652702001, "652702001"), (20260000123, "20260000123"), (12.5, "12.5"), ("007", "007")],
)
def test_numbers_of_projects_typed_as_numbers(path: Path, cell: object, text: str) -> None:
    """Excel holds 652702001 as a floating-point number; not one digit may go."""
    write_table(path, "projects", [project(number=cell)])
    assert list(read_table(path, "projects")["number"]) == [text]


def test_numbers_typed_as_text(path: Path) -> None:
    write_table(path, "projects", [project(area_ha="20.5", start_year=" 2027 ")])
    table = read_table(path, "projects")
    assert list(table["area_ha"]) == [20.5]
    assert list(table["start_year"]) == [2027]


def refusal(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_table(path, "projects")
    return caught.value


@pytest.mark.parametrize("name", ["name", "number", "sector", "area_ha", "start_year", "basis"])
@pytest.mark.parametrize("cell", [None, "", "  "])
def test_required_cells(path: Path, name: str, cell: object, refused: Callable[..., None]) -> None:
    write_table(path, "projects", [project(), project(number="P-2") | {name: cell}])
    error = refusal(path)
    refused(error, "read.empty-cell", path=path, row=4)
    assert HEADERS[NAMES.index(name)] in error.text("zh")


def test_required_columns(path: Path, refused: Callable[..., None]) -> None:
    write_table(path, "projects", [project()], skip="项目编号")
    error = refusal(path)
    refused(error, "read.missing-column", path=path)
    assert "项目编号" in error.text("zh")
    assert "项目名称" not in error.text("zh"), "only what is missing"


@pytest.mark.parametrize(
    ("name", "cell", "key"),
    [
        ("area_ha", "约20", "read.not-a-number"),
        ("area_ha", "1_000", "read.not-a-number"),
        ("area_ha", "nan", "read.not-a-number"),
        ("area_ha", "inf", "read.not-a-number"),
        ("start_year", "二〇二六", "read.not-a-number"),
        ("start_year", "nan", "read.not-a-number"),
        ("start_year", "inf", "read.not-a-number"),
        ("start_year", 2026.5, "read.not-whole"),
        ("area_ha", True, "read.not-a-number"),
        ("sector", "航天", "read.unknown-value"),
        ("number", 652702000000000017, "read.too-many-digits"),
    ],
)
def test_wrong_cells(
    path: Path, name: str, cell: object, key: str, refused: Callable[..., None]
) -> None:
    write_table(path, "projects", [project(), project(number="P-2") | {name: cell}])
    error = refusal(path)
    refused(error, key, path=path, row=4)
    assert HEADERS[NAMES.index(name)] in error.text("zh")


def test_a_number_that_stands_twice_is_named_by_its_row_in_the_sheet(
    path: Path, refused: Callable[..., None]
) -> None:
    write_table(path, "projects", [project(), project(number="P-2"), project()])
    error = refusal(path)
    refused(error, "read.key-twice", path=path, row=5)
    assert "P-1" in error.text("en")


def test_no_rows(path: Path) -> None:
    write_table(path, "projects", [])
    table = read_table(path, "projects")
    assert len(table) == 0
    assert list(table.columns) == NAMES


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a workbook"])
def test_files_that_are_no_workbooks(
    path: Path, content: bytes, refused: Callable[..., None]
) -> None:
    path.write_bytes(content)
    refused(refusal(path), "read.unreadable", path=path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_workbooks(path: Path, share: float, refused: Callable[..., None]) -> None:
    write_table(path, "projects", [project(number=f"P-{n}") for n in range(50)])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    refused(refusal(path), "read.unreadable", path=path)


def test_no_file(path: Path, refused: Callable[..., None]) -> None:
    refused(refusal(path), "read.missing-file", path=path)
