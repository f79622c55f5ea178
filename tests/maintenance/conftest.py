"""The toy city of the checks, for tests that need no board of their own; and every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planloop.maintenance.boundary.second.engine import Engine
from tests.checks.toy_city import City, city
from tests.maintenance.engines import ENGINES, solver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.maintenance.engines import Solver


@pytest.fixture(scope="session")
def toy() -> City:
    """Return the toy city."""
    return city()


@pytest.fixture(scope="session")
def cp_sat() -> Iterator[Engine]:
    """Return a process of CP-SAT that all tests share."""
    with Engine() as engine:
        yield engine


@pytest.fixture(params=ENGINES)
def each_engine(request: pytest.FixtureRequest, cp_sat: Engine) -> Solver:
    """Return every engine in turn."""
    return solver(request.param, cp_sat)
