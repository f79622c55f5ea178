"""The committed inputs of the fuzzer, replayed without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fuzz.__main__ import COMMITTED, LONGEST
from fuzz.targets import TARGETS

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = sorted(path for target in TARGETS for path in (COMMITTED / target).iterdir())


def test_every_target_has_inputs_and_there_are_no_others() -> None:
    assert sorted(path.name for path in COMMITTED.iterdir()) == sorted(TARGETS)
    assert {path.parent.name for path in INPUTS} == set(TARGETS)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}-{path.name[:8]}")
def test_an_input_breaks_no_promise(path: Path) -> None:
    data = path.read_bytes()
    assert len(data) <= LONGEST
    TARGETS[path.parent.name](data)
