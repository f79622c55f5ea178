"""Sets of nodes that a relaxed plan joins too weakly to the land round them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.geometry.neighbours import NONE, components
from planloop.maintenance.boundary.pieces.separators import Web, weakest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.pieces.judging import Judge

WHOLE = 1.0 - 1e-6
"""From this share on a node is wholly of a side."""

NOTICED = 0.02
"""Below this share a node is not looked at."""


class Rings:
    """Looks for the weakest ring round each node of either side.

    Parameters
    ----------
    judge
        Of the problem.
    state
        1 or 0 for nodes that are inside, or outside, in every plan; -1 for others, shape (k,).
    """

    def __init__(self, judge: Judge, state: NDArray[np.int8]) -> None:
        self.judge, self.state = judge, state
        ground, limits = judge.ground, judge.limits
        near = ground.neighbours
        self._first = np.append(0, np.cumsum([len(nodes) for nodes in near])).astype(np.int64)
        self._near = np.concatenate([np.zeros(0, dtype=np.int64), *near])
        hole = np.full(len(ground), limits.least_hole)
        self._least = (hole, limits.least(ground.inside))
        self._place = np.full(len(ground), NONE, dtype=np.int64)

    def weak(self, inside: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.int64], bool]]:
        """Yield sets of nodes that are of a side more than any ring of nodes round them.

        Parameters
        ----------
        inside
            Each cell between outside (0) and inside (1), shape (cells,).
        """
        ground = self.judge.ground
        value = ground.spread(inside)
        for side in (False, True):
            least = self._least[side]
            share = value if side else 1.0 - value
            shut = (ground.area >= least) | (~np.bool_(side) & ground.edge)
            web = Web(self._first, self._near, share, ground.area, least, shut)
            for node in np.flatnonzero((share > NOTICED) & ~shut & ~self._anchored(share, shut)):
                nodes = weakest(web, int(node), self._place)
                if len(nodes) and self.judge.too_small(nodes, inside=side):
                    yield nodes, side

    def _anchored(self, share: NDArray[np.float64], shut: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which nodes are joined by whole ones to land that is large enough."""
        ground = self.judge.ground
        whole = share >= WHOLE
        link = whole[ground.left] & whole[ground.right]
        piece = components(len(ground), ground.left[link], ground.right[link])
        return np.isin(piece, piece[whole & shut])
