"""The planned land use that follows the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.maintenance.pieces import Moved
from planloop.maintenance.redraw import Relabelling, redraw
from planloop.maintenance.situation import field_of_face
from planloop.plan.change_set import ATTRIBUTE
from planloop.plan.code_fields import CLASS_CODE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.situation import Situation
    from planloop.plan.change_set import LayerDelta

CLASS_NAME, STATE = "YDYHFLMC", "GHZT"
KEPT, NEW = "10", "20"
"""States of planned land (GHZT): as it is now, and new."""

PADDED = 6
"""Digits to which databases pad land classes with zeros."""

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
    code = situation.settings.roles.land_use
    rows = []
    if code in situation.fabric.labels:
        before = field_of_face(situation.plan, situation.fabric, code, CLASS_CODE)
        for face in sorted(classes):
            wanted, reason, evidence = classes[face]
            held, padded = before[face], wanted.ljust(PADDED, "0")
            if held is not None and str(held).ljust(PADDED, "0") != padded:
                rows.append((face, padded, reason, evidence))
    columns = list(zip(*rows, strict=True)) if rows else [()] * 4
    return LandUseChange(
        np.array(columns[0], dtype=np.int64),
        *(np.array(column, dtype=object) for column in columns[1:]),
    )


def carried_out(
    situation: Situation, change: LandUseChange, township: NDArray[np.object_]
) -> tuple[Moved, LayerDelta]:
    """Relabel the planned land use and tell what changed.

    New features inherit the fields of the feature that they are cut from; the state of the planning
    says whether the land stays as it is. `township` is the name of each face's township, shape
    (k,).
    """
    fabric, region = situation.fabric, situation.plan.region
    layer = situation.plan.layer(situation.settings.roles.land_use)
    labels = fabric.labels[layer.code]
    source = labels.of_face[change.faces]
    records = layer.frame.drop(columns=layer.frame.geometry.name).to_dict("records")
    current = [str(code).ljust(PADDED, "0") for code in situation.land_class[change.faces]]
    states = [KEPT if now == code else NEW for now, code in zip(current, change.code, strict=True)]
    group = np.array(
        [f"{labels.ids[number]} {state}" for number, state in zip(source, states, strict=True)],
        dtype=object,
    )
    given = {
        name: records[number] | {STATE: state}
        for name, number, state in zip(group, source, states, strict=True)
    }
    table = standard.load()
    drawn = redraw(
        fabric,
        region,
        Relabelling(
            layer=layer,
            faces=change.faces,
            code=change.code,
            group=group,
            code_field=CLASS_CODE,
            name_field=CLASS_NAME,
            names={code: table.land_class(code).name_zh for code in set(change.code)},
            given=given,
        ),
    )
    nothing = np.full(len(change.faces), "", dtype=object)
    moved = Moved(
        layer=layer.code,
        kind=np.full(len(change.faces), ATTRIBUTE, dtype=object),
        faces=change.faces,
        before_id=fabric.label(layer.code)[change.faces],
        after_id=drawn.after_id,
        code_before=field_of_face(situation.plan, fabric, layer.code, CLASS_CODE)[change.faces],
        code_after=change.code,
        reason=change.reason,
        evidence=change.evidence,
        project=nothing,
        township=township,
    )
    return moved, drawn.delta
