"""Pieces of a small ground, found and judged from the words of the rules.

A set of nodes is kept as the bits of one number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Problem

NEW, REST, HOLE = "swap.least_new_patch_ha", "swap.least_rest_patch_ha", "swap.least_hole_ha"


class Land:
    """Judges the pieces of both sides.

    Parameters
    ----------
    problem
        The problem.
    spare
        Whether pieces that hold, whole, an old one which was too small are legal, as they are.
    """

    def __init__(self, problem: Problem, *, spare: bool = True) -> None:
        ground, self._limits = problem.ground, problem.limits
        self._area: list[int] = ground.area.tolist()
        self._edge, self._old = _bits(ground.edge), _bits(ground.inside)
        self._fixed = _bits(ground.inside & (ground.cell < 0))
        self._cells = [_bits(ground.cell == cell) for cell in range(problem.cells)]
        self._all = (1 << len(ground)) - 1
        self._beside = [0] * len(ground)
        for left, right in zip(ground.left.tolist(), ground.right.tolist(), strict=True):
            self._beside[left] |= 1 << right
            self._beside[right] |= 1 << left
        self._small_before = {
            side: [
                piece for piece in self._pieces(nodes) if spare and self._missed(piece, inside=side)
            ]
            for side, nodes in ((True, self._old), (False, self._all ^ self._old))
        }

    def broken(self, inside: NDArray[np.bool_]) -> set[str]:
        """Return the rules for pieces that a plan breaks, given the sides of its cells."""
        if not self._limits.any:
            return set()
        within = self._fixed
        for cell in np.flatnonzero(inside).tolist():
            within |= self._cells[cell]
        return {
            rule
            for side, nodes in ((True, within), (False, self._all ^ within))
            for piece in self._pieces(nodes)
            for rule in self._missed(piece, inside=side)
            if not any(small & piece == small for small in self._small_before[side])
        }

    def _missed(self, piece: int, *, inside: bool) -> list[str]:
        """Return the limits that a piece is smaller than."""
        limits = self._limits
        area = sum(area for node, area in enumerate(self._area) if piece >> node & 1)
        least = {
            NEW: limits.least_new if inside and not piece & self._old else 0,
            REST: limits.least_rest if inside else 0,
            HOLE: limits.least_hole if not inside and not piece & self._edge else 0,
        }
        return [rule for rule, limit in least.items() if area < limit]

    def _pieces(self, nodes: int) -> Iterator[int]:
        """Yield the connected pieces of a set of nodes."""
        while nodes:
            piece = to_visit = nodes & -nodes
            while to_visit:
                node = to_visit.bit_length() - 1
                more = self._beside[node] & nodes & ~piece
                piece |= more
                to_visit ^= more | 1 << node
            yield piece
            nodes ^= piece


def _bits(members: NDArray[np.bool_]) -> int:
    return sum(1 << node for node in np.flatnonzero(members).tolist())
