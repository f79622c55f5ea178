"""Areas of common faces that add up to what the pieces of two schemes state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.apportion import apportion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def settled(
    exact: NDArray[np.float64],
    piece: Sequence[NDArray[np.int64]],
    told: Sequence[NDArray[np.int64]],
) -> NDArray[np.int64]:
    """Return the area of each face, dm², so that the faces of each piece add up to its own.

    Parameters
    ----------
    exact
        Areas of the faces, dm², not rounded, shape (n,).
    piece
        For each of two schemes the piece of each face, shape (n,), negative for none. Every face
        lies in a piece.
    told
        For each scheme the areas that its pieces state, dm².

    Returns
    -------
    ndarray of int64, shape (n,)
        Not negative.

    Notes
    -----
    A piece states the sum of its parcels' whole dm², which no area of a face alone gives back. Each
    shared face ties a piece of one scheme to one of the other; what a piece has alone ties it to
    the outside. One face of each loop of such ties is rounded; the others follow, piece by piece,
    as what is left of it. What two schemes of one plan state agrees, so every piece adds up.
    """
    pieces = [len(stated) for stated in told]
    nodes = piece[0], np.where(piece[1] >= 0, piece[1] + pieces[0], -1)
    alone = (nodes[0] < 0) | (nodes[1] < 0)
    owner = np.maximum(nodes[0], nodes[1])
    ties = [
        _Tie((int(one), int(two)), float(value))
        for one, two, value in zip(nodes[0][~alone], nodes[1][~alone], exact[~alone], strict=True)
    ]
    shared = len(ties)
    parts = np.bincount(owner[alone], weights=exact[alone], minlength=sum(pieces))
    lonely = np.unique(owner[alone])
    ties += [_Tie((int(node),), float(parts[node])) for node in lonely]
    values = _solved(ties, np.concatenate(told))
    size = np.zeros(len(exact), dtype=np.int64)
    size[~alone] = values[:shared]
    group = np.searchsorted(lonely, owner[alone])
    size[alone] = apportion(exact[alone], group, values[shared:])
    return size


class _Tie:
    """An area that belongs to one piece, or to two of them."""

    __slots__ = ("exact", "open", "pieces", "value")

    def __init__(self, pieces: tuple[int, ...], exact: float) -> None:
        self.pieces, self.exact = pieces, exact
        self.open, self.value = True, 0


class _Rest:
    """What is still to be found of each piece."""

    def __init__(self, ties: Sequence[_Tie], told: NDArray[np.int64]) -> None:
        self.rest: list[int] = told.tolist()
        self.ties: list[list[_Tie]] = [[] for _ in self.rest]
        for tie in ties:
            for piece in tie.pieces:
                self.ties[piece].append(tie)
        self.count = [len(held) for held in self.ties]
        self.ready = [piece for piece, many in enumerate(self.count) if many == 1]

    def settle(self, tie: _Tie, value: int) -> None:
        """Set the area of a tie."""
        tie.open, tie.value = False, max(value, 0)
        for piece in tie.pieces:
            self.rest[piece] -= tie.value
            self.count[piece] -= 1
            if self.count[piece] == 1:
                self.ready.append(piece)

    def follow(self) -> None:
        """Settle everything that follows from what is settled."""
        while self.ready:
            piece = self.ready.pop()
            for tie in self.ties[piece]:
                if tie.open:
                    self.settle(tie, self.rest[piece])


def _solved(ties: Sequence[_Tie], told: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the area of each tie, dm²."""
    rest = _Rest(ties, told)
    for tie in _on_loops(ties, len(told)):
        rest.settle(tie, int(np.floor(tie.exact + 0.5)))
    rest.follow()
    return np.array([tie.value for tie in ties], dtype=np.int64)


def _on_loops(ties: Sequence[_Tie], pieces: int) -> list[_Tie]:
    """Return ties without which there is no loop; the last node is the outside."""
    root = list(range(pieces + 1))

    def found(node: int) -> int:
        while root[node] != node:
            root[node] = node = root[root[node]]
        return node

    closing = []
    for tie in ties:
        one, two = (found(node) for node in (*tie.pieces, pieces)[:2])
        if one == two:
            closing.append(tie)
        root[one] = two
    return closing
