"""The command line of a benchmark: which sizes it runs at."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from benchmarks.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def run(  # noqa: PLR0913  # a benchmark's name and sizes
    benchmark: str,
    work: Callable[[Record], None],
    *,
    quick: Sequence[int],
    full: Sequence[int],
    unit: str = "parcels",
    arguments: Sequence[str] | None = None,
) -> int:
    """Run a benchmark at the sizes asked for, and return its exit code.

    Parameters
    ----------
    benchmark
        Its name, of which its results are called.
    work
        Measures at the size that its record names, and fills the record.
    quick, full
        The sizes of ``--size quick`` and ``--size full``.
    unit
        What a size counts.
    arguments
        The command line; that of this process, if None.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", choices=["quick", "full"], default="quick")
    parser.add_argument("--counts", metavar="N,N,…", help=f"sizes of your own, in {unit}")
    options = parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    sizes = quick if options.size == "quick" else full
    if options.counts:
        sizes = [int(item) for item in options.counts.split(",")]
    good = True
    for size in sizes:
        print(f"-- {benchmark}, {size} {unit}", flush=True)
        record = Record(benchmark, size, unit)
        work(record)
        good = record.save() and good
    return 0 if good else 1
