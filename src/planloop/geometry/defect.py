"""One place where polygons are not the partition they should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, SupportsIndex, TypeAlias, get_args

import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind: TypeAlias = Literal[
    "self-crossing", "spike", "sliver", "duplicate", "overlap", "gap", "outside", "edge"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""All kinds, in the order of a report."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One place where polygons are not the partition they should be.

    Parameters
    ----------
    kind
        ``self-crossing``: an outline crosses, touches or retraces itself, or a hole lies outside;
        ``spike``: an outline runs out and straight back;
        ``sliver``: a polygon is too thin;
        ``duplicate``: two polygons are the same but for less than a grid step;
        ``overlap``: two polygons share an area;
        ``gap``: no polygon covers an area within the boundary, or with polygons all around;
        ``outside``: a polygon reaches beyond the boundary;
        ``edge``: outlines that should be one line part by less than a grid step, as where the other
        side lacks a vertex.
    polygons
        Indices of the polygons involved, ascending; of a gap, those that border on it.
    place
        Where: the area, the line or the point.
    planar_area
        Of an area, m²; of a spike, the area between its sides; of an edge and a crossing 0.
    length
        Of the line, or of the area's outline, metres.
    """

    kind: Kind
    polygons: tuple[int, ...]
    place: shapely.Geometry
    planar_area: float
    length: float

    @classmethod
    def at(cls, kind: Kind, polygons: Iterable[SupportsIndex], place: shapely.Geometry) -> Defect:
        """Return the defect with its place normalised and measured."""
        place = shapely.normalize(place)
        area, length = float(shapely.area(place)), float(shapely.length(place))
        return cls(kind, tuple(sorted({int(index) for index in polygons})), place, area, length)

    def rank(self) -> tuple[object, ...]:
        """Return what defects are ordered by: kind, polygons, place."""
        return (KINDS.index(self.kind), self.polygons, shapely.to_wkb(self.place))
