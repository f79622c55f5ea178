"""Pieces of the boundary, and holes in it, that are too small: counted for the benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Choice, Problem


def side_after(problem: Problem, choice: Choice) -> NDArray[np.bool_]:
    """Return whether each node of the ground is inside after a swap, shape (k,)."""
    gone_in = np.zeros(len(problem.ins), dtype=bool)
    gone_in[list(choice.ins)] = True
    gone_out = np.zeros(len(problem.outs), dtype=bool)
    gone_out[list(choice.outs)] = True
    return problem.ground.after(gone_in, gone_out)


def small_pieces(
    problem: Problem, side: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the piece of each node, and whether that is smaller than it may be.

    Parameters
    ----------
    problem
        Has the ground and the limits.
    side
        Whether each node is inside, shape (k,).

    Returns
    -------
    piece : ndarray of int64, shape (k,)
        The piece of each node, by the piece's smallest node.
    small : ndarray of bool, shape (k,)
        Whether it is too small, not asking for what was small before.
    """
    ground, limits = problem.ground, problem.limits
    piece = ground.pieces(side)
    area = np.zeros(len(ground), dtype=np.int64)
    np.add.at(area, piece, ground.area)
    old, edge = np.zeros(len(ground), dtype=bool), np.zeros(len(ground), dtype=bool)
    old[piece[ground.inside]] = True
    edge[piece[ground.edge]] = True
    patch = area < limits.least(old)
    hole = (area < limits.least_hole) & ~edge
    return piece, np.where(side, patch[piece], hole[piece])


def illegal_pieces(problem: Problem, choice: Choice) -> int:
    """Return how many pieces and holes a swap leaves that are too small.

    One that holds, whole, an old piece of its side that was too small is not counted.
    """
    before, after = problem.ground.inside, side_after(problem, choice)
    old, was_small = small_pieces(problem, before)
    piece, small = small_pieces(problem, after)
    broken, excused = np.zeros(len(old), dtype=bool), np.zeros(len(old), dtype=bool)
    broken[old[before != after]] = True
    excused[piece[was_small & ~broken[old]]] = True
    return len(np.unique(piece[small & ~excused[piece]]))
