"""What benchmarks found: disagreement fails and says where; the page holds what was measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from benchmarks import record as records
from benchmarks import report
from benchmarks.agreement import same_classes, same_geometries, same_pairs
from benchmarks.measure import Spent
from benchmarks.record import Record, load
from benchmarks.tasks.packed import packed, unpacked

if TYPE_CHECKING:
    from pathlib import Path

PAIRS = {"a": np.array([0, 0, 7]), "b": np.array([1, 2, 1]), "area": np.array([5.0, 1e3, 2.5])}


@pytest.fixture
def record() -> Record:
    return Record("tabulate", 10_000)


def test_the_same_pairs_in_another_order_agree(record: Record) -> None:
    same_pairs(record, "peer", PAIRS, {name: values[::-1] for name, values in PAIRS.items()})
    (check,) = record.checks
    assert check.holds
    assert check.value == 0.0


def test_a_pair_in_pieces_agrees(record: Record) -> None:
    theirs = {
        "a": np.append(PAIRS["a"], 0),
        "b": np.append(PAIRS["b"], 2),
        "area": np.array([5.0, 400.0, 2.5, 600.0]),
    }
    same_pairs(record, "peer", PAIRS, theirs)
    assert record.checks[0].holds


def test_a_pair_that_differs_is_named(record: Record) -> None:
    theirs = {**PAIRS, "area": PAIRS["area"] + np.array([0.0, 0.0, 2e-6])}
    same_pairs(record, "peer", PAIRS, theirs)
    (check,) = record.checks
    assert not check.holds
    assert check.value == pytest.approx(2e-6)
    assert "(7, 1)" in check.where


def test_a_pair_of_one_side_only_is_named(record: Record) -> None:
    same_pairs(record, "peer", PAIRS, {name: values[:2] for name, values in PAIRS.items()})
    assert not record.checks[0].holds
    assert "(7, 1): 2.5 against 0.0" in record.checks[0].where


def test_what_is_no_number_does_not_hold(record: Record) -> None:
    record.check("anything", math.nan, 1.0)
    assert not record.checks[0].holds


def test_sums_by_class_are_compared_relatively(record: Record) -> None:
    ours = {"class_a": PAIRS["a"], "class_b": PAIRS["b"], "class_area": PAIRS["area"] * 1e6}
    theirs = {**ours, "class_area": ours["class_area"] * (1.0 + 5e-10)}
    same_classes(record, "peer", ours, theirs)
    same_classes(record, "peer", ours, {**ours, "class_area": ours["class_area"] * 1.00000001})
    assert [check.holds for check in record.checks] == [True, False]


def test_geometries_are_compared_one_by_one(record: Record) -> None:
    boxes = np.array([shapely.box(k, 0, k + 0.9, 1) for k in range(3)], dtype=object)
    ours = {"a": PAIRS["a"], "b": PAIRS["b"], **packed(boxes)}
    same_geometries(record, "peer", ours, ours)
    assert all(check.holds for check in record.checks)
    boxes[1] = shapely.box(1, 0, 1.9001, 1)
    record.checks.clear()
    same_geometries(record, "peer", ours, {**ours, **packed(boxes)})
    (broken,) = (check for check in record.checks if not check.holds)
    assert "pair 0, 2" in broken.where


def test_packed_geometries_come_back() -> None:
    shapes = np.array([shapely.box(0, 0, 1, 1), shapely.Point(3, 4), shapely.Polygon()])
    assert shapely.equals_exact(unpacked(packed(shapes)), shapes).all()


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the page goes, of results in a folder of their own."""
    monkeypatch.setattr(records, "RESULTS", tmp_path)
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    monkeypatch.setattr(report, "DOCS", tmp_path / "docs")
    monkeypatch.setattr(report, "PAGE", tmp_path / "docs" / "performance.md")
    monkeypatch.setattr(report, "IMAGES", tmp_path / "docs" / "images")
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs" / "performance.md"


def test_a_record_comes_back_as_it_was_saved(page: Path, record: Record) -> None:
    record.add("job", "planloop", Spent(1.0, 2.0), 2**30)
    record.check("what", 1.0, 2.0)
    assert record.save()
    (path,) = page.parents[1].glob("*.json")
    again = load(path)
    assert again.rows == record.rows
    assert again.checks == record.checks
    record.check("what", 3.0, 2.0, "here")
    assert not record.save()


def test_the_page_says_what_was_measured_and_nothing_else(page: Path) -> None:
    job = "tabulate, file to classes"
    for size, factor in ((10_000, 1.0), (100_000, 10.0)):
        record = Record("tabulate", size)
        record.add(job, "planloop", Spent(2.0 * factor, 2.1), 3 * 2**30)
        record.add(job, "floor: read", Spent(0.5, 0.5))
        record.add(job, "geopandas.overlay", Spent(90.0, 91.0), estimated=True)
        record.check("geopandas.overlay: areas differ", 7e-9 * factor, 1e-6)
        record.skip("PostGIS", "not there")
        record.save()
    other = Record("overlay", 10_000)
    other.add("overlay, file to geometries", "planloop", Spent(3.0, 3.0))
    other.save()
    assert report.main() == 0
    text = page.read_text("utf-8")
    assert "| 10,000 | **planloop** | 2.00 | 2.10 | 3.00 | 1.00 | 4.00 |  |" in text
    assert "| 10,000 | geopandas.overlay | ≈ 90.0 | ≈ 91.0 |  | ≈ 45.0 | 180 | estimated |" in text
    assert "- planloop: 1.00 (10,000 to 100,000)" in text
    assert "| geopandas.overlay: areas differ | 10,000, 100,000 | 7e-08 | 1e-06 | holds |" in text
    assert "- PostGIS: not there" in text
    assert "SedonaDB" not in text
    chart = page.parent / "images" / "performance.svg"
    assert b"<svg" in chart.read_bytes()
    first = chart.read_bytes()
    chart.unlink()
    report.main()
    assert chart.read_bytes() == first


def test_without_results_there_is_no_page(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.main() == 1
    assert "make bench" in capsys.readouterr().out
    assert not page.exists()
