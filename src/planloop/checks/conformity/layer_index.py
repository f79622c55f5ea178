"""A layer of a plan made ready to be asked what lies under a shape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.area import area_dm2
from planloop.geometry.overlay import overlay
from planloop.geometry.polygons import united
from planloop.geometry.tabulate import tabulate
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.plan.layer import Layer


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Which shapes meet which features of a layer.

    Parameters
    ----------
    shape, feature
        Indices, shape (k,), each pair once, ordered.
    area
        What they share, dm², shape (k,); 0 where the shape is a point.
    """

    shape: NDArray[np.int64]
    feature: NDArray[np.int64]
    area: NDArray[np.int64]


@dataclass(eq=False)
class LayerIndex:
    """A layer with a tree over its features, built when it is first asked.

    Parameters
    ----------
    layer
        The layer.
    field
        Field of its code; empty where it has none.
    overlaps_itself
        Whether its features may lie on each other.
    epsg
        The working CRS.
    """

    layer: Layer
    field: str
    overlaps_itself: bool
    epsg: int

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The features by their extent."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """The features' geometries."""
        return self.layer.geometry

    @cached_property
    def ids(self) -> list[str]:
        """The features' identifiers."""
        return [str(fid) for fid in self.layer.ids]

    @cached_property
    def codes(self) -> list[str]:
        """The code of each feature, empty where there is none."""
        values = self.layer.values(self.field) if self.field else [None] * len(self.layer)
        return ["" if value is None else str(value) for value in values]

    def overlaps(self, shapes: NDArray[np.object_]) -> Hits:
        """Return what polygons, shape (n,), share with the features; less than 0.005 m² is none.

        The areas are ellipsoidal, of pieces cut by exact arithmetic: see
        :func:`planloop.geometry.tabulate.tabulate`.
        """
        near = np.unique(self.tree.query(shapes)[1])
        table = tabulate(shapes, self.shapes[near], epsg=self.epsg)
        official = table.planar_area if table.area is None else table.area
        shared = np.floor(official * SQUARE_METRE + 0.5).astype(np.int64)
        kept = shared > 0
        return Hits(table.a[kept], near[table.b[kept]], shared[kept])

    def under(self, points: NDArray[np.object_]) -> Hits:
        """Return which features points, shape (n,), lie in or on the edge of."""
        pairs = self.tree.query(points, predicate="intersects")
        order = np.lexsort((pairs[1], pairs[0]))
        nothing = np.zeros(len(order), dtype=np.int64)
        return Hits(pairs[0][order], pairs[1][order], nothing)

    def covered(self, shape: shapely.Geometry, features: NDArray[np.int64], sizes: int) -> int:
        """Return how much of a polygon some features cover together, dm².

        `sizes` is the sum of what each covers, which is the answer where they do not overlap.
        """
        if not self.overlaps_itself or len(features) < 2:  # noqa: PLR2004  # one overlaps nobody
            return sizes
        pieces = overlay(np.array([shape], dtype=object), self.shapes[features]).geometry
        whole = np.array([united(pieces)], dtype=object)
        return min(sizes, int(area_dm2(whole, epsg=self.epsg)[0]))
