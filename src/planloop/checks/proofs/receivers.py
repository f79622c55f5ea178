"""C5: land transferred out joins the zone that the rule gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.proofs.ending import ended
from planloop.plan.codes import starts_with
from planloop.standard import Attestation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof
    from planloop.standard.records import ZoneReceiver

BY_CLASS, BY_EDGE, BY_DEFAULT = "zone-by-class", "zone-longest-edge", "zone-by-default"
"""Reasons for which land transferred out joins a zone."""

AS_LONG = 1e-3
"""Metres by which edges may differ and still count as equally long."""


def receivers(evidence: Evidence) -> Proof:
    """Prove that land transferred out joined the zone that the rule gives it, for the reason named.

    The standard's table of receivers names a first-level zone for the current land class; the land
    joins the neighbour of that zone with the longest shared edge. Land whose class names no zone,
    or one without a neighbour, joins the neighbour with the longest shared edge among the zones
    that may receive land; without any, the zone that its class names, else the first of the table.
    Frozen land receives nothing; land that itself moves is nobody's neighbour.
    """
    zone, layer = evidence.zone("after"), evidence.settings.roles.zones
    numbers: dict[str, object] = {"out_dm2": evidence.area(evidence.leaving)}
    for code in sorted({str(code) for code in zone[evidence.leaving] if code is not None}):
        numbers[f"{code}_dm2"] = evidence.area(evidence.leaving & (zone == code))
    piece, reason = np.full((2, len(evidence.fabric)), None, dtype=object)
    reasons = evidence.changes.of(layer)["reason"]
    located = evidence.piece_faces(layer)
    for name, why in zip(reasons.index, reasons, strict=True):
        piece[located[str(name)]], reason[located[str(name)]] = str(name), why
    broken: set[str] = set()
    for faces, zones, why in _by_rule(evidence):
        for face in faces:
            name = piece[face]
            if zone[face] not in zones:
                broken.add(f"{name or layer} {zone[face]} ≠ {', '.join(zones)}")
            elif name is not None and reason[face] != why:
                broken.add(f"{name} {reason[face]} ≠ {why}")
    return ended("C5.receivers", numbers, sorted(broken), Attestation.OURS)


def _by_rule(evidence: Evidence) -> Iterator[tuple[NDArray[np.int64], list[str], str]]:
    """Return each patch transferred out, the zones that the rule allows it, and the reason."""
    frozen = evidence.settings.frozen.zones
    table = [item for item in standard.load().zone_receivers if not item.zone.startswith(frozen)]
    named = _named(evidence, table)
    zone, open_ground = evidence.zone("before"), _open_ground(evidence, table)
    for code in sorted(set(named[evidence.leaving])):
        for patch in evidence.fabric.patches(evidence.leaving & (named == code)):
            edges = _edges(evidence, patch, zone, open_ground)
            own = {name: length for name, length in edges.items() if code and name[0] == code[0]}
            if own or edges:
                yield patch, _longest(own or edges), BY_CLASS if own else BY_EDGE
            elif code:
                yield patch, [code], BY_CLASS
            else:
                yield patch, sorted(item.zone for item in table)[:1], BY_DEFAULT


def _named(evidence: Evidence, table: list[ZoneReceiver]) -> NDArray[np.object_]:
    """Return the zone that each face's land class names, the longest prefix winning; else empty."""
    named = np.full(len(evidence.fabric), "", dtype=object)
    for item in sorted(table, key=lambda item: len(item.land_class)):
        named[starts_with(evidence.land_class, [item.land_class])] = item.zone
    return named


def _open_ground(evidence: Evidence, table: list[ZoneReceiver]) -> NDArray[np.bool_]:
    """Return the faces that stay, and whose zone may receive land."""
    settings = evidence.settings
    locked = np.array(settings.locks.untouchable, dtype=object)
    closed = evidence.entering | evidence.leaving
    closed |= evidence.covered(settings.frozen.layers)
    closed |= starts_with(evidence.zone("before"), settings.frozen.zones)
    closed |= np.isin(evidence.feature(settings.roles.parcels), locked)
    return starts_with(evidence.zone("before"), {item.zone[0] for item in table}) & ~closed


def _edges(
    evidence: Evidence,
    patch: NDArray[np.int64],
    zone: NDArray[np.object_],
    open_ground: NDArray[np.bool_],
) -> dict[str, float]:
    """Return the length of edge, m, that a patch shares with the open ground of each zone."""
    near, inside = evidence.fabric.neighbours, np.zeros(len(evidence.fabric), dtype=bool)
    inside[patch] = True
    edges: dict[str, float] = {}
    for here, there in ((near.left, near.right), (near.right, near.left)):
        shared = inside[here] & open_ground[there]
        for code in sorted(set(zone[there[shared]])):
            length = float(near.length[shared & (zone[there] == code)].sum())
            edges[code] = edges.get(code, 0.0) + length
    return edges


def _longest(edges: dict[str, float]) -> list[str]:
    """Return the zones with the longest edge."""
    most = max(edges.values())
    return sorted(code for code, length in edges.items() if length >= most - AS_LONG)
