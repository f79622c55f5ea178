"""Run one task: ``python -m benchmarks.tasks MODULE FUNCTION FOLDER OPTIONS``.

What it returns, a mapping of arrays, is written to FOLDER after its time is taken.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.tasks.absent import ABSENT, AbsentError
from benchmarks.tasks.clock import Clock, peak


def main(arguments: list[str]) -> int:
    """Run a task and write its times and results."""
    module, function, folder, options = arguments
    given = json.loads(options)
    started = given.pop("started")
    clock = Clock()
    try:
        arrays = getattr(importlib.import_module(module), function)(clock, **given)
    except ModuleNotFoundError as error:
        print(f"the package {error.name} is not installed", file=sys.stderr)
        return ABSENT
    except AbsentError as error:
        print(error, file=sys.stderr)
        return ABSENT
    spent = {"cpu": clock.cpu(), "wall": time.time() - started, "peak": peak()}
    clock.facts.setdefault("peak", spent["peak"])
    told = {**spent, "phases": clock.phases, "facts": clock.facts}
    Path(folder, "told.json").write_text(json.dumps(told), encoding="utf-8")
    np.savez(Path(folder, "arrays.npz"), **arrays)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
