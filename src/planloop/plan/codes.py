"""Codes on arrays: zones and land classes are matched by how they begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


CLASS_DIGITS = 6
"""Digits to which databases pad land classes with zeros."""


def padded(code: str) -> str:
    """Return a land class with as many digits as the databases hold."""
    return code.ljust(CLASS_DIGITS, "0")


def starts_with(codes: NDArray[np.object_], prefixes: Iterable[str]) -> NDArray[np.bool_]:
    """Return which codes begin with any of the prefixes, shape (n,); None begins with none."""
    wanted = tuple(prefixes)
    index, unique = pd.factorize(codes)
    matches = [bool(code) and code.startswith(wanted) for code in unique]
    found: NDArray[np.bool_] = np.array([*matches, False], dtype=bool)[index]
    return found
