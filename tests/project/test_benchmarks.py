"""The runner of the benchmarks: runs what there is, and says so when something fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import __main__ as runner

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder of benchmarks."""
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.setattr(runner, "FOLDER", folder)
    return folder


def test_none_is_said_to_be_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(folder.glob("bench_*")) == []
    assert runner.main([]) == 0
    assert "nothing was measured" in capsys.readouterr().out


def test_each_is_run_and_a_failure_is_told(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "bench_good.py").write_text('"""Counts.\n\nMore."""\nprint(6 * 7)\n', "utf-8")
    (folder / "bench_bad.py").write_text('"""Breaks."""\nraise SystemExit(3)\n', "utf-8")
    assert runner.benchmarks() == {"bad": "Breaks.", "good": "Counts."}
    assert runner.main(["good"]) == 0
    out = capfd.readouterr().out
    assert "42\n" in out
    assert "-- good: done" in out
    assert runner.main([]) == 1
    out = capfd.readouterr().out
    assert "-- bad: FAILED (exit code 3)" in out
    assert "-- good: done" in out
    assert out.endswith("failed: bad\n")


def test_listing_runs_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "bench_bad.py").write_text('"""Breaks."""\nraise SystemExit(3)\n', "utf-8")
    assert runner.main(["--list"]) == 0
    assert capfd.readouterr().out.split() == ["bad", "Breaks."]


def test_an_unknown_name_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bench_good.py").touch()
    assert runner.main(["god"]) == 2
    assert "god; there are: good" in capsys.readouterr().out
