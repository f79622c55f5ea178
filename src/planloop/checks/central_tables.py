"""Tables on the central urban area: its structure against the ranges, its services, weak areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.central_land import AFTER, BEFORE, CentralLand
from planloop.checks.structure import STATES, WHOLE, hundredths, range_table, structure_table
from planloop.plan.accounts import Table

if TYPE_CHECKING:
    from planloop.checks.central_land import Coverage
    from planloop.checks.evidence import Evidence
    from planloop.plan.accounts import Value


def central_tables(evidence: Evidence) -> dict[str, Table]:
    """Return the tables by name; none where the plan has no planned land use.

    ``structure``: classes by current use, planned before and after. ``structure_ranges``: groups
    of classes against their ranges. ``services``: how much of the planned homes each kind of
    facility reaches. ``unserved``: homes that a kind does not reach after, by patch.
    """
    settings = evidence.settings
    if settings.roles.land_use not in evidence.maintained:
        return {}
    land, population = evidence.once(CentralLand), settings.central.population
    states = {state: land.structure(state) for state in STATES}
    exempt = settings.central.exempt or ""
    return {
        "structure": structure_table(states, population),
        "structure_ranges": range_table(states[BEFORE], states[AFTER], population, exempt),
        "services": _services(land),
        "unserved": _unserved(land),
    }


def _services(land: CentralLand) -> Table:
    rows: list[tuple[Value, ...]] = []
    for kind in standard.load().service_kinds.values():
        found = [land.coverage(kind, state) for state in (BEFORE, AFTER)]
        cells: list[Value] = [kind.code, kind.land_class, f"{kind.radius_m:g}"]
        for item in found:
            cells += [item.total, item.covered, _percent(item)]
        rows.append((*cells, land.facilities.measure, str(kind.attestation), kind.source))
    columns: tuple[str, ...] = ("kind", "land_class", "radius_m")
    for state in (BEFORE, AFTER):
        columns += (f"homes_{state}_dm2", f"served_{state}_dm2", f"{state}_percent")
    return Table((*columns, "measure", "attestation", "source"), tuple(rows))


def _percent(item: Coverage) -> str:
    """Return the share in percent with two decimals, half up; empty where there are no homes."""
    if not item.total:
        return ""
    return hundredths((2 * item.covered * WHOLE + item.total) // (2 * item.total))


def _unserved(land: CentralLand) -> Table:
    """Return the patches of homes that a kind does not reach: adjoining faces are one patch."""
    evidence, rows = land.evidence, list[tuple["Value", ...]]()
    for kind in standard.load().service_kinds.values():
        found = []
        for faces in evidence.fabric.patches(land.uncovered(kind, AFTER)):
            mask = np.zeros(len(evidence.fabric), dtype=bool)
            mask[faces] = True
            towns = sorted({str(name) for name in evidence.township[faces]} - {""})
            found.append((evidence.area(mask), ", ".join(towns), evidence.place(mask)))
        found.sort(key=lambda item: (-item[0], item[2]))
        rows += [(kind.code, area, towns, place) for area, towns, place in found]
    return Table(("kind", "unserved_dm2", "township", "place"), tuple(rows))
