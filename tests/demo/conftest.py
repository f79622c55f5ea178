"""The demo city, built once and maintained once for all tests of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planloop.demo.build import build
from planloop.maintenance.run import run
from planloop.plan.settings import read_settings
from tests.demo.built_city import Built

if TYPE_CHECKING:
    from planloop.plan.scheme import Scheme


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("city") / "input"
    return Built(folder, build(folder))


@pytest.fixture(scope="session")
def scheme(built: Built) -> Scheme:
    return run(read_settings(built.folder / "scheme.toml"))
