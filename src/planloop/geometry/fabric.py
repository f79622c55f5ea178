"""The Fabric: the planar partition that several layers share, and the only thing that is edited.

A face knows which feature of each layer it lies in. Maintaining means relabelling faces; layers
come back by dissolving. So no edit can open a gap or an overlap, and areas, carried by the faces as
whole 0.01 m², are conserved by construction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely

from planloop.geometry.apportion import apportion
from planloop.geometry.area import area
from planloop.geometry.neighbours import Neighbours, components, neighbours_of
from planloop.geometry.noding import faces_of
from planloop.geometry.places import Places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Features: TypeAlias = tuple[Sequence[str] | NDArray[np.object_], NDArray[np.object_]]

NONE = -1
"""Label of a face that lies in no feature of a layer."""


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
    """

    epsg: int
    faces: NDArray[np.object_]
    area: NDArray[np.int64]
    labels: Mapping[str, Labels]
    relations: Mapping[str, Relation]
    neighbours: Neighbours

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
        layers = [
            np.asarray(item[1], dtype=object)
            for item in (*partition.values(), *overlapping.values())
        ]
        faces = faces_of(layers)
        places = Places.of(faces)
        labels = {name: _label(places, *item) for name, item in partition.items()}
        relations = {name: _relate(places, *item) for name, item in overlapping.items()}
        used = np.zeros(len(faces), dtype=bool)
        for label in labels.values():
            used |= label.of_face != NONE
        for relation in relations.values():
            used[relation.face] = True
        fabric = cls(
            epsg=epsg,
            faces=faces,
            area=_ledger(faces, labels.get(host or ""), epsg),
            labels=MappingProxyType(labels),
            relations=MappingProxyType(relations),
            neighbours=neighbours_of(faces),
        )
        return fabric if used.all() else fabric.take(np.flatnonzero(used))

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
        return Fabric(
            epsg=self.epsg,
            faces=self.faces[keep],
            area=self.area[keep],
            labels=MappingProxyType(labels),
            relations=MappingProxyType(relations),
            neighbours=neighbours_of(self.faces[keep]),
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
            polygons[members[0]]
            if len(members) == 1
            else shapely.coverage_union_all(polygons[members])
        )
        for number, members in zip(groups, np.split(order, first[1:]), strict=True)
    }


def _label(
    places: Places, ids: Sequence[str] | NDArray[np.object_], polygons: NDArray[np.object_]
) -> Labels:
    face, feature = places.within(polygons)
    first = np.append([True], face[1:] != face[:-1])[: len(face)]
    of_face = np.full(len(places), NONE, dtype=np.int32)
    of_face[face[first]] = feature[first]
    overlaps = np.column_stack([face[~first], feature[~first]])
    return Labels(np.asarray(ids, dtype=object), of_face, overlaps)


def _relate(
    places: Places, ids: Sequence[str] | NDArray[np.object_], polygons: NDArray[np.object_]
) -> Relation:
    face, feature = places.within(polygons)
    return Relation(np.asarray(ids, dtype=object), face, feature)


def _ledger(faces: NDArray[np.object_], host: Labels | None, epsg: int) -> NDArray[np.int64]:
    exact = area(faces, epsg=epsg) * 100.0
    group = np.full(len(faces), NONE, dtype=np.int64) if host is None else host.of_face
    inside = group >= 0
    count = 0 if host is None else len(host.ids)
    sums = np.bincount(group[inside], weights=exact[inside], minlength=count)
    totals = np.floor(sums + 0.5).astype(np.int64)
    return apportion(exact, group.astype(np.int64), totals)
