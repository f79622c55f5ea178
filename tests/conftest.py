"""What every test shares: hypothesis profiles, and what a test may need beyond Python."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from tests.examples import USUAL

# No deadline: a slow machine is no error. In CI the examples are the same in every run.
settings.register_profile("default", deadline=None, max_examples=USUAL)
settings.register_profile("ci", deadline=None, max_examples=USUAL, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=50 * USUAL, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every property test, so that ``make fuzz`` finds them all."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("fuzz")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real files, which are no part of the repository."""
    folder = os.environ.get("PLANLOOP_REAL_DATA")
    if not folder:
        pytest.skip("set PLANLOOP_REAL_DATA to the folder of real files")
    return Path(folder)


@pytest.fixture(scope="session")
def ogrinfo() -> str:
    """Return GDAL's own reader, of another version than the one in our wheels."""
    program = shutil.which("ogrinfo")
    if program is None:
        pytest.skip("ogrinfo is missing: install Debian's gdal-bin")
    return program
