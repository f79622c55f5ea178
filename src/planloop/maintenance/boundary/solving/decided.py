"""What a planner decides by hand while the rest of the swap is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.maintenance.boundary.model import Model
    from planloop.maintenance.boundary.problem import Choice, Problem


@dataclass(frozen=True, slots=True)
class Decided:
    """Locks of cells and projects of a problem.

    Parameters
    ----------
    goes
        Cell (:attr:`Problem.cells`: those that may go in, then those that may go out) → whether it
        changes sides: ``must_in`` and ``must_out``, or ``keep``.
    served
        Project → whether it is served: ``must_serve``, or ``forbid``.
    """

    goes: Mapping[int, bool] = field(default_factory=dict)
    served: Mapping[str, bool] = field(default_factory=dict)

    def columns(self, problem: Problem, model: Model) -> dict[int, int]:
        """Return the columns of a model that it decides on, and their values."""
        ins = len(problem.ins)
        found = {cell: int(goes == (cell < ins)) for cell, goes in self.goes.items()}
        found |= {model.number[f"serve:{name}"]: int(yes) for name, yes in self.served.items()}
        return found

    def kept(self, problem: Problem, choice: Choice) -> bool:
        """Return whether a choice is as decided."""
        ins = len(problem.ins)
        gone = {*choice.ins, *(ins + index for index in choice.outs)}
        return all((cell in gone) == goes for cell, goes in self.goes.items()) and all(
            (name in choice.served) == yes for name, yes in self.served.items()
        )


NOTHING = Decided()
"""Nothing is decided beforehand."""
