"""The toy city's scheme, written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planloop.publishing.publish import publish
from tests.publishing.toy_scheme import toy_scheme

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.scheme import Scheme


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    """Return the scheme."""
    return toy_scheme()


@pytest.fixture(scope="session")
def folder(scheme: Scheme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the scheme as files."""
    return publish(scheme, tmp_path_factory.mktemp("toy") / "scheme")
