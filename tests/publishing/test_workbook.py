"""The workbook, read back with calamine: every cell, sums that add up, no formula."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import python_calamine
from hypothesis import strategies as st

from planloop.plan import wording
from planloop.plan.accounts import CITY, TOTAL, Table
from planloop.plan.sheets import HEADER_ROW, Sheet, SheetColumn, sheets
from planloop.publishing.workbook import workbook
from tests.examples import examples

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.scheme import Scheme

NAMES = [
    "说明",
    "维护前后分区面积",
    "乡镇",
    "乡镇边界分部",
    "调入地块",
    "调出地块",
    "扩展倍数",
    "用途转换矩阵",
    "占用地类",
    "变更层级",
    "规划指标",
    "近期建设项目汇总",
    "近期建设项目清单",
    "分期释放时序",
    "年度释放时序",
    "项目",
    "承诺证明",
    "未定参数",
]
WITHOUT_TOTAL = {
    *("项目", "承诺证明", "未定参数", "用途转换矩阵"),
    *("变更层级", "规划指标", "年度释放时序"),
}


@pytest.fixture(scope="module")
def book(folder: Path) -> dict[str, list[list[Any]]]:
    held = python_calamine.CalamineWorkbook.from_path(folder / "tables.xlsx")
    return {
        name: held.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in held.sheet_names
    }


def table(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Return the rows below the header by the Chinese titles."""
    titles = [str(title).partition("\n")[0] for title in rows[HEADER_ROW]]
    return [dict(zip(titles, row, strict=True)) for row in rows[HEADER_ROW + 1 :]]


def test_sheets_and_titles(book: dict[str, list[list[Any]]]) -> None:
    assert list(book) == NAMES
    for name, rows in book.items():
        assert str(rows[0][0]).startswith(f"{name}  ")
        assert re.search("[一-鿿]", rows[1][0])
        assert not re.search("[一-鿿]", rows[2][0]), "the note in English"
        for title in filter(None, rows[HEADER_ROW]):
            assert "\n" in title, "Chinese, and English below"


def test_zones_are_those_of_the_accounts(book: dict[str, list[list[Any]]], scheme: Scheme) -> None:
    rows = table(book["维护前后分区面积"])
    accounts = scheme.accounts.tables["zones"]
    assert [row["代码"] for row in rows] == [*accounts.column("code")[:-1], "合计"]
    for title, key in (
        ("维护前（公顷）", "before_dm2"),
        ("转出（公顷）", "lost_dm2"),
        ("维护后（公顷）", "after_dm2"),
    ):
        for row, exact in zip(rows, accounts.column(key), strict=True):
            assert isinstance(row[title], float)
            assert row[title] == round(row[title], 4)
            assert abs(row[title] - int(exact or 0) / 1e6) < 1e-4


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"说明", "扩展倍数"}])
def test_shown_sums_add_up(book: dict[str, list[list[Any]]], name: str) -> None:
    """In decimals as they are shown, not in binary fractions."""
    rows = table(book[name])
    areas = [title for title in rows[0] if title.endswith("（公顷）")] if rows else []
    if not rows or next(iter(rows[-1].values())) != "合计":
        assert name in WITHOUT_TOTAL
        return
    assert areas or name == "用途转换矩阵"
    for title in areas:
        shown = [Decimal(f"{row[title]:.4f}") for row in rows]
        assert sum(shown[:-1]) == shown[-1], (name, title)


def test_matrix(book: dict[str, list[list[Any]]], scheme: Scheme) -> None:
    rows = book["用途转换矩阵"][HEADER_ROW:]
    cells = [[Decimal(f"{item or 0:.4f}") for item in row[1:]] for row in rows[1:]]
    for row in cells:
        assert sum(row[:-1]) == row[-1]
    for column in zip(*cells, strict=True):
        assert sum(column[:-1]) == column[-1]
    region = int(scheme.accounts.totals["region_dm2"] or 0)
    total = (Decimal(region) / 10**6).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert cells[-1][-1] == total
    place = {row[0]: number for number, row in enumerate(rows[1:])}
    across = [str(title).partition("\n")[0] for title in rows[0][1:]]
    entering = float(cells[place["520 一般农业区"]][across.index("410 城镇集中建设区")])
    assert abs(entering - int(scheme.accounts.totals["transferred_in_dm2"] or 0) / 1e6) < 2e-4


def test_texts_are_texts(book: dict[str, list[list[Any]]], folder: Path) -> None:
    """A name that looks like markup, and nothing that Excel would work out."""
    rows = {row["项目编号"]: row for row in table(book["项目"])}
    assert rows["P-2"]["名称"] == "<script>alert(\"x\")</script> & '口岸'"
    assert rows["P-1"]["理由"] == "保障：调入用地 0.7026 公顷（第 1 级优先）。"
    with zipfile.ZipFile(folder / "tables.xlsx") as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)


def test_layout(folder: Path) -> None:
    """Frozen panes, one page wide, header on each page: in the XML, by ECMA-376."""
    with zipfile.ZipFile(folder / "tables.xlsx") as archive:
        numbers = range(1, 1 + len(NAMES))
        pages = [archive.read(f"xl/worksheets/sheet{n}.xml").decode() for n in numbers]
        names = archive.read("xl/workbook.xml").decode()
        core = archive.read("docProps/core.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    for page in pages:
        assert f'ySplit="{HEADER_ROW + 1}"' in page
        assert 'state="frozen"' in page
        assert 'fitToHeight="0"' in page
        assert 'orientation="landscape"' in page
    assert names.count("_xlnm.Print_Titles") == len(pages)
    assert "2026-06-01T00:00:00Z" in core
    assert '"#,##0.0000"' in styles


def test_formulas_in_names_stay_text(scheme: Scheme) -> None:
    (sheet,) = (item for item in sheets(scheme) if item.name == "项目")
    rows = tuple(("=1+1", "+x", "@sum", "-1", "http://a", *row[5:]) for row in sheet.rows)
    hostile = type(sheet)(sheet.name, sheet.title, sheet.note, sheet.columns, rows, sheet.total)
    data = workbook([hostile], title="=1", dated=scheme.settings.scheme.dated)
    held = python_calamine.CalamineWorkbook.from_object(io.BytesIO(data))
    read = held.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert read[HEADER_ROW + 1][:5] == ["=1+1", "+x", "@sum", "-1", "http://a"]


@hypothesis.settings(max_examples=examples(200))
@hypothesis.given(
    st.lists(st.integers(0, 10**11), min_size=1, max_size=20), st.sampled_from([2, 4])
)
def test_largest_remainder(values: list[int], digits: int) -> None:
    """Shown parts add up to the shown total, and each is its value rounded down or up."""
    unit = 10 ** (6 - digits)
    shown = wording.units([*values, sum(values)], digits, total=True)
    assert None not in shown
    whole = [int(item or 0) for item in shown]
    assert sum(whole[:-1]) == whole[-1] == (sum(values) + unit // 2) // unit
    for value, item in zip(values, whole, strict=False):
        assert value // unit <= item <= -(-value // unit)


@hypothesis.settings(max_examples=examples(200))
@hypothesis.given(
    st.lists(st.tuples(st.integers(0, 10**11), st.booleans()), min_size=1, max_size=20),
    st.sampled_from([2, 4]),
)
def test_a_row_that_sums_up_others_adds_nothing(land: list[tuple[int, bool]], digits: int) -> None:
    """City construction land stands between classes and total, and is part of the classes."""
    city, total = sum(size for size, in_city in land if in_city), sum(size for size, _ in land)
    rows = [(f"{place:02d}", size) for place, (size, _) in enumerate(land)]
    table = Table(("class", "after_dm2"), (*rows, (CITY, city), (TOTAL, total)))
    shown = [int(item or 0) for item in wording.column_units(table, "after_dm2", digits)]
    unit = 10 ** (6 - digits)
    assert sum(shown[:-2]) == shown[-1] == (total + unit // 2) // unit
    assert shown[-2] == (city + unit // 2) // unit
    for (_, size), item in zip(rows, shown, strict=False):
        assert size // unit <= item <= -(-size // unit)


def test_numbers_are_numbers_with_their_digits() -> None:
    """Shares, multiples and counts can be reckoned with, and look as they are meant to."""
    cells = (Decimal("28.00"), Decimal("1.7996"), Decimal(300), 13, "–", None)
    columns = tuple(SheetColumn(str(place), "", "number") for place, _ in enumerate(cells))
    data = workbook(
        [Sheet("表", "表", ("", ""), columns, (cells,))], title="", dated=dt.date(2026, 6, 1)
    )
    held = python_calamine.CalamineWorkbook.from_object(io.BytesIO(data))
    (row,) = held.get_sheet_by_index(0).to_python(skip_empty_area=False)[HEADER_ROW + 1 :]
    assert row == [28.0, 1.7996, 300.0, 13.0, "–", ""]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = archive.read("xl/styles.xml").decode()
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    codes = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"', styles))
    codes |= {"0": "General", "1": "0", "2": "0.00"}  # built in, by ECMA-376 18.8.30
    uses = re.findall(r'<xf numFmtId="(\d+)"', styles.partition("<cellXfs")[2])
    looks = {at: codes[uses[int(s)]] for at, s in re.findall(r'<c r="([A-F]5)" s="(\d+)"', page)}
    assert [looks[f"{letter}5"] for letter in "ABCD"] == ["0.00", "0.0000", "0", "General"]
