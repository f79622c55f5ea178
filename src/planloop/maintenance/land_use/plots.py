"""The plots of the planned land use, and what each of them may become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.services import least_site
from planloop.errors import SettingsError
from planloop.maintenance.land_use.forced import choice_of, city_lines, planned
from planloop.maintenance.land_use.problem import Cell
from planloop.plan.codes import padded, starts_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.land_use.forced import Forced
    from planloop.maintenance.situation import Situation

NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Plots:
    """The plots, once the boundary has moved.

    Parameters
    ----------
    cells
        The plots in the order of their features.
    of_face
        Number of each face's plot, :data:`NOWHERE` off the layer, shape (n,).
    code
        Class of each face before any choice, None off the layer, shape (n,).
    """

    cells: tuple[Cell, ...]
    of_face: NDArray[np.int64]
    code: NDArray[np.object_]

    @classmethod
    def read(cls, situation: Situation, forced: Forced, locks: Mapping[str, str]) -> Plots:
        """Read the plots off the planned land use.

        A plot is a feature; where the boundary has changed a part of one, each part is a plot of
        its own, and stays.

        Parameters
        ----------
        situation
            The plan before.
        forced
            Classes that are decided beforehand.
        locks
            Feature → the class that the planner has decided on.

        Raises
        ------
        SettingsError
            A lock names a plot that may not change, or a class that it may not have.
        """
        layer = situation.settings.roles.land_use
        labels, code = situation.fabric.labels[layer], planned(situation)
        code[forced.faces] = forced.code
        of_face = np.full(len(code), NOWHERE, dtype=np.int64)
        touched = np.zeros(len(labels.ids), dtype=bool)
        on = labels.of_face[forced.faces]
        touched[on[on != NOWHERE]] = True
        blocked = np.zeros(len(labels.ids), dtype=bool)
        closed = labels.of_face[_closed(situation)]
        blocked[closed[closed != NOWHERE]] = True
        area = np.zeros(len(labels.ids), dtype=np.int64)
        held = labels.of_face != NOWHERE
        np.add.at(area, labels.of_face[held], situation.fabric.area[held])
        first = dict(zip(*np.unique(labels.of_face, return_index=True), strict=True))
        cells: list[Cell] = []
        number = np.full(len(labels.ids) + 1, NOWHERE, dtype=np.int64)
        for feature in np.flatnonzero(~touched):
            if feature not in first:
                continue
            fid, now = str(labels.ids[feature]), str(code[first[feature]] or "")
            size = int(area[feature])
            may = () if blocked[feature] else _choices(now, size)
            number[feature] = len(cells)
            cells.append(Cell(fid, size, (now, *may), _lock(fid, locks, (now, *may))))
        of_face[:] = number[labels.of_face]
        for name, faces in _parts(situation, forced, np.append(touched, False)):  # a value
            of_face[faces] = len(cells)
            size = int(situation.fabric.area[faces].sum())
            now = str(code[faces[0]] or "")
            cells.append(Cell(name, size, (now,), _lock(name, locks, (now,))))
        if unknown := sorted(set(locks) - {cell.id for cell in cells}):
            raise SettingsError("land_use.lock-unknown", layer=layer, feature=unknown[0])
        return cls(tuple(cells), of_face, code)

    def faces(self, cell: int) -> NDArray[np.int64]:
        """Return the faces of a plot."""
        return np.flatnonzero(self.of_face == cell)


def _closed(situation: Situation) -> NDArray[np.bool_]:
    """Return the faces whose planned class may not change.

    Land with a title, an approved, a built or a listed project; in a city line; town land now;
    frozen or locked.
    """
    roles, settings = situation.settings.roles, situation.settings
    rights = [roles.titles, roles.approved, roles.built, roles.sites]
    town = starts_with(situation.land_class, settings.swap.town_classes)
    return (
        situation.covered(rights) | city_lines(situation) | town | situation.frozen | situation.kept
    )


def _choices(now: str, area: int) -> tuple[str, ...]:
    """Return the classes that a vacant plot may take beside the one that it has."""
    row = choice_of(now)
    if row is None or row.fixed:
        return ()
    needed: dict[str, int] = {}
    for kind in standard.load().service_kinds.values():
        least = min(needed.get(kind.land_class, least_site(kind)), least_site(kind))
        needed[kind.land_class] = least
    return tuple(
        padded(code)
        for code in row.choices
        if padded(code) != padded(now) and area >= needed.get(code, 0)
    )


def _lock(fid: str, locks: Mapping[str, str], classes: tuple[str, ...]) -> str | None:
    if fid not in locks:
        return None
    code = next((item for item in classes if padded(item) == padded(locks[fid])), None)
    if code is None:
        may = ", ".join(classes)
        raise SettingsError("land_use.lock-class", feature=fid, code=locks[fid], may=may)
    return code


def _parts(
    situation: Situation, forced: Forced, touched: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Return what becomes of features that the boundary has cut: rests, and land with a new class.

    Parameters
    ----------
    situation, forced
        As above.
    touched
        Which features are cut; the last entry stands for no feature.
    """
    fabric = situation.fabric
    labels = fabric.labels[situation.settings.roles.land_use]
    moved = np.zeros(len(fabric), dtype=bool)
    moved[forced.faces] = True
    rest = touched[labels.of_face] & ~moved
    for feature in np.unique(labels.of_face[rest]):
        parts = fabric.patches(rest & (labels.of_face == feature))
        for number, faces in enumerate(parts, start=1):
            yield f"{labels.ids[feature]}/{number}", faces
    keys = np.array(
        [f"{code} {group}" for code, group in zip(forced.code, forced.group, strict=True)],
        dtype=object,
    )
    for key in sorted(set(keys)):
        mask = np.zeros(len(fabric), dtype=bool)
        mask[forced.faces[keys == key]] = True
        for number, faces in enumerate(fabric.patches(mask), start=1):
            yield f"{key}/{number}", faces
