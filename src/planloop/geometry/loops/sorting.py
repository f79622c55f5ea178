"""Sorting short stretches of an array in place, in compiled loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.geometry.loops.compiled import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@compiled
def first_gap(count: int) -> int:
    """Return the widest gap of a Shell sort of `count` values (Knuth's: 1, 4, 13, 40, …)."""
    gap = 1
    while 3 * gap < count:
        gap = 3 * gap + 1
    return gap


@compiled
def sort_stretch(keys: NDArray[np.int64], start: int, stop: int) -> None:
    """Sort ``keys[start:stop]`` in place: fast for a handful of keys, sound for many."""
    gap = first_gap(stop - start)
    while gap > 0:
        for k in range(start + gap, stop):
            key, at = keys[k], k
            while at - gap >= start and keys[at - gap] > key:
                keys[at] = keys[at - gap]
                at -= gap
            keys[at] = key
        gap //= 3
