"""What a peer would take for a whole survey, worked out from two samples of its parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import Measured, Spent, measured

if TYPE_CHECKING:
    from pathlib import Path

LARGE, SMALL = 33, 330
"""One parcel in so many makes the samples."""

NOTE = f"from samples of 1 parcel in {LARGE} and in {SMALL}"


def estimated(task: str, a: Path, b: Path) -> tuple[Spent, Measured]:
    """Return what a task is estimated to take, and its run on the large sample.

    What it takes once, whatever the number of parcels, is told apart from what it takes for each
    parcel by the difference of the two samples, and is not multiplied.
    """
    large = measured(task, a=a, b=b, every=LARGE)
    small = measured(task, a=a, b=b, every=SMALL)
    each = (large.whole - small.whole) * (1.0 / (1.0 / LARGE - 1.0 / SMALL))
    return small.whole + each * (1.0 - 1.0 / SMALL), large
