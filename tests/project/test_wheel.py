"""The wheel: it carries every file of the package, and the licence."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names in a wheel built from this tree."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(  # noqa: S603  # our own interpreter
        [*command, "--directory", str(folder)], cwd=ROOT, check=True, capture_output=True
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_carries_every_file_of_the_package(names: set[str]) -> None:
    source = ROOT / "src"
    files = {
        path.relative_to(source).as_posix()
        for path in (source / "planloop").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files - names == set()
    assert {"planloop/py.typed", "planloop/messages/where.toml"} <= names
    assert "planloop/demo/data/boundary.geojson" in names


def test_it_carries_the_licence_and_nothing_else(names: set[str]) -> None:
    rest = {name for name in names if not name.startswith("planloop/")}
    assert {name.partition("/")[0].endswith(".dist-info") for name in rest} == {True}
    assert {Path(name).name for name in rest} >= {"LICENSE", "NOTICE", "entry_points.txt"}
