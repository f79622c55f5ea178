"""Fuzz every target for its share of the time: ``python -m fuzz --minutes 60 [TARGET …]``.

Half of a target's share its loops run plain, half compiled (see :mod:`fuzz.one`), as many runs at
a time as there are cores. Inputs that reach something new are kept in ``build/fuzz/corpus``, inputs
that break a promise in ``build/fuzz/crashes`` with what was said. ``--gather`` does not fuzz, but
picks from those kept the few that reach everything, and puts them into ``fuzz/corpus``.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from fuzz.targets import TARGETS

HERE = Path(__file__).parent
COMMITTED = HERE / "corpus"
BUILD = HERE.parent / "build" / "fuzz"
LONGEST = 512
"""Bytes of an input at most."""

MODES = {"plain": "1", "compiled": "0"}
"""How the loops run → ``NUMBA_DISABLE_JIT``."""

RESTARTS = 10
"""Times that a target is begun anew after it broke a promise; then it is left alone."""


@dataclass(frozen=True)
class Run:
    """What came of a target in a mode.

    Parameters
    ----------
    target, mode
        Which.
    executions
        How many inputs were tried.
    seconds
        For how long.
    crashes
        Times that it ended other than by the clock.
    """

    target: str
    mode: str
    executions: int
    seconds: float
    crashes: int

    def __str__(self) -> str:
        """Return one line for a person."""
        rate = self.executions / max(self.seconds, 1e-9)
        said = f"{self.executions:9} executions in {self.seconds:6.0f} s ({rate:.0f} a second)"
        return f"{self.target:12} {self.mode:9} {said}, {self.crashes} crashes"


def fuzz(target: str, mode: str, seconds: float) -> Run:
    """Run a target for a while, beginning anew where it breaks a promise."""
    kept, crashes = BUILD / "corpus" / target, BUILD / "crashes"
    for folder in (kept, crashes, COMMITTED / target):
        folder.mkdir(parents=True, exist_ok=True)
    began, executions, broken = time.monotonic(), 0, 0
    while (left := began + seconds - time.monotonic()) > 1.0 and broken <= RESTARTS:
        # The promise that was broken is told; the clock is the only other end.
        log = crashes / f"{target}-{mode}-{broken}.txt"
        with log.open("wb") as text:
            code = _libfuzzer(
                target,
                mode,
                text.fileno(),
                f"-max_total_time={max(1, round(left))}",
                f"-artifact_prefix={crashes / target}-{mode}-",
                str(kept),
                str(COMMITTED / target),
            )
        said = log.read_text(encoding="utf-8", errors="replace")
        found = re.search(r"stat::number_of_executed_units: (\d+)", said)
        executions += int(found[1]) if found else 0
        if code == 0:
            log.unlink()
        else:
            broken += 1
    return Run(target, mode, executions, time.monotonic() - began, broken)


def gather(target: str) -> int:
    """Put the few inputs that reach all that the kept ones reach among the committed ones."""
    fresh = BUILD / "gathered" / target
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    folders = (COMMITTED / target, BUILD / "corpus" / target)
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    with (BUILD / f"gathered-{target}.txt").open("wb") as text:
        code = _libfuzzer(
            target,
            "plain",
            text.fileno(),
            # Which branches, not how often: fewer inputs.
            "-use_counters=0",
            "-merge=1",
            str(fresh),
            *map(str, folders),
        )
    if code == 0:
        shutil.rmtree(COMMITTED / target)
        shutil.copytree(fresh, COMMITTED / target)
    return code


def _libfuzzer(target: str, mode: str, output: int, *options: str) -> int:
    """Run a target under atheris with some options; return the exit code."""
    # Any length at once: what little time there is, is not for growing inputs byte by byte.
    usual = (
        f"-max_len={LONGEST}",
        "-len_control=0",
        "-timeout=120",
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
    )
    return subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-m", "fuzz.one", target, *usual, *options],
        cwd=HERE.parent,
        env=os.environ | {"NUMBA_DISABLE_JIT": MODES[mode]},
        stdout=output,
        stderr=output,
        check=False,
    ).returncode


def main(arguments: list[str]) -> int:
    """Fuzz and print what came of it; return 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=(__doc__ or "").strip())
    parser.add_argument("--minutes", type=float, default=10.0, help="for all targets together")
    parser.add_argument("--gather", action="store_true", help="choose what to commit of the corpus")
    parser.add_argument("target", nargs="*", help=f"of {', '.join(TARGETS)}; all by default")
    options = parser.parse_args(arguments)
    wrong = set(options.target) - set(TARGETS)
    if wrong:
        parser.error(f"no such target: {', '.join(sorted(wrong))}")
    targets = options.target or list(TARGETS)
    if options.gather:
        return max(gather(target) for target in targets)
    workers = os.cpu_count() or 1
    share = options.minutes * 60.0 * workers / len(targets) / len(MODES)
    print(f"{share:.0f} s for each of {len(targets)} targets, plain and compiled", flush=True)
    runs = []
    with ThreadPoolExecutor(workers) as pool:
        todo = [(target, mode, share) for mode in MODES for target in targets]
        for run in pool.map(fuzz, *zip(*todo, strict=True)):
            print(run, flush=True)
            runs.append(run)
    broken = sum(run.crashes for run in runs)
    print(f"{sum(run.executions for run in runs)} executions, {broken} crashes; see {BUILD}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
