"""The maintenance of the green and yellow lines: from conflicts to a change of their layers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.control_lines.conflicts import KIND_FIELDS
from planloop.maintenance.control_lines.explain import missing
from planloop.maintenance.control_lines.land_use import GAINED, LOST, LandUseChange, following
from planloop.maintenance.control_lines.problem import NOT_ALLOWED
from planloop.maintenance.control_lines.solve import Solved, solve
from planloop.maintenance.control_lines.stating import Stated, state
from planloop.maintenance.control_lines.telling import decisions, findings
from planloop.maintenance.control_lines.verify import faults
from planloop.maintenance.pieces import Moved
from planloop.maintenance.redraw import Relabelling, redraw
from planloop.maintenance.situation import field_of_face
from planloop.plan.change_set import TRANSFER_IN, TRANSFER_OUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.control_lines.conflicts import Conflict
    from planloop.maintenance.situation import Situation
    from planloop.plan.certificate import SolveLevel
    from planloop.plan.change_set import LayerDelta
    from planloop.plan.decision import Decision
    from planloop.plan.finding import Finding

NAME, RULES = "MC", "GKYQ"

ROAD_CUT, RIGHT_CUT, JOINED, REPLACED = (
    "line-out-road",
    "line-out-right",
    "line-in-area",
    "line-in-site",
)
"""Why land leaves a line, and why it joins one."""


@dataclass(frozen=True, slots=True, eq=False)
class LinesMaintained:
    """What becomes of the lines.

    Parameters
    ----------
    moves
        What changed, line by line.
    deltas
        Layer code → records that leave and enter.
    land_use
        Planned land use that follows.
    decisions
        What was decided on each conflict, and on each parcel that joins a line.
    findings
        What was seen.
    levels
        How each level of the compensation was solved; none where there was no conflict.
    """

    moves: tuple[Moved, ...]
    deltas: Mapping[str, LayerDelta]
    land_use: LandUseChange
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    levels: tuple[SolveLevel, ...]


@dataclass(frozen=True, slots=True)
class _Turn:
    """What happens to one face of a line."""

    code: str | None
    group: str
    reason: str
    evidence: str


def maintain_lines(situation: Situation, inside: NDArray[np.bool_]) -> LinesMaintained:
    """Cut what is in conflict out of the green and yellow lines, and make up for it.

    Parameters
    ----------
    situation
        The plan; its fabric has the lines, the central area and the planned land use as labels.
    inside
        Faces in the urban development boundary after maintenance, shape (n,).
    """
    stated = state(situation, inside)
    solved = solve(stated.problem, situation.settings.solver)
    if broken := faults(stated.problem, solved.choice):
        message = f"the plan for the city lines breaks {', '.join(broken)}"
        raise AssertionError(message)
    short = {
        loss: missing(stated.problem, solved.choice, loss)
        for loss, cut in enumerate(solved.choice.cut)
        if not cut
    }
    moves, deltas = [], {}
    for role in KIND_FIELDS:
        turns, given = _turns(situation, stated, solved, role)
        if turns:
            moved, delta = _carried_out(situation, role, turns, given)
            moves.append(moved)
            deltas[moved.layer] = delta
    return LinesMaintained(
        moves=tuple(moves),
        deltas=deltas,
        land_use=following(situation, _classes(situation, stated, solved)),
        decisions=decisions(situation, stated, solved, short),
        findings=(*stated.findings, *findings(stated, solved, short)),
        levels=solved.levels,
    )


def _turns(
    situation: Situation, stated: Stated, solved: Solved, role: str
) -> tuple[dict[int, _Turn], dict[str, dict[str, object]]]:
    """Return what happens to the faces of a line, and the fields that new features get by group."""
    turns: dict[int, _Turn] = {}
    given: dict[str, dict[str, object]] = {}
    for conflict, cut in zip(stated.conflicts, solved.choice.cut, strict=True):
        if cut and conflict.kind.line == role:
            for face, evidence, road in zip(
                conflict.faces.tolist(), conflict.evidence, conflict.road, strict=True
            ):
                reason = ROAD_CUT if road else RIGHT_CUT
                turns[face] = _Turn(None, conflict.name, reason, evidence)
    for cell, use in zip(stated.cells, solved.choice.use, strict=True):
        if use == NOT_ALLOWED or stated.kinds[use].line != role:
            continue
        kind = stated.kinds[use].kind
        whole = stated.problem.requirements[use].site
        made_up_for = [
            conflict
            for number, conflict in enumerate(stated.conflicts)
            if stated.problem.losses[number].requirement == use and solved.choice.cut[number]
        ]
        evidence = ", ".join(item.name for item in made_up_for)
        group = f"{kind} {made_up_for[0].name if whole else ''}".strip()
        given[group] = _fields(situation, made_up_for, whole=whole)
        reason = REPLACED if whole else JOINED
        turns |= dict.fromkeys(cell.faces.tolist(), _Turn(kind, group, reason, evidence))
    return turns, given


def _fields(situation: Situation, replaced: list[Conflict], *, whole: bool) -> dict[str, object]:
    """Return what a new feature takes over: the rules that all have; of a site the name, too."""
    frame = situation.plan.layer(replaced[0].layer).frame
    held = frame.iloc[[item.feature for item in replaced]]
    found: dict[str, object] = {}
    if RULES in held.columns and held[RULES].nunique(dropna=False) == 1:
        found[RULES] = held[RULES].iloc[0]
    if whole and NAME in held.columns:
        found[NAME] = held[NAME].iloc[0]
    return found


def _carried_out(
    situation: Situation,
    role: str,
    turns: Mapping[int, _Turn],
    given: Mapping[str, Mapping[str, object]],
) -> tuple[Moved, LayerDelta]:
    """Relabel the faces of a line and tell what changed."""
    fabric, layer = situation.fabric, situation.plan.layer(getattr(situation.settings.roles, role))
    faces = np.array(sorted(turns), dtype=np.int64)
    columns: dict[str, NDArray[np.object_]] = {
        name: np.array([getattr(turns[face], name) for face in faces.tolist()], dtype=object)
        for name in ("code", "group", "reason", "evidence")
    }
    change = Relabelling(
        layer=layer,
        faces=faces,
        code=columns["code"],
        group=columns["group"],
        code_field=KIND_FIELDS[role],
        given=given,
    )
    drawn = redraw(fabric, situation.plan.region, change)
    gone = np.array([code is None for code in columns["code"]], dtype=bool)
    moved = Moved(
        layer=layer.code,
        kind=np.where(gone, TRANSFER_OUT, TRANSFER_IN).astype(object),
        faces=faces,
        before_id=fabric.label(layer.code)[faces],
        after_id=drawn.after_id,
        code_before=field_of_face(situation.plan, fabric, layer.code, KIND_FIELDS[role])[faces],
        code_after=columns["code"],
        reason=columns["reason"],
        evidence=columns["evidence"],
        project=np.full(len(faces), "", dtype=object),
        township=situation.township(faces),
    )
    return moved, drawn.delta


def _classes(
    situation: Situation, stated: Stated, solved: Solved
) -> dict[int, tuple[str, str, str]]:
    """Return the planned class that faces get: what stands there, or that of their new line."""
    found: dict[int, tuple[str, str, str]] = {}
    for conflict, cut in zip(stated.conflicts, solved.choice.cut, strict=True):
        if cut:
            for face, evidence in zip(conflict.faces.tolist(), conflict.evidence, strict=True):
                found[face] = str(situation.land_class[face]), LOST, evidence
    names: dict[int, list[str]] = defaultdict(list)
    for loss, cut in zip(stated.problem.losses, solved.choice.cut, strict=True):
        if cut:
            names[loss.requirement].append(loss.feature)
    for cell, use in zip(stated.cells, solved.choice.use, strict=True):
        if use != NOT_ALLOWED:
            told = stated.kinds[use].planned, GAINED, ", ".join(names[use])
            found |= dict.fromkeys(cell.faces.tolist(), told)
    return found
