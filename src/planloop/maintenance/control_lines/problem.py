"""What is to be compensated, and with which land: arrays and whole numbers, no word of geometry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOT_ALLOWED = -1
"""Rank of a cell that may not be used, and requirement of a cell that is not used."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Land that a line loses where a conflict is cut out of one of its features.

    Parameters
    ----------
    feature
        ``"LAYER:id"`` of the feature.
    requirement
        Number of the requirement that makes up for it.
    area
        Area to be made up for, dm².
    """

    feature: str
    requirement: int
    area: int


@dataclass(frozen=True, slots=True, eq=False)
class Requirement:
    """What new land of one kind has to make up for.

    Parameters
    ----------
    kind
        Line and kind, e.g. ``"green 公园绿地"``: requirements of one kind adjoin each other.
    site
        True where a feature goes altogether: one new connected site takes its place. False where
        features keep a rest: new land attached to others of the kind, or in large enough patches.
    least
        Least area of a patch that is attached to nothing, dm².
    rank
        How badly each cell fits, shape (n,): 0 is best; :data:`NOT_ALLOWED` for a cell that may
        not be used.
    attached
        Which cells share an edge with land of the kind that stays, shape (n,).
    park
        Whether its cells serve homes as parks.
    """

    kind: str
    site: bool
    least: int
    rank: NDArray[np.int64]
    attached: NDArray[np.bool_]
    park: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Planned homes, and what is or would be within their reach.

    Parameters
    ----------
    area
        Area of each home, dm², shape (h,).
    before
        Which are within reach of a park before, shape (h,).
    kept
        Which are within reach of park land that no conflict touches, shape (h,).
    cells, losses
        Pairs (home, cell) and (home, loss) within reach of each other, shapes (k, 2).
    """

    area: NDArray[np.int64]
    before: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    cells: NDArray[np.int64]
    losses: NDArray[np.int64]


NOBODY = Homes(
    np.zeros(0, np.int64),
    np.zeros(0, bool),
    np.zeros(0, bool),
    np.zeros((0, 2), np.int64),
    np.zeros((0, 2), np.int64),
)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """The compensation problem.

    Parameters
    ----------
    area
        Area of each cell, dm², shape (n,).
    left, right
        Pairs of cells that share an edge, each once, shape (m,).
    requirements
        What has to be made up for; a site has one loss, of the whole feature.
    losses
        Losses, each of one requirement.
    homes
        Homes.
    was
        Requirements that each cell makes up for in an earlier scheme, which the plan stays near
        to; None where there is none.
    """

    area: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    requirements: tuple[Requirement, ...]
    losses: tuple[Loss, ...]
    homes: Homes = NOBODY
    was: tuple[frozenset[int], ...] | None = None

    def losses_of(self, requirement: int) -> list[int]:
        """Return the numbers of the losses that a requirement makes up for."""
        return [
            number for number, loss in enumerate(self.losses) if loss.requirement == requirement
        ]

    def near(self) -> list[set[int]]:
        """Return the neighbours of each cell."""
        found: list[set[int]] = [set() for _ in self.area]
        for left, right in zip(self.left.tolist(), self.right.tolist(), strict=True):
            found[left].add(right)
            found[right].add(left)
        return found


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan.

    Parameters
    ----------
    use
        Requirement that each cell is used for, or :data:`NOT_ALLOWED`.
    cut
        For each loss, whether the conflict is cut out; else the line stays as it is.
    """

    use: tuple[int, ...]
    cut: tuple[bool, ...]

    @classmethod
    def nothing(cls, problem: Problem) -> Choice:
        """Return the plan that leaves everything as it is; it is always legal."""
        return cls((NOT_ALLOWED,) * len(problem.area), (False,) * len(problem.losses))

    def cells_of(self, requirement: int) -> set[int]:
        """Return the cells that are used for a requirement."""
        return {cell for cell, used in enumerate(self.use) if used == requirement}


def pieces(cells: set[int], near: list[set[int]]) -> list[set[int]]:
    """Return cells by connected piece, in the order of each piece's first cell."""
    found, left = [], set(cells)
    while left:
        waiting = [min(left)]
        piece = set(waiting)
        while waiting:
            fresh = (near[waiting.pop()] & left) - piece
            piece |= fresh
            waiting += fresh
        left -= piece
        found.append(piece)
    return found
