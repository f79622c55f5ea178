"""The accounts of a scheme: every number that people see, reckoned once, in whole 0.01 m²."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.central_tables import central_tables
from planloop.checks.multiples import readings
from planloop.checks.plan_tables import plan_tables
from planloop.checks.proofs.swap import delivered_dm2
from planloop.geometry.area import area_dm2
from planloop.plan.accounts import TOTAL, Accounts, Table
from planloop.plan.change_set import TRANSFER_IN, TRANSFER_OUT
from planloop.plan.code_fields import TOWNSHIP_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.accounts import Value
    from planloop.plan.decision import Decision

Rows = list[tuple["Value", ...]]


def accounts(evidence: Evidence, decisions: Sequence[Decision]) -> Accounts:
    """Return every table and total of a scheme; `decisions` say what projects use."""
    return Accounts(
        totals=_totals(evidence),
        tables={
            "zones": _zones(evidence),
            "sub_zones": _sub_zones(evidence),
            "townships": _townships(evidence),
            "transfer_in": _transfers(evidence, TRANSFER_IN),
            "transfer_out": _transfers(evidence, TRANSFER_OUT),
            "transition": _transition(evidence),
            "multiples": _multiples(evidence),
            "occupied": _occupied(evidence),
            **central_tables(evidence),
            **plan_tables(evidence, decisions),
        },
    )


def _totals(evidence: Evidence) -> dict[str, Value]:
    region = evidence.area(_region(evidence))
    declared = evidence.before.region.declared_area
    declared_dm2 = None if declared is None else round(declared * 100)
    entering, leaving = evidence.area(evidence.entering), evidence.area(evidence.leaving)
    delivered = {kind: delivered_dm2(evidence, kind) for kind in (TRANSFER_IN, TRANSFER_OUT)}
    boundary = evidence.settings.roles.boundary
    binding = readings(evidence)[evidence.before.quota.multiple_reading]
    return {
        "region_dm2": region,
        "declared_dm2": declared_dm2,
        "declared_difference_dm2": None if declared_dm2 is None else region - declared_dm2,
        "boundary_before_dm2": evidence.area(evidence.inside("before")),
        "boundary_after_dm2": evidence.area(evidence.inside("after")),
        "issued_dm2": evidence.before.quota.issued_area,
        "transferred_in_dm2": entering,
        "transferred_out_dm2": leaving,
        "surplus_dm2": leaving - entering,
        "transferred_in_features_dm2": delivered[TRANSFER_IN],
        "transferred_out_features_dm2": delivered[TRANSFER_OUT],
        "surplus_features_dm2": delivered[TRANSFER_OUT] - delivered[TRANSFER_IN],
        "pieces_in": len(evidence.changes.of(boundary, TRANSFER_IN)),
        "pieces_out": len(evidence.changes.of(boundary, TRANSFER_OUT)),
        "multiple_reading": evidence.before.quota.multiple_reading,
        "multiple_before": binding.before,
        "multiple_after": binding.after,
        "multiple_issued": evidence.before.quota.issued_multiple,
    }


def _region(evidence: Evidence) -> NDArray[np.bool_]:
    return evidence.covered([evidence.settings.roles.region])


def _sums(
    evidence: Evidence, faces: NDArray[np.bool_], *keys: NDArray[np.object_]
) -> dict[tuple[str, ...], int]:
    """Return the area of faces by their keys, an empty text where there is none."""
    found: dict[tuple[str, ...], int] = {}
    chosen = np.flatnonzero(faces)
    for face, *key in zip(chosen, *(values[chosen] for values in keys), strict=True):
        name = tuple("" if part is None else str(part) for part in key)
        found[name] = found.get(name, 0) + int(evidence.fabric.area[face])
    return found


def _summed(columns: Iterable[str], rows: Rows) -> Table:
    """Return a table with its row of sums: areas added up, everything else empty."""
    keys = tuple(columns)
    last: list[Value] = []
    for index, key in enumerate(keys):
        total = sum(int(row[index] or 0) for row in rows) if key.endswith("_dm2") else ""
        last.append(TOTAL if index == 0 else total)
    return Table(keys, (*rows, tuple(last)))


def _zones(evidence: Evidence) -> Table:
    names, region = standard.load().zones, _region(evidence)
    zone = {when: evidence.zone(when) for when in ("before", "after")}
    held = {when: _sums(evidence, region, codes) for when, codes in zone.items()}
    moved = region & np.array([a != b for a, b in zip(zone["before"], zone["after"], strict=True)])
    lost, gained = (_sums(evidence, moved, zone[when]) for when in ("before", "after"))
    rows: Rows = []
    for key in sorted({*held["before"], *held["after"]}):
        (code,) = key
        name = names[code].name_zh if code in names else ""
        sizes = (part.get(key, 0) for part in (held["before"], lost, gained, held["after"]))
        rows.append((code, name, *sizes))
    return _summed(("code", "name", "before_dm2", "lost_dm2", "gained_dm2", "after_dm2"), rows)


def _sub_zones(evidence: Evidence) -> Table:
    names, town = standard.load().zones, evidence.township
    part = {when: evidence.part(when) for when in ("before", "after")}
    sizes = [
        _sums(evidence, evidence.inside("before"), town, part["before"]),
        _sums(evidence, evidence.entering, town, part["after"]),
        _sums(evidence, evidence.leaving, town, part["before"]),
        _sums(evidence, evidence.inside("after"), town, part["after"]),
    ]
    rows: Rows = []
    order = {name: place for place, name in enumerate(_town_names(evidence))}
    for key in sorted({key for size in sizes for key in size}, key=lambda k: (order[k[0]], k[1])):
        name = names[key[1]].name_zh if key[1] in names else ""
        rows.append((*key, name, *(size.get(key, 0) for size in sizes)))
    columns = ("township", "code", "name", "before_dm2", "in_dm2", "out_dm2", "after_dm2")
    return _summed(columns, rows)


def _town_names(evidence: Evidence) -> list[str]:
    """Return the names of the townships in the order of their identifiers, unknown last."""
    layer = evidence.before.layers.get(evidence.settings.roles.townships)
    names = [] if layer is None else [str(name) for name in layer.values(TOWNSHIP_NAME) if name]
    return list(dict.fromkeys([*names, ""]))


def _townships(evidence: Evidence) -> Table:
    town = evidence.township
    sizes = [
        _sums(evidence, faces, town)
        for faces in (
            _region(evidence),
            evidence.inside("before"),
            evidence.entering,
            evidence.leaving,
            evidence.inside("after"),
        )
    ]
    rows: Rows = [
        (name, *(size.get((name,), 0) for size in sizes))
        for name in _town_names(evidence)
        if any((name,) in size for size in sizes)
    ]
    columns = ("township", "area_dm2", "before_dm2", "in_dm2", "out_dm2", "after_dm2")
    return _summed(columns, rows)


def _transfers(evidence: Evidence, kind: str) -> Table:
    boundary, epsg = evidence.settings.roles.boundary, evidence.fabric.epsg
    pieces, located = evidence.changes.of(boundary, kind), evidence.piece_faces(boundary)
    zone = {when: evidence.zone(when) for when in ("before", "after")}
    own = area_dm2(np.asarray(pieces.geometry.array, dtype=object), epsg=epsg)
    rows: Rows = []
    for number, (piece, row) in enumerate(pieces.iterrows()):
        faces = located[str(piece)]
        rows.append(
            (
                str(piece),
                _text(row["township"]),
                int(evidence.fabric.area[faces].sum()),
                int(own[number]),
                _listed(evidence.land_class[faces]),
                _listed(zone["before"][faces]),
                _listed(zone["after"][faces]),
                _text(row["project"]),
                _text(row["reason"]),
                _text(row["evidence"]),
            )
        )
    columns = (
        "piece",
        "township",
        "area_dm2",
        "own_area_dm2",
        "land_classes",
        "zone_before",
        "zone_after",
        "project",
        "reason",
        "evidence",
    )
    return _summed(columns, rows)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _listed(codes: NDArray[np.object_]) -> str:
    return ", ".join(sorted({str(code) for code in codes if code is not None}))


def _transition(evidence: Evidence) -> Table:
    sizes = _sums(evidence, _region(evidence), evidence.zone("before"), evidence.zone("after"))
    rows: Rows = [(*key, size) for key, size in sorted(sizes.items())]
    return _summed(("zone_before", "zone_after", "area_dm2"), rows)


def _multiples(evidence: Evidence) -> Table:
    names, binding = standard.load().multiples, evidence.before.quota.multiple_reading
    rows: Rows = [
        (
            code,
            names[code].name_zh,
            int(code == binding),
            reading.before,
            reading.after,
            reading.issued,
            reading.margin,
            reading.before_dm2,
            reading.after_dm2,
            reading.limit_dm2,
            reading.margin_dm2,
        )
        for code, reading in readings(evidence).items()
    ]
    columns = (
        "reading",
        "name",
        "binding",
        "before",
        "after",
        "issued",
        "margin",
        "before_dm2",
        "after_dm2",
        "limit_dm2",
        "margin_dm2",
    )
    return Table(columns, tuple(rows))


def _occupied(evidence: Evidence) -> Table:
    """Return the current land classes of the land transferred in."""
    table = standard.load()
    rows: Rows = []
    for (code,), size in sorted(_sums(evidence, evidence.entering, evidence.land_class).items()):
        name = table.land_class(code).name_zh if code and table.knows("land_classes", code) else ""
        rows.append((code, name, size))
    return _summed(("land_class", "name", "area_dm2"), rows)
