"""A very small county, as the files that a bureau hands over, for tests that read files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
import xlsxwriter

from planloop import standard
from planloop.messages import LANGUAGES
from planloop.plan.read import Sources, read_sources
from planloop.plan.settings import SchemeSettings, parse_settings

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.errors import PlanloopError

EPSG = 4537
WEST, SOUTH = 387_000.0, 5_004_000.0
"""South-west corner of the county, in zone 28."""


def box(x0: float, y0: float, x1: float, y1: float) -> shapely.Polygon:
    """Return a box, its corners given in hundreds of metres from the county's corner."""
    return shapely.box(WEST + 100 * x0, SOUTH + 100 * y0, WEST + 100 * x1, SOUTH + 100 * y1)


def layer(code: str, shapes: list[shapely.Geometry], **fields: object) -> gpd.GeoDataFrame:
    ids = [f"{code}{number}" for number in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame({"BSM": ids, **fields}, geometry=shapes, crs=f"EPSG:{EPSG}")


def county() -> dict[str, gpd.GeoDataFrame]:
    """Return 4 km by 2 km: a town in the west, farmland, and a redline in the east."""
    parcels = [box(x, y, x + 10, y + 10) for x in (0, 10, 20, 30) for y in (0, 10)]
    classes = ["070102", "100101", "010300", "010300", "010300", "170200", "170200", "170200"]
    return {
        "XZQX": layer("XZQX", [box(0, 0, 40, 20)], XZQMC=["合成县"]),
        "XZYDYH": layer("XZYDYH", parcels, YDYHFLDM=classes),
        "CZKFBJ": layer("CZKFBJ", [box(0, 0, 10, 20)], GHFQDM=["410"], MJ=[2_000_000.0]),
        "GHFQ": layer(
            "GHFQ",
            [box(0, 0, 10, 20), box(10, 0, 30, 20), box(30, 0, 40, 20)],
            GHFQDM=["410", "520", "100"],
        ),
        "STBHHX": layer("STBHHX", [box(30, 0, 40, 20)]),
        "JQZDXMM": layer("JQZDXMM", [box(10, 0, 12, 10)], XMBH=["P-1"]),
    }


PROJECT = {
    "number": "P-1",
    "name": "综合保税区仓储",
    "sector": "物流仓储",
    "start_year": 2026,
    "end_year": 2028,
    "area_ha": 20.0,
    "basis": "规划第5页",
}

SETTINGS = """
[scheme]
name = "合成方案"
year = 2026
synthetic = true
[region]
code = "652702"
name = "合成县"
[inputs]
mapping = "mapping.toml"
projects = "projects.xlsx"
[quota]
issued_area_ha = 300.0
issued_multiple = 1.8
base_town_area_ha = 150.0
"""


def write_table(path: Path, table: str, rows: list[dict[str, Any]], *, skip: str = "") -> None:
    """Write a table as a bureau does: a title, the headers, the rows."""
    columns = [item for item in standard.load().columns(table) if item.header != skip]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("清单")
        sheet.write(0, 0, "合成数据清单")
        sheet.write_row(1, 0, [item.header for item in columns])
        for number, row in enumerate(rows, start=2):
            sheet.write_row(number, 0, [row.get(item.name) for item in columns])


@dataclass
class Bureau:
    """The county's files; a test spoils what it wants before they are written."""

    folder: Path
    layers: dict[str, gpd.GeoDataFrame] = field(default_factory=county)
    entries: dict[str, str] = field(default_factory=dict)
    """Layer → further lines of its entry in the mapping."""
    extra: str = ""
    """Further text at the end of the mapping."""
    projects: list[dict[str, Any]] = field(default_factory=lambda: [dict(PROJECT)])
    settings: str = SETTINGS

    def path(self, code: str) -> Path:
        return self.folder / f"{code}.gpkg"

    def write(self) -> SchemeSettings:
        text = ""
        for code, frame in self.layers.items():
            pyogrio.write_dataframe(frame, self.path(code), dataset_options={"VERSION": "1.3"})
            lines = self.entries.get(code, "")
            text += f'[[source]]\npath = "{code}.gpkg"\nto = "{code}"\n{lines}\n'
        (self.folder / "mapping.toml").write_text(text + self.extra, encoding="utf-8")
        write_table(self.folder / "projects.xlsx", "projects", self.projects)
        return self.parse()

    def parse(self) -> SchemeSettings:
        settings = parse_settings(tomllib.loads(self.settings))
        inputs = settings.inputs.model_copy(
            update={
                "mapping": self.folder / "mapping.toml",
                "projects": self.folder / "projects.xlsx",
            }
        )
        return settings.model_copy(update={"inputs": inputs})

    def read(self) -> Sources:
        return read_sources(self.write(), quiet)


def quiet(step: str, done: int, total: int, reached: object = None) -> None:
    """Take progress, and say nothing."""
    assert reached is None
    assert step
    assert 0 <= done <= total


def check_refusal(error: PlanloopError, key: str, **where: object) -> None:
    """Check what an error says and where, and that both languages have a sentence for it."""
    assert error.key == key, error.text("en")
    for name, value in where.items():
        found = error.where.get(name)
        if name == "at":
            assert found is not None
            at, wanted = (np.asarray(item, dtype=float) for item in (found, value))
            np.testing.assert_allclose(at, wanted, atol=1e-3)
        else:
            assert found == (str(value) if name == "path" else value), error.text("en")
    for lang in LANGUAGES:
        text = error.text(lang)
        assert text
        assert "{" not in text.split("[")[0]
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in text)
        assert chinese or lang == "en"
