"""Where a green or yellow line lies on something lawful: a title, a project, a road."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop import standard
from planloop.geometry.fabric import union
from planloop.maintenance.situation import covered
from planloop.plan.code_fields import GREEN_KIND, YELLOW_KIND
from planloop.plan.codes import starts_with
from planloop.plan.finding import Finding, Severity
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.situation import Situation
    from planloop.standard.records import LineKind

KIND_FIELDS = {"green": GREEN_KIND, "yellow": YELLOW_KIND}
"""The lines that may be changed, by their role, and the field of their kind."""

OPEN, ROAD = "open", "road"


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """A feature of a line with land that something lawful holds.

    Parameters
    ----------
    layer
        Layer code of the line.
    feature
        Index of the feature in its layer.
    fid
        Its identifier.
    kind
        Its kind.
    faces
        Faces that are in conflict, shape (k,).
    road
        Which of them are in conflict as a road, shape (k,).
    evidence
        What lies on each, ``"LAYER:id"`` joined by ``", "``, shape (k,).
    rest
        Faces of the feature that are not in conflict.
    whole
        Whether the feature goes altogether: no rest of it is more than a sliver.
    """

    layer: str
    feature: int
    fid: str
    kind: LineKind
    faces: NDArray[np.int64]
    road: NDArray[np.bool_]
    evidence: NDArray[np.object_]
    rest: NDArray[np.int64]
    whole: bool

    @property
    def name(self) -> str:
        """``"LAYER:id"`` of the feature."""
        return f"{self.layer}:{self.fid}"


@dataclass(slots=True)
class Found:
    """The conflicts, and what was seen that is none or cannot be treated as one."""

    conflicts: list[Conflict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def seen(
        self, situation: Situation, code: str, layer: str, masks: dict[str, NDArray[np.int64]]
    ) -> None:
        """Add a finding on features of a layer, with the area of their faces."""
        area = sum(situation.area(faces) for faces in masks.values())
        if masks:
            numbers = {"area": f"{area / SQUARE_METRE:.2f}"}
            self.findings.append(
                Finding(code, Severity.WARNING, layer, tuple(masks), numbers=numbers)
            )


def conflicts(situation: Situation) -> Found:
    """Return the conflicts of the green and yellow lines, by line, then by feature.

    A face of a line is in conflict where a title, an approved or a built project holds it, or where
    it is a road, and its current land class is none that the line's kind may have. Not in conflict,
    but told of: open land with a right on it, of which the current class does not say what it is
    for; slivers; land that is frozen or locked; features without a known kind, or on top of another
    of their layer.
    """
    found = Found()
    for role in KIND_FIELDS:
        if getattr(situation.settings.roles, role) in situation.fabric.labels:
            _of_line(situation, role, found)
    return found


def grounds(classes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return what land of each current class is to city lines, shape (n,): None where built."""
    found = np.full(len(classes), None, dtype=object)
    rows = standard.load().line_grounds.values()
    for row in sorted(rows, key=lambda item: len(item.land_class)):
        found[starts_with(classes, [row.land_class])] = row.ground
    return found


def rights(situation: Situation) -> tuple[str, ...]:
    """Return the layers of titles, approved and built projects."""
    roles = situation.settings.roles
    return roles.titles, roles.approved, roles.built


def _of_line(situation: Situation, role: str, found: Found) -> None:
    layer = getattr(situation.settings.roles, role)
    labels, kinds = situation.fabric.labels[layer], standard.load().line_kinds
    named = situation.plan.layer(layer).values(KIND_FIELDS[role])
    ground = grounds(situation.land_class)
    held = covered(situation.fabric, rights(situation))
    told = np.array([code is not None for code in situation.land_class], dtype=bool)
    lawful = (held | (ground == ROAD)) & told
    locked = situation.frozen | situation.kept
    stacked = set(labels.overlaps[:, 1].tolist())
    stacked |= set(labels.of_face[labels.overlaps[:, 0]].tolist())
    aside: dict[str, dict[str, NDArray[np.int64]]] = defaultdict(dict)
    for feature in range(len(labels.ids)):
        fid, kind = str(labels.ids[feature]), kinds.get((role, str(named[feature])))
        faces = labels.faces(feature)
        if kind is None or feature in stacked:
            aside["line-kind-unknown" if kind is None else "line-overlap"][fid] = faces
            continue
        hit = faces[lawful[faces] & ~starts_with(situation.land_class[faces], kind.fits)]
        _keep(aside["line-use-unknown"], fid, hit[ground[hit] == OPEN])
        hit = hit[ground[hit] != OPEN]
        _keep(aside["line-locked"], fid, hit[locked[hit]])
        hit = hit[~locked[hit]]
        slivers, cut = _parted(situation, hit)
        _keep(aside["line-sliver"], fid, slivers)
        if len(cut):
            rest = np.setdiff1d(faces, cut)
            whole = not len(_parted(situation, rest)[1])
            marks = _evidence(situation, cut, ground[cut] == ROAD)
            parts = (cut, ground[cut] == ROAD, marks, rest, whole)
            found.conflicts.append(Conflict(layer, feature, fid, kind, *parts))
    for code in sorted(aside):
        found.seen(situation, code, layer, aside[code])


def _keep(masks: dict[str, NDArray[np.int64]], fid: str, faces: NDArray[np.int64]) -> None:
    if len(faces):
        masks[fid] = faces


def _parted(
    situation: Situation, faces: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the faces of patches that are slivers, and of those that are none, ascending."""
    parts: dict[bool, list[NDArray[np.int64]]] = {True: [], False: []}
    for patch in patches(situation, faces):
        parts[is_sliver(situation, patch)].append(patch)
    nothing = np.zeros(0, dtype=np.int64)
    thin, other = (np.sort(np.concatenate([nothing, *parts[key]])) for key in (True, False))
    return thin, other


def patches(situation: Situation, faces: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return faces by connected patch."""
    mask = np.zeros(len(situation.fabric), dtype=bool)
    mask[faces] = True
    return situation.fabric.patches(mask)


def is_sliver(situation: Situation, patch: NDArray[np.int64]) -> bool:
    """Return whether a patch is too small or too narrow (twice its area over its outline)."""
    swap = situation.settings.swap
    shape = union(situation.fabric.faces[patch])
    thin = 2.0 * float(shapely.area(shape)) < swap.sliver_width_m * float(shapely.length(shape))
    return thin or situation.area(patch) < swap.sliver_area_m2 * SQUARE_METRE


def _evidence(
    situation: Situation, faces: NDArray[np.int64], road: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Return what lies on each face: rights, and of a road its parcel and centre lines."""
    roles = situation.settings.roles
    marks = [
        list(situation.features_on(rights(situation), faces[k : k + 1])) for k in range(len(faces))
    ]
    for index in np.flatnonzero(road):
        marks[index].append(f"{roles.parcels}:{situation.parcel[faces[index]]}")
    # One patch of like land is one piece: its centre lines are those that cross it.
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index in np.flatnonzero(road):
        alike[tuple(marks[index])].append(int(faces[index]))
    lines: dict[int, tuple[str, ...]] = {}
    for members in alike.values():
        for patch in patches(situation, np.array(members, dtype=np.int64)):
            lines |= dict.fromkeys(patch.tolist(), _centre_lines(situation, patch))
    joined = [
        ", ".join([*mark, *lines.get(int(face), ())])
        for mark, face in zip(marks, faces, strict=True)
    ]
    return np.array(joined, dtype=object)


def _centre_lines(situation: Situation, patch: NDArray[np.int64]) -> tuple[str, ...]:
    """Return ``"LAYER:id"`` of the centre lines that cross a patch."""
    code = situation.settings.roles.roads
    if code not in situation.plan.layers:
        return ()
    layer = situation.plan.layer(code)
    hit = shapely.intersects(layer.geometry, union(situation.fabric.faces[patch]))
    return tuple(f"{code}:{fid}" for fid in layer.ids[hit])


def kind_of_face(situation: Situation, role: str) -> NDArray[np.object_]:
    """Return the kind of the line feature that each face lies in, None where none, shape (n,)."""
    layer = getattr(situation.settings.roles, role)
    if layer not in situation.fabric.labels:
        return np.full(len(situation.fabric), None, dtype=object)
    kinds: NDArray[np.object_] = np.append(
        situation.plan.layer(layer).values(KIND_FIELDS[role]), np.array([None], dtype=object)
    )
    found: NDArray[np.object_] = kinds[situation.fabric.labels[layer].of_face]
    return found


def cut_faces(chosen: Iterable[Conflict], count: int) -> NDArray[np.bool_]:
    """Return which of `count` faces are in conflict."""
    mask = np.zeros(count, dtype=bool)
    for conflict in chosen:
        mask[conflict.faces] = True
    return mask


def by_kind(found: Sequence[Conflict]) -> dict[tuple[str, str], list[Conflict]]:
    """Return conflicts by line and kind, in the order in which these first come."""
    groups: dict[tuple[str, str], list[Conflict]] = {}
    for conflict in found:
        groups.setdefault((conflict.kind.line, conflict.kind.kind), []).append(conflict)
    return groups
