"""Run the benchmarks, each in a process of its own: ``python -m benchmarks [--list] [NAME …]``.

``--size full`` takes the large sizes, too, and hours.

A benchmark is a module ``benchmarks/bench_<name>.py`` that prints its results when run as a
program, and whose docstring's first line says what it measures. A benchmark that fails makes the
whole run fail.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
PREFIX = "bench_"


def benchmarks() -> dict[str, str]:
    """Return name → what it measures, in the order of names."""
    found = {}
    for path in sorted(FOLDER.glob(f"{PREFIX}*.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        found[path.stem.removeprefix(PREFIX)] = text.partition("\n")[0]
    return found


def run(name: str, size: str) -> bool:
    """Run a benchmark, print the wall time of all it did, and return whether it succeeded."""
    started = time.perf_counter()
    command = [sys.executable, "-m", f"benchmarks.{PREFIX}{name}", "--size", size]
    done = subprocess.run(command, cwd=FOLDER.parent, check=False)  # noqa: S603  # our own module
    seconds = time.perf_counter() - started
    outcome = "done" if done.returncode == 0 else f"FAILED (exit code {done.returncode})"
    print(f"-- {name}: {outcome}, {seconds:.0f} s", flush=True)
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """Run what is asked for; return 1 when a benchmark failed, 2 when a name is unknown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Run the benchmarks.")
    parser.add_argument("--list", action="store_true", help="only say which there are")
    parser.add_argument("--size", choices=["quick", "full"], default="quick", help="how large")
    parser.add_argument("names", nargs="*", metavar="NAME", help="which to run; all, if none")
    options = parser.parse_args(arguments)

    known = benchmarks()
    unknown = [name for name in options.names if name not in known]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(known) or 'none'}")
        return 2
    if not known:
        print(f"There is no benchmark yet ({FOLDER.name}/{PREFIX}*.py): nothing was measured.")
        return 0
    chosen = options.names or list(known)
    if options.list:
        for name, text in known.items():
            print(f"{name:20} {text}")
        return 0
    failed = []
    for name in chosen:
        print(f"== {name}: {known[name]}", flush=True)
        if not run(name, options.size):
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
