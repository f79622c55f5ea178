"""``planloop scheme verify`` on the demo: everything holds, and what was touched is named."""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.scheme.conftest import call
from tests.scheme.tampering import move_vertex, relabel

if TYPE_CHECKING:
    from pathlib import Path

NOT_APPLICABLE = {"C2.townships", "C2.most-in", "C3.elastic"}
"""Proofs of limits that the demo does not set, and of elastic land, which it has not."""


def verify(folder: Path, code: int) -> list[dict[str, Any]]:
    out = call("scheme", "verify", str(folder), "-o", "jsonl", "-q", code=code)
    return [json.loads(line) for line in out.splitlines()]


def test_the_demo_holds(demo: Path) -> None:
    told = verify(demo / "scheme", 0)
    assert told[0]["ok"] is True
    outcomes = {item["name"]: item["outcome"] for item in told if "outcome" in item}
    assert {name for name, end in outcomes.items() if end != "holds"} == NOT_APPLICABLE
    assert len(outcomes) >= 19


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    return shutil.copytree(demo / "scheme", tmp_path / "scheme")


def named(told: list[dict[str, Any]]) -> str:
    """Return everything that the broken proofs and the findings name, as text."""
    broken = [item for item in told[1:] if item.get("outcome", "broken") == "broken"]
    return json.dumps(broken, ensure_ascii=False)


def test_one_vertex_one_grid_step(copy: Path) -> None:
    parcel = move_vertex(copy / "after.gpkg", "XZYDYH", "YDYHFLDM LIKE '23%'")
    told = verify(copy, 5)
    assert told[0]["ok"] is False
    assert f"XZYDYH:{parcel}" in named(told)


def test_one_label_and_one_number(copy: Path) -> None:
    zone = relabel(copy / "after.gpkg", "GHFQ", "GHFQDM", "520", "GHFQDM = '200'")
    path = copy / "scheme.json"
    scheme = json.loads(path.read_text(encoding="utf-8"))
    scheme["totals"]["transferred_in_dm2"], scheme["totals"]["transferred_out_dm2"] = (
        scheme["totals"]["transferred_out_dm2"],
        scheme["totals"]["transferred_in_dm2"],
    )
    path.write_text(json.dumps(scheme, ensure_ascii=False), encoding="utf-8")
    found = named(verify(copy, 5))
    assert zone in found
    assert "transferred_in_dm2" in found
    assert "transferred_out_dm2" in found


def test_one_cell_of_the_workbook(copy: Path) -> None:
    """Two names swapped in the workbook alone."""
    path = copy / "tables.xlsx"
    swap_texts(path)
    assert "tables.xlsx" in named(verify(copy, 5))


def swap_texts(path: Path) -> None:
    """Swap two zone names among the workbook's shared strings."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    strings = parts["xl/sharedStrings.xml"].decode()
    one, other = "生态控制区", "一般农业区"
    assert one in strings
    assert other in strings
    strings = strings.replace(one, "\0").replace(other, one).replace("\0", other)
    parts["xl/sharedStrings.xml"] = strings.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
