"""How long work says where it is: the core calls it, the command line draws it on stderr."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the entry of ``messages/steps.toml``, steps done, and steps in all."""


def silent(step: str, done: int, total: int) -> None:
    """Say nothing."""
