"""The planned land use that follows the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.situation import field_of_face
from planloop.plan.code_fields import CLASS_CODE
from planloop.plan.codes import padded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.situation import Situation

LOST, GAINED = "land-use-line-cut", "land-use-line-new"
"""Why a planned class changes: the land leaves a line, or joins one."""


@dataclass(frozen=True, slots=True, eq=False)
class LandUseChange:
    """Land whose planned class changes because its line does; arrays of shape (k,).

    Parameters
    ----------
    faces
        Face indices, ascending.
    code
        Planned class afterwards, padded to six digits.
    reason
        Entry of ``messages/reasons.toml``.
    evidence
        What the change of the line rests on.
    """

    faces: NDArray[np.int64]
    code: NDArray[np.object_]
    reason: NDArray[np.object_]
    evidence: NDArray[np.object_]


def following(situation: Situation, classes: Mapping[int, tuple[str, str, str]]) -> LandUseChange:
    """Return what changes in the planned land use.

    Parameters
    ----------
    situation
        The plan.
    classes
        Face → class that it gets, reason, evidence. Faces without planned land use, or planned for
        that class already, are left out.
    """
    layer = situation.settings.roles.land_use
    rows = []
    if layer in situation.fabric.labels:
        before = field_of_face(situation.plan, situation.fabric, layer, CLASS_CODE)
        for face in sorted(classes):
            wanted, reason, evidence = classes[face]
            held, code = before[face], padded(wanted)
            if held is not None and padded(str(held)) != code:
                rows.append((face, code, reason, evidence))
    columns = list(zip(*rows, strict=True)) if rows else [()] * 4
    return LandUseChange(
        np.array(columns[0], dtype=np.int64),
        *(np.array(column, dtype=object) for column in columns[1:]),
    )
