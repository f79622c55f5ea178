"""What stands on each face before maintenance, as arrays over the fabric."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from planloop.plan.code_fields import CLASS_CODE, TOWNSHIP_NAME, ZONE_CODE
from planloop.plan.codes import starts_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from planloop.geometry.fabric import Fabric
    from planloop.maintenance.earlier import Earlier
    from planloop.plan.plan import Plan
    from planloop.plan.settings import SchemeSettings

NOTHING = np.array([None], dtype=object)
"""What stands on a face that no feature of a layer covers."""


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """The plan as the swap sees it.

    Parameters
    ----------
    plan, fabric, settings
        What the arrays were read from.
    inside
        Faces in the urban development boundary, shape (n,).
    land
        Faces that belong to the region, to a survey parcel and to a zone.
    parcel
        Identifier of each face's survey parcel, None where there is none.
    land_class
        Current land class of each face's survey parcel.
    zone
        Zone code of each face.
    sub_zone
        Code of the part of the boundary that each face lies in, None outside.
    frozen
        Faces in frozen zones or layers, or locked as untouchable by law.
    kept
        Faces locked to stay as they are this time.
    drawn
        Lock and parcel or project → file and row of the drawing that locks it.
    earlier
        The earlier scheme to stay near to, where there is one.
    """

    plan: Plan
    fabric: Fabric
    settings: SchemeSettings
    inside: NDArray[np.bool_]
    land: NDArray[np.bool_]
    parcel: NDArray[np.object_]
    land_class: NDArray[np.object_]
    zone: NDArray[np.object_]
    sub_zone: NDArray[np.object_]
    frozen: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    drawn: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    earlier: Earlier | None = None

    @classmethod
    def read(
        cls,
        plan: Plan,
        fabric: Fabric,
        settings: SchemeSettings,
        drawn: Mapping[tuple[str, str], tuple[str, int]] | None = None,
        earlier: Earlier | None = None,
    ) -> Situation:
        """Read the arrays off the plan and its fabric; `drawn` says which locks are drawn where."""
        roles, locks = settings.roles, settings.locks
        parcel = fabric.label(roles.parcels)
        zone = field_of_face(plan, fabric, roles.zones, ZONE_CODE)
        return cls(
            plan=plan,
            fabric=fabric,
            settings=settings,
            inside=covered(fabric, [roles.boundary]),
            land=np.logical_and.reduce(
                [covered(fabric, [name]) for name in (roles.region, roles.parcels, roles.zones)]
            ),
            parcel=parcel,
            land_class=field_of_face(plan, fabric, roles.parcels, CLASS_CODE),
            zone=zone,
            sub_zone=field_of_face(plan, fabric, roles.boundary, ZONE_CODE),
            frozen=_locked(parcel, locks.untouchable)
            | starts_with(zone, settings.frozen.zones)
            | covered(fabric, settings.frozen.layers),
            kept=_locked(parcel, locks.keep),
            drawn=drawn or {},
            earlier=earlier,
        )

    @property
    def barred(self) -> NDArray[np.bool_]:
        """Faces that may not go in: excluded, frozen, kept, or no land of the region."""
        return self.covered(self.settings.roles.exclusions) | self.frozen | self.kept | ~self.land

    def covered(self, layers: Iterable[str]) -> NDArray[np.bool_]:
        """Return the faces that any feature of these layers covers."""
        return covered(self.fabric, layers)

    def features_on(self, layers: Iterable[str], faces: NDArray[np.int64]) -> tuple[str, ...]:
        """Return ``"LAYER:id"`` of every feature of these layers on these faces, sorted."""
        found: set[str] = set()
        for name in layers:
            if name in self.fabric.labels:
                ids = self.fabric.label(name)[faces]
                found.update(f"{name}:{fid}" for fid in ids if fid is not None)
            elif name in self.fabric.relations:
                relation = self.fabric.relations[name]
                hit = np.unique(relation.feature[np.isin(relation.face, faces)])
                found.update(f"{name}:{fid}" for fid in relation.ids[hit])
        return tuple(sorted(found))

    def bars(
        self, faces: NDArray[np.int64], layers: Iterable[str] | None = None
    ) -> tuple[str, ...]:
        """Return what bars these faces: features, locks, and layers (``∉ LAYER``) they are not in.

        Parameters
        ----------
        faces
            Face indices.
        layers
            Layers that bar beside the frozen ones; by default those that land going in may not
            touch.
        """
        settings = self.settings
        roles, frozen = settings.roles, settings.frozen
        layers = roles.exclusions if layers is None else layers
        found = set(self.features_on({*layers, *frozen.layers}, faces))
        in_zone = faces[starts_with(self.zone[faces], frozen.zones)]
        found.update(self.features_on([roles.zones], in_zone))
        for lock in ("untouchable", "keep"):
            named = faces[_locked(self.parcel[faces], getattr(settings.locks, lock))]
            found.update(f"locks.{lock}:{fid}" for fid in self.parcel[named])
        for name in (roles.region, roles.parcels, roles.zones):
            if not self.covered([name])[faces].all():
                found.add(f"∉ {name}")
        return tuple(sorted(found))

    def origin(self, lock: str, name: str) -> dict[str, Any]:
        """Return the file and row where a lock of a parcel or project is drawn, if it is."""
        return dict(zip(("path", "row"), self.drawn.get((lock, name), ()), strict=False))

    def township(self, faces: NDArray[np.int64]) -> NDArray[np.object_]:
        """Return the name of each face's township, empty where unknown, shape (k,)."""
        code = self.settings.roles.townships
        if code not in self.fabric.labels:
            return np.full(len(faces), "", dtype=object)
        names = field_of_face(self.plan, self.fabric, code, TOWNSHIP_NAME)[faces]
        names[np.array([name is None for name in names], dtype=bool)] = ""
        return names

    def area(self, faces: NDArray[np.int64]) -> int:
        """Return the area of faces in dm²."""
        return int(self.fabric.area[faces].sum())


def covered(fabric: Fabric, layers: Iterable[str]) -> NDArray[np.bool_]:
    """Return the faces that any feature of these layers covers, shape (n,)."""
    found = np.zeros(len(fabric), dtype=bool)
    for name in layers:
        if name in fabric.labels:
            found |= fabric.labels[name].of_face >= 0
        elif name in fabric.relations:
            found |= fabric.relations[name].covers(len(fabric))
    return found


def field_of_face(plan: Plan, fabric: Fabric, layer: str, field: str) -> NDArray[np.object_]:
    """Return a field of each face's feature in a layer, None where there is none, shape (n,)."""
    values: NDArray[np.object_] = np.concatenate([plan.layer(layer).values(field), NOTHING])
    found: NDArray[np.object_] = values[fabric.labels[layer].of_face]
    return found


def _locked(parcel: NDArray[np.object_], ids: Iterable[str]) -> NDArray[np.bool_]:
    return np.isin(parcel, np.array(sorted(ids), dtype=object))
