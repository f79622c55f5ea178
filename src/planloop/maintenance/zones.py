"""Zones follow the boundary: by rule, never by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.errors import SettingsError
from planloop.plan.codes import starts_with

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.situation import Situation

BY_CLASS, BY_EDGE, BY_DEFAULT = "zone-by-class", "zone-longest-edge", "zone-by-default"
"""Entries of ``messages/reasons.toml``: what decided on the zone."""


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """Which zone receives the land transferred out.

    Parameters
    ----------
    faces
        Face indices, shape (k,).
    zone
        Zone code of each, shape (k,).
    reason
        What decided, shape (k,): the current land class, the longest shared edge, or neither.
    """

    faces: NDArray[np.int64]
    zone: NDArray[np.object_]
    reason: NDArray[np.object_]


def receive(situation: Situation, out: NDArray[np.int64], into: NDArray[np.int64]) -> Received:
    """Decide the zone of land that is transferred out of the boundary.

    The current land class of the survey parcel names the first-level zone by the standard's table
    of receivers; the land joins the neighbour of that zone with the longest shared edge, and
    becomes a patch of that zone where there is none but neighbours that may not grow. Land whose
    class names no zone, or one without a neighbour, joins the neighbour with the longest shared
    edge among the zones that may receive land. Frozen zones receive nothing; land that itself
    moves is nobody's neighbour. Ties go to the lower code.

    Parameters
    ----------
    situation
        The plan as the swap sees it.
    out
        Faces transferred out, shape (k,).
    into
        Faces transferred in.

    Raises
    ------
    SettingsError
        All zones that may receive land are frozen.
    """
    frozen = situation.settings.frozen.zones
    receivers = [
        item for item in standard.load().zone_receivers if not item.zone.startswith(frozen)
    ]
    if len(out) and not receivers:
        raise SettingsError("boundary.no-receiver")
    named = np.full(len(situation.fabric), "", dtype=object)
    for item in sorted(receivers, key=lambda item: len(item.land_class)):
        named[out[starts_with(situation.land_class[out], [item.land_class])]] = item.zone
    settled = situation.zone.copy()
    settled[out] = None
    settled[into] = None
    families = {item.zone[:1] for item in receivers}
    open_ground = starts_with(settled, families) & ~situation.frozen
    moved = np.zeros(len(situation.fabric), dtype=bool)
    moved[out] = True
    zone, reason = np.full((2, len(situation.fabric)), None, dtype=object)
    for code in sorted(set(named[out])):
        for part in situation.fabric.patches(moved & (named == code)):
            edges = _edges(situation, part, settled, open_ground)
            family = {key: size for key, size in edges.items() if code and key[:1] == code[:1]}
            if family:
                zone[part], reason[part] = _longest(family), BY_CLASS
            elif edges:
                zone[part], reason[part] = _longest(edges), BY_EDGE
            elif code:
                zone[part], reason[part] = code, BY_CLASS
            else:
                zone[part], reason[part] = min(item.zone for item in receivers), BY_DEFAULT
    return Received(out, zone[out], reason[out])


def _edges(
    situation: Situation,
    part: NDArray[np.int64],
    zone: NDArray[np.object_],
    open_ground: NDArray[np.bool_],
) -> dict[str, float]:
    """Return the length of edge that the faces share with each zone that may receive land."""
    near = situation.fabric.neighbours
    inside = np.zeros(len(situation.fabric), dtype=bool)
    inside[part] = True
    edges: dict[str, float] = {}
    for one, other in ((near.left, near.right), (near.right, near.left)):
        link = inside[one] & ~inside[other] & open_ground[other]
        for code, length in zip(zone[other[link]], near.length[link], strict=True):
            edges[code] = edges.get(code, 0.0) + float(length)
    return edges


def _longest(edges: dict[str, float]) -> str:
    return min(edges, key=lambda code: (-round(edges[code], 4), code))
