"""Run one target under atheris: ``python -m fuzz.one TARGET [options of libFuzzer]``.

Compiled loops are opaque to atheris: it follows Python's byte code, and they are machine code. So
with ``NUMBA_DISABLE_JIT=1`` the same loops run plain, byte code that is followed branch by branch:
that is how inputs are found which reach every corner of them. Without it the loops run compiled,
with nothing to follow, yet many times faster: the inputs found plain are replayed and changed by
chance. The two give the same numbers, so a promise broken in one is broken in both.
"""

from __future__ import annotations

import os
import shlex
import sys
import warnings
from pathlib import Path

import atheris

CORPUS = Path(__file__).with_name("corpus")
"""Target → inputs that once broke a promise, and others worth keeping."""

PLAIN = os.environ.get("NUMBA_DISABLE_JIT") == "1"


def main(arguments: list[str]) -> None:
    """Fuzz a target until libFuzzer is told to stop, or a promise is broken."""
    name, *options = arguments
    # What is compiled must not be instrumented: numba reads byte code, too.
    if PLAIN:
        with atheris.instrument_imports(include=["planloop.geometry", "fuzz.decode"]):
            from fuzz.targets import TARGETS  # noqa: PLC0415  # instrumented as it is imported
    else:
        from fuzz.targets import TARGETS  # noqa: PLC0415  # not before it is known how
    warnings.simplefilter("error")
    if not PLAIN:
        # To compile all that an input needs may take minutes, longer than one may run.
        for path in sorted((CORPUS / name).iterdir()):
            TARGETS[name](path.read_bytes())
    # libFuzzer starts itself anew where inputs are chosen: by this command, through a shell.
    command = f"{shlex.quote(sys.executable)} -m fuzz.one {name}"
    atheris.Setup([command, *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
