"""What a benchmark found: rows of figures, checks that must hold, peers that were absent."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import shapely

from benchmarks.store import BUILD

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.measure import Spent

RESULTS = BUILD / "results"
OURS = "planloop"


@dataclass(frozen=True, slots=True)
class Row:
    """One method on one job.

    Parameters
    ----------
    job
        What was done, the same text for all methods that did it.
    method
        Who did it; planloop's begin with ``planloop``.
    cpu, wall
        Seconds: CPU of all processes together, and wall time.
    peak
        Largest resident memory, bytes; 0 where it was not taken.
    estimated
        Whether the times were worked out from a sample.
    note
        What the reader must know of this row.
    """

    job: str
    method: str
    cpu: float
    wall: float
    peak: float = 0.0
    estimated: bool = False
    note: str = ""

    @property
    def ours(self) -> bool:
        """Whether this is planloop's row."""
        return self.method.startswith(OURS)


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold: a value that a limit bounds from above."""

    what: str
    value: float
    limit: float
    where: str = ""

    @property
    def holds(self) -> bool:
        """Whether it does; a value that is no number does not."""
        return self.value <= self.limit


@dataclass(slots=True)
class Record:
    """What one benchmark found at one size."""

    benchmark: str
    size: int
    unit: str = "parcels"
    rows: list[Row] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    layers: dict[str, dict[str, int]] = field(default_factory=dict)
    versions: list[str] = field(default_factory=list)

    def add(  # a row's own fields  # noqa: PLR0913
        self,
        job: str,
        method: str,
        spent: Spent,
        peak: float = 0.0,
        *,
        estimated: bool = False,
        note: str = "",
    ) -> None:
        """Add a row and print it, with its ratio to the first of planloop's rows on the job."""
        row = Row(job, method, spent.cpu, spent.wall, peak, estimated, note)
        self.rows.append(row)
        ours = next((item for item in self.rows if item.job == job and item.ours), None)
        ratio = f"{row.cpu / ours.cpu:9.2f}" if ours and ours.cpu > 0.0 else " " * 9
        memory = f"{peak / 2**20:7.0f} MiB" if peak else " " * 11
        mark = "≈" if estimated else " "
        print(
            f"  {job:34} {method:40} {mark}{row.cpu:9.2f} CPU-s {row.wall:9.2f} s {memory} x{ratio}"
            f"  {note}",
            flush=True,
        )

    def check(self, what: str, value: float, limit: float, where: str = "") -> None:
        """Add a check and print it."""
        found = Check(what, float(value), float(limit), where)
        self.checks.append(found)
        outcome = "ok" if found.holds else f"FAILED {where}"
        print(f"  {what}: {value:.3g}, at most {limit:.3g}: {outcome}", flush=True)

    def skip(self, what: str, why: object) -> None:
        """Say that a peer was left out, and why."""
        self.skipped.append(f"{what}: {why}")
        print(f"  {what}: skipped: {why}", flush=True)

    def heard(self, text: str) -> None:
        """Add the version of a peer."""
        if text not in self.versions:
            self.versions.append(text)

    def save(self) -> bool:
        """Write the record, and return whether all checks hold."""
        RESULTS.mkdir(parents=True, exist_ok=True)
        told = {**asdict(self), "machine": machine(), "libraries": libraries()}
        path = RESULTS / f"{self.benchmark}-{self.size}.json"
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return all(item.holds for item in self.checks)


def load(path: Path) -> Record:
    """Return a record that was saved."""
    told = json.loads(path.read_text(encoding="utf-8"))
    told["rows"] = [Row(**item) for item in told["rows"]]
    told["checks"] = [Check(**item) for item in told["checks"]]
    told["facts"] = {**told["facts"], **told.pop("machine")}
    told["versions"] = [*told.pop("libraries"), *told["versions"]]
    return Record(**told)


def machine() -> dict[str, float]:
    """Return what is said of the machine: cores, and GiB of memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"cores": os.cpu_count() or 1, "memory": round(memory)}


def libraries() -> list[str]:
    """Return the versions of what all benchmarks use."""
    names = ("numpy", "numba", "pyarrow", "pyproj")
    found = [f"{name} {version(name)}" for name in names]
    geos = f"shapely {shapely.__version__} (GEOS {shapely.geos_version_string})"
    return [f"Python {platform.python_version()}", geos, *found]
