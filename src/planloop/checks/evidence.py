"""The evidence: before, after and change set on common faces, built anew from the layers alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
import shapely

from planloop.geometry.fabric import Fabric
from planloop.plan.change_set import TRANSFER_IN, TRANSFER_OUT
from planloop.plan.code_fields import CLASS_CODE, TOWNSHIP_NAME, ZONE_CODE, code_fields
from planloop.plan.participants import participants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from planloop.plan.change_set import ChangeSet
    from planloop.plan.plan import Plan
    from planloop.plan.settings import SchemeSettings

T = TypeVar("T")

NOWHERE = np.array([None], dtype=object)
"""What stands on a face that no feature of a layer covers."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """A scheme as a reviewer sees it.

    Parameters
    ----------
    before, after, changes, settings
        What the scheme says.
    fabric
        Common faces of the layers before, of those that may change after (named
        ``after:<layer>``) and of the pieces (relations named ``pieces:<layer>``). Where the scheme
        is honest, these are the faces of the plan before.
    """

    before: Plan
    after: Plan
    changes: ChangeSet
    settings: SchemeSettings
    fabric: Fabric

    @classmethod
    def build(
        cls, before: Plan, after: Plan, changes: ChangeSet, settings: SchemeSettings
    ) -> Evidence:
        """Node everything that the proofs speak of, once.

        Raises
        ------
        InputError
            The plan before lacks a layer without which there is no maintenance.
        """
        roles = settings.roles
        partition, overlapping = participants(before.layers, roles)
        features = {code: _features(before, code) for code in partition}
        maintained = code_fields(roles, partition)
        for code in maintained:
            features[f"after:{code}"] = _features(after, code)
        relations = {code: _features(before, code) for code in overlapping}
        for code in maintained:
            pieces = changes.of(code)
            shapes = np.asarray(pieces.geometry.array, dtype=object)
            relations[f"pieces:{code}"] = (pieces.index.to_numpy(dtype=object), shapes)
        fabric = Fabric.build(features, relations, epsg=before.region.epsg, host=roles.parcels)
        return cls(before, after, changes, settings, fabric)

    def once(self, work: Callable[[Evidence], T]) -> T:
        """Return what a function makes of this evidence alone, made when it is first asked for.

        For what several proofs and the accounts look at. Evidence never changes; nobody may change
        in place what is returned here.
        """
        if work not in self._made:
            self._made[work] = work(self)
        return cast("T", self._made[work])

    @cached_property
    def _made(self) -> dict[object, object]:
        return {}

    def name(self, layer: str, when: str) -> str:
        """Return what the fabric calls a layer: one that may not change has one name alone."""
        return f"after:{layer}" if when == "after" and layer in self.maintained else layer

    def plan(self, when: str) -> Plan:
        """Return the plan ``"before"`` or ``"after"``."""
        return self.before if when == "before" else self.after

    def feature(self, layer: str, when: str = "before") -> NDArray[np.object_]:
        """Return the identifier of each face's feature in a layer, None where there is none."""
        return self.fabric.label(self.name(layer, when))

    def values(self, layer: str, field: str, when: str = "before") -> NDArray[np.object_]:
        """Return a field of each face's feature in a layer, None where there is none."""
        name, plan = self.name(layer, when), self.plan(when)
        if name not in self.fabric.labels or layer not in plan.layers:
            return np.full(len(self.fabric), None, dtype=object)
        values = np.append(plan.layer(layer).values(field), NOWHERE)
        return values[self.fabric.labels[name].of_face]

    @cached_property
    def maintained(self) -> Mapping[str, str]:
        """Layers that maintenance may change, each with the field of its code."""
        return code_fields(self.settings.roles, self.fabric.labels)

    def code(self, layer: str, when: str) -> NDArray[np.object_]:
        """Return the code of each face in a maintained layer, shape (n,).

        None where there is no feature; an empty text where a feature has no code.
        """
        codes = self.values(layer, self.maintained[layer], when).copy()
        held = np.array([fid is not None for fid in self.feature(layer, when)], dtype=bool)
        nameless = held & np.array([code is None for code in codes], dtype=bool)
        codes[nameless] = ""
        return codes

    def zone(self, when: str) -> NDArray[np.object_]:
        """Return the zone code of each face, shape (n,)."""
        return self.values(self.settings.roles.zones, ZONE_CODE, when)

    def part(self, when: str) -> NDArray[np.object_]:
        """Return the code of the boundary's part that each face lies in, None outside."""
        return self.values(self.settings.roles.boundary, ZONE_CODE, when)

    def inside(self, when: str) -> NDArray[np.bool_]:
        """Return the faces in the urban development boundary, shape (n,)."""
        return self.covered([self.name(self.settings.roles.boundary, when)])

    @cached_property
    def land_class(self) -> NDArray[np.object_]:
        """Current land class of each face's survey parcel."""
        return self.values(self.settings.roles.parcels, CLASS_CODE)

    @cached_property
    def township(self) -> NDArray[np.object_]:
        """Name of each face's township, empty where unknown."""
        names = self.values(self.settings.roles.townships, TOWNSHIP_NAME)
        return np.array(["" if name is None else name for name in names], dtype=object)

    def covered(self, layers: Iterable[str]) -> NDArray[np.bool_]:
        """Return the faces that any feature of these layers covers."""
        covered = np.zeros(len(self.fabric), dtype=bool)
        for name in layers:
            if name in self.fabric.labels:
                covered |= self.fabric.labels[name].of_face >= 0
            elif name in self.fabric.relations:
                covered |= self.fabric.relations[name].covers(len(self.fabric))
        return covered

    def features_on(self, layer: str, faces: NDArray[np.bool_]) -> list[str]:
        """Return ``"LAYER:id"`` of every feature of a layer before on the faces, sorted."""
        if layer in self.fabric.labels:
            ids = self.fabric.label(layer)[faces]
            return sorted({f"{layer}:{fid}" for fid in ids if fid is not None})
        if layer in self.fabric.relations:
            relation = self.fabric.relations[layer]
            hit = np.unique(relation.feature[faces[relation.face]])
            return sorted(f"{layer}:{fid}" for fid in relation.ids[hit])
        return []

    def piece_faces(self, layer: str) -> Mapping[str, NDArray[np.int64]]:
        """Return the faces of each piece of a layer, ascending."""
        relation = self.fabric.relations[f"pieces:{layer}"]
        order = np.argsort(relation.feature, kind="stable")
        bounds = np.searchsorted(relation.feature[order], np.arange(len(relation.ids) + 1))
        return {
            str(piece): relation.face[order[first:last]]
            for piece, first, last in zip(relation.ids, bounds[:-1], bounds[1:], strict=True)
        }

    @cached_property
    def entering(self) -> NDArray[np.bool_]:
        """Faces that the boundary's pieces transfer in, shape (n,)."""
        return self._transferred(TRANSFER_IN)

    @cached_property
    def leaving(self) -> NDArray[np.bool_]:
        """Faces that the boundary's pieces transfer out, shape (n,)."""
        return self._transferred(TRANSFER_OUT)

    def _transferred(self, kind: str) -> NDArray[np.bool_]:
        layer = self.settings.roles.boundary
        faces = np.zeros(len(self.fabric), dtype=bool)
        located = self.piece_faces(layer)
        for piece in self.changes.of(layer, kind).index:
            faces[located[piece]] = True
        return faces

    def area(self, faces: NDArray[np.bool_]) -> int:
        """Return the area of faces in dm²."""
        return int(self.fabric.area[faces].sum())

    def place(self, faces: NDArray[np.bool_]) -> str:
        """Return where the first of some faces lies, as ``"(x, y)"`` in metres."""
        point = shapely.point_on_surface(self.fabric.faces[int(np.flatnonzero(faces)[0])])
        return f"({point.x:.4f}, {point.y:.4f})"


def _features(plan: Plan, code: str) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    if code not in plan.layers:
        nothing = np.empty(0, dtype=object)
        return nothing, nothing
    layer = plan.layer(code)
    return layer.ids, layer.geometry
