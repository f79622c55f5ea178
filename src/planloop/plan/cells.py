"""One cell of a table, as text or as a number, however it was typed."""

from __future__ import annotations

import math

import pandas as pd

EXACT = 1e15
"""Spreadsheets keep 15 digits: a larger number that stands for a text has lost some."""


def is_blank(value: object) -> bool:
    """Return whether a cell holds nothing: null, or spaces only."""
    return bool(pd.isna(value)) or (isinstance(value, str) and not value.strip())


def as_text(value: object) -> str | None:
    """Return a cell as text: 410 and 410.0 are ``"410"``; None where it is null."""
    if pd.isna(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def has_lost_digits(value: object) -> bool:
    """Return whether a cell that should be text was typed as a number too long to be kept."""
    return isinstance(value, float) and abs(value) >= EXACT


def as_number(value: object) -> float | None:
    """Return a cell as a finite number; None where it holds nothing.

    Raises
    ------
    ValueError
        It is no finite number.
    """
    if is_blank(value):
        return None
    typed = str(value)  # to Python, unlike to people, 1_000 is a number
    number = math.nan if isinstance(value, bool) or "_" in typed else float(typed)
    if not math.isfinite(number):
        message = f"{value} is no finite number"
        raise ValueError(message)
    return number
