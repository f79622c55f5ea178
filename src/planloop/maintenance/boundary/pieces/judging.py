"""Which pieces of either side are too small, given the old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Problem


class Judge:
    """Knows the old pieces, and judges new ones.

    Parameters
    ----------
    problem
        The problem.
    """

    def __init__(self, problem: Problem) -> None:
        self.ground, self.limits = problem.ground, problem.limits
        ground = self.ground
        # The old piece that each node is part of, and how many nodes it has.
        self.old = ground.pieces(ground.inside)
        self._count = np.bincount(self.old, minlength=len(ground))
        # Nodes of old pieces that were too small.
        self.spared = np.zeros(len(ground), dtype=bool)
        for nodes, _ in self._small(ground.inside):
            self.spared[nodes] = True

    def illegal(self, side: NDArray[np.bool_]) -> list[tuple[NDArray[np.int64], bool]]:
        """Return the illegal pieces of a state, given by the side of each node, shape (k,).

        Returns
        -------
        list of (ndarray of int64, bool)
            The nodes, and whether they are inside.
        """
        return [
            (nodes, inside)
            for nodes, inside in self._small(side)
            if not self.holds_old(nodes, inside=inside)
        ]

    def too_small(self, nodes: NDArray[np.int64], *, inside: bool) -> bool:
        """Return whether nodes would be illegal as a piece of one side."""
        ground, limits = self.ground, self.limits
        size = int(ground.area[nodes].sum())
        if inside:
            small = size < int(limits.least(ground.inside[nodes]).min())
        else:
            small = size < limits.least_hole and not ground.edge[nodes].any()
        return small and not self.holds_old(nodes, inside=inside)

    def holds_old(self, nodes: NDArray[np.int64], *, inside: bool) -> bool:
        """Return whether nodes of one side hold, whole, an old piece of it that was too small."""
        spared = nodes[self.spared[nodes] & (self.ground.inside[nodes] == inside)]
        piece, held = np.unique(self.old[spared], return_counts=True)
        return bool((held == self._count[piece]).any())

    def _small(self, side: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.int64], bool]]:
        """Yield the pieces that are smaller than their limit, whatever they hold."""
        ground, limits = self.ground, self.limits
        piece = ground.pieces(side)
        size = np.zeros(len(ground), dtype=np.int64)
        np.add.at(size, piece, ground.area)
        edge, old = np.zeros(len(ground), dtype=bool), np.zeros(len(ground), dtype=bool)
        np.logical_or.at(edge, piece, ground.edge)
        np.logical_or.at(old, piece, ground.inside)
        least = np.where(side, limits.least(old), limits.least_hole)
        first = np.arange(len(ground)) == piece
        small = np.flatnonzero(first & (size < least) & (side | ~edge))
        order = np.argsort(piece, kind="stable")
        start = np.searchsorted(piece[order], small, side="left")
        stop = np.searchsorted(piece[order], small, side="right")
        for number, begin, end in zip(small, start, stop, strict=True):
            yield order[begin:end], bool(side[number])
