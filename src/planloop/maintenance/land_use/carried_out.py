"""Planned classes carried out: faces of the planned land use relabelled, and what that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.maintenance.land_use.forced import planned
from planloop.maintenance.pieces import Moved
from planloop.maintenance.redraw import Relabelling, redraw
from planloop.plan.change_set import ATTRIBUTE, TRANSFER_IN
from planloop.plan.code_fields import CLASS_CODE
from planloop.plan.codes import padded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.maintenance.land_use.forced import Forced
    from planloop.maintenance.situation import Situation
    from planloop.plan.change_set import LayerDelta

CLASS_NAME, STATE, BASE_CLASS = "YDYHFLMC", "GHZT", "JQDLDM"
KEPT, NEW = "10", "20"
"""Planning states (list GHZT): land that stays what it is, and new construction land."""

CHOSEN = "plot "
"""How the groups of plots begin that were chosen to change."""

OWN = frozenset({"BSM", CLASS_CODE, CLASS_NAME, "TBMJ", "TBDLMJ", "geometry"})
"""What a new feature does not take over from the one that it was."""


def carried_out(situation: Situation, change: Forced) -> tuple[Moved, LayerDelta | None]:
    """Relabel the planned land use, and return what changed, face by face and as records.

    Parameters
    ----------
    situation
        The plan before; its fabric has the layer of the role ``land_use``.
    change
        The classes that faces get. Without any there are no records.
    """
    layer = situation.settings.roles.land_use
    fabric, names = situation.fabric, standard.load()
    drawn = redraw(
        fabric,
        situation.plan.region,
        Relabelling(
            layer=situation.plan.layer(layer),
            faces=change.faces,
            code=change.code,
            group=change.group,
            code_field=CLASS_CODE,
            name_field=CLASS_NAME,
            names={code: names.land_class(code).name_zh for code in set(change.code)},
            given=_given(situation, change),
        ),
    )
    before = fabric.label(layer)[change.faces]
    enters = np.array([fid is None for fid in before], dtype=bool)
    moved = Moved(
        layer=layer,
        kind=np.where(enters, TRANSFER_IN, ATTRIBUTE).astype(object),
        faces=change.faces,
        before_id=before,
        after_id=drawn.after_id,
        code_before=planned(situation)[change.faces],
        code_after=change.code,
        reason=change.reason,
        evidence=change.evidence,
        project=change.project,
        township=situation.township(change.faces),
    )
    return moved, drawn.delta if len(change.faces) else None


def _given(situation: Situation, change: Forced) -> Mapping[str, Mapping[str, object]]:
    """Return the fields that land gets beside its class: those of the feature that it was.

    Where the boundary or a line has decided, the planning state says whether land stays as it is.
    """
    layer = situation.settings.roles.land_use
    records = situation.plan.layer(layer).frame.drop(columns="geometry").to_dict("index")
    feature = situation.fabric.label(layer)
    given: dict[str, Mapping[str, object]] = {}
    for face, code, group in zip(change.faces.tolist(), change.code, change.group, strict=True):
        if group in given:
            continue
        fid, use = feature[face], situation.land_class[face]
        fields = {BASE_CLASS: use} if fid is None else dict(records[fid])
        fields = {name: value for name, value in fields.items() if name not in OWN}
        if not group.startswith(CHOSEN):
            fields[STATE] = KEPT if code == padded(use or "") else NEW
        given[group] = fields
    return given
