"""The only later cut of a Fabric: one face along one line, local and with a ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop.errors import InputError
from planloop.geometry.apportion import apportion
from planloop.geometry.area import area
from planloop.geometry.grid import STEP, snap_geometry
from planloop.geometry.neighbours import edges_of, neighbours_of
from planloop.geometry.ordering import in_canonical_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.fabric import Fabric, Labels, Relation

HALVES = 2

REACH = 0.75 * STEP
"""A point on an edge, once on the grid, lies at most half the diagonal of a cell beside it."""

INSIDE = "TFF******"
"""DE-9IM of a line that runs inside a polygon but for its ends."""


@dataclass(frozen=True, slots=True)
class SplitLedger:
    """What a split did.

    Parameters
    ----------
    face
        The face that was split; it now is the first half.
    new_face
        The second half.
    area
        Areas of the two halves, dm²; they add up to the face's area before.
    noded
        Neighbours that got a vertex, with the area that this moved out of each, m² (a vertex is
        put on the grid, less than a step beside the edge). Their whole areas stay as they are.
    """

    face: int
    new_face: int
    area: tuple[int, int]
    noded: tuple[tuple[int, float], ...]


def split(
    fabric: Fabric,
    face: int,
    line: shapely.LineString,
    *,
    frozen: NDArray[np.bool_] | None = None,
) -> tuple[Fabric, SplitLedger]:
    """Cut one face in two along a line.

    Parameters
    ----------
    fabric
        The fabric.
    face
        Index of the face.
    line
        Line whose ends lie on the outline of the face and which otherwise runs inside it. An end
        that is not a vertex yet becomes one, on the grid, in the face and in its neighbour there.
    frozen
        Faces that may not get a vertex, shape (n,).

    Returns
    -------
    Fabric, SplitLedger
        The half that comes first in canonical order (by its bounds) keeps the index of the face;
        the other comes last.

    Raises
    ------
    InputError
        An end does not lie on the outline, the line touches the outline between its ends, it does
        not cut the face in exactly two, the face is frozen, or so is one that would get a vertex.
    """
    if frozen is not None and frozen[face]:
        raise InputError("geometry.split-frozen", feature=str(face))
    if shapely.is_empty(line):
        raise InputError("geometry.split-halves", feature=str(face), parts=1)
    cut = snap_geometry(np.array([line], dtype=object))[0]
    local = np.append(face, fabric.neighbours.of(face))
    changed = fabric.faces[local]
    _insert(changed, shapely.get_coordinates(cut)[[0, -1]], face)
    got = np.flatnonzero(changed != fabric.faces[local])
    for index in local[got]:
        if frozen is not None and frozen[index]:
            raise InputError("geometry.split-frozen", feature=str(index))
    halves = _halves(changed, cut, face)
    areas = apportion(
        area(halves, epsg=fabric.epsg) * 100.0,
        np.zeros(HALVES, dtype=np.int64),
        fabric.area[[face]],
    )
    new_face = len(fabric)
    faces = np.append(fabric.faces, halves[1:])
    faces[local[1:]] = changed[1:]
    faces[face] = halves[0]
    whole = np.append(fabric.area, areas[1:])
    whole[face] = areas[0]
    labels = {name: _grown_labels(item, face) for name, item in fabric.labels.items()}
    relations = {
        name: _grown_relation(item, face, new_face) for name, item in fabric.relations.items()
    }
    around = np.append([face, new_face], local[1:])
    grown = replace(
        fabric,
        faces=faces,
        area=whole,
        labels=MappingProxyType(labels),
        relations=MappingProxyType(relations),
        neighbours=fabric.neighbours.renewed(around, HALVES, neighbours_of(faces[around])),
        index=fabric.index.updated(faces, np.append(local[got], [face, new_face])),
    )
    moved = area(fabric.faces[local[got]], epsg=fabric.epsg) - area(changed[got], epsg=fabric.epsg)
    noded = zip(local[got].tolist(), moved.tolist(), strict=True)
    ledger = SplitLedger(
        face,
        new_face,
        (int(areas[0]), int(areas[1])),
        tuple((index, shift) for index, shift in noded if index != face),
    )
    return grown, ledger


def shared_anew(fabric: Fabric, face: int) -> Fabric:
    """Return the fabric with the areas of one feature of its host shared out as a new build would.

    A split shares out the area of its face alone. Where a feature of the host has several faces,
    building the fabric from its layers again may round a face of it the other way.

    Parameters
    ----------
    fabric
        The fabric.
    face
        A face of the feature; where it lies in none, nothing changes.
    """
    host = None if fabric.host is None else fabric.labels[fabric.host]
    if host is None or host.of_face[face] < 0:
        return fabric
    members = host.faces(int(host.of_face[face]))
    exact = area(fabric.faces[members], epsg=fabric.epsg) * 100.0
    total = np.floor(np.bincount(np.zeros(len(members), dtype=np.int64), weights=exact) + 0.5)
    whole = fabric.area.copy()
    whole[members] = apportion(
        exact, np.zeros(len(members), dtype=np.int64), total.astype(np.int64)
    )
    return replace(fabric, area=whole)


def _insert(faces: NDArray[np.object_], ends: NDArray[np.float64], face: int) -> None:
    """Put both ends into the outline of the first face and of those across the edge, in place."""
    _, tail, head = edges_of(faces[:1])
    lines: Any = shapely.linestrings(np.stack([tail, head], axis=1))
    # Both are found before one is put in: that may bend the edge of the other.
    of_edge: dict[int, list[NDArray[np.float64]]] = {}
    for point in ends:
        if (tail == point).all(axis=1).any():
            continue
        distance = shapely.distance(lines, shapely.Point(point))
        nearest = int(np.argmin(distance))
        if distance[nearest] > REACH:
            at = (float(point[0]), float(point[1]))
            raise InputError("geometry.split-outside", feature=str(face), at=at)
        of_edge.setdefault(nearest, []).append(point)
    for edge, points in of_edge.items():
        along = np.argsort(np.hypot(*(np.array(points) - tail[edge]).T))
        between = np.array(points)[along]
        for index, polygon in enumerate(faces):
            faces[index] = _with_vertices(polygon, tail[edge], head[edge], between)


def _with_vertices(
    polygon: shapely.Polygon,
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    points: NDArray[np.float64],
) -> shapely.Polygon:
    """Return the polygon with `points` in the edge from `start` to `end`, or back, if it has it."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(polygon)]
    for number, ring in enumerate(rings):
        tail, head = ring[:-1], ring[1:]
        there = (tail == start).all(axis=1) & (head == end).all(axis=1)
        back = (tail == end).all(axis=1) & (head == start).all(axis=1)
        if (there | back).any():
            place = int(np.argmax(there | back)) + 1
            between = points if there.any() else points[::-1]
            rings[number] = np.concatenate([ring[:place], between, ring[place:]])
            return shapely.normalize(shapely.Polygon(rings[0], rings[1:]))
    return polygon


def _halves(faces: NDArray[np.object_], cut: shapely.LineString, face: int) -> NDArray[np.object_]:
    """Return the two parts of the first face, which fit each other and the other faces."""
    whole = faces[0]
    first = shapely.get_coordinates(cut)[0]
    at = (float(first[0]), float(first[1]))
    if not shapely.relate_pattern(cut, whole, INSIDE):
        raise InputError("geometry.split-leaves", feature=str(face), at=at)
    lines = shapely.union(shapely.boundary(whole), cut)
    parts: Any = shapely.get_parts(shapely.polygonize([lines]))
    parts = parts[shapely.contains_properly(whole, shapely.point_on_surface(parts))]
    if len(parts) != HALVES:
        raise InputError("geometry.split-halves", feature=str(face), at=at, parts=len(parts))
    halves = in_canonical_order(shapely.normalize(parts))
    around = np.append(halves, faces[1:])
    on_grid = np.array_equal(snap_geometry(halves), halves)
    if not (on_grid and shapely.is_valid(around).all() and shapely.coverage_is_valid(around)):
        raise InputError("geometry.split-narrow", feature=str(face), at=at)
    return halves


def _grown_labels(labels: Labels, face: int) -> Labels:
    """Give the features of `face` to a new last face, too."""
    shared = labels.overlaps[labels.overlaps[:, 0] == face]
    shared[:, 0] = len(labels.of_face)
    return replace(
        labels,
        of_face=np.append(labels.of_face, labels.of_face[[face]]),
        overlaps=np.concatenate([labels.overlaps, shared]),
    )


def _grown_relation(relation: Relation, face: int, new_face: int) -> Relation:
    """Give the features of `face` to `new_face`, the last one, too."""
    features = relation.feature[relation.face == face]
    return replace(
        relation,
        face=np.append(relation.face, np.full(len(features), new_face)),
        feature=np.append(relation.feature, features),
    )
