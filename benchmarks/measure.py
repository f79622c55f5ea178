"""Tasks run in a process each, and what they took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.tasks.absent import ABSENT, AbsentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Spent:
    """What a phase or a whole process took: seconds of CPU over all processes, and of wall time."""

    cpu: float
    wall: float

    def __add__(self, other: Spent) -> Spent:
        """Return both together."""
        return Spent(self.cpu + other.cpu, self.wall + other.wall)

    def __sub__(self, other: Spent) -> Spent:
        """Return this without the other."""
        return Spent(self.cpu - other.cpu, self.wall - other.wall)

    def __mul__(self, times: float) -> Spent:
        """Return a multiple."""
        return Spent(self.cpu * times, self.wall * times)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One run of a task.

    Parameters
    ----------
    whole
        The whole process, from its start (interpreter and imports included) to its result.
    phases
        The parts that the task named.
    peak
        Largest resident memory, bytes.
    facts, arrays
        What the task told and returned.
    """

    whole: Spent
    phases: Mapping[str, Spent]
    peak: float
    facts: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]


def measured(
    task: str, *, repeat: int = 1, environment: Mapping[str, str] | None = None, **options: object
) -> Measured:
    """Run ``module:function`` of `benchmarks.tasks`, and return the run with the median CPU time.

    Raises
    ------
    AbsentError
        What it needs is not installed.
    """
    runs = [_run(task, environment or {}, options) for _ in range(repeat)]
    return sorted(runs, key=lambda run: run.whole.cpu)[(repeat - 1) // 2]


def _run(task: str, environment: Mapping[str, str], options: Mapping[str, object]) -> Measured:
    module, _, function = task.partition(":")
    with tempfile.TemporaryDirectory(prefix="planloop-bench-") as folder:
        given = {name: str(v) if isinstance(v, Path) else v for name, v in options.items()}
        text = json.dumps({**given, "started": time.time()})
        program = [sys.executable, "-m", "benchmarks.tasks", f"benchmarks.tasks.{module}"]
        process = subprocess.run(  # noqa: S603  # our own module
            [*program, function, folder, text],
            cwd=ROOT,
            env={**os.environ, **environment},
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if process.returncode == ABSENT:
            raise AbsentError(process.stderr.strip())
        if process.returncode:
            sys.stderr.write(process.stderr)
            message = f"{task} ended with exit code {process.returncode}"
            raise RuntimeError(message)
        told = json.loads(Path(folder, "told.json").read_text(encoding="utf-8"))
        with np.load(Path(folder, "arrays.npz")) as arrays:
            loaded = {name: arrays[name] for name in arrays.files}
    return Measured(
        whole=Spent(told["cpu"], told["wall"]),
        phases={name: Spent(*spent) for name, spent in told["phases"].items()},
        peak=told["facts"].pop("peak"),
        facts=told["facts"],
        arrays=loaded,
    )
