"""Fixtures of the tests that read and write files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plan.county import Bureau, check_refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    """Return the county, not yet written."""
    return Bureau(tmp_path)


@pytest.fixture
def refused() -> Callable[..., None]:
    """Return the check of an error's key, place and texts."""
    return check_refusal
