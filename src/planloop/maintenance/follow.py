"""Carry a choice out on the fabric: boundary and zones relabelled, one change set over both."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.maintenance.boundary.sub_zones import sub_zone_of
from planloop.maintenance.pieces import Moved, pieces_of
from planloop.maintenance.redraw import Relabelling, redraw
from planloop.maintenance.situation import field_of_face
from planloop.maintenance.zones import receive
from planloop.plan.change_set import ATTRIBUTE, TRANSFER_IN, TRANSFER_OUT, ChangeSet
from planloop.plan.code_fields import ZONE_CODE

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.maintenance.situation import Situation
    from planloop.plan.change_set import LayerDelta

ZONE_NAME = "GHFQMC"


@dataclass(frozen=True, slots=True, eq=False)
class Transferred:
    """The faces that a choice moves, with why; arrays of shape (k,), by face.

    Parameters
    ----------
    faces
        Face indices, ascending.
    part
        Code of the boundary's part that each goes into, None where it goes out.
    group
        What it moves for: faces of one part, group and patch become one feature.
    reason, evidence, project
        Why, by what, and for which projects; text, empty where there are none.
    """

    faces: NDArray[np.int64]
    part: NDArray[np.object_]
    group: NDArray[np.object_]
    reason: NDArray[np.object_]
    evidence: NDArray[np.object_]
    project: NDArray[np.object_]

    @property
    def goes_in(self) -> NDArray[np.bool_]:
        """Whether each face goes into the boundary, shape (k,)."""
        return np.array([part is not None for part in self.part], dtype=bool)

    @property
    def kind(self) -> NDArray[np.object_]:
        """In which direction each face goes, as in WHLX, shape (k,)."""
        return np.where(self.goes_in, TRANSFER_IN, TRANSFER_OUT).astype(object)


def follow(situation: Situation, problem: Problem, choice: Choice) -> ChangeSet:
    """Return the change set of the chosen swap and of the zones that follow it.

    Raises
    ------
    SettingsError
        No zone may receive the land transferred out.
    """
    swap = transferred(situation, problem, choice)
    roles, goes_in, kind = situation.settings.roles, swap.goes_in, swap.kind
    received = receive(situation, swap.faces[~goes_in], swap.faces[goes_in])
    zone = swap.part.copy()
    zone[~goes_in] = received.zone
    why = np.full(len(zone), "zone-follows-in", dtype=object)
    why[~goes_in] = received.reason
    # Where the zone before does not fit the boundary before, it may fit already.
    changed = zone != situation.zone[swap.faces]
    zones = replace(
        _only(swap, changed), reason=why[changed], group=np.full(int(changed.sum()), "", object)
    )
    attribute = np.full(int(changed.sum()), ATTRIBUTE, dtype=object)
    moves, deltas = [], {}
    for layer, moved, code, kinds in (
        (roles.boundary, swap, swap.part, kind),
        (roles.zones, zones, zone[changed], attribute),
    ):
        told, delta = _carried_out(situation, layer, moved, code, kinds)
        moves.append(told)
        if len(moved.faces):
            deltas[layer] = delta
    pieces = pieces_of(situation.fabric, moves, situation.settings.scheme.dated)
    return ChangeSet(pieces, deltas)


def boundary_pieces(situation: Situation, problem: Problem, choice: Choice) -> gpd.GeoDataFrame:
    """Return the pieces of the boundary that a choice moves, without the change set.

    They are those of :func:`follow`, in its order; but instead of the identifier of the feature
    that land enters, which nothing has been given yet, `after_id` tells what it moves for.
    """
    swap, layer = transferred(situation, problem, choice), situation.settings.roles.boundary
    # Land of one part and group is one feature where it hangs together, and so are its pieces.
    after = swap.group.copy()
    after[~swap.goes_in] = None
    moved = _moved(situation, layer, swap, swap.part, swap.kind, after)
    return pieces_of(situation.fabric, [moved], situation.settings.scheme.dated)


def _carried_out(
    situation: Situation,
    layer: str,
    swap: Transferred,
    code: NDArray[np.object_],
    kind: NDArray[np.object_],
) -> tuple[Moved, LayerDelta]:
    """Relabel the faces of one layer and tell what changed."""
    fabric = situation.fabric
    before = situation.plan.layer(layer)
    drawn = redraw(
        fabric,
        situation.plan.region,
        Relabelling(
            layer=before,
            faces=swap.faces,
            code=code,
            group=swap.group,
            code_field=ZONE_CODE,
            name_field=ZONE_NAME,
            names={code: zone.name_zh for code, zone in standard.load().zones.items()},
        ),
    )
    return _moved(situation, layer, swap, code, kind, drawn.after_id), drawn.delta


def _moved(  # noqa: PLR0913, PLR0917  # what is told of faces that moved
    situation: Situation,
    layer: str,
    swap: Transferred,
    code: NDArray[np.object_],
    kind: NDArray[np.object_],
    after_id: NDArray[np.object_],
) -> Moved:
    fabric = situation.fabric
    return Moved(
        layer=layer,
        kind=kind,
        faces=swap.faces,
        before_id=fabric.label(layer)[swap.faces],
        after_id=after_id,
        code_before=field_of_face(situation.plan, fabric, layer, ZONE_CODE)[swap.faces],
        code_after=code,
        reason=swap.reason,
        evidence=swap.evidence,
        project=swap.project,
        township=situation.township(swap.faces),
    )


def _only(swap: Transferred, chosen: NDArray[np.bool_]) -> Transferred:
    return Transferred(*(getattr(swap, item.name)[chosen] for item in fields(swap)))


def transferred(situation: Situation, problem: Problem, choice: Choice) -> Transferred:
    """Return the faces that a choice moves, and why."""
    served = set(choice.served)
    rows: list[tuple[int, str | None, str, str, str, str]] = []
    for index in choice.ins:
        cell = problem.ins[index]
        numbers = [number for number in cell.projects if number in served]
        projects = ", ".join(numbers)
        reason = "in-project" if numbers else "in-locked"
        group = f"project {projects}" if numbers else "locked"
        part = sub_zone_of(situation, numbers)
        rows += [(int(face), part, group, reason, "", projects) for face in cell.faces]
    for index in choice.outs:
        out = problem.outs[index]
        evidence = ", ".join(out.evidence)
        group = f"parcel {out.parcel}"
        rows += [(int(face), None, group, out.reason, evidence, "") for face in out.faces]
    rows.sort(key=lambda row: row[0])
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    faces = np.array(columns[0], dtype=np.int64)
    return Transferred(faces, *(np.array(column, dtype=object) for column in columns[1:]))
