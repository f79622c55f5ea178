"""The land of a certificate: its pieces, and which of them are too small, by flood fill."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from planloop.plan.optimality import Clause, Ground


class Land:
    """What adjoins what, and what was too small before and may stay.

    Parameters
    ----------
    ground
        The nodes.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.near: list[list[int]] = [[] for _ in ground.cell]
        for left, right in zip(ground.left, ground.right, strict=True):
            self.near[left].append(right)
            self.near[right].append(left)
        before = [bool(inside) for inside in ground.inside]
        self.spared = [
            (side, piece) for side, piece in self.pieces(before) if self._small(piece, inside=side)
        ]

    def faults(self, cells: Sequence[int]) -> list[set[int]]:
        """Return the pieces that are too small after the cells have changed sides."""
        after = [
            bool(self.ground.inside[node] if cell < 0 else cells[cell])
            for node, cell in enumerate(self.ground.cell)
        ]
        return [piece for side, piece in self.pieces(after) if self.illegal(piece, inside=side)]

    def holds(self, clause: Clause) -> bool:
        """Return whether a clause holds of every plan.

        If none of the cells beside is of the side, the piece of the node lies in what can be
        reached without them. Where even all of that is too small, the node cannot be of the side:
        a part of it is smaller, has no more of the edge or of old pieces, and all that is new needs
        no less than the rest.
        """
        side, cell = clause.inside, self.ground.cell[clause.node]
        if (cell < 0 and self.ground.inside[clause.node] != side) or cell in clause.beside:
            return False

        def may(node: int) -> bool:
            on = self.ground.cell[node]
            return self.ground.inside[node] == side if on < 0 else on not in clause.beside

        piece = self.flooded(clause.node, may, self.enough(inside=side))
        return self.illegal(piece, inside=side)

    def illegal(self, piece: set[int], *, inside: bool) -> bool:
        """Return whether nodes would be too small as a piece: none small before is whole in it."""
        return self._small(piece, inside=inside) and not any(
            side == inside and old <= piece for side, old in self.spared
        )

    def pieces(self, side: Sequence[bool]) -> Iterator[tuple[bool, set[int]]]:
        """Yield the connected sets of nodes of one side."""
        seen: set[int] = set()
        for start, inside in enumerate(side):
            if start not in seen:
                piece = self.flooded(start, partial(self._alike, side, start))
                seen |= piece
                yield inside, piece

    @staticmethod
    def _alike(side: Sequence[bool], one: int, other: int) -> bool:
        return side[one] == side[other]

    def flooded(self, start: int, may: Callable[[int], bool], most: int | None = None) -> set[int]:
        """Return the nodes that can be reached from one; it may stop where their area is `most`."""
        piece, waiting, size = {start}, [start], self.ground.area[start]
        while waiting and (most is None or size < most):
            fresh = {node for node in self.near[waiting.pop()] if node not in piece and may(node)}
            piece |= fresh
            waiting += fresh
            size += sum(self.ground.area[node] for node in fresh)
        return piece

    def enough(self, *, inside: bool) -> int:
        """Return an area that is enough for any piece of a side."""
        ground = self.ground
        return max(ground.least_new, ground.least_rest) if inside else ground.least_hole

    def _small(self, piece: set[int], *, inside: bool) -> bool:
        ground = self.ground
        size = sum(ground.area[node] for node in piece)
        if not inside:
            return size < ground.least_hole and not any(ground.edge[node] for node in piece)
        new = not any(ground.inside[node] for node in piece)
        return size < max(ground.least_rest, ground.least_new if new else 0)
