"""A choice as columns of the model, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.problem import Choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Model
    from planloop.maintenance.boundary.problem import Problem


def choice_of(problem: Problem, model: Model, plan: NDArray[np.int64]) -> Choice:
    """Return the choice that a plan's columns, shape (n,), stand for."""
    ins, cells = len(problem.ins), problem.cells
    numbers = [item.number for item in problem.demands]
    first = model.number[f"serve:{numbers[0]}"] if numbers else 0
    served = plan[first : first + len(numbers)]
    return Choice(
        served=tuple(number for number, yes in zip(numbers, served, strict=True) if yes),
        ins=tuple(np.flatnonzero(plan[:ins]).tolist()),
        outs=tuple(np.flatnonzero(plan[ins:cells] == 0).tolist()),
    )


def columns_of(problem: Problem, model: Model, choice: Choice) -> NDArray[np.int64]:
    """Return the columns of a choice, with those that follow from it, shape (n,)."""
    plan = np.zeros(len(model.columns), dtype=np.int64)
    first = len(problem.ins)
    plan[list(choice.ins)] = 1
    plan[first : problem.cells] = 1
    plan[[first + index for index in choice.outs]] = 0
    for number in choice.served:
        plan[model.number[f"serve:{number}"]] = 1
    for name, column in model.number.items():
        kind, _, rest = name.partition(":")
        if kind == "outline":
            left, right = rest.split(":")
            plan[column] = plan[int(left)] != plan[int(right)]
    patches: dict[int, list[bool]] = {}
    gone = set(choice.outs)
    for index, cell in enumerate(problem.outs):
        if cell.patch is not None:
            patches.setdefault(cell.patch, []).append(index in gone)
    for patch, outs in patches.items():
        plan[model.number[f"touched:{patch}"]] = any(outs)
        plan[model.number[f"whole:{patch}"]] = all(outs)
    return plan
