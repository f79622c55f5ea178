"""Loops compiled to machine code by numba, kept on disk; without numba the same loops run plain.

``NUMBA_DISABLE_JIT=1`` runs them plain, too: about a hundred times slower, the same numbers.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import numpy as np

try:
    from numba import config, njit
except ImportError:  # Python releases reach users before numba's wheels for them do.
    JIT = False
else:
    JIT = not config.DISABLE_JIT  # type: ignore[attr-defined]  # set when numba is imported

if TYPE_CHECKING:
    from collections.abc import Callable

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def compiled(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Return the function compiled at its first call ever, and read from disk after that.

    It releases the interpreter's lock, follows IEEE arithmetic (no fast-math, no contraction) and
    wraps whole numbers at 64 bits.
    """
    if JIT:
        jitted: Callable[Arguments, Result] = njit(cache=True, nogil=True, error_model="numpy")(
            function
        )
        return jitted

    @wraps(function)
    def plain(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        with np.errstate(all="ignore"):
            return function(*arguments, **named)

    return plain
