"""The command line: help is instant, and every command and option says what it is for."""

from __future__ import annotations

import subprocess
import sys
import time

import click
import pytest

from planloop.cli.main import main
from tools.generate_docs import walk

HELP = "import sys; from planloop.cli.main import main; main(['--help'], prog_name='planloop')"
HEAVY = ["geopandas", "highspy", "matplotlib", "numpy", "pandas", "pydantic", "pyogrio", "shapely"]
LIMIT = 0.3
CONTEXTS = list(walk(main, "planloop"))


def seconds(code: str) -> float:
    """Return how long Python takes to run a program, as one waits for it."""
    started = time.perf_counter()
    command = [sys.executable, "-c", code]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # our own interpreter
    return time.perf_counter() - started


def test_help_is_instant() -> None:
    best = LIMIT
    for _ in range(20):  # other tests may run beside this one
        best = min(best, seconds(HELP))
        if best < LIMIT:
            return
    pytest.fail(f"planloop --help took {LIMIT} s or more, 20 times")


def test_help_loads_nothing_heavy() -> None:
    code = HELP.replace("'planloop')", "'planloop', standalone_mode=False)")
    code += f"; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    command = [sys.executable, "-c", code]
    result = subprocess.run(  # noqa: S603  # our own interpreter
        command, check=True, capture_output=True, text=True
    )
    assert result.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.command_path)
def test_every_command_and_option_has_help(context: click.Context) -> None:
    assert context.command.help
    for option in context.command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name


def test_the_walk_finds_the_verbs() -> None:
    paths = {context.command_path for context in CONTEXTS}
    assert {"planloop", "planloop demo", "planloop scheme run", "planloop scheme verify"} <= paths
