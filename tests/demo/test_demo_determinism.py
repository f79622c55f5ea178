"""The same seed gives the same city, in every process; another seed another one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from planloop.demo.build import SEED, build
from planloop.plan.digest import digest_layer
from planloop.plan.intake import intake
from planloop.plan.read import read_sources
from planloop.plan.settings import read_settings
from planloop.progress import silent

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.scheme import Scheme
    from tests.demo.built_city import Built

SAME_BYTES = (".xlsx", ".toml", ".csv", ".txt")


def digests(folder: Path) -> dict[str, str]:
    sources = read_sources(read_settings(folder / "scheme.toml"), silent)
    return {code: digest_layer(item.layer) for code, item in sources.layers.items()}


def test_two_builds_are_equal(built: Built, scheme: Scheme, tmp_path: Path) -> None:
    """A build in another process, where hashes of texts differ."""
    again = tmp_path / "again"
    script = (
        f"from pathlib import Path; from planloop.demo import build; build(Path({str(again)!r}))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "4242"}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment)  # noqa: S603  # our own interpreter
    assert digests(again).items() <= scheme.inputs.items()
    names = {path.name for path in built.folder.iterdir()}
    assert {path.name for path in again.iterdir()} == names
    plain = [name for name in names if name.endswith(SAME_BYTES)]
    assert len(plain) == 8
    for name in plain:
        assert (again / name).read_bytes() == (built.folder / name).read_bytes(), name


def test_another_seed_gives_another_city(built: Built, scheme: Scheme, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    other = build(folder, seed=SEED + 1)
    taken = intake(read_settings(folder / "scheme.toml"), silent)
    assert all(item.moved == 0 for item in taken.certificate.layers)
    assert taken.certificate.gaps == (0, 0.0)
    assert set(other.planted) == set(built.city.planted)
    mine, theirs = scheme.inputs, taken.inputs
    assert mine["XZYDYH"] != theirs["XZYDYH"]
    assert mine["JQZDXMM"] != theirs["JQZDXMM"]
    # The streets are laid out by hand.
    assert mine["ZXCQDLZXX"] == theirs["ZXCQDLZXX"]
