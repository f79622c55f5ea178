"""Where a parcel that goes out may be cut: along land that stays inside."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.cut_off import least_part
from planloop.geometry.neighbours import edges_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.maintenance.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class CutPlace:
    """A face that may be cut, and along which of its edges.

    Parameters
    ----------
    cell
        Index of its cell among those that may go out.
    face
        Index of the face.
    along
        Edges of its shell beyond which land stays inside, shape (k,).
    """

    cell: int
    face: int
    along: NDArray[np.bool_]


def cut_places(
    situation: Situation, problem: Problem, choice: Choice, within: NDArray[np.bool_]
) -> Iterator[CutPlace]:
    """Yield the faces that may be cut: those of the strongest parcels that go out first.

    Of these a part may well stay. Parcels locked to go out go whole. The land beyond an edge stays
    in the same part of the boundary and in the same zone, so that what stays joins its feature.

    Parameters
    ----------
    situation
        The plan as the swap sees it.
    problem, choice
        What goes out.
    within
        Faces that may be cut at all, shape (n,).
    """
    stays = situation.inside.copy()
    for index in choice.outs:
        stays[problem.outs[index].faces] = False
    free = [index for index in choice.outs if not problem.outs[index].locked]
    free.sort(key=lambda index: (-problem.outs[index].strength, problem.outs[index].parcel, index))
    for index in free:
        faces = problem.outs[index].faces
        faces = faces[within[faces] & ~(situation.frozen | situation.kept)[faces]]
        for face in faces[np.lexsort((faces, -situation.fabric.area[faces]))].tolist():
            along = _along(situation, face, stays)
            if along.any():
                yield CutPlace(index, face, along)


def least_strip(situation: Situation, place: CutPlace) -> int:
    """Return the least area of a strip there that is no sliver, dm²; more than all where none is.

    A strip may have to be larger for reasons that only drawing it shows.
    """
    swap = situation.settings.swap
    shape = situation.fabric.faces[place.face]
    least = max(least_part(shape, place.along, swap.sliver_width_m), swap.sliver_area_m2)
    return int(min(np.ceil(least * 100.0), situation.fabric.area[place.face] + 1))


def _along(situation: Situation, face: int, stays: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which edges of a face's shell have land beyond that stays in its part and zone."""
    fabric = situation.fabric
    near = fabric.neighbours.of(face)
    same = stays[near]
    same &= situation.sub_zone[near] == situation.sub_zone[face]
    same &= situation.zone[near] == situation.zone[face]
    _, tail, head = edges_of(fabric.faces[near[same]])
    ring = shapely.get_coordinates(shapely.get_exterior_ring(fabric.faces[face]))
    # A neighbour may be a road with edges all over the town.
    low, high = ring.min(axis=0), ring.max(axis=0)
    close = ((tail >= low) & (tail <= high) & (head >= low) & (head <= high)).all(axis=1)
    tail, head = tail[close], head[close]
    beyond = {(*one, *other) for one, other in zip(head.tolist(), tail.tolist(), strict=True)}
    beyond |= {(*one, *other) for one, other in zip(tail.tolist(), head.tolist(), strict=True)}
    return np.array(
        [(*one, *other) in beyond for one, other in pairwise(ring.tolist())],
        dtype=bool,
    )
