"""What a repair has done: one entry for each thing, none left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

if TYPE_CHECKING:
    import shapely
    from numpy.typing import NDArray

Done: TypeAlias = Literal[
    "snapped",
    "self-crossing",
    "spike",
    "sliver",
    "duplicate",
    "outside",
    "overlap",
    "gap",
    "edge",
]
DONE: tuple[Done, ...] = get_args(Done)
"""All that a repair does, in the order in which it does it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a repair has done.

    Parameters
    ----------
    kind
        The defect that it ends, by the names of :class:`~planloop.geometry.defect.Defect`, or
        ``snapped``.
        ``snapped``: vertices were put on the grid;
        ``self-crossing``: an outline was split where it crossed itself;
        ``spike``: a spike was cut off, or what it had covered was given away;
        ``sliver``, ``duplicate``: a polygon was dropped, its area given away or left to those that
        hold it, too;
        ``outside``: what reached beyond the boundary was cut off;
        ``overlap``: it was left to one of its polygons;
        ``gap``: it was given to a polygon;
        ``edge``: an outline was led through vertices on the grid that it or a neighbour needs.
    polygons
        Indices of the polygons involved, ascending.
    to
        The polygon that has got the area, or keeps it; None where no one has.
    place
        The area; of ``spike`` the line; of ``edge`` and ``self-crossing`` points of the outline
        after; of ``snapped`` the vertex that moved furthest, where it is now.
    change
        By how much the planar area of which polygon has changed by this, (index, m²), ascending,
        without those that have not changed. Areas are those that shapely tells, of invalid
        outlines, too: that of a bow is the difference of its halves.
    shift
        How far the outline has moved, metres: the largest distance of a vertex before from the
        outline after, or the reverse; of an area that changed hands, the largest distance of its
        vertices and the middles of its edges from either outline. 0 where a polygon is dropped.
    """

    kind: Done
    polygons: tuple[int, ...]
    to: int | None
    place: shapely.Geometry
    change: tuple[tuple[int, float], ...]
    shift: float


@dataclass(frozen=True, slots=True, eq=False)
class Repair:
    """Repaired polygons, and what was done.

    Parameters
    ----------
    polygons
        As many as before, in the same order, shape (n,). One that nothing was done to is the same
        object; one that was dropped is an empty polygon.
    ledger
        What was done, in order: round by round, and by kind within a round.
    """

    polygons: NDArray[np.object_]
    ledger: tuple[Entry, ...]

    def change(self) -> NDArray[np.float64]:
        """Return by how much each planar area has changed, by the ledger, shape (n,), m²."""
        total = np.zeros(len(self.polygons))
        for entry in self.ledger:
            for index, area in entry.change:
                total[index] += area
        return total
