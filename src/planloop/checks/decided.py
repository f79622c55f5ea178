"""Decisions against the faces: what is said to have gone in and out did, to 0.01 m²."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from planloop import standard
from planloop.plan.change_set import TRANSFER_IN
from planloop.plan.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.decision import Decision

Off: TypeAlias = tuple[tuple[str, str, str], str, object, object]
"""Subject, identifier and outcome of a decision; what is off; what is told, what the faces say."""

SITE_PROJECT = "XMBH"
OUTCOMES = {
    "parcel": ("transfer_in", "transfer_out", "kept"),
    "project": ("served", "inside", "not_needed", "blocked", "not_chosen"),
    "line": ("cut", "replaced", "uncut"),
    "line_site": ("joins", "site"),
    "plot": ("changed", "kept"),
}


def decision_findings(
    file: str, evidence: Evidence, decisions: Sequence[Decision]
) -> Iterator[Finding]:
    """Check what the decisions say against what the faces say.

    Parcels: the areas that went in and out are those of the faces, of all parcels; what was kept
    is still in the boundary. Projects: each has one decision; the area of a served one is that of
    the land transferred in for it, and its site lies in the boundary afterwards; the site of one
    that is called inside lay there before.
    """
    for (subject, fid, outcome), place, told, found in (
        *_outcomes(decisions),
        *_parcels(evidence, decisions),
        *_counts(evidence, decisions),
        *_projects(evidence, decisions),
    ):
        numbers = {
            "file": file,
            "subject": subject,
            "outcome": outcome,
            "place": place,
            "told": str(told),
            "found": str(found),
        }
        yield Finding("written-decision", Severity.ERROR, "", (fid,), numbers=numbers)


def _outcomes(decisions: Sequence[Decision]) -> Iterator[Off]:
    for item in decisions:
        if item.outcome not in OUTCOMES[item.subject]:
            known = ", ".join(OUTCOMES[item.subject])
            yield (item.subject, item.id, item.outcome), "outcome", item.outcome, known


def _parcels(evidence: Evidence, decisions: Sequence[Decision]) -> Iterator[Off]:
    told: dict[str, dict[str, int]] = {outcome: {} for outcome in OUTCOMES["parcel"]}
    for item in decisions:
        if item.subject == "parcel" and item.outcome in told:
            held = told[item.outcome]
            held[item.id] = held.get(item.id, 0) + item.area
    for outcome, faces in (("transfer_in", evidence.entering), ("transfer_out", evidence.leaving)):
        found = _by_parcel(evidence, faces)
        for fid in sorted({*found, *told[outcome]}):
            sizes = told[outcome].get(fid, 0), found.get(fid, 0)
            if sizes[0] != sizes[1]:
                yield ("parcel", fid, outcome), "area_dm2", *sizes
    stays = _by_parcel(evidence, evidence.inside("before") & ~evidence.leaving)
    for fid, area in sorted(told["kept"].items()):
        if area > stays.get(fid, 0):
            yield ("parcel", fid, "kept"), "area_dm2", area, f"≤ {stays.get(fid, 0)}"


def _by_parcel(evidence: Evidence, faces: NDArray[np.bool_]) -> dict[str, int]:
    parcel = evidence.feature(evidence.settings.roles.parcels)
    found: dict[str, int] = defaultdict(int)
    for face in np.flatnonzero(faces):
        if parcel[face] is not None:
            found[str(parcel[face])] += int(evidence.fabric.area[face])
    return found


def _counts(evidence: Evidence, decisions: Sequence[Decision]) -> Iterator[Off]:
    listed = set(evidence.before.tables["projects"]["number"].astype(str))
    count = Counter(item.id for item in decisions if item.subject == "project")
    for number in sorted({*listed, *count}):
        if count[number] != int(number in listed):
            yield ("project", number, "-"), "decisions", count[number], int(number in listed)


def _projects(evidence: Evidence, decisions: Sequence[Decision]) -> Iterator[Off]:
    limit = round(float(standard.load().parameter("overlap_tolerance_m2").value) * 100)
    outside = {when: ~evidence.inside(when) for when in ("before", "after")}
    gained, sites = _gained(evidence), _sites(evidence)
    nowhere = np.zeros(len(evidence.fabric), dtype=bool)
    for item in decisions:
        key = (item.subject, item.id, item.outcome)
        site = sites.get(item.id, nowhere)
        if item.outcome == "served":
            if item.area != gained.get(item.id, 0):
                yield key, "area_dm2", item.area, gained.get(item.id, 0)
            rest = evidence.area(site & outside["after"])
            if rest > limit:
                yield key, "site", f"≤ {limit} dm²", f"{rest} dm²"
        elif item.outcome == "inside" and (site & outside["before"]).any():
            yield key, "site", "0 dm²", f"{evidence.area(site & outside['before'])} dm²"


def _gained(evidence: Evidence) -> dict[str, int]:
    """Return the land that was transferred in for each project, dm²."""
    boundary = evidence.settings.roles.boundary
    located: Mapping[str, NDArray[np.int64]] = evidence.piece_faces(boundary)
    found: dict[str, int] = defaultdict(int)
    for piece, row in evidence.changes.of(boundary, TRANSFER_IN).iterrows():
        size = int(evidence.fabric.area[located[str(piece)]].sum())
        for number in str(row["project"]).split(", "):
            found[number] += size
    return found


def _sites(evidence: Evidence) -> dict[str, NDArray[np.bool_]]:
    """Return the faces of each project's site."""
    layer = evidence.settings.roles.sites
    if layer not in evidence.fabric.relations:
        return {}
    relation = evidence.fabric.relations[layer]
    numbers = evidence.before.layer(layer).values(SITE_PROJECT)
    found = {}
    for number in sorted({str(item) for item in numbers if item is not None}):
        mask = np.zeros(len(evidence.fabric), dtype=bool)
        chosen = np.flatnonzero(numbers.astype(str) == number)
        mask[relation.face[np.isin(relation.feature, chosen)]] = True
        found[number] = mask
    return found
