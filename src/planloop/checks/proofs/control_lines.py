"""C9: green and yellow lines lose nothing but what is in conflict, and that is made up for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.proofs.ending import ended, not_applicable
from planloop.checks.records import differing
from planloop.checks.service_area import within_reach
from planloop.plan.code_fields import CLASS_CODE
from planloop.plan.codes import starts_with
from planloop.standard import Attestation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof
    from planloop.standard.records import LineKind

GREEN, YELLOW = "green", "yellow"


def line_area(evidence: Evidence) -> Proof:
    """Prove that no kind of green or yellow line has less area after than before, face by face."""
    lines = lines_of(evidence)
    if not lines:
        return not_applicable("C9.area", "no-lines", Attestation.OURS)
    numbers: dict[str, object] = {}
    broken = []
    for layer in lines:
        code = {when: evidence.code(layer, when) for when in ("before", "after")}
        for kind in _known(code["before"], code["after"]):
            before, after = (evidence.area(code[when] == kind) for when in ("before", "after"))
            name = f"{layer}:{kind}"
            numbers |= {f"{name}_before_dm2": before, f"{name}_after_dm2": after}
            if after < before:
                broken.append(f"{name} {(after - before) / 100:.2f} m²")
    return ended("C9.area", numbers, broken, Attestation.OURS)


def line_facilities(evidence: Evidence) -> Proof:
    """Prove that no kind of facility in the yellow lines becomes fewer.

    A facility is kept where land of its feature is still in the line, of the same kind. For each
    that is not, there is a new one of the kind, on land that was none of it, in one piece and no
    smaller: the largest new one for the largest that went, and so on.
    """
    layer = lines_of(evidence, YELLOW)
    if not layer:
        return not_applicable("C9.facilities", "no-yellow-lines", Attestation.OURS)
    (code,) = layer
    numbers: dict[str, object] = {}
    broken = []
    held = _Held.of(evidence, code)
    for kind in _known(*held.kind.values()):
        gone, count = _gone(evidence, held, kind)
        new = sorted(_new_features(evidence, held, kind), reverse=True)
        name = f"{code}:{kind}"
        numbers |= {f"{name}_before": count, f"{name}_gone": len(gone), f"{name}_new": len(new)}
        for place, area in enumerate(sorted(gone.values(), reverse=True)):
            there = new[place] if place < len(new) else 0
            if there < area:
                broken.append(f"{name} {there / 100:.2f} < {area / 100:.2f} m²")
    return ended("C9.facilities", numbers, broken, Attestation.OURS)


def line_coverage(evidence: Evidence) -> Proof:
    """Prove that parks reach as much of the planned homes after as before.

    Homes are the features of the planned land use before whose class is one of the standard's home
    classes; parks are the features of lines whose kind has a reach. Distances are straight.
    """
    homes, area = _homes(evidence)
    if not len(homes):
        return not_applicable("C9.coverage", "no-planned-homes", Attestation.OURS)
    layer = evidence.before.layer(evidence.settings.roles.land_use)
    served = {when: _served(evidence, layer.geometry[homes], when) for when in ("before", "after")}
    lost = served["before"] & ~served["after"]
    numbers = {
        "homes_dm2": int(area.sum()),
        "before_dm2": int(area[served["before"]].sum()),
        "after_dm2": int(area[served["after"]].sum()),
        "lost_dm2": int(area[lost].sum()),
    }
    short = numbers["after_dm2"] < numbers["before_dm2"]
    broken = [f"{layer.code}:{fid}" for fid in layer.ids[homes][lost]] if short else []
    return ended("C9.coverage", numbers, broken, Attestation.OURS)


def line_land_use(evidence: Evidence) -> Proof:
    """Prove that where a line changed, the planned land use agrees with it.

    Land that joined a line is planned for the class of its kind, land that left is no longer. Land
    without planned land use is left out, and its area told.
    """
    lines, layer = lines_of(evidence), evidence.settings.roles.land_use
    if not lines:
        return not_applicable("C9.land-use", "no-lines", Attestation.OURS)
    if layer not in evidence.maintained:
        return not_applicable("C9.land-use", "no-planned-land-use", Attestation.OURS)
    planned = evidence.code(layer, "after")
    unplanned = np.array([code is None for code in planned], dtype=bool)
    numbers: dict[str, object] = {}
    broken = []
    for code, role in lines.items():
        kind = {when: evidence.code(code, when) for when in ("before", "after")}
        changed = (kind["before"] != kind["after"]).astype(bool)
        off = np.zeros(len(evidence.fabric), dtype=bool)
        for row in kinds_of(role):
            fits = starts_with(planned, [row.planned])
            off |= changed & (kind["after"] == row.kind) & ~fits
            off |= changed & (kind["before"] == row.kind) & fits
        off &= ~unplanned
        numbers |= {
            f"{code}_changed_dm2": evidence.area(changed),
            f"{code}_unplanned_dm2": evidence.area(changed & unplanned),
        }
        if off.any():
            face = int(np.flatnonzero(off)[0])
            told = f"{kind['before'][face]} → {kind['after'][face]}, {planned[face]}"
            broken.append(f"{code} {told} {evidence.place(off)}")
    return ended("C9.land-use", numbers, broken, Attestation.OURS)


def line_patches(evidence: Evidence) -> Proof:
    """Prove that new land of a line joins land of its kind that stays, or is large enough alone.

    Large enough is the least patch of the kind, or the area of a feature that went altogether.
    """
    lines = lines_of(evidence)
    if not lines:
        return not_applicable("C9.patches", "no-lines", Attestation.OURS)
    numbers: dict[str, object] = {}
    broken = []
    for layer, role in lines.items():
        held, count = _Held.of(evidence, layer), 0
        for row in kinds_of(role):
            was, now = (held.of_kind(row.kind, when) for when in ("before", "after"))
            stays, new = was & now, now & ~was
            gone, _ = _gone(evidence, held, row.kind)
            least = min([round(row.least_patch_m2 * 100), *gone.values()])
            for patch in evidence.fabric.patches(new):
                count += 1
                area = int(evidence.fabric.area[patch].sum())
                if area < least and not stays[evidence.fabric.neighbours.beside(patch)].any():
                    broken.append(f"{layer}:{row.kind} {area / 100:.2f} < {least / 100:.2f} m²")
        numbers[f"{layer}_new"] = count
    return ended("C9.patches", numbers, broken, Attestation.OURS)


def frozen_lines(evidence: Evidence) -> Proof:
    """Prove that every feature of the blue and purple lines is identical."""
    roles = evidence.settings.roles
    present = [code for code in (roles.blue, roles.purple) if code in evidence.before.layers]
    if not present:
        return not_applicable("C9.frozen-lines", "no-frozen-lines", Attestation.OFFICIAL)
    numbers: dict[str, object] = {}
    broken = []
    for code in present:
        layer = evidence.before.layer(code)
        numbers[f"{code}_features"] = len(layer)
        if code not in evidence.after.layers:
            broken.append(f"{code} missing")
            continue
        off = differing(layer.frame, evidence.after.layer(code).frame)
        broken += [f"{code}:{fid}" for fid in off]
    return ended("C9.frozen-lines", numbers, broken)


def lines_of(evidence: Evidence, *roles: str) -> dict[str, str]:
    """Return layer code → role of the lines that may change and that the plan has."""
    named = {getattr(evidence.settings.roles, role): role for role in roles or (GREEN, YELLOW)}
    return {code: role for code, role in named.items() if code in evidence.maintained}


def kinds_of(role: str) -> list[LineKind]:
    """Return the kinds of a line in the standard's table."""
    return [row for (line, _), row in standard.load().line_kinds.items() if line == role]


def _known(*codes: NDArray[np.object_]) -> list[str]:
    """Return the codes that any face has, sorted."""
    return sorted({str(code) for some in codes for code in some if code is not None})


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Feature and kind of each face in a line, ``"before"`` and ``"after"``, shape (n,) each."""

    feature: Mapping[str, NDArray[np.object_]]
    kind: Mapping[str, NDArray[np.object_]]

    @classmethod
    def of(cls, evidence: Evidence, layer: str) -> _Held:
        """Read them off the evidence."""
        times = ("before", "after")
        return cls(
            {when: evidence.feature(layer, when) for when in times},
            {when: evidence.code(layer, when) for when in times},
        )

    def of_kind(self, kind: str, when: str) -> NDArray[np.bool_]:
        """Return the faces of a kind."""
        return np.asarray(self.kind[when] == kind, dtype=bool)


def _gone(evidence: Evidence, held: _Held, kind: str) -> tuple[dict[str, int], int]:
    """Return the area of each feature before of which no land is left, and how many there were."""
    fid = held.feature["before"]
    own, now = (held.of_kind(kind, when) for when in ("before", "after"))
    every, kept = {str(name) for name in fid[own]}, {str(name) for name in fid[own & now]}
    gone = {name: evidence.area(np.asarray(fid == name)) for name in sorted(every - kept)}
    return gone, len(every)


def _new_features(evidence: Evidence, held: _Held, kind: str) -> Iterator[int]:
    """Yield the area of the largest piece of each feature after on land that was none of a kind."""
    fid = held.feature["after"]
    was, own = (held.of_kind(kind, when) for when in ("before", "after"))
    old = {str(name) for name in fid[own & was]}
    for name in sorted({str(item) for item in fid[own]} - old):
        pieces = evidence.fabric.patches(np.asarray(fid == name) & own)
        yield max(int(evidence.fabric.area[piece].sum()) for piece in pieces)


def _homes(evidence: Evidence) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the planned homes, by their place in the layer, and their areas."""
    code = evidence.settings.roles.land_use
    nothing = np.zeros(0, dtype=np.int64)
    if code not in evidence.fabric.labels:
        return nothing, nothing
    layer, of_face = evidence.before.layer(code), evidence.fabric.labels[code].of_face
    inside = of_face >= 0
    area = np.zeros(len(layer), dtype=np.int64)
    np.add.at(area, of_face[inside], evidence.fabric.area[inside])
    homes = starts_with(layer.values(CLASS_CODE), standard.load().home_classes) & (area > 0)
    chosen = np.flatnonzero(homes)
    return chosen, area[chosen]


def _served(evidence: Evidence, homes: NDArray[np.object_], when: str) -> NDArray[np.bool_]:
    """Return which homes a park reaches."""
    served = np.zeros(len(homes), dtype=bool)
    plan = evidence.plan(when)
    for code, role in lines_of(evidence).items():
        for row in kinds_of(role):
            if row.reach_m > 0 and code in plan.layers:
                layer = plan.layer(code)
                kinds = layer.values(evidence.maintained[code])
                places = layer.geometry[kinds == row.kind]
                if len(places):
                    served[within_reach(homes, places, row.reach_m)[0]] = True
    return served
