"""What was decided on the city lines, and what could not be done, in words."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from planloop.maintenance.control_lines.problem import NOT_ALLOWED
from planloop.maintenance.control_lines.verify import homes_lost
from planloop.plan.decision import Decision
from planloop.plan.finding import Finding, Severity
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planloop.maintenance.control_lines.solve import Solved
    from planloop.maintenance.control_lines.stating import Stated
    from planloop.maintenance.situation import Situation

LINE, SITE = "line", "line_site"
"""Subjects: a feature of a line in conflict, by ``"LAYER:id"``, and a survey parcel that joins."""


def decisions(
    situation: Situation, stated: Stated, solved: Solved, short: Mapping[int, int]
) -> tuple[Decision, ...]:
    """Return one decision on each feature in conflict, and on each parcel that joins a line.

    Parameters
    ----------
    situation, stated, solved
        What was found and chosen.
    short
        Number of each loss that is not cut → land that is missing for it, dm².
    """
    return (*_conflicts(situation, stated, short), *_parcels(situation, stated, solved))


def _conflicts(
    situation: Situation, stated: Stated, short: Mapping[int, int]
) -> Iterator[Decision]:
    for number, conflict in enumerate(stated.conflicts):
        area = situation.area(conflict.faces)
        marks = sorted({mark for text in conflict.evidence for mark in text.split(", ")})
        numbers: dict[str, object] = {
            "kind": conflict.kind.kind,
            "cut_m2": f"{area / SQUARE_METRE:.2f}",
        }
        if number in short:
            numbers["short_m2"] = f"{short[number] / SQUARE_METRE:.2f}"
            outcome = "uncut"
            reason = "line-short" if short[number] else "line-search-stopped"
        elif conflict.whole:
            outcome, reason = "replaced", "line-replaced"
        else:
            outcome, reason = "cut", "line-cut"
        yield Decision(LINE, conflict.name, outcome, reason, numbers, area, tuple(marks))


def _parcels(situation: Situation, stated: Stated, solved: Solved) -> Iterator[Decision]:
    areas: dict[tuple[str, int], int] = defaultdict(int)
    for cell, use in zip(stated.cells, solved.choice.use, strict=True):
        if use != NOT_ALLOWED:
            areas[cell.parcel, use] += situation.area(cell.faces)
    for (parcel, use), area in sorted(areas.items()):
        names = tuple(
            loss.feature
            for loss, cut in zip(stated.problem.losses, solved.choice.cut, strict=True)
            if cut and loss.requirement == use
        )
        site = stated.problem.requirements[use].site
        numbers = {"kind": stated.kinds[use].kind, "area_m2": f"{area / SQUARE_METRE:.2f}"}
        reason, outcome = ("line-in-site", "site") if site else ("line-in-area", "joins")
        yield Decision(SITE, parcel, outcome, reason, numbers, area, names)


def findings(stated: Stated, solved: Solved, short: Mapping[int, int]) -> Iterator[Finding]:
    """Yield what could not be done: conflicts that stay, and homes that lose their park."""
    for number, lacking in short.items():
        conflict = stated.conflicts[number]
        numbers = {
            "kind": conflict.kind.kind,
            "need": f"{stated.problem.losses[number].area / SQUARE_METRE:.2f}",
            "short": f"{lacking / SQUARE_METRE:.2f}",
        }
        code = "line-uncut" if lacking else "line-uncut-search"
        yield Finding(code, Severity.WARNING, conflict.layer, (conflict.fid,), numbers=numbers)
    if lost := homes_lost(stated.problem, solved.choice):
        numbers = {"area": f"{lost / SQUARE_METRE:.2f}"}
        layer = stated.conflicts[0].layer
        yield Finding("line-homes-lost", Severity.WARNING, layer, numbers=numbers)
