"""The demo city, built and maintained once by the command line, for every test that looks at it."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that ``planloop demo`` has written; workers of one test run share it."""
    base = tmp_path_factory.getbasetemp()
    # A worker of xdist has its own folder below that of the whole run.
    shared = base.parent if base.name.startswith("popen-") else base
    folder = shared / "demo-city"
    with (shared / "demo-city.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "scheme").is_dir():
            call("demo", "--out", str(folder), "--quiet")
    return folder


def call(*arguments: str, code: int = 0) -> str:
    """Call ``planloop`` in a process of its own and return what it prints."""
    command = [sys.executable, "-m", "planloop.cli", *arguments]
    result = subprocess.run(  # noqa: S603  # our own interpreter
        command, capture_output=True, text=True, check=False
    )
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout
