"""What is drawn over the survey keeps clear of its corners, or meets them exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.demo.frame import EPSG, PRECISION, survey_geometry
from planloop.geometry.area import area
from planloop.geometry.grid import STEP, snap_geometry
from planloop.geometry.places import Places

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLEAR = 0.002
"""How far an outline keeps from a survey corner that it does not share, m."""

ABSOLUTE, RELATIVE = 0.005, 5e-7
"""How far a parcel's area may change by the noding: half of what a stored area may be off, m²."""

STEPS = np.array([(0, 0), (3, 1), (-2, 5), (7, -4), (-9, -8), (12, 11), (-15, 13), (17, -16)])
"""Moves that are tried, in whole centimetres."""


class Clearance:
    """Moves shapes by centimetres until their outlines keep clear of the survey.

    Noding rounds to the grid: an outline that passes a corner within the grid's width would move
    that corner's parcels. Surveyors avoid this by snapping; here it is avoided by stepping aside.
    """

    def __init__(self, parcels: NDArray[np.object_]) -> None:
        self._parcels = parcels
        self._edges = shapely.boundary(parcels)
        corners: NDArray[np.float64] = np.unique(shapely.get_coordinates(parcels), axis=0)
        self._corners = shapely.points(corners)
        self._corner_tree = shapely.STRtree(self._corners)
        self._edge_tree = shapely.STRtree(self._edges)

    def keeps(self, shape: shapely.Geometry) -> bool:
        """Return whether a shape's outline and corners keep clear of the survey's."""
        outline = shapely.boundary(shape)
        own = shapely.points(shapely.get_coordinates(shape))
        found = self._corner_tree.query(outline, predicate="dwithin", distance=CLEAR)
        if shapely.distance(self._corners[found], shapely.multipoints(own)).any():
            return False
        point, edge = self._edge_tree.query(own, predicate="dwithin", distance=CLEAR)
        corners = shapely.extract_unique_points(self._edges[edge])
        return not shapely.distance(own[point], corners).any()

    def measures(self, shape: shapely.Geometry) -> bool:
        """Return whether the survey's areas stay what they are when it is noded with a shape."""
        outline = shapely.boundary(shape)
        crossed = self._parcels[self._edge_tree.query(outline, predicate="intersects")]
        if not len(crossed):
            return True
        lines = np.append(shapely.boundary(crossed), outline)
        pieces = snap_geometry(shapely.get_parts(shapely.union_all(lines, grid_size=STEP)))
        faces = shapely.get_parts(shapely.polygonize(pieces))
        face, parcel = Places.of(faces).within(crossed)
        size = np.bincount(parcel, weights=area(faces, epsg=EPSG)[face], minlength=len(crossed))
        before = area(crossed, epsg=EPSG)
        return bool((np.abs(size - before) < ABSOLUTE + RELATIVE * before).all())

    def cleared(self, shape: shapely.Geometry) -> shapely.Geometry:
        """Return the shape on whole centimetres, moved aside where it must be."""
        for step in STEPS:
            moved = shapely.transform(shape, lambda points, by=step * PRECISION: points + by)
            moved = survey_geometry(np.array([moved], dtype=object))[0]
            if self.keeps(moved) and self.measures(moved):
                return moved
        message = "a site of the demo city cannot be drawn clear of the survey"
        raise ValueError(message)
