"""The tables of the demo city: project list, assessment, indicators, clauses, population."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd
import xlsxwriter

from planloop import standard
from planloop.demo.assessment import assessment_rows
from planloop.demo.features import SYNTHETIC
from planloop.demo.input_layers import TOWNSHIP
from planloop.demo.plan_layers import TOWNSHIPS
from planloop.demo.plan_text import CLAUSES, INDICATORS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planloop.demo.city import City
    from planloop.demo.projects import Project

PROJECTS, ASSESSMENT, POPULATION = "重点建设项目清单.xlsx", "体检评估问题清单.xlsx", "人口.csv"
INDICATORS_BOOK, CLAUSES_BOOK = "规划指标.xlsx", "规划条款.xlsx"

WRITTEN = dt.datetime(2026, 6, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""Date that the workbooks carry, so that the same city gives the same bytes."""

DOCUMENTS = {
    "口岸": "阿拉山口市“十五五”规划纲要",
    "物流仓储": "阿拉山口综合保税区发展规划",
    "进出口加工": "阿拉山口综合保税区发展规划",
    "交通": "自治区“十五五”综合交通运输规划",
    "能源": "自治区“十五五”能源发展规划",
    "电网": "自治区电网发展规划",
    "水利": "博州“十五五”水安全保障规划",
}
DEFAULT_DOCUMENT = "阿拉山口市“十五五”规划纲要"
LEVELS = ("自治区", "州", "市", "市", "国家")
STAGES = ("谋划", "项目建议", "可研", "用地预审", "报批")
SHAPES = {"Polygon": "已落图（面）", "LineString": "已落图（线）", "Point": "示意（点）"}
PEOPLE = {"阿拉套街道": (10_214, 10_890, 42_000), "艾比湖镇": (883, 912, 3_000)}
"""Residents of the townships in 2020 and 2025, and planned for 2035; the sum of 2020 is real."""


def write_tables(city: City, directory: Path) -> None:
    """Write the project list, the assessment, the plan's indicators and clauses, the population."""
    rows = [_row(serial, item) for serial, item in enumerate(city.projects, start=1)]
    _write(directory / PROJECTS, "projects", "重点建设项目清单（合成数据）", rows)
    rows = assessment_rows(city)
    _write(directory / ASSESSMENT, "assessment", "体检评估问题清单（合成数据）", rows)
    rows = [
        {"number": number, "base": base, "target": target, "note": SYNTHETIC}
        for number, (base, target) in INDICATORS.items()
    ]
    _write(directory / INDICATORS_BOOK, "indicators", "规划指标（合成数据）", rows)
    rows = [{"number": number, "text": text, "note": SYNTHETIC} for number, text in CLAUSES.items()]
    _write(directory / CLAUSES_BOOK, "clauses", "规划条款（合成数据）", rows)
    names = [name for name, _ in TOWNSHIPS.values()]
    people = pd.DataFrame(
        {
            "乡镇（街道）": names,
            "2020年常住人口": [PEOPLE[name][0] for name in names],
            "2025年常住人口": [PEOPLE[name][1] for name in names],
            "2035年规划人口": [PEOPLE[name][2] for name in names],
            "备注": SYNTHETIC,
        }
    )
    people.to_csv(directory / POPULATION, index=False, encoding="utf-8-sig")


def _row(serial: int, item: Project) -> dict[str, object]:
    sectors = standard.load().sectors
    in_boundary = sectors[item.sector].needs_boundary
    return {
        "serial": serial,
        "number": item.number,
        "name": item.name,
        "sector": item.sector,
        "level": LEVELS[serial % len(LEVELS)],
        "construction_kind": "改扩建" if "扩" in item.name or "改" in item.name else "新建",
        "start_year": item.start,
        "end_year": item.end,
        "area_ha": item.hectares,
        "new_construction_ha": 0.0 if item.case == "inside" else item.hectares,
        "cropland_ha": 0.0,
        "townships": TOWNSHIP,
        "siting": "批次用地" if in_boundary else "单独选址",
        "basis": f"{DOCUMENTS.get(item.sector, DEFAULT_DOCUMENT)}第{serial % 60 + 5}页",
        "geometry": SHAPES[item.site.geom_type],
        "stage": STAGES[serial % len(STAGES)],
        "change": "新增",
        "note": SYNTHETIC,
    }


def _write(path: Path, table: str, title: str, rows: Sequence[dict[str, object]]) -> None:
    columns = standard.load().columns(table)
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": WRITTEN, "comments": SYNTHETIC})
        sheet = book.add_worksheet(title[: title.index("（")])
        sheet.write(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        sheet.write_row(1, 0, [column.header for column in columns], bold)
        for number, row in enumerate(rows, start=2):
            sheet.write_row(number, 0, [row.get(column.name) for column in columns])
        for number, column in enumerate(columns):
            width = max(len(str(row.get(column.name) or "")) for row in rows)
            sheet.set_column(number, number, min(max(10, 2 * width), 60))
        sheet.freeze_panes(2, 0)
