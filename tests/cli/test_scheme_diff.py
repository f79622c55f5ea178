"""``planloop scheme diff``: a run, a lock, a further run, and what the lock forced."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.conftest import planloop, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plan.county import Bureau


def made(whole: Bureau, tmp_path: Path) -> tuple[Path, Path]:
    """Return the county's scheme, and the one in which the project must not be served."""
    settings, folders = write(whole), (tmp_path / "a", tmp_path / "b")
    assert planloop("scheme", "run", settings, "--out", folders[0], "-q").code == 0
    locked = settings.with_name("locked.toml")
    text = settings.read_text(encoding="utf-8") + '[locks]\nforbid = ["P-1"]\n'
    locked.write_text(text, encoding="utf-8")
    assert planloop("scheme", "run", locked, "--out", folders[1], "-q").code == 0
    return folders


def test_a_lock_and_what_it_forces(whole: Bureau, tmp_path: Path) -> None:
    one, two = made(whole, tmp_path)
    layer, image = tmp_path / "land.gpkg", tmp_path / "land.png"
    call = ("scheme", "diff", one, two, "--out", layer, "--map", image)
    ended = planloop(*call, "--lang", "en")
    assert ended.code == 0, ended.err
    assert "locks.forbid  B adds P-1" in ended.out
    assert "Tier 1, near term  1 → – projects\n" in ended.out
    assert "Weak land first, patches whole  " in ended.out
    assert "project P-1" in ended.out
    assert f"  {layer}\n  {image}\n" in ended.out
    assert layer.is_file()
    assert image.is_file()
    again = planloop(*call)
    assert (again.code, "write.exists" in again.err) == (6, True)
    told = json.loads(planloop("scheme", "diff", one, two, "-o", "json").out)
    assert told["same"] is False
    land = [item for item in told["items"] if item["part"] == "land"]
    totals = [
        json.loads((folder / "scheme.json").read_text(encoding="utf-8"))["totals"]
        for folder in (one, two)
    ]
    for kind, key in (("1", "transferred_in_dm2"), ("3", "transferred_out_dm2")):
        sizes = {
            side: sum(
                item["area_dm2"]
                for item in land
                if (item["layer"], item["kind"], item["changed"]) == ("CZKFBJ", kind, side)
            )
            for side in ("a", "b")
        }
        assert sizes["a"] - sizes["b"] == totals[0][key] - totals[1][key] > 0


def test_a_scheme_and_itself(whole: Bureau, tmp_path: Path) -> None:
    settings = write(whole)
    assert planloop("scheme", "run", settings, "--out", tmp_path / "a", "-q").code == 0
    ended = planloop("scheme", "diff", tmp_path / "a", tmp_path / "a")
    assert ended.code == 0
    assert "两个方案内容相同" in ended.out
    lines = planloop("scheme", "diff", tmp_path / "a", tmp_path / "a", "-o", "jsonl").out
    first, *rest = map(json.loads, lines.splitlines())
    assert first["same"] is True
    assert {item["part"] for item in rest} == {"level"}


def test_a_folder_that_is_no_scheme(tmp_path: Path) -> None:
    ended = planloop("scheme", "diff", tmp_path, tmp_path / "nowhere")
    assert ended.code == 3
    assert "read.missing-file" in ended.err
