"""Boundary problems on a small board, drawn by chance: few enough cells to try every plan often."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.aims import usual
from planloop.maintenance.boundary.ground import PieceLimits
from tests.maintenance.drawn_ground import drawn

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Problem


def small_problem(random: np.random.Generator, *, locks: float = 0.05) -> Problem:
    """Return a problem of up to 3 projects and 9 cells on a board of 20 squares of 1 m²."""
    squares = np.where(random.random(20) < 0.45, "#", ".")
    letters = ""
    for ground, names in ((".", "abcde"), ("#", "ABCD")):
        there = random.permutation(np.flatnonzero(squares == ground))[: len(names) + 1]
        # The first cell has two squares, where there are enough.
        for square, name in zip(there, names[:1] + names, strict=False):
            squares[square] = name
            letters += name
    sites = {
        f"P-{number}": "".join(
            c for c in sorted(set(letters)) if c.islower() and random.random() < 0.4
        )
        for number in range(1, int(random.integers(2, 5)))
    }
    least_new = int(random.choice([0, 200, 300]))
    limits = PieceLimits(
        least_new,
        min(least_new, int(random.choice([0, 200, 300]))),
        int(random.choice([0, 200, 300])),
    )
    chosen = [c for c in sorted(set(letters)) if random.random() < locks]
    found = drawn(
        "\n".join("".join(row) for row in squares.reshape(4, 5)),
        sites,
        limits,
        filler="".join(c for c in letters if random.random() < 0.15),
        locked="".join(chosen),
    )
    demands = tuple(
        replace(
            item,
            tier=int(random.integers(1, 3)),
            must=bool(random.random() < locks),
            share=int(random.choice([1000, 1000, 500])),
        )
        for item in found.demands
    )
    ins = tuple(replace(cell, counted=_some(random, cell.area)) for cell in found.ins)
    outs = tuple(replace(cell, counted=_some(random, cell.area)) for cell in found.outs)
    tolerance = int(random.choice([0, 100, 200, 1_000]))
    return replace(
        found,
        demands=demands,
        ins=ins,
        outs=outs,
        tolerance=tolerance,
        margin=int(random.choice([0, 0, min(100, tolerance)])),
        growth=int(random.choice([0, 0, 50, -100])),
        counted_growth=None if random.random() < 0.6 else int(random.choice([-100, 0, 150])),
        aims=usual(demands, ins, outs),
    )


def _some(random: np.random.Generator, area: int) -> int:
    """Return all of an area or nothing."""
    return area if random.random() < 0.7 else 0
