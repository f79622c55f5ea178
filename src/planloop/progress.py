"""How long work says where it is: the core calls it, the command line draws it on stderr."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a search has come.

    Parameters
    ----------
    level
        Entry of ``messages/levels.toml``: the level of the objective that is being solved.
    value, bound
        Of the best plan so far (infinite where there is none), and what no plan is better than
        (-∞ where that is not known).
    """

    level: str
    value: float
    bound: float


class Progress(Protocol):
    """Called with the entry of ``messages/steps.toml``, steps done, and steps in all."""

    def __call__(
        self, step: str, done: int, total: int, reached: Reached | None = None, /
    ) -> object:
        """Say where the work is; within a search also how far it has come."""


def silent(step: str, done: int, total: int, reached: Reached | None = None, /) -> None:
    """Say nothing."""
