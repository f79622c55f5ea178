"""Room in arrays that grow, in compiled loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from planloop.geometry.loops.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

Number = TypeVar("Number", np.int64, np.float64)


@compiled
def longer(values: NDArray[Number]) -> NDArray[Number]:
    """Return an array with the same rows in front, and room for as many more."""
    more = np.empty((2 * len(values), *values.shape[1:]), values.dtype)
    more[: len(values)] = values
    return more
