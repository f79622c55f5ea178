"""C5: zones are derived from the control lines, the first line in order of priority."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.proofs.ending import ended
from planloop.plan.codes import starts_with

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof


def derivation(evidence: Evidence) -> Proof:
    """Prove that no land lies in another zone than the control lines give it, unless it did before.

    The standard's table ``zone_links`` names the zone of each line. Where lines lie on each other,
    the first by priority counts: redline, basic farmland, then the boundary. Land in a linked zone
    without the line is counted, too.
    """
    off = {when: _off(evidence, when) for when in ("before", "after")}
    numbers: dict[str, object] = {}
    broken = []
    for name, now in off["after"].items():
        was = off["before"][name]
        numbers |= {
            f"{name}_before_dm2": evidence.area(was),
            f"{name}_after_dm2": evidence.area(now),
        }
        new = now & ~was
        if new.any():
            broken.append(f"{name} {evidence.area(new) / 100:.2f} m² {evidence.place(new)}")
    return ended("C5.derivation", numbers, broken)


def _off(evidence: Evidence, when: str) -> dict[str, NDArray[np.bool_]]:
    """Return the faces of each linked zone where line and zone differ."""
    zone = evidence.zone(when)
    held = np.array([code is not None for code in zone], dtype=bool)
    wanted = np.full(len(evidence.fabric), "", dtype=object)
    links = [link for link in standard.load().zone_links if link.layer]
    for link in sorted(links, key=lambda link: -link.priority):
        wanted[evidence.covered([evidence.name(link.layer, when)])] = link.zone
    found = {}
    for link in links:
        line, there = wanted == link.zone, starts_with(zone, [link.zone.rstrip("0")])
        found[f"{link.zone}_without"] = held & line & ~there
        found[f"{link.zone}_beyond"] = there & ~line
    return found
