"""A further layer of a Fabric, cut in where its outlines run: all other faces stay as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.errors import InputError
from planloop.geometry.apportion import apportion
from planloop.geometry.area import area
from planloop.geometry.arranging.arrangement import Arrangement
from planloop.geometry.arranging.noding import node
from planloop.geometry.arranging.planar_graph import PlanarGraph
from planloop.geometry.fabric import Labels, Relation
from planloop.geometry.grid import STEP
from planloop.geometry.loops.rings import Rings
from planloop.geometry.neighbours import NONE, Neighbours, neighbours_of
from planloop.geometry.polygons import only_polygons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.geometry.fabric import Fabric

REACH = 10.0 * STEP
"""Noding moves lines by about a step: faces this far from them, in metres, keep their vertices."""


def insert(
    fabric: Fabric,
    name: str,
    ids: Sequence[str] | NDArray[np.object_],
    polygons: NDArray[np.object_],
    *,
    overlapping: bool,
) -> Fabric:
    """Return the fabric with one more layer.

    Parameters
    ----------
    fabric
        The fabric.
    name
        Name of the layer; the fabric has none of it yet.
    ids, polygons
        Identifiers and polygons on the grid, shape (m,).
    overlapping
        Whether the layer may overlap itself: then it is among the relations, else the labels.

    Returns
    -------
    Fabric
        A face that the outlines cut is replaced by its pieces: the first one in canonical order has
        its index, the others come last. They lie in the features that the face lay in, and their
        areas add up to its area. A face beside a cut that gains a vertex keeps index and area. Land
        of the layer that is in no face yet comes last of all. All other faces are the same objects.

        A face hardly wider than the grid may come to nothing when vertices are put in near by. It
        is left out, those after it move up, and its area is added to the face that it shares the
        longest edge with, of those in the same feature of the fabric's host.

    Raises
    ------
    InputError
        Nothing would be left of a feature of the host, or of a face whose area no other can take.
    ValueError
        There is a layer of that name already, or the faces are no valid coverage.
    """
    if name in fabric.labels or name in fabric.relations:
        message = f"the fabric has a layer {name} already"
        raise ValueError(message)
    polygons = only_polygons(polygons)
    further = np.empty(0, dtype=np.int64)
    while True:
        shape, face = fabric.index.near(polygons, REACH)
        local = np.union1d(further, _met(fabric, polygons, shape, face))
        within = ~np.isin(face, local)
        cut = _cut(fabric, polygons, local, land=not within.any())
        if len(cut.gone):
            # Those beside it come to lie side by side.
            further = np.setdiff1d(np.append(local, fabric.neighbours.beside(cut.gone)), cut.gone)
            further -= np.searchsorted(cut.gone, further)
            fabric = _without(fabric, cut.gone)
            continue
        beside = fabric.neighbours.beside(local)
        around = np.append(cut.number, beside)
        shapes = np.append(cut.shapes, fabric.faces[beside])
        near = neighbours_of(shapes)
        torn = _torn(fabric, local, beside, near)
        if not len(torn):
            break
        # Noding has put a vertex between a local face and another one, which needs it, too.
        further = np.append(local, torn)
    if not shapely.coverage_is_valid(shapes):
        message = f"with the layer {name} the faces are no valid coverage"
        raise ValueError(message)
    on = np.append(face[within], cut.number[cut.piece])
    feature = np.append(shape[within], cut.feature)
    order = np.lexsort((feature, on))
    grown = _grown(fabric, cut, fabric.neighbours.renewed(around, len(cut.number), near))
    pairs = np.asarray(ids, dtype=object), on[order], feature[order]
    if overlapping:
        relations = {**grown.relations, name: Relation(*pairs)}
        return replace(grown, relations=MappingProxyType(relations))
    labels = {**grown.labels, name: Labels.of(*pairs, len(grown))}
    return replace(grown, labels=MappingProxyType(labels))


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """What becomes of some faces.

    Parameters
    ----------
    shapes
        Their pieces, and land that was in no face, shape (k,).
    whole
        Which are no pieces but the very face, the old object, shape (k,).
    parent
        The face that each is a piece of, or -1, shape (k,).
    number
        The face that each becomes, shape (k,).
    piece, feature
        Pairs: what lies in which polygon of the new layer.
    gone
        Faces of which nothing is left.
    """

    shapes: NDArray[np.object_]
    whole: NDArray[np.bool_]
    parent: NDArray[np.int64]
    number: NDArray[np.int64]
    piece: NDArray[np.int64]
    feature: NDArray[np.int64]
    gone: NDArray[np.int64]


def _met(
    fabric: Fabric,
    polygons: NDArray[np.object_],
    shape: NDArray[np.int64],
    face: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the faces that take part in the cut, ascending, given all pairs of near ones.

    These are the faces that outlines meet. Where land may be in no face, these are all faces of
    the polygons, so that what is left over is such land.
    """
    alone = ~(shapely.is_missing(polygons) | shapely.is_empty(polygons))
    alone[shape] = False
    if not alone.any() and not fabric.neighbours.outer[face].any():
        _, face = fabric.index.near(shapely.boundary(polygons), REACH)
    return np.unique(face)


def _cut(
    fabric: Fabric, polygons: NDArray[np.object_], local: NDArray[np.int64], *, land: bool
) -> _Cut:
    """Cut the faces `local` along the outlines, and take land that is in no face if so told."""
    rings = Rings.of(np.append(fabric.faces[local], polygons))
    found = Arrangement.among(PlanarGraph.of(node(rings)).bounding())
    face, polygon = found.within()
    old = polygon < len(local)
    host = np.full(len(found), NONE, dtype=np.int64)
    host[face[old]] = local[polygon[old]]
    kept = host != NONE
    if land:
        kept[face[~old]] = True
    index = np.flatnonzero(kept)
    index = index[np.lexsort((index, host[index], host[index] == NONE))]
    parent = host[index]
    first = np.append(True, parent[1:] != parent[:-1])[: len(parent)] & (parent != NONE)
    number = np.where(first, parent, len(fabric) + np.cumsum(~first) - 1)
    shapes = found.polygons(index)
    whole = first.copy()
    whole[first] = shapely.equals_identical(shapes[first], fabric.faces[parent[first]])
    shapes[whole] = fabric.faces[parent[whole]]
    place = np.full(len(found), NONE, dtype=np.int64)
    place[index] = np.arange(len(index))
    piece, feature = place[face[~old]], polygon[~old] - len(local)
    pairs = piece[piece != NONE], feature[piece != NONE]
    return _Cut(shapes, whole, parent, number, *pairs, np.setdiff1d(local, host))


def _without(fabric: Fabric, gone: NDArray[np.int64]) -> Fabric:
    """Return the fabric without some faces, their areas given to others."""
    host = fabric.labels.get(fabric.host or "")
    of_face = np.full(len(fabric), NONE, dtype=np.int32) if host is None else host.of_face
    stays = np.ones(len(fabric), dtype=bool)
    stays[gone] = False
    areas = fabric.area.copy()
    near = fabric.neighbours
    for face in gone.tolist():
        feature = of_face[face]
        links = np.flatnonzero((near.left == face) | (near.right == face))
        others = np.where(near.left[links] == face, near.right[links], near.left[links])
        heirs = stays[others] & (of_face[others] == feature)
        lost = feature != NONE and not stays[of_face == feature].any()
        if lost or (areas[face] and not heirs.any()):
            x, y = fabric.faces[face].exterior.coords[0]
            raise InputError("geometry.insert-narrow", feature=str(face), at=(x, y))
        if heirs.any():
            longest = np.argmax(near.length[links[heirs]])
            areas[others[heirs][longest]] += areas[face]
    return replace(fabric, area=areas).take(np.flatnonzero(stays))


def _torn(
    fabric: Fabric, local: NDArray[np.int64], beside: NDArray[np.int64], near: Neighbours
) -> NDArray[np.int64]:
    """Return those of the faces beside the cut that no longer share the edges that they shared."""
    cut = np.zeros(len(fabric), dtype=bool)
    cut[local] = True
    place = np.full(len(fabric), NONE, dtype=np.int64)
    place[beside] = np.arange(len(beside))
    old = fabric.neighbours
    shared = np.zeros(len(beside))
    for one, other in ((old.left, old.right), (old.right, old.left)):
        edge = cut[one] & (place[other] != NONE)
        shared += np.bincount(place[other[edge]], old.length[edge], len(beside))
    pieces = len(near.outer) - len(beside)
    edge = (near.left < pieces) & (near.right >= pieces)
    still = np.bincount(near.right[edge] - pieces, near.length[edge], len(beside))
    torn: NDArray[np.int64] = beside[shared != still]
    return torn


def _grown(fabric: Fabric, cut: _Cut, neighbours: Neighbours) -> Fabric:
    """Return the fabric with the pieces in place of the faces that were cut."""
    count = len(fabric)
    further = cut.number >= count
    parent = cut.parent[further]
    faces = np.append(fabric.faces, cut.shapes[further])
    faces[cut.number] = cut.shapes
    areas = np.append(fabric.area, np.zeros(len(parent), dtype=np.int64))
    areas[cut.number] = _areas(fabric, cut)
    labels = {}
    for name, label in fabric.labels.items():
        of_face = np.append(label.of_face, np.append(label.of_face, np.int32(NONE))[parent])
        more = _inherited(label.overlaps[:, 0], label.overlaps[:, 1], parent, count)
        overlaps = np.concatenate([label.overlaps, np.column_stack(more)])
        labels[name] = replace(label, of_face=of_face, overlaps=overlaps)
    relations = {}
    for name, relation in fabric.relations.items():
        face, feature = _inherited(relation.face, relation.feature, parent, count)
        relations[name] = replace(
            relation,
            face=np.append(relation.face, face),
            feature=np.append(relation.feature, feature),
        )
    return replace(
        fabric,
        faces=faces,
        area=areas,
        labels=MappingProxyType(labels),
        relations=MappingProxyType(relations),
        neighbours=neighbours,
        index=fabric.index.updated(faces, cut.number[~cut.whole]),
    )


def _areas(fabric: Fabric, cut: _Cut) -> NDArray[np.int64]:
    """Return the areas of the pieces, dm²: those of one face add up to what it had."""
    parents, group, count = np.unique(cut.parent, return_inverse=True, return_counts=True)
    group = np.where(cut.parent == NONE, NONE, group)
    # What is the only piece of a face has all of its area, whatever its own is.
    measured = (cut.parent == NONE) | (count[group] > 1)
    exact = np.zeros(len(cut.parent))
    exact[measured] = area(cut.shapes[measured], epsg=fabric.epsg) * 100.0
    return apportion(exact, group, np.append(fabric.area, 0)[parents])


def _inherited(
    face: NDArray[np.int64],
    feature: NDArray[np.int64],
    parent: NDArray[np.int64],
    count: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs that faces from number `count` on have from the faces they are pieces of."""
    wanted = np.zeros(count, dtype=bool)
    wanted[parent[parent != NONE]] = True
    held = np.flatnonzero(wanted[face])
    held = held[np.argsort(face[held], kind="stable")]
    start, stop = (np.searchsorted(face[held], parent, side) for side in ("left", "right"))
    many = stop - start
    shift = np.cumsum(many) - many
    pair = held[np.repeat(start - shift, many) + np.arange(many.sum())]
    return np.repeat(count + np.arange(len(parent)), many), feature[pair]
