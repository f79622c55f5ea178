"""P12: the drawing fits the One Map: it lies in the region, and its codes are the plan's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop import standard
from planloop.checks.conformity.answer import (
    Answer,
    CodeName,
    Conflict,
    Grade,
    LayerName,
    Reason,
    hectares,
    nothing_to_judge,
    worst,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planloop.checks.conformity.case import Case


def sector_link(case: Case) -> Answer:
    """Check what data can show of the link between a sector plan and the master plan.

    The site lies in the region; the class and zone codes that it states exist, and are those of the
    plan under it. That its coordinates are CGCS2000 was seen when it was read, the three lines are
    P2, P3 and P5. Scale, indicators and the list of settled conflicts are for people.
    """
    region = case.grounds.role("region")
    if region is None:
        return nothing_to_judge("no-layer", layer=LayerName(case.grounds.roles.region))
    answers = []
    if case.leaves(region):
        beyond = case.beyond(region)
        reason = Reason("link-outside", {"ha": hectares(beyond)})
        conflict = Conflict(region, "", "", beyond, Grade.FAILS)
        answers.append(Answer(Grade.FAILS, (reason,), (conflict,)))
    for kind, role, stated in (
        ("land_classes", "land_use", case.site.land_classes),
        ("zones", "zones", case.site.zones),
    ):
        if stated:
            answers.append(_codes(case, kind, case.grounds.role(role), stated))
    if not answers:
        return Answer(Grade.CONFORMS, (Reason("link-inside"),))
    return Answer(
        worst(answer.grade for answer in answers),
        tuple(reason for answer in answers for reason in answer.reasons),
        tuple(conflict for answer in answers for conflict in answer.conflicts),
    )


def _codes(case: Case, kind: str, layer: str | None, stated: Sequence[str]) -> Answer:
    """Judge the codes that a drawing states against the list, and against what the plan has."""
    unknown = [code for code in stated if not standard.load().knows(kind, code)]
    if unknown:
        return Answer(Grade.FAILS, (Reason("link-unknown-code", {"codes": ", ".join(unknown)}),))
    if layer is None or not case.touches(layer):
        return Answer(Grade.CONFORMS, (Reason("link-codes-known", {"codes": ", ".join(stated)}),))
    prefixes = tuple(_stem(code) for code in stated)
    areas = case.by_code(layer)
    off = {code: area for code, area in areas.items() if not code.startswith(prefixes)}
    if not off:
        return Answer(Grade.CONFORMS, (Reason("link-codes-agree", {"codes": ", ".join(stated)}),))
    reasons = tuple(
        Reason(
            "link-codes-differ",
            {
                "codes": ", ".join(stated),
                "layer": LayerName(layer),
                "found": CodeName(kind, code),
                "ha": hectares(area),
            },
        )
        for code, area in off.items()
    )
    return Answer(Grade.CONDITIONAL, reasons, case.conflicts(layer, Grade.CONDITIONAL, off))


def _stem(code: str) -> str:
    """Return a code without the zeros that pad it: 070000 stands for all of 07, 400 for all of 4.

    Codes of zones have three digits, those of land classes two, four or six.
    """
    stem = code.rstrip("0")
    return stem + "0" if len(code) % 2 == 0 and len(stem) % 2 else stem
