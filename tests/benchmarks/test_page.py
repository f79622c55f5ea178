"""The page of figures where only some benchmarks were run anew: the others' figures stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import bench_overlay, bench_tabulate, report
from benchmarks import record as records
from benchmarks.measure import Spent
from benchmarks.page import Kept, kept
from benchmarks.record import Record

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """\
# Performance

What is measured.

## How it was measured

- In some way.

| layer | polygons | of the median |
|---|---:|---:|
| parcels, 10,000 | 9,877 | 42 |
| zones | 313 | 4,365 |

Machine: 2 cores, 24 GiB of memory and 8 cores, 64 GiB of memory.

Versions: Python 3.11.7, shapely 2.2.0 (GEOS 3.14.1), PostGIS 3.3.2 (GEOS 3.11, PROJ 9) on Debian.

Not measured, as not installed:

- SedonaDB: not there

## Topology

| parcels |
|---:|
| 10,000 |

### Topology of a clean layer

- holds

## Dissolving

old figures
"""


def test_sections_that_are_not_written_anew_stay() -> None:
    old = kept(PAGE, ["Dissolving", "Boundary swaps"])
    assert old.sections == {
        "Topology": [
            "## Topology",
            "",
            "| parcels |",
            "|---:|",
            "| 10,000 |",
            "",
            "### Topology of a clean layer",
            "",
            "- holds",
            "",
        ]
    }
    assert old.machines == ["2 cores, 24 GiB of memory", "8 cores, 64 GiB of memory"]
    assert old.versions == [
        "Python 3.11.7",
        "shapely 2.2.0 (GEOS 3.14.1)",
        "PostGIS 3.3.2 (GEOS 3.11, PROJ 9) on Debian",
    ]
    assert old.skipped == ["SedonaDB: not there"]
    assert old.layers == {
        "parcels, 10,000": {"polygons": 9_877, "of the median": 42},
        "zones": {"polygons": 313, "of the median": 4_365},
    }


def test_where_all_is_written_anew_nothing_stays() -> None:
    assert kept(PAGE, ["Topology", "Dissolving"]) == Kept()
    assert kept("", []) == Kept()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder in which results and page are."""
    monkeypatch.setattr(records, "RESULTS", tmp_path)
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    monkeypatch.setattr(report, "DOCS", tmp_path)
    monkeypatch.setattr(report, "PAGE", tmp_path / "performance.md")
    monkeypatch.setattr(report, "IMAGES", tmp_path / "images")
    return tmp_path


def dissolved(cpu: float) -> Record:
    record = Record("dissolve", 10_000)
    record.add("dissolving", "planloop", Spent(cpu, cpu))
    return record


def test_one_benchmark_alone_leaves_the_other_figures_on_the_page(folder: Path) -> None:
    layer = {"polygons": 9_877, "of the median": 42}
    record = Record("tabulate", 10_000, layers={"parcels": layer}, versions=["PostGIS 3"])
    record.add("tabulate", "planloop", Spent(2.5, 2.5))
    record.save()
    dissolved(7.25).save()
    report.main()
    page, first = folder / "performance.md", (folder / "performance.md").read_text("utf-8")
    (folder / "tabulate-10000.json").unlink()
    report.main()
    assert page.read_text("utf-8") == first
    dissolved(8.75).save()
    report.main()
    assert page.read_text("utf-8") == first.replace("7.25", "8.75")
    assert "8.75" in page.read_text("utf-8")


def test_a_chart_of_which_results_are_missing_stays(folder: Path) -> None:
    dissolved(1.0).save()
    chart = folder / "images" / "performance.svg"
    chart.parent.mkdir()
    chart.write_text("old")
    for name, job in (("tabulate", bench_tabulate.JOB), ("overlay", bench_overlay.JOB)):
        record = Record(name, 10_000)
        record.add(job, "planloop", Spent(1.0, 1.0))
        assert chart.read_text() == "old"
        record.save()
        report.main()
    assert chart.read_text().startswith("<?xml")
