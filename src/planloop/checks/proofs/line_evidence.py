"""C9: what leaves a green or yellow line names a conflict that really lies on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.proofs.control_lines import kinds_of, lines_of
from planloop.checks.proofs.ending import ended, not_applicable
from planloop.plan.change_set import TRANSFER_OUT
from planloop.plan.codes import starts_with
from planloop.standard import Attestation

if TYPE_CHECKING:
    from collections.abc import Iterator

    import shapely
    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof

OPEN, ROAD = "open", "road"


def line_evidence(evidence: Evidence) -> Proof:
    """Prove that every piece that leaves a line names a conflict that lies on it.

    All of the piece is held by titles, approved or built projects that it names, or lies in survey
    parcels that it names and that are road; and its current land class is none that the line's kind
    may have (nor open land, of which a right does not say what it is for). Whatever it names lies
    on it. A piece that joins a line names features that lost land.
    """
    lines = lines_of(evidence)
    if not lines:
        return not_applicable("C9.evidence", "no-lines", Attestation.OURS)
    numbers: dict[str, object] = {}
    broken: list[str] = []
    for layer, role in lines.items():
        rows = evidence.changes.of(layer)
        lawful = _lawful(evidence, layer, role)
        losers = _losers(evidence, layer)
        out = np.zeros(len(evidence.fabric), dtype=bool)
        for piece, faces in evidence.piece_faces(layer).items():
            row = rows.loc[piece]
            named = [name for name in str(row["evidence"]).split(", ") if name]
            if row["kind"] == TRANSFER_OUT:
                mask = np.zeros(len(evidence.fabric), dtype=bool)
                mask[faces] = True
                out |= mask
                broken += [
                    f"{piece} {name}" for name in _absent(evidence, named, row["geometry"], mask)
                ]
                unfounded = mask & ~(lawful & _held(evidence, named))
                if unfounded.any():
                    broken.append(f"{piece} {evidence.place(unfounded)}")
            else:
                broken += [f"{piece} {name}" for name in named if name not in losers]
                broken += [] if named else [piece]
        numbers |= {f"{layer}_pieces": len(rows), f"{layer}_out_dm2": evidence.area(out)}
    return ended("C9.evidence", numbers, broken, Attestation.OURS)


def _losers(evidence: Evidence, layer: str) -> set[str]:
    """Return ``"LAYER:id"`` of the features before that lost land."""
    before, after = (evidence.code(layer, when) for when in ("before", "after"))
    held = np.array([code is not None for code in before], dtype=bool)
    return set(evidence.features_on(layer, held & (before != after)))


def _lawful(evidence: Evidence, layer: str, role: str) -> NDArray[np.bool_]:
    """Return the faces whose current class tells of a use that their line may not have."""
    code = evidence.code(layer, "before")
    found = np.zeros(len(evidence.fabric), dtype=bool)
    for row in kinds_of(role):
        found |= (code == row.kind) & ~starts_with(evidence.land_class, row.fits)
    known = np.array([item is not None for item in evidence.land_class], dtype=bool)
    lawful: NDArray[np.bool_] = found & known & ~_ground(evidence, OPEN)
    return lawful


def _ground(evidence: Evidence, wanted: str) -> NDArray[np.bool_]:
    """Return the faces that are open land, or road, by the longest prefix of their class."""
    found = np.full(len(evidence.fabric), None, dtype=object)
    table = standard.load().line_grounds
    for prefix in sorted(table, key=len):
        found[starts_with(evidence.land_class, [prefix])] = table[prefix].ground
    return np.asarray(found == wanted, dtype=bool)


def _held(evidence: Evidence, named: list[str]) -> NDArray[np.bool_]:
    """Return the faces that a named right holds, or that are road in a named survey parcel."""
    roles = evidence.settings.roles
    rights = {roles.titles, roles.approved, roles.built}
    found = np.zeros(len(evidence.fabric), dtype=bool)
    for layer, fid in (name.partition(":")[::2] for name in named):
        if layer == roles.parcels:
            found |= _of_feature(evidence, layer, fid) & _ground(evidence, ROAD)
        elif layer in rights:
            found |= _of_feature(evidence, layer, fid)
    return found


def _of_feature(evidence: Evidence, layer: str, fid: str) -> NDArray[np.bool_]:
    """Return the faces of a feature before."""
    found = np.zeros(len(evidence.fabric), dtype=bool)
    if layer in evidence.fabric.labels:
        found = np.asarray(evidence.feature(layer) == fid, dtype=bool)
    elif layer in evidence.fabric.relations:
        relation = evidence.fabric.relations[layer]
        found[relation.face[relation.ids[relation.feature] == fid]] = True
    return found


def _absent(
    evidence: Evidence, named: list[str], shape: shapely.Geometry, mask: NDArray[np.bool_]
) -> Iterator[str]:
    """Yield what a piece names and does not lie on it."""
    roads = evidence.settings.roles.roads
    for name in named:
        layer, _, fid = name.partition(":")
        if layer == roads and layer in evidence.before.layers:
            lines = evidence.before.layer(layer)
            there = any(shape.intersects(line) for line in lines.geometry[lines.ids == fid])
        else:
            there = name in evidence.features_on(layer, mask)
        if not there:
            yield name
