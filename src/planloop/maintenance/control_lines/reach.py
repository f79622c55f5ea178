"""Which planned homes parks reach: before, by land that stays, and by land that may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.service_area import within_reach
from planloop.geometry.fabric import union
from planloop.maintenance.control_lines.conflicts import KIND_FIELDS
from planloop.maintenance.control_lines.problem import NOBODY, Homes
from planloop.plan.code_fields import CLASS_CODE
from planloop.plan.codes import starts_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.control_lines.candidates import Cell
    from planloop.maintenance.control_lines.conflicts import Conflict
    from planloop.maintenance.situation import Situation
    from planloop.standard.records import LineKind


def homes(situation: Situation, cells: Sequence[Cell], conflicts: Sequence[Conflict]) -> Homes:
    """Return the planned homes, and which of them parks reach.

    Homes are features of the planned land use whose class is one of the standard's home classes;
    parks are features of lines whose kind has a reach. Distances are straight.

    Parameters
    ----------
    situation
        The plan.
    cells
        Land that may become a line.
    conflicts
        Conflicts; their order is that of the losses.
    """
    roles, fabric = situation.settings.roles, situation.fabric
    if roles.land_use not in fabric.labels:
        return NOBODY
    layer, labels = situation.plan.layer(roles.land_use), fabric.labels[roles.land_use]
    chosen = np.flatnonzero(
        starts_with(layer.values(CLASS_CODE), standard.load().home_classes)
        & np.isin(np.arange(len(layer)), labels.of_face)
    )
    sizes = np.zeros(len(layer), dtype=np.int64)
    held = labels.of_face >= 0
    np.add.at(sizes, labels.of_face[held], fabric.area[held])
    shapes = layer.geometry[chosen]
    before, kept = np.zeros((2, len(chosen)), dtype=bool)
    by_cell, by_loss = [np.zeros((0, 2), np.int64)], [np.zeros((0, 2), np.int64)]
    for kind in _parks():
        own = [number for number, item in enumerate(conflicts) if item.kind == kind]
        whole, rest = _places(situation, kind, [conflicts[number] for number in own])
        before[_reached(shapes, whole, kind.reach_m)[:, 0]] = True
        kept[_reached(shapes, rest, kind.reach_m)[:, 0]] = True
        lost = _reached(shapes, _shapes(situation, [conflicts[k].faces for k in own]), kind.reach_m)
        lost[:, 1] = np.array(own, dtype=np.int64)[lost[:, 1]]
        by_loss.append(lost)
    # A cell may become a park of any kind: the shortest reach never promises too much.
    if reaches := {kind.reach_m for kind in _parks()}:
        places = _shapes(situation, [cell.faces for cell in cells])
        by_cell.append(_reached(shapes, places, min(reaches)))
    return Homes(sizes[chosen], before, kept, np.vstack(by_cell), np.vstack(by_loss))


def _parks() -> list[LineKind]:
    """Return the kinds of line that serve homes as parks."""
    return [kind for kind in standard.load().line_kinds.values() if kind.reach_m > 0]


def _places(
    situation: Situation, kind: LineKind, own: Sequence[Conflict]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the features of a kind as they are, and what conflicts leave of them."""
    layer = getattr(situation.settings.roles, kind.line)
    if layer not in situation.fabric.labels:
        nothing = np.zeros(0, dtype=object)
        return nothing, nothing
    held = situation.plan.layer(layer)
    chosen = held.values(KIND_FIELDS[kind.line]) == kind.kind
    untouched = chosen.copy()
    untouched[[item.feature for item in own]] = False
    rests = _shapes(situation, [item.rest for item in own if len(item.rest)])
    return held.geometry[chosen], np.append(held.geometry[untouched], rests)


def _shapes(situation: Situation, groups: Sequence[NDArray[np.int64]]) -> NDArray[np.object_]:
    """Return the union of the faces of each group."""
    found = np.empty(len(groups), dtype=object)
    for index, faces in enumerate(groups):
        found[index] = union(situation.fabric.faces[faces])
    return found


def _reached(
    shapes: NDArray[np.object_], places: NDArray[np.object_], radius: float
) -> NDArray[np.int64]:
    """Return the pairs (home, place) within reach, shape (k, 2)."""
    if not len(shapes) or not len(places):
        return np.zeros((0, 2), dtype=np.int64)
    return np.column_stack(within_reach(shapes, places, radius))
