"""The error of a task whose program is not installed."""

from __future__ import annotations


class AbsentError(Exception):
    """What a task needs is not installed; the text says what."""


ABSENT = 3
"""Exit code of a task whose package or program is not installed."""
