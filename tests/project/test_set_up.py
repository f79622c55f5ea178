"""The set-up: a Python that is too old is refused in words, before anything is made."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tools" / "find_python.sh"


def find(path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Look for a Python with nothing but a folder on the search path."""
    return subprocess.run(  # noqa: S603  # our own script
        ["/bin/sh", str(SCRIPT), *arguments],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def python(folder: Path, name: str, version: str) -> None:
    """Make a program that answers as a Python of a version does."""
    program = folder / name
    old = 0 if tuple(map(int, version.split("."))) >= (3, 11) else 1
    program.write_text(
        f'#!/bin/sh\ncase "$2" in *print*) echo {version};; *) exit {old};; esac\n', "utf-8"
    )
    program.chmod(0o755)


def test_the_first_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    python(tmp_path, "python3", "3.9")
    python(tmp_path, "python3.12", "3.12")
    result = find(str(tmp_path))
    assert result.returncode == 0
    assert result.stdout.strip() == str(tmp_path / "python3.12")


def test_too_old_is_refused_in_words(tmp_path: Path) -> None:
    python(tmp_path, "python3", "3.9")
    for arguments in ([], ["python3"]):
        result = find(str(tmp_path), *arguments)
        assert result.returncode == 1
        assert "needs Python 3.11 or newer" in result.stderr
        assert "python3 (3.9)" in result.stderr


def test_none_is_refused_in_words(tmp_path: Path) -> None:
    result = find(str(tmp_path))
    assert result.returncode == 1
    assert "Found: none." in result.stderr


def test_the_real_one_is_taken(tmp_path: Path) -> None:
    assert find(str(tmp_path), sys.executable).stdout.strip() == sys.executable


@pytest.mark.parametrize(
    "target", ["demo", "test", "lint", "bench", "fuzz", "docs", "lock", "clean"]
)
def test_the_makefile_has_the_target_and_help_lists_it(target: str) -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (rule,) = re.findall(rf"^{target}:(.*)## \S.*$", text, flags=re.MULTILINE)
    ready = {"bench": "$(BENCH_READY)", "clean": ""}.get(target, "$(READY)")
    assert ready in rule.split() or not ready
