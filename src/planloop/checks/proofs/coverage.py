"""C6: no overlap, and no edge that does not match."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.checks.face_outlines import FaceOutlines
from planloop.checks.proofs.ending import ended
from planloop.geometry.neighbours import NONE
from planloop.plan.code_fields import code_fields
from planloop.plan.participants import participants

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.layer import Layer
    from planloop.plan.proof import Proof


def coverage(evidence: Evidence) -> Proof:
    """Prove that every layer without overlap is a valid coverage after, and fits all the others.

    No two features overlap, neighbours share their edges, and every feature has exactly the
    vertices of the common faces that it covers: none is on one side of an edge alone. That the
    layers leave no gap is proved with the scope.
    """
    roles = evidence.settings.roles
    partition, _ = participants(evidence.before.layers, roles)
    maintained = code_fields(roles, partition)
    outlines = FaceOutlines(evidence.fabric.faces)
    numbers: dict[str, object] = {}
    broken = []
    for code in partition:
        layer = evidence.after.layers.get(code)
        if layer is None:
            broken.append(f"{code} missing")
            continue
        edges = shapely.coverage_invalid_edges(layer.geometry)
        wrong = ~shapely.is_empty(edges) | ~shapely.is_valid(layer.geometry)
        when = "after" if code in maintained else "before"
        wrong |= outlines.misfits(_groups(evidence, layer, when), layer.geometry)
        numbers[f"{code}_features"] = len(layer)
        broken += [f"{code}:{fid}" for fid in layer.ids[wrong]]
    return ended("C6.coverage", numbers, broken)


def _groups(evidence: Evidence, layer: Layer, when: str) -> NDArray[np.int64]:
    """Return the place in the layer of each face's feature, -1 where there is none, shape (n,)."""
    number = {fid: index for index, fid in enumerate(layer.ids)}
    labels = evidence.fabric.labels[evidence.name(layer.code, when)]
    places = np.array([*(number.get(fid, NONE) for fid in labels.ids), NONE], dtype=np.int64)
    groups: NDArray[np.int64] = places[labels.of_face]
    return groups
