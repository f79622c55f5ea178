"""Small boundary problems with townships that balance and a limit to what goes in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.problem import Township

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from planloop.maintenance.boundary.problem import InCell, OutCell, Problem


def bounded(problem: Problem, random: np.random.Generator) -> Problem:
    """Return a problem whose cells lie in up to 3 townships, some in two, and a limit or none."""
    count = int(random.integers(1, 4))
    ins, outs = (_spread(random, cells, count) for cells in (problem.ins, problem.outs))
    cells: list[InCell | OutCell] = [*problem.ins, *problem.outs]
    sizes = [cell.area for cell in cells] or [0]
    townships = []
    for number in range(count):
        slack = int(random.choice([0, 1, 2, 5])) * int(random.choice(sizes))
        shift = int(random.choice([0, 0, 0, 1])) * int(random.choice(sizes))
        name = f"镇{number}"
        townships.append(
            Township(name, ins[number], outs[number], shift - slack, shift + slack + 1)
        )
    limit = sum(cell.area for cell in problem.ins) * int(random.integers(2, 11)) // 10
    return replace(
        problem,
        townships=tuple(townships),
        most_in=limit if random.random() < 0.5 else None,
    )


def _spread(
    random: np.random.Generator, cells: Sequence[InCell | OutCell], count: int
) -> list[tuple[int, ...]]:
    """Return of each township how much of each cell lies in it."""
    found = [[0] * len(cells) for _ in range(count)]
    for index, cell in enumerate(cells):
        one, other = random.integers(0, count, 2).tolist()
        part = cell.area if random.random() < 0.6 else int(random.integers(0, cell.area + 1))
        found[one][index] += part
        found[other][index] += cell.area - part
    return [tuple(sizes) for sizes in found]
