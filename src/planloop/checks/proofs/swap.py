"""C2: what is transferred in and out of the urban development boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.checks.proofs.ending import ended, not_applicable
from planloop.geometry.area import area_dm2
from planloop.messages import keys
from planloop.plan.change_set import ATTRIBUTE, TRANSFER_IN, TRANSFER_OUT
from planloop.plan.codes import starts_with
from planloop.standard import Attestation

if TYPE_CHECKING:
    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof

FOR_PROJECT, BY_CHECK_UP = "in-project", "out-idle"
"""The reason that must name a project, and the one that must name what the check-up found."""

BEGIN = {TRANSFER_IN: "in-", TRANSFER_OUT: "out-", ATTRIBUTE: "zone-"}
"""How the reasons of each kind of maintenance begin."""


def algebra(evidence: Evidence) -> Proof:
    """Prove that the boundary after is the boundary before, less what goes out, and what goes in.

    Land that goes out was inside, land that goes in was outside, nothing does both; face by face.
    """
    layer = evidence.settings.roles.boundary
    before, after = evidence.inside("before"), evidence.inside("after")
    entering, leaving = evidence.entering, evidence.leaving
    wrong = {
        "after-differs": ((before & ~leaving) | entering) ^ after,
        "in-was-inside": entering & before,
        "out-was-outside": leaving & ~before,
        "in-and-out": entering & leaving,
    }
    numbers: dict[str, object] = {
        "before_dm2": evidence.area(before),
        "in_dm2": evidence.area(entering),
        "out_dm2": evidence.area(leaving),
        "after_dm2": evidence.area(after),
    }
    numbers |= {f"{name}_dm2": evidence.area(faces) for name, faces in wrong.items()}
    broken = [
        f"{layer} {name} {evidence.place(faces)}" for name, faces in wrong.items() if faces.any()
    ]
    return ended("C2.algebra", numbers, broken)


def balance(evidence: Evidence) -> Proof:
    """Prove that what goes out exceeds what goes in by at least 0 and at most the tolerance.

    It holds in both ledgers: that of the faces, in which areas add up exactly, and that of the
    delivered pieces, each with its own official area rounded to 0.01 m².
    """
    limit = round(evidence.settings.swap.balance_tolerance_m2 * 100)
    entering, leaving = evidence.area(evidence.entering), evidence.area(evidence.leaving)
    delivered = {kind: delivered_dm2(evidence, kind) for kind in (TRANSFER_IN, TRANSFER_OUT)}
    surplus = {
        "faces": leaving - entering,
        "features": delivered[TRANSFER_OUT] - delivered[TRANSFER_IN],
    }
    numbers = {
        "in_dm2": entering,
        "out_dm2": leaving,
        "in_features_dm2": delivered[TRANSFER_IN],
        "out_features_dm2": delivered[TRANSFER_OUT],
        "surplus_dm2": surplus["faces"],
        "surplus_features_dm2": surplus["features"],
        "difference_dm2": surplus["features"] - surplus["faces"],
        "limit_dm2": limit,
    }
    broken = [
        f"{ledger}: {value / 100:.2f} m²"
        for ledger, value in surplus.items()
        if not 0 <= value <= limit
    ]
    return ended("C2.balance", numbers, broken)


def delivered_dm2(evidence: Evidence, kind: str) -> int:
    """Return the sum of the boundary pieces' own rounded official areas, dm²."""
    pieces = evidence.changes.of(evidence.settings.roles.boundary, kind)
    shapes = np.asarray(pieces.geometry.array, dtype=object)
    return int(area_dm2(shapes, epsg=evidence.fabric.epsg).sum()) if len(shapes) else 0


def reasons(evidence: Evidence) -> Proof:
    """Prove that every piece has a reason for what it does, and that what it refers to exists.

    Land transferred in for a project names the project, land that the check-up found idle what it
    found; projects stand in the project list, evidence in the assessment table or as
    ``LAYER:identifier`` in the plan before.
    """
    known = {key.removeprefix("reasons.") for key in keys() if key.startswith("reasons.")}
    tables, layers = evidence.before.tables, evidence.before.layers
    projects = set(tables["projects"]["number"]) if "projects" in tables else set()
    assessed = set(tables["assessment"]["number"]) if "assessment" in tables else set()
    features = {f"{code}:{fid}" for code, layer in layers.items() for fid in layer.ids}
    broken = []
    for piece, row in evidence.changes.pieces.iterrows():
        reason = "" if row["reason"] is None else str(row["reason"])
        named = _listed(row["project"])
        swapped = row["layer"] == evidence.settings.roles.boundary
        begin = BEGIN.get(row["kind"], "") if swapped else ""
        fits = reason in known and reason.startswith(begin)
        wrong = [] if fits else [reason or "no reason"]
        wrong += [number for number in named if number not in projects]
        shown = _listed(row["evidence"])
        wrong += [item for item in shown if item not in assessed and item not in features]
        if reason == FOR_PROJECT and not named:
            wrong.append("no project")
        if reason == BY_CHECK_UP and not assessed.intersection(shown):
            wrong.append("no evidence")
        broken += [f"{piece} {item}" for item in wrong]
    numbers = {"pieces": len(evidence.changes.pieces), "projects": len(projects)}
    return ended("C2.reasons", numbers, broken, Attestation.OURS)


def _listed(text: object) -> list[str]:
    return [item for item in str(text).split(", ") if item] if isinstance(text, str) else []


def exclusions(evidence: Evidence) -> Proof:
    """Prove that no land transferred in lies in a layer that excludes it (redline, hazards …)."""
    layers = [code for code in evidence.settings.roles.exclusions if _present(evidence, code)]
    if not layers:
        return not_applicable("C2.exclusions", "no-exclusions", Attestation.OFFICIAL)
    numbers: dict[str, object] = {"in_dm2": evidence.area(evidence.entering)}
    broken = []
    for code in layers:
        hit = evidence.entering & evidence.covered([code])
        numbers[f"{code}_dm2"] = evidence.area(hit)
        broken += evidence.features_on(code, hit)
    return ended("C2.exclusions", numbers, broken)


def untouchable(evidence: Evidence) -> Proof:
    """Prove that no land transferred out is built, approved or titled, or town land now.

    Town land are survey parcels of the classes in ``swap.town_classes``. Parcels locked as
    untouchable or to be kept stay where they are.
    """
    roles, locks = evidence.settings.roles, evidence.settings.locks
    rights = [roles.titles, roles.approved, roles.built]
    layers = [code for code in rights if _present(evidence, code)]
    numbers: dict[str, object] = {"out_dm2": evidence.area(evidence.leaving)}
    broken = []
    for code in layers:
        hit = evidence.leaving & evidence.covered([code])
        numbers[f"{code}_dm2"] = evidence.area(hit)
        broken += evidence.features_on(code, hit)
    town = starts_with(evidence.land_class, evidence.settings.swap.town_classes)
    numbers["town_land_dm2"] = evidence.area(evidence.leaving & town)
    broken += evidence.features_on(roles.parcels, evidence.leaving & town)
    locked = np.isin(
        evidence.feature(roles.parcels), np.array([*locks.untouchable, *locks.keep], dtype=object)
    )
    moved = locked & (evidence.entering | evidence.leaving)
    broken += [f"locked {item}" for item in evidence.features_on(roles.parcels, moved)]
    if not layers and not broken:
        return not_applicable("C2.untouchable", "no-rights", Attestation.OURS)
    return ended("C2.untouchable", numbers, broken, Attestation.OURS)


def _present(evidence: Evidence, code: str) -> bool:
    return code in evidence.fabric.labels or code in evidence.fabric.relations
