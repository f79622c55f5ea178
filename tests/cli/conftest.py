"""A small county as files, with its settings, and the command line in its own process."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.plan.county import PROJECT, SETTINGS, Bureau, box, layer

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Called:
    """How a call ended."""

    code: int
    out: str
    err: str


def planloop(*arguments: object) -> Called:
    """Call the command line."""
    command = [sys.executable, "-m", "planloop.cli", *map(str, arguments)]
    result = subprocess.run(  # noqa: S603  # our own interpreter
        command, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in result.stderr, result.stderr
    return Called(result.returncode, result.stdout, result.stderr)


@pytest.fixture
def whole(tmp_path: Path) -> Bureau:
    """Return a county with a scattered patch to give up and a project that wants as much land.

    The patch of 8 ha lies detached from the town; the project wants 6 ha beside the town.
    """
    folder = tmp_path / "in"
    folder.mkdir()
    bureau = Bureau(folder)
    patch, field = box(24, 4, 26, 8), box(20, 0, 30, 10)
    shapes = [box(x, y, x + 10, y + 10) for x in (0, 10, 20, 30) for y in (0, 10)]
    shapes[4] = field.difference(patch)
    classes = ["070102", "100101", "010300", "010300", "010300", "170200", "170200", "170200"]
    bureau.layers["XZYDYH"] = layer("XZYDYH", [*shapes, patch], YDYHFLDM=[*classes, "010300"])
    bureau.layers["CZKFBJ"] = layer("CZKFBJ", [box(0, 0, 10, 20), patch], GHFQDM=["410", "410"])
    bureau.layers["GHFQ"] = layer(
        "GHFQ",
        [
            box(0, 0, 10, 20),
            box(10, 0, 30, 20).difference(patch),
            box(30, 0, 40, 20),
            patch,
        ],
        GHFQDM=["410", "520", "100", "410"],
    )
    bureau.layers["JQZDXMM"] = layer("JQZDXMM", [box(10, 0, 12, 3)], XMBH=["P-1"])
    bureau.projects = [PROJECT | {"area_ha": 6.0}]
    bureau.settings = SETTINGS + "[swap]\nbalance_tolerance_m2 = 25000.0\n"
    return bureau


def write(bureau: Bureau) -> Path:
    """Write the county's files and return its ``scheme.toml``."""
    bureau.write()
    path = bureau.folder / "scheme.toml"
    path.write_text(bureau.settings, encoding="utf-8")
    return path
