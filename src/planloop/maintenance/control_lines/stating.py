"""From conflicts and free land to the compensation problem that they pose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.control_lines.candidates import candidates, rank
from planloop.maintenance.control_lines.conflicts import (
    by_kind,
    conflicts,
    cut_faces,
    kind_of_face,
)
from planloop.maintenance.control_lines.problem import Loss, Problem, Requirement
from planloop.maintenance.control_lines.reach import homes
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.maintenance.control_lines.candidates import Cell
    from planloop.maintenance.control_lines.conflicts import Conflict
    from planloop.maintenance.situation import Situation
    from planloop.plan.finding import Finding
    from planloop.standard.records import LineKind


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """The problem, and what stands for what in it.

    Parameters
    ----------
    problem
        The problem; its losses are the conflicts, in their order.
    conflicts
        Conflicts, those of one requirement together.
    cells
        Land that may compensate.
    kinds
        Kind of line of each requirement.
    findings
        What was seen on the way.
    """

    problem: Problem
    conflicts: tuple[Conflict, ...]
    cells: tuple[Cell, ...]
    kinds: tuple[LineKind, ...]
    findings: tuple[Finding, ...]


def state(situation: Situation, inside: NDArray[np.bool_]) -> Stated:
    """State the compensation problem of a plan.

    For each line and kind, features that keep a rest make one requirement together; each feature
    that goes altogether makes one of its own, of its whole area, so that the count of facilities
    is kept.

    Parameters
    ----------
    situation
        The plan.
    inside
        Faces in the urban development boundary after maintenance, shape (n,).
    """
    found = conflicts(situation)
    cells = candidates(situation, inside)
    ordered: list[Conflict] = []
    losses: list[Loss] = []
    requirements: list[Requirement] = []
    kinds: list[LineKind] = []
    mask = cut_faces(found.conflicts, len(situation.fabric))
    of_face = _cell_of_face(cells, len(situation.fabric))
    for group in by_kind(found.conflicts).values():
        kind = group[0].kind
        attached = _attached(situation, cells, of_face, kind, mask)
        ranks = np.array([rank(cell, kind) for cell in cells], dtype=np.int64)
        parts = [item for item in group if not item.whole]
        for members, site in [(parts, False), *(([item], True) for item in group if item.whole)]:
            if not members:
                continue
            for item in members:
                held = np.concatenate([item.faces, item.rest]) if site else item.faces
                losses.append(Loss(item.name, len(requirements), situation.area(held)))
            ordered += members
            kinds.append(kind)
            requirements.append(
                Requirement(
                    kind=f"{kind.line} {kind.kind}",
                    site=site,
                    least=round(kind.least_patch_m2 * SQUARE_METRE),
                    rank=ranks,
                    attached=attached,
                    park=kind.reach_m > 0,
                )
            )
    left, right = _neighbours(situation, of_face)
    problem = Problem(
        area=np.array([situation.area(cell.faces) for cell in cells], dtype=np.int64),
        left=left,
        right=right,
        requirements=tuple(requirements),
        losses=tuple(losses),
        homes=homes(situation, cells, ordered),
        was=_was(situation, cells, kinds),
    )
    return Stated(problem, tuple(ordered), tuple(cells), tuple(kinds), tuple(found.findings))


def _was(
    situation: Situation, cells: Sequence[Cell], kinds: Sequence[LineKind]
) -> tuple[frozenset[int], ...] | None:
    """Return the requirements of the kind that each cell gets in the earlier scheme, if any."""
    if situation.earlier is None:
        return None
    found: list[set[int]] = [set() for _ in cells]
    faces = [cell.faces for cell in cells]
    for role in {kind.line for kind in kinds}:
        layer = getattr(situation.settings.roles, role)
        codes = situation.earlier.codes(situation.fabric, faces, layer)
        for cell, code in enumerate(codes):
            found[cell] |= {
                number
                for number, kind in enumerate(kinds)
                if (kind.line, kind.kind) == (role, code)
            }
    return tuple(map(frozenset, found))


def _cell_of_face(cells: Sequence[Cell], count: int) -> NDArray[np.int64]:
    """Return the cell of each of `count` faces, -1 where there is none."""
    of_face = np.full(count, -1, dtype=np.int64)
    for number, cell in enumerate(cells):
        of_face[cell.faces] = number
    return of_face


def _neighbours(
    situation: Situation, of_face: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of cells that share an edge, each once, the lower first."""
    near = situation.fabric.neighbours
    pairs = np.sort(np.column_stack([of_face[near.left], of_face[near.right]]), axis=1)
    pairs = np.unique(pairs[(pairs[:, 0] >= 0) & (pairs[:, 0] != pairs[:, 1])], axis=0)
    return pairs[:, 0], pairs[:, 1]


def _attached(
    situation: Situation,
    cells: Sequence[Cell],
    of_face: NDArray[np.int64],
    kind: LineKind,
    cut: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return which cells share an edge with land of a kind that no conflict touches, shape (n,)."""
    stays = (kind_of_face(situation, kind.line) == kind.kind) & ~cut
    near, found = situation.fabric.neighbours, np.zeros(len(cells), dtype=bool)
    for one, other in ((near.left, near.right), (near.right, near.left)):
        link = stays[one] & (of_face[other] >= 0)
        found[of_face[other[link]]] = True
    return found
