"""The Fabric: the planar partition that several layers share, and the only thing that is edited.

A face knows which feature of each layer it lies in. Maintaining means relabelling faces; layers
come back by dissolving. So no edit can open a gap or an overlap, and areas, carried by the faces as
whole 0.01 m², are conserved by construction.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely

from planloop.geometry.apportion import apportion
from planloop.geometry.area import area
from planloop.geometry.arranging.arrangement import Arrangement
from planloop.geometry.arranging.noding import node
from planloop.geometry.arranging.planar_graph import PlanarGraph
from planloop.geometry.face_index import FaceIndex
from planloop.geometry.loops.rings import Rings
from planloop.geometry.neighbours import NONE, Neighbours, components
from planloop.geometry.polygons import only_polygons
from planloop.geometry.spatial_order import spatial_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Features: TypeAlias = tuple[Sequence[str] | NDArray[np.object_], NDArray[np.object_]]

NO_FACES = np.empty(0, dtype=object)


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Which feature of one layer each face lies in.

    Parameters
    ----------
    ids
        Feature identifiers, shape (m,).
    of_face
        Index into `ids` of each face's feature, shape (n,), or -1.
    overlaps
        Pairs (face, feature), shape (k, 2): features that lie on a face which an earlier feature
        of the layer already holds. Empty for a layer without overlap.
    """

    ids: NDArray[np.object_]
    of_face: NDArray[np.int32]
    overlaps: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        ids: NDArray[np.object_],
        face: NDArray[np.int64],
        feature: NDArray[np.int64],
        count: int,
    ) -> Labels:
        """Return the labels of `count` faces, given all pairs by face, then feature."""
        first = np.append(True, face[1:] != face[:-1])[: len(face)]
        of_face = np.full(count, NONE, dtype=np.int32)
        of_face[face[first]] = feature[first]
        return cls(ids, of_face, np.column_stack([face[~first], feature[~first]]))

    def faces(self, feature: int) -> NDArray[np.int64]:
        """Return the faces of one feature."""
        return np.flatnonzero(self.of_face == feature)


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """Which features of a layer that overlaps itself each face lies in.

    Parameters
    ----------
    ids
        Feature identifiers, shape (m,).
    face, feature
        Pairs, shape (k,): face index and index into `ids`, ordered by face, then feature.
    """

    ids: NDArray[np.object_]
    face: NDArray[np.int64]
    feature: NDArray[np.int64]

    def covers(self, count: int) -> NDArray[np.bool_]:
        """Return for each of `count` faces whether any feature covers it."""
        covered = np.zeros(count, dtype=bool)
        covered[self.face] = True
        return covered


@dataclass(frozen=True, slots=True, eq=False)
class Fabric:
    """The common partition of a region.

    Parameters
    ----------
    epsg
        CRS of the faces, a Gauss-Krüger zone.
    faces
        Polygons on the grid that form a valid coverage, shape (n,).
    area
        Their official ellipsoidal areas as whole 0.01 m² (dm²), shape (n,).
    labels
        Layers that do not overlap themselves, by name.
    relations
        Layers that overlap themselves, by name.
    neighbours
        Faces that share an edge.
    host
        Layer of the labels to whose features the areas add up, if there is one.
    index
        Finds faces near by; built when first asked, and kept over edits.
    """

    epsg: int
    faces: NDArray[np.object_]
    area: NDArray[np.int64]
    labels: Mapping[str, Labels]
    relations: Mapping[str, Relation]
    neighbours: Neighbours
    host: str | None = None
    index: FaceIndex = field(default_factory=lambda: FaceIndex(NO_FACES), repr=False)

    def __post_init__(self) -> None:
        """Begin a new index where the one given is of other faces."""
        if self.index.faces is not self.faces:
            object.__setattr__(self, "index", FaceIndex(self.faces))

    @classmethod
    def build(
        cls,
        partition: Mapping[str, Features],
        overlapping: Mapping[str, Features] | None = None,
        *,
        epsg: int,
        host: str | None = None,
    ) -> Fabric:
        """Node all layers together, once, and label the faces.

        Parameters
        ----------
        partition
            Layers that do not overlap themselves: name → (identifiers, polygons on the grid).
        overlapping
            Layers that may overlap themselves, likewise.
        epsg
            CRS of the polygons, a Gauss-Krüger zone.
        host
            A partition layer; the faces of each of its features add up to that feature's own area,
            rounded to 0.01 m².

        Notes
        -----
        Lines cross the grid only within half a step of where they ran; building again from layers
        that came out of a Fabric yields the same faces.
        """
        overlapping = overlapping or {}
        items = [*partition.values(), *overlapping.values()]
        layers = [np.asarray(item[1], dtype=object) for item in items]
        polygons = np.concatenate([np.empty(0, dtype=object), *layers])
        order = spatial_order(only_polygons(polygons))
        found = Arrangement.among(PlanarGraph.of(node(Rings.of(polygons[order]))).bounding())
        face, polygon = found.within()
        polygon = order[polygon]
        polygon = polygon[np.lexsort((polygon, face))]
        new = np.append(True, face[1:] != face[:-1])[: len(face)]
        used, face = face[new], np.cumsum(new) - 1
        labels, relations = {}, {}
        stop = 0
        for number, name in enumerate([*partition, *overlapping]):
            start, stop = stop, stop + len(layers[number])
            inside = (start <= polygon) & (polygon < stop)
            ids = np.asarray(items[number][0], dtype=object)
            pairs = face[inside], polygon[inside] - start
            if number < len(partition):
                labels[name] = Labels.of(ids, *pairs, len(used))
            else:
                relations[name] = Relation(ids, *pairs)
        faces = found.polygons(used)
        return cls(
            epsg=epsg,
            faces=faces,
            area=_ledger(faces, labels.get(host or ""), epsg),
            labels=MappingProxyType(labels),
            relations=MappingProxyType(relations),
            neighbours=found.neighbours(used),
            host=host,
        )

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.faces)

    def take(self, keep: NDArray[np.int64]) -> Fabric:
        """Return the fabric with only the faces `keep`, ascending indices."""
        number = np.full(len(self), NONE, dtype=np.int64)
        number[keep] = np.arange(len(keep))
        labels = {}
        for name, label in self.labels.items():
            overlaps = label.overlaps[number[label.overlaps[:, 0]] != NONE]
            overlaps = np.column_stack([number[overlaps[:, 0]], overlaps[:, 1]])
            labels[name] = Labels(label.ids, label.of_face[keep], overlaps)
        relations = {}
        for name, relation in self.relations.items():
            held = number[relation.face] != NONE
            face = number[relation.face[held]]
            relations[name] = replace(relation, face=face, feature=relation.feature[held])
        return replace(
            self,
            faces=self.faces[keep],
            area=self.area[keep],
            labels=MappingProxyType(labels),
            relations=MappingProxyType(relations),
            neighbours=self.neighbours.take(keep),
        )

    def label(self, name: str) -> NDArray[np.object_]:
        """Return the identifier of each face's feature in a layer, None where there is none."""
        labels = self.labels[name]
        ids: NDArray[np.object_] = np.append(labels.ids, np.array([None], dtype=object))
        return ids[labels.of_face]

    def relabel(self, name: str, faces: NDArray[np.int64], features: NDArray[np.object_]) -> Fabric:
        """Return the fabric with some faces given to other features of one layer.

        Parameters
        ----------
        name
            Layer that does not overlap itself.
        faces
            Face indices, shape (k,).
        features
            Identifier of each face's new feature, shape (k,); None for no feature. Identifiers
            that the layer does not have yet are added to it.
        """
        labels = self.labels[name]
        number = {fid: index for index, fid in enumerate(labels.ids)}
        for fid in features:
            if fid is not None:
                number.setdefault(fid, len(number))
        of_face = labels.of_face.copy()
        of_face[faces] = [NONE if fid is None else number[fid] for fid in features]
        ids = np.array(list(number), dtype=object)
        changed = {**self.labels, name: Labels(ids, of_face, labels.overlaps)}
        return replace(self, labels=MappingProxyType(changed))

    def patches(self, chosen: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
        """Return the chosen faces by connected patch, in the order of each patch's first face.

        Parameters
        ----------
        chosen
            Which faces, shape (n,). Faces that share only a point are not connected.
        """
        near = self.neighbours
        link = chosen[near.left] & chosen[near.right]
        root = components(len(self), near.left[link], near.right[link])
        faces = np.flatnonzero(chosen)
        order = np.argsort(root[faces], kind="stable")
        _, first = np.unique(root[faces][order], return_index=True)
        return np.split(faces[order], first[1:]) if len(faces) else []

    def dissolve(self, group: NDArray[np.int64]) -> dict[int, shapely.Geometry]:
        """Return the union of the faces of each group, normalised.

        Parameters
        ----------
        group
            Group of each face, shape (n,); negative for faces to leave out.

        Returns
        -------
        dict
            Group → Polygon or MultiPolygon with every vertex of its faces' outlines.
        """
        return dissolve(self.faces, group)


def union(polygons: NDArray[np.object_]) -> shapely.Geometry:
    """Return the union of polygons of a valid coverage, with every vertex of its outlines.

    Notes
    -----
    GEOS's union by disjoint subsets: once normalised, the same polygons as its coverage union, and
    several times faster.
    """
    return shapely.disjoint_subset_union_all(polygons)


def dissolve(
    polygons: NDArray[np.object_], group: NDArray[np.int64]
) -> dict[int, shapely.Geometry]:
    """Return the union of the polygons of each group in a valid coverage, normalised.

    Parameters
    ----------
    polygons
        A valid coverage, shape (n,).
    group
        Group of each polygon, shape (n,); negative for polygons to leave out.
    """
    order = np.argsort(group, kind="stable")
    order = order[group[order] >= 0]
    groups, first = np.unique(group[order], return_index=True)
    return {
        int(number): shapely.normalize(
            polygons[members[0]] if len(members) == 1 else union(polygons[members])
        )
        for number, members in zip(groups, np.split(order, first)[1:], strict=True)
    }


def _ledger(faces: NDArray[np.object_], host: Labels | None, epsg: int) -> NDArray[np.int64]:
    exact = area(faces, epsg=epsg) * 100.0
    group = np.full(len(faces), NONE, dtype=np.int64) if host is None else host.of_face
    inside = group >= 0
    count = 0 if host is None else len(host.ids)
    sums = np.bincount(group[inside], weights=exact[inside], minlength=count)
    totals = np.floor(sums + 0.5).astype(np.int64)
    return apportion(exact, group.astype(np.int64), totals)
