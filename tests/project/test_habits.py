"""Habits of the house that no linter knows: small files, named by noun."""

from __future__ import annotations

import statistics
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = {
    path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
    for folder in ("src", "tests", "tools", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
}


def test_no_file_is_long() -> None:
    assert {name: lines for name, lines in FILES.items() if lines > 600} == {}


def test_most_files_of_the_package_are_short() -> None:
    lines = [lines for name, lines in FILES.items() if name.startswith("src/")]
    assert statistics.median(lines) < 200


def test_files_are_named_by_noun() -> None:
    vague = ("utils", "util", "helpers", "helper", "misc", "common")
    assert [name for name in FILES if Path(name).stem in vague] == []
