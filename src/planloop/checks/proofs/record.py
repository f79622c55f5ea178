"""W: the record of the change tells everything that changed, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.checks.proofs.ending import ended
from planloop.checks.records import differing
from planloop.errors import InputError
from planloop.plan.change_set import ATTRIBUTE, TRANSFER_IN, TRANSFER_OUT
from planloop.plan.code_fields import CLASS_CODE, ZONE_CODE
from planloop.plan.digest import digest_table
from planloop.standard import Attestation

if TYPE_CHECKING:
    import geopandas as gpd

    from planloop.checks.evidence import Evidence
    from planloop.plan.plan import Plan
    from planloop.plan.proof import Proof


def identical(evidence: Evidence) -> Proof:
    """Prove that every feature is identical before and after, unless a delta tells of it.

    Identical means every field and every vertex. A feature that a delta tells of does differ.
    """
    numbers = {"identical": 0, "changed": 0}
    broken = _missing(evidence.before, evidence.after)
    for code, different in evidence.once(_differing).items():
        found = set(different)
        delta = evidence.changes.deltas.get(code)
        told = set() if delta is None else {*delta.old.index, *delta.new.index}
        broken += [f"{code}:{fid} not told" for fid in sorted(found - told)]
        broken += [f"{code}:{fid} told, but the same" for fid in sorted(told - found)]
        numbers["changed"] += len(found)
        numbers["identical"] += len(set(evidence.before.layer(code).ids) - found)
    broken += [
        f"{code} new" for code in evidence.after.layers if code not in evidence.before.layers
    ]
    return ended("W.identical", numbers, broken, Attestation.OURS)


def _differing(evidence: Evidence) -> dict[str, list[str]]:
    """Return the features that differ between before and after, by layer of both."""
    after = evidence.after.layers
    return {
        code: differing(layer.frame, after[code].frame)
        for code, layer in evidence.before.layers.items()
        if code in after
    }


def _missing(before: Plan, after: Plan) -> list[str]:
    return [f"{code} missing" for code in before.layers if code not in after.layers]


def deltas(evidence: Evidence) -> Proof:
    """Prove that the deltas lead from the plan before to the plan after, and back, to the bit.

    Region, quota and tables, which no delta changes, are the same in both.
    """
    count = {code: len(delta.new) for code, delta in evidence.changes.deltas.items()}
    numbers: dict[str, object] = {f"{code}_new": number for code, number in count.items()}
    numbers["layers"] = len(count)
    broken = _beside_the_layers(evidence.before, evidence.after)
    for start, end, changes in (
        (evidence.before, evidence.after, evidence.changes),
        (evidence.after, evidence.before, evidence.changes.invert()),
    ):
        try:
            reached = changes.apply(start)
        except InputError as error:
            feature = error.where.get("feature", "")
            broken.append(f"{error.where.get('layer', '')}:{feature} {error.key}")
            continue
        broken += _missing(reached, end)
        for code, layer in reached.layers.items():
            if code in end.layers:
                if layer is start.layers[code]:  # no delta: before and after themselves
                    wrong = evidence.once(_differing)[code]
                else:
                    wrong = differing(layer.frame, end.layer(code).frame)
                broken += [f"{code}:{fid}" for fid in wrong]
    return ended("W.deltas", numbers, dict.fromkeys(broken), Attestation.OURS)


def _beside_the_layers(one: Plan, other: Plan) -> list[str]:
    """Return what differs between two plans beside their layers."""
    names = sorted({*one.tables, *other.tables})
    tables = [
        {name: digest_table(table) for name, table in plan.tables.items()} for plan in (one, other)
    ]
    found = [f"table {name}" for name in names if tables[0].get(name) != tables[1].get(name)]
    return found + [
        name for name in ("region", "quota") if getattr(one, name) != getattr(other, name)
    ]


def pieces(evidence: Evidence) -> Proof:
    """Prove that the pieces are exactly the land whose code changed, and say of it what is so.

    Boundary, zones, planned land use of the central area, green and yellow lines; kind, feature
    and code before and after, township, and area as the sum of the faces. No land and no piece is
    told of twice. No other layer has pieces, and so no delta of one changes land or codes.
    """
    numbers: dict[str, object] = {}
    broken = _aside(evidence)
    for layer in evidence.maintained:
        code = {when: evidence.code(layer, when) for when in ("before", "after")}
        feature = {when: evidence.feature(layer, when) for when in ("before", "after")}
        told = np.zeros(len(evidence.fabric), dtype=np.int64)
        rows = evidence.changes.of(layer)
        twice = rows.index[rows.index.duplicated()].unique()
        broken += [f"{piece} twice" for piece in twice]
        for piece, faces in evidence.piece_faces(layer).items():
            told[faces] += 1
            if piece in twice:
                continue
            row = rows.loc[piece]
            says = {
                "area_dm2": {int(evidence.fabric.area[faces].sum())},
                "code_before": set(code["before"][faces]),
                "code_after": set(code["after"][faces]),
                "before_id": set(feature["before"][faces]),
                "after_id": set(feature["after"][faces]),
                "township": set(evidence.township[faces]),
            }
            broken += [
                f"{piece} {name}" for name, values in says.items() if values != {_plain(row[name])}
            ]
            if row["kind"] != _kind(code["before"][faces], code["after"][faces]):
                broken.append(f"{piece} kind")
        changed = np.array([a != b for a, b in zip(code["before"], code["after"], strict=True)])
        off = (told != changed).astype(bool)
        numbers |= {f"{layer}_pieces": len(rows), f"{layer}_dm2": evidence.area(changed)}
        if off.any():
            broken.append(f"{layer} {evidence.place(off)}")
    return ended("W.pieces", numbers, broken, Attestation.OURS)


def _aside(evidence: Evidence) -> list[str]:
    """Return pieces and changed features of layers that maintenance may not change."""
    proved, changes = list(evidence.maintained), evidence.changes
    strange = changes.pieces["layer"][~changes.pieces["layer"].isin(proved)]
    found = [f"{piece} {layer}" for piece, layer in strange.items()]
    for code, delta in changes.deltas.items():
        if code not in proved:
            changed = differing(_land(delta.old), _land(delta.new))
            found += [f"{code}:{fid} without a piece" for fid in changed]
    return found


def _land(records: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return records with their geometry and codes alone."""
    codes = [name for name in (ZONE_CODE, CLASS_CODE) if name in records.columns]
    return records[[*codes, records.geometry.name]]


def _plain(value: object) -> object:
    """Return a cell as the faces have it: None where a text is missing, int for whole numbers."""
    if isinstance(value, str):
        return value
    return int(value) if isinstance(value, int | np.integer) else None


def _kind(before: np.ndarray, after: np.ndarray) -> str:
    """Return the kind of maintenance of a piece that lies in no feature before, or after."""
    if set(before) == {None}:
        return TRANSFER_IN
    return TRANSFER_OUT if set(after) == {None} else ATTRIBUTE
