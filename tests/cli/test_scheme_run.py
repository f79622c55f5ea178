"""``planloop scheme run`` and ``verify``: what they print, how they end, what they leave behind."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest

from tests.cli.conftest import planloop, write
from tests.plan.county import box, layer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plan.county import Bureau


def left(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


def test_a_scheme_is_made_and_verified(whole: Bureau, tmp_path: Path) -> None:
    settings = write(whole)
    ended = planloop("scheme", "run", settings, "--out", tmp_path / "out")
    assert ended.code == 0, ended.err
    assert "✓ C2.balance" in ended.out
    assert "✗" not in ended.out
    assert "合成方案" in ended.out
    assert "优选调入调出" in ended.err, "progress goes to stderr"
    assert left(tmp_path) == ["in", "out"]
    ended = planloop("scheme", "verify", tmp_path / "out")
    assert ended.code == 0, ended.out
    assert "✓ C2.balance" in ended.out


def test_output_for_machines(whole: Bureau, tmp_path: Path) -> None:
    settings = write(whole)
    ended = planloop("scheme", "run", settings, "--out", tmp_path / "out", "-o", "json", "-q")
    assert ended.err == ""
    told = json.loads(ended.out)
    assert told["totals"]["transferred_out_dm2"] >= told["totals"]["transferred_in_dm2"] > 0
    assert {item["outcome"] for item in told["items"]} <= {"holds", "not applicable"}
    ended = planloop("scheme", "verify", tmp_path / "out", "-o", "jsonl", "-q")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert lines[0]["ok"] is True
    assert {"C2.balance", "W.pieces"} <= {line.get("name") for line in lines}


def test_an_earlier_result_is_kept_unless_told_otherwise(whole: Bureau, tmp_path: Path) -> None:
    settings, out = write(whole), tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    ended = planloop("scheme", "run", settings, "--out", out, "-q")
    assert ended.code == 6
    assert "write.exists" in ended.err
    assert left(out) == ["mine.txt"]
    ended = planloop("scheme", "run", settings, "--out", out, "-q", "--overwrite")
    assert ended.code == 6, "a folder of something else is never replaced"
    assert "write.no-result" in ended.err
    assert left(out) == ["mine.txt"]
    (out / "mine.txt").unlink()
    for _ in ("empty", "an earlier scheme"):
        ended = planloop("scheme", "run", settings, "--out", out, "-q", "--overwrite")
        assert ended.code == 0, ended.err
        assert "scheme.json" in left(out)
    assert left(tmp_path) == ["in", "out"]


def test_a_broken_promise_stops_the_run(whole: Bureau, tmp_path: Path) -> None:
    """Half of the town lies in no town zone of the source: no swap can mend that."""
    zones = whole.layers["GHFQ"]
    halves = layer("GHFQ", [box(0, 0, 10, 10), box(0, 10, 10, 20)], GHFQDM=["410", "520"])
    rest = zones.iloc[1:].assign(BSM=["GHFQ3", "GHFQ4", "GHFQ5"])
    whole.layers["GHFQ"] = gpd.GeoDataFrame(pd.concat([halves, rest], ignore_index=True))
    ended = planloop("scheme", "run", write(whole), "--out", tmp_path / "out", "-q")
    assert ended.code == 5
    assert "C5.zone-boundary" in ended.err
    assert ended.out == ""
    assert left(tmp_path) == ["in"]


def test_no_legal_swap(whole: Bureau, tmp_path: Path) -> None:
    whole.settings += '[locks]\nmust_serve = ["P-1"]\nkeep = ["XZYDYH9"]\n'
    ended = planloop("scheme", "run", write(whole), "--out", tmp_path / "out", "-q")
    assert ended.code == 4
    assert "boundary.infeasible" in ended.err
    assert left(tmp_path) == ["in"]


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ("issued_area_ha = 300.0\n", "", 3, "settings.missing"),
        ("year = 2026", "year = 'soon'", 3, "settings.wrong"),
        ("[quota]", "[quota", 3, "settings.not-toml"),
        ("projects.xlsx", "none.xlsx", 3, "read.missing-file"),
        ("mapping.toml", "none.toml", 3, "settings.unreadable"),
    ],
)
def test_bad_settings(  # noqa: PLR0913, PLR0917  # the cases of one table
    whole: Bureau, tmp_path: Path, old: str, new: str, code: int, key: str
) -> None:
    settings = write(whole)
    text = settings.read_text(encoding="utf-8")
    assert old in text
    settings.write_text(text.replace(old, new), encoding="utf-8")
    ended = planloop("scheme", "run", settings, "--out", tmp_path / "out", "-q")
    assert (ended.code, ended.out) == (code, "")
    assert f"错误 {key}" in ended.err
    assert f"error {key}" in ended.err
    assert left(tmp_path) == ["in"]


def test_errors_for_machines(whole: Bureau, tmp_path: Path) -> None:
    del whole.layers["CZKFBJ"]
    ended = planloop("plan", "info", write(whole), "-o", "json", "-q")
    told = json.loads(ended.err)
    assert (ended.code, told["error"], told["layer"]) == (3, "plan.missing-layer", "CZKFBJ")
    assert left(tmp_path) == ["in"]


def test_a_place_that_cannot_be_written(whole: Bureau, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    ended = planloop("scheme", "run", write(whole), "--out", tmp_path / "file" / "out", "-q")
    assert ended.code == 6
    assert "write." in ended.err
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"


def test_plan_info(whole: Bureau) -> None:
    ended = planloop("plan", "info", write(whole), "-q", "--lang", "en")
    assert ended.code == 0
    assert "652702 合成县  EPSG:4537" in ended.out
    assert "XZYDYH" in ended.out


def test_a_folder_that_is_no_scheme(tmp_path: Path) -> None:
    ended = planloop("scheme", "verify", tmp_path)
    assert ended.code == 3
    assert "错误" in ended.err


def test_a_scheme_that_was_touched(whole: Bureau, tmp_path: Path) -> None:
    settings, out = write(whole), tmp_path / "out"
    assert planloop("scheme", "run", settings, "--out", out, "-q").code == 0
    shutil.copytree(out, tmp_path / "copy")
    told = json.loads((tmp_path / "copy" / "scheme.json").read_text(encoding="utf-8"))
    told["totals"]["transferred_in_dm2"] += 1
    text = json.dumps(told, ensure_ascii=False)
    (tmp_path / "copy" / "scheme.json").write_text(text, encoding="utf-8")
    ended = planloop("scheme", "verify", tmp_path / "copy", "-q", "--lang", "en")
    assert ended.code == 5
    assert "transferred_in_dm2" in ended.out
