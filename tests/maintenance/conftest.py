"""The toy city of the checks, for tests that need no board of their own."""

from __future__ import annotations

import pytest

from tests.checks.toy_city import City, city


@pytest.fixture(scope="session")
def toy() -> City:
    """Return the toy city."""
    return city()
