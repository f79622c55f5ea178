"""Boundary problems drawn as text, for cases one can reckon by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.problem import Aim, Demand, InCell, OutCell, Problem
from tests.maintenance.tiny_ground import NO_FACES, ground_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.maintenance.boundary.ground import PieceLimits

SQUARE = 100
"""Area of each square, dm²."""


def drawn(
    text: str,
    sites: Mapping[str, str],
    limits: PieceLimits,
    *,
    filler: str = "",
    locked: str = "",
) -> Problem:
    """Return a problem on a ground drawn as text, whose areas need not balance.

    Parameters
    ----------
    text
        Lines of squares: ``.`` is fixed land outside, ``#`` inside; a small letter is an in-cell, a
        capital an out-cell. Squares adjoin where they share a side. The outer ones reach the edge
        of the region.
    sites
        Project → letters of its cells.
    limits
        Limits, dm²; a square has 100.
    filler, locked
        Letters of the cells that are.

    Notes
    -----
    The aims: most projects served; then the first letters, those of in-cells before capitals.
    """
    lines = text.split()
    letters = letters_of(text)
    squares = {(row, column): c for row, line in enumerate(lines) for column, c in enumerate(line)}
    number = {place: index for index, place in enumerate(squares)}
    last = (len(lines) - 1, len(lines[0]) - 1)
    shared = {
        (number[row, column], number[beside]): 1_000
        for row, column in squares
        for beside in ((row + 1, column), (row, column + 1))
        if beside in squares
    }
    ground = ground_of(
        np.array([letters.find(c) for c in squares.values()], dtype=np.int64),
        np.array([c == "#" or c.isupper() for c in squares.values()]),
        np.full(len(squares), SQUARE),
        np.array([0 in place or place[0] == last[0] or place[1] == last[1] for place in squares]),
        shared,
        contracted=True,
    )
    areas = {c: SQUARE * text.count(c) for c in letters}
    demands = tuple(Demand(name, 1, near=True) for name in sites)
    ins = tuple(
        InCell(
            NO_FACES,
            areas[c],
            tuple(name for name, wanted in sites.items() if c in wanted),
            locked=c in locked,
            filler=c in filler,
        )
        for c in letters
        if c.islower()
    )
    outs = tuple(
        OutCell(c, NO_FACES, areas[c], None, 0.5, "out-small", locked=c in locked)
        for c in letters
        if c.isupper()
    )
    order = np.arange(1, len(letters) + 1, dtype=np.int64)
    most = sum(areas.values())
    return Problem(
        demands,
        ins,
        outs,
        tolerance=most,
        margin=-most,
        growth=most,
        ground=ground,
        limits=limits,
        aims=(Aim("tier-1-near", serve=dict.fromkeys(sites, 1)), Aim("smallest-ids", change=order)),
    )


def letters_of(text: str) -> str:
    """Return the letters of a drawing in the order of their cells."""
    return "".join(sorted(set(text) - set(".#\n "), key=lambda c: (c.isupper(), c)))
