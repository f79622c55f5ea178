"""Loops compiled to machine code by numba, kept on disk; without numba the same loops run plain.

``NUMBA_DISABLE_JIT=1`` runs them plain, too: about a hundred times slower, the same numbers.
"""

from __future__ import annotations

import hashlib
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

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
        jitted: Callable[Arguments, Result] = _kept(
            njit(cache=True, nogil=True, error_model="numpy")(function)
        )
        return jitted

    @wraps(function)
    def plain(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        with np.errstate(all="ignore"):
            return function(*arguments, **named)

    return plain


def _kept(dispatcher: Any) -> Any:  # noqa: ANN401  # numba has no types
    """Return a compiled function that what is on disk serves only as long as no source changes.

    numba looks at the function's own file alone. But a function has others compiled into it, and
    constants. So the release of numba that the file on disk is marked with goes by all our sources.
    """
    try:
        file = dispatcher._cache._cache_file  # noqa: SLF001  # numba has no other way
        file._version = f"{file._version} {SOURCES}"  # noqa: SLF001  # likewise
    except AttributeError:  # Another numba: rather compile each time than run old code.
        return njit(nogil=True, error_model="numpy")(dispatcher.py_func)
    return dispatcher


def _sources() -> str:
    """Return a digest of this package's sources."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


SOURCES = _sources() if JIT else ""
