"""What the written files of a scheme say, read with geopandas, calamine and the HTML parser alone.

The workbook tells what is shown, the page shows figures beside their exact values, ``scheme.json``
holds totals and the numbers of the proofs. Areas in dm² (0.01 m²) where a name ends in ``_dm2``.
"""

from __future__ import annotations

import csv
import json
from functools import cached_property
from html.parser import HTMLParser
from importlib import resources
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import python_calamine

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

HEADER = 3
"""Row of the header of a sheet, from 0."""

UNIT = 0.0001
"""The last digit of a hectare that the workbook shows: 1 m²."""

LEDGER = 0.5
"""m²: each face of the ledger is rounded to 0.01 m², so that a sum over the thousands of faces of a
zone is off the exact area by some hundredths times the root of their number."""


def standard_rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table of the standard, as the file has them."""
    file = resources.files("planloop.standard").joinpath("tables", f"{table}.csv")
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))


class Figures(HTMLParser):
    """The figures of the page: name → exact value, and what is shown of it in Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.value: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the name of a figure."""
        told = dict(attrs)
        if tag == "data" and told.get("lang") != "en":
            self._open = told["data-name"] or ""
            self.value[self._open] = told["value"] or ""

    def handle_data(self, data: str) -> None:
        """Note what is shown."""
        if self._open:
            self.shown[self._open] = self.shown.get(self._open, "") + data

    def handle_endtag(self, tag: str) -> None:
        """Close a figure."""
        if tag == "data":
            self._open = ""


class Written:
    """One folder of a written scheme."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._layers: dict[tuple[str, str], gpd.GeoDataFrame] = {}

    def layer(self, when: str, name: str) -> gpd.GeoDataFrame:
        """Return a layer of ``before`` or ``after`` (or of ``decisions``), by identifier."""
        if (when, name) not in self._layers:
            frame = gpd.read_file(self.folder / f"{when}.gpkg", layer=name)
            self._layers[when, name] = frame.set_index("planloop_id").sort_index()
        return self._layers[when, name]

    def layers(self, when: str) -> list[str]:
        """Return the names of the layers of a plan."""
        held = pyogrio.list_layers(self.folder / f"{when}.gpkg")
        return [str(name) for name, kind in held if kind is not None]

    def table(self, name: str, file: str = "before") -> pd.DataFrame:
        """Return a table of the plan before, or of another file."""
        path = self.folder / f"{file}.gpkg"
        return pyogrio.read_dataframe(path, layer=f"table_{name}", read_geometry=False)

    @cached_property
    def document(self) -> dict[str, Any]:
        """``scheme.json``."""
        text = (self.folder / "scheme.json").read_text(encoding="utf-8")
        held: dict[str, Any] = json.loads(text)
        return held

    def proof(self, name: str) -> dict[str, Any]:
        """Return the numbers of a proof."""
        (found,) = [item for item in self.document["proofs"] if item["name"] == name]
        numbers: dict[str, Any] = found["numbers"]
        return numbers

    @cached_property
    def decided(self) -> dict[str, str]:
        """Project → how it was decided."""
        text = (self.folder / "decisions.jsonl").read_text(encoding="utf-8")
        every = [json.loads(line) for line in text.splitlines()]
        return {item["id"]: item["outcome"] for item in every if item["subject"] == "project"}

    @cached_property
    def page(self) -> Figures:
        """The figures of ``summary.html``."""
        found = Figures()
        found.feed((self.folder / "summary.html").read_text(encoding="utf-8"))
        return found

    def exact(self, table: str, key: str) -> list[float]:
        """Return a column of a table of the page: exact values, areas in m²; nan where empty."""
        cells = {
            int(parts[2]): value
            for name, value in self.page.value.items()
            if (parts := name.split("."))[:2] == ["tables", table] and parts[3] == key
        }
        scale = 100 if key.endswith("_dm2") else 1
        return [
            float(cells[row]) / scale if row in cells else np.nan for row in range(self.rows(table))
        ]

    def rows(self, table: str) -> int:
        """Return how many rows a table has on the page."""
        begin = f"tables.{table}."
        return 1 + max(int(n.split(".")[2]) for n in self.page.value if n.startswith(begin))

    def sheet(self, name: str) -> pd.DataFrame:
        """Return a sheet of the workbook under its Chinese titles, empty cells as empty texts."""
        book = python_calamine.CalamineWorkbook.from_path(self.folder / "tables.xlsx")
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        titles = [str(title).partition("\n")[0] for title in rows[HEADER]]
        return pd.DataFrame(rows[HEADER + 1 :], columns=titles)


def units(hectares: Any) -> NDArray[np.int64]:  # noqa: ANN401  # a column of numbers
    """Return shown hectares as whole units of the last digit, empty cells as 0."""
    values = pd.to_numeric(pd.Series(hectares).replace("", 0)).to_numpy(dtype=float)
    whole = np.rint(values / UNIT)
    assert np.abs(values / UNIT - whole).max(initial=0) < 1e-3, "four decimals"
    return np.asarray(whole, dtype=np.int64)
