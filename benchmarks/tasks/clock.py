"""The clock that a task runs by: CPU seconds of all its processes, wall time, peak memory."""

from __future__ import annotations

import resource
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(slots=True)
class Clock:
    """Measures the phases of a task.

    Parameters
    ----------
    phases
        Name → (CPU seconds, wall seconds); a phase entered again adds up.
    facts
        What else the task tells: versions, counts.
    outside
        CPU seconds so far of processes that are not children of this one: a server's.
    """

    phases: dict[str, tuple[float, float]] = field(default_factory=dict)
    facts: dict[str, str | float] = field(default_factory=dict)
    outside: Callable[[], float] = lambda: 0.0

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure what is done within."""
        cpu, wall = self.cpu(), time.perf_counter()
        yield
        before = self.phases.get(name, (0.0, 0.0))
        spent = (self.cpu() - cpu, time.perf_counter() - wall)
        self.phases[name] = (before[0] + spent[0], before[1] + spent[1])

    def cpu(self) -> float:
        """Return the CPU seconds, user and system, of this process, its children and `outside`."""
        own, children = (
            resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        spent = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
        return spent + self.outside()


def peak() -> int:
    """Return the largest resident memory of this process so far, bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Unlike getrusage, this does not count what the parent held when it forked.
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest * (1 if sys.platform == "darwin" else 1024)
