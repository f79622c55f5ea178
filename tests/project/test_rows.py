"""The rows of the house: the contracts of import-linter hold, and notice what they are for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"


def lint(source: Path) -> subprocess.CompletedProcess[str]:
    """Check the package below a folder against the contracts of this project."""
    command = [sys.executable, "-c", LINTER, str(ROOT / "pyproject.toml"), "--no-cache"]
    return subprocess.run(  # noqa: S603  # our own interpreter, our own tree
        command,
        cwd=source,
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the source tree."""
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    return source


def test_the_contracts_hold() -> None:
    result = lint(ROOT / "src")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("geometry", "import planloop.plan"),
        ("geometry", "import planloop.standard"),
        ("standard", "import planloop.geometry"),
        ("plan", "import planloop.checks"),
        ("checks", "import planloop.maintenance"),
        ("maintenance", "import planloop.publishing"),
        ("demo", "import planloop.cli"),
        ("errors", "import planloop.plan"),
        ("plan", "import click"),
        ("maintenance", "import fastapi"),
    ],
)
def test_a_breach_is_noticed(copy: Path, room: str, line: str) -> None:
    package = copy / "planloop" / room
    file = package / "trespass.py" if package.is_dir() else package.with_suffix(".py")
    with file.open("a", encoding="utf-8") as stream:
        stream.write(f"\n{line}\n")
    result = lint(copy)
    assert result.returncode == 1
    assert f"planloop.{room}" in result.stdout
    assert line.removeprefix("import ") in result.stdout


def test_a_room_without_a_row_is_noticed(copy: Path) -> None:
    (copy / "planloop" / "attic").mkdir()
    (copy / "planloop" / "attic" / "__init__.py").touch()
    result = lint(copy)
    assert result.returncode == 1
    assert "attic" in result.stdout + result.stderr
