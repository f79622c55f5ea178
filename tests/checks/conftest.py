"""The toy city and the swap in it that keeps every promise."""

from __future__ import annotations

import pytest

from tests.checks.toy_city import City, Claim, city, claim, ordinary


@pytest.fixture(scope="session")
def toy() -> City:
    """Return the toy city."""
    return city()


@pytest.fixture(scope="session")
def honest(toy: City) -> Claim:
    """Return a swap that keeps every promise."""
    return claim(toy, ordinary(toy))
