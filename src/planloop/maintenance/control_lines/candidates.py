"""Land that may become part of a city line: whole survey parcels that nothing needs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.maintenance.control_lines.conflicts import (
    OPEN,
    grounds,
    is_sliver,
    patches,
    rights,
)
from planloop.maintenance.control_lines.problem import NOT_ALLOWED
from planloop.maintenance.situation import field_of_face
from planloop.plan.code_fields import CLASS_CODE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.situation import Situation
    from planloop.standard.records import LineKind


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """Land that moves together: the connected part of a survey parcel that may be used.

    Parameters
    ----------
    parcel
        Identifier of the survey parcel.
    faces
        Its faces, shape (k,).
    planned
        Planned classes of its land, an empty text among them where nothing is planned; the current
        classes where the plan has no planned land use at all.
    """

    parcel: str
    faces: NDArray[np.int64]
    planned: tuple[str, ...]


def candidates(situation: Situation, inside: NDArray[np.bool_]) -> list[Cell]:
    """Return the land that may compensate, by survey parcel, then by first face.

    What of a survey parcel lies in the central area and in the boundary must all be free: open
    land, in no city line, held by no title or project, wanted by no project site, neither frozen
    nor locked. Slivers are left out.

    Parameters
    ----------
    situation
        The plan.
    inside
        Faces in the urban development boundary after maintenance, shape (n,).
    """
    roles = situation.settings.roles
    place = inside & situation.land
    if roles.central in situation.fabric.labels:
        place &= situation.covered([roles.central])
    taken = [roles.green, roles.yellow, roles.blue, roles.purple, roles.sites, *rights(situation)]
    free = (grounds(situation.land_class) == OPEN) & ~situation.covered(taken)
    free &= ~situation.frozen & ~situation.kept
    planned = planned_class(situation)
    parts: dict[str, list[int]] = defaultdict(list)
    for face in np.flatnonzero(place):
        parts[str(situation.parcel[face])].append(int(face))
    cells = []
    for parcel in sorted(parts):
        faces = np.array(parts[parcel], dtype=np.int64)
        if not free[faces].all():
            continue
        cells += [
            Cell(parcel, patch, tuple(sorted(set(planned[patch]))))
            for patch in patches(situation, faces)
            if not is_sliver(situation, patch)
        ]
    return cells


def planned_class(situation: Situation) -> NDArray[np.object_]:
    """Return the planned class of each face, empty where nothing is planned.

    In a plan without planned land use it is the current class.
    """
    code = situation.settings.roles.land_use
    if code not in situation.fabric.labels:
        return situation.land_class
    planned = field_of_face(situation.plan, situation.fabric, code, CLASS_CODE)
    return np.array(["" if item is None else str(item) for item in planned], dtype=object)


def rank(cell: Cell, kind: LineKind) -> int:
    """Return how badly a cell fits a kind of line: 0 where it is planned for it already."""
    found = [_rank(code, kind) for code in cell.planned]
    return NOT_ALLOWED if NOT_ALLOWED in found else max(found)


def _rank(planned: str, kind: LineKind) -> int:
    if planned.startswith(kind.planned):
        return 0
    table = standard.load().line_compensation
    fitting = [prefix for prefix in table if planned.startswith(prefix)]
    return table[max(fitting, key=len)].rank if fitting else NOT_ALLOWED
