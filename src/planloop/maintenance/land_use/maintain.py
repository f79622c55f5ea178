"""The planned land use maintained: forced changes and chosen ones, carried out and explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.maintenance.land_use.deciding import decided, reason_of
from planloop.maintenance.land_use.forced import Forced, padded, planned
from planloop.maintenance.land_use.solve import solve
from planloop.maintenance.land_use.stating import state
from planloop.maintenance.pieces import Moved
from planloop.maintenance.redraw import Relabelling, redraw
from planloop.maintenance.situation import field_of_face
from planloop.plan.change_set import ATTRIBUTE, TRANSFER_IN
from planloop.plan.code_fields import CLASS_CODE
from planloop.progress import silent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.land_use.plots import Plots
    from planloop.maintenance.land_use.problem import Problem
    from planloop.maintenance.land_use.solve import Found
    from planloop.maintenance.land_use.stating import Wishes
    from planloop.maintenance.situation import Situation
    from planloop.plan.change_set import LayerDelta
    from planloop.plan.decision import Decision
    from planloop.progress import Progress

CLASS_NAME, STATE, BASE_CLASS = "YDYHFLMC", "GHZT", "JQDLDM"
KEPT, NEW = "10", "20"
"""Planning states (list GHZT): land that stays what it is, and new construction land."""

CHOSEN = "plot "
"""How the groups of plots begin that were chosen to change."""

OWN = frozenset({"BSM", CLASS_CODE, CLASS_NAME, "TBMJ", "TBDLMJ", "geometry"})
"""What a new feature does not take over from the one that it was."""


@dataclass(frozen=True, slots=True, eq=False)
class Maintained:
    """The planned land use after maintenance.

    Parameters
    ----------
    moved
        What changed, face by face.
    delta
        Records that leave and enter; None where nothing changed.
    decisions
        Why each plot that might change did, or did not.
    problem, found
        What was solved, and how.
    """

    moved: Moved
    delta: LayerDelta | None
    decisions: tuple[Decision, ...]
    problem: Problem
    found: Found


def maintain_land_use(
    situation: Situation, forced: Forced, wishes: Wishes, progress: Progress = silent
) -> Maintained:
    """Choose the planned classes of the plots that may change, and carry everything out.

    Parameters
    ----------
    situation
        The plan before; its fabric has the layer of the role ``land_use``.
    forced
        Classes that are decided beforehand: those that follow from the boundary.
    wishes
        What the planner has said.
    progress
        Told of each level of the objective.

    Raises
    ------
    SettingsError
        A lock names a plot that may not change, or a class that it may not have.
    InfeasibleError
        The locks contradict each other, or the search ended at its limits.
    """
    plots, problem = state(situation, forced, wishes)
    found = solve(problem, situation.settings.solver, progress)
    change = _changes(situation, forced, plots, problem, found)
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
        township=_townships(situation)[change.faces],
    )
    delta = drawn.delta if len(change.faces) else None
    return Maintained(moved, delta, decided(problem, found), problem, found)


def _changes(
    situation: Situation, forced: Forced, plots: Plots, problem: Problem, found: Found
) -> Forced:
    """Return forced and chosen changes together, by face, but those that change nothing."""
    old, rows = planned(situation), list[tuple[int, str, str, str, str, str]]()
    for at, face in enumerate(forced.faces.tolist()):
        if forced.code[at] != old[face]:
            texts = (forced.code, forced.group, forced.reason, forced.evidence, forced.project)
            code, group, reason, evidence, project = (column[at] for column in texts)
            rows.append((face, code, group, reason, evidence, project))
    for index in problem.movable:
        cell, code = problem.cells[index], found.choice[index]
        if code != cell.now:
            reason = reason_of(problem, found.choice, index)
            group = f"{CHOSEN}{cell.id}"
            rows += [(face, code, group, reason, "", "") for face in plots.faces(index).tolist()]
    return Forced.of(rows)


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


def _townships(situation: Situation) -> NDArray[np.object_]:
    name = situation.settings.roles.townships
    if name not in situation.fabric.labels:
        return np.full(len(situation.fabric), "", dtype=object)
    names = field_of_face(situation.plan, situation.fabric, name, "XZQMC")
    names[np.array([item is None for item in names], dtype=bool)] = ""
    return names
