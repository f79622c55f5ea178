"""Layers that disagree by centimetres, drawn onto each other where the settings say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.errors import InputError
from planloop.geometry.area import area
from planloop.geometry.grid import snap
from planloop.geometry.neighbours import edges_of
from planloop.plan.finding import Finding, Severity
from planloop.plan.layer import Layer, canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.plan.settings import AlignSection

SHOWN = 20
"""Features that a ledger names."""


def align_layers(
    layers: Mapping[str, Layer], wishes: Sequence[AlignSection]
) -> tuple[dict[str, Layer], list[Finding]]:
    """Return the layers with those aligned that the settings name, and a ledger of what moved.

    Raises
    ------
    InputError
        A layer is missing or has no polygons, or a feature would become invalid.
    """
    found, ledger = dict(layers), []
    for wish in wishes:
        for code in (wish.layer, wish.to):
            if code not in found:
                key = "plan.missing-layer"
                raise InputError(key, layer=code, present=", ".join(sorted(found)))
        before, target = found[wish.layer], found[wish.to]
        shapes = aligned(before.geometry, target.geometry, wish.tolerance_m)
        wrong = ~shapely.is_valid(shapes) | shapely.is_empty(shapes)
        if wrong.any():
            feature = str(before.ids[wrong][0])
            raise InputError("intake.align-invalid", layer=before.code, feature=feature, to=wish.to)
        frame = canonical(before.frame.set_geometry(shapes, crs=before.frame.crs))
        found[wish.layer] = Layer(before.code, frame)
        ledger.append(_entry(before, found[wish.layer], wish))
    return found, ledger


def aligned(
    polygons: NDArray[np.object_], to: NDArray[np.object_], tolerance: float
) -> NDArray[np.object_]:
    """Return polygons drawn onto the outlines of others, where they run beside them.

    Parameters
    ----------
    polygons, to
        Polygons on the grid, shapes (n,) and (m,).
    tolerance
        Farthest that a vertex moves, metres.

    Notes
    -----
    A vertex moves to the nearest vertex of the others within the tolerance, or else to the nearest
    point of their outlines; a vertex of the others within the tolerance of an edge becomes a vertex
    of that edge. Both depend on vertices and edges alone, so neighbours stay neighbours.
    """
    _, start, end = edges_of(to)
    if not len(start) or not len(polygons):
        return polygons
    corners = np.unique(np.concatenate([start, end]), axis=0)
    edges = np.unique(np.stack([start, end], axis=1), axis=0)

    def moved(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        places, index = np.unique(coordinates, axis=0, return_inverse=True)
        return _nearest(places, corners, edges, tolerance)[index]

    shapes = shapely.remove_repeated_points(shapely.transform(polygons, moved), 0.0)
    tree = shapely.STRtree(shapely.points(corners))
    return np.array([_bent(shape, tree, corners, tolerance) for shape in shapes], dtype=object)


def _nearest(
    places: NDArray[np.float64],
    corners: NDArray[np.float64],
    edges: NDArray[np.float64],
    tolerance: float,
) -> NDArray[np.float64]:
    """Return where each place, shape (k, 2), moves to; itself where nothing is near."""
    result = places.copy()
    points = shapely.points(places)
    place, corner = shapely.STRtree(shapely.points(corners)).query_nearest(
        points, max_distance=tolerance
    )
    # Corners are in ascending order: of several as near the lowest comes first.
    place, first = np.unique(place, return_index=True)
    result[place] = corners[corner[first]]
    rest = np.setdiff1d(np.arange(len(places)), place)
    lines = shapely.linestrings(edges)
    index, line = shapely.STRtree(lines).query_nearest(points[rest], max_distance=tolerance)
    index, first = np.unique(index, return_index=True)
    near = lines[line[first]]
    foot = shapely.line_interpolate_point(
        near, shapely.line_locate_point(near, points[rest[index]])
    )
    result[rest[index]] = snap(shapely.get_coordinates(foot))
    return result


def _bent(
    polygon: shapely.Polygon,
    tree: shapely.STRtree,
    corners: NDArray[np.float64],
    tolerance: float,
) -> shapely.Polygon:
    """Return the polygon with the corners that its edges pass put into them."""
    rings = []
    for ring in shapely.get_rings(polygon):
        points = shapely.get_coordinates(ring)
        lines = shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1))
        edge, corner = tree.query(lines, predicate="dwithin", distance=tolerance)
        along = shapely.line_locate_point(lines[edge], shapely.points(corners[corner]))
        within = (along > 0.0) & (along < shapely.length(lines[edge]))
        own = (corners[corner][:, None, :] == points[None, :, :]).all(axis=2).any(axis=1)
        chosen = np.flatnonzero(within & ~own)
        # A corner near two edges of the ring goes into the nearer one.
        away = shapely.distance(lines[edge[chosen]], shapely.points(corners[corner[chosen]]))
        chosen = chosen[np.lexsort((edge[chosen], away, corner[chosen]))]
        chosen = chosen[np.unique(corner[chosen], return_index=True)[1]]
        order = chosen[np.lexsort((along[chosen], edge[chosen]))]
        rings.append(np.insert(points, edge[order] + 1, corners[corner[order]], axis=0))
    return shapely.Polygon(rings[0], rings[1:])


def _entry(before: Layer, after: Layer, wish: AlignSection) -> Finding:
    """Return the ledger of one alignment."""
    old, new = before.geometry, after.geometry
    move = shapely.hausdorff_distance(shapely.boundary(old), shapely.boundary(new))
    changed = np.flatnonzero(move > 0.0)
    epsg = int(before.frame.crs.to_epsg() or 0)
    change = area(new[changed], epsg=epsg) - area(old[changed], epsg=epsg)
    numbers: dict[str, object] = {
        "to": wish.to,
        "tolerance": wish.tolerance_m,
        "count": len(changed),
        "largest": round(float(move.max(initial=0.0)), 4),
        "gained": round(float(change[change > 0].sum()), 2),
        "lost": round(float(-change[change < 0].sum()), 2),
    }
    ids = tuple(str(fid) for fid in before.ids[changed][:SHOWN])
    return Finding("aligned", Severity.WARNING, before.code, ids, None, numbers)
