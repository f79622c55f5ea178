"""P2, P3 and P8: ecological redline, basic farmland, and the city control lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.conformity.answer import (
    Answer,
    Grade,
    LayerName,
    Reason,
    Words,
    hectares,
    nothing_to_judge,
    worst,
)
from planloop.checks.conformity.grounds import CITY_LINES
from planloop.checks.conformity.permits import GRADES, line_permit
from planloop.standard import Attestation

if TYPE_CHECKING:
    from planloop.checks.conformity.case import Case


def redline(case: Case) -> Answer:
    """Check that the site keeps off the ecological redline, or may lie in it on a condition.

    Which sectors and levels may, and on what condition, says ``line_permits`` of the standard.
    Overlaps of no more than ``overlap_tolerance_m2`` are told and not counted.
    """
    return _line(case, "redline")


def basic_farmland(case: Case) -> Answer:
    """Check that the site keeps off permanent basic farmland, or may lie in it on a condition."""
    return _line(case, "basic_farmland")


def city_lines(case: Case) -> Answer:
    """Check that the site keeps off green, yellow, blue and purple lines.

    Infrastructure that matches the line may cross it: ``line_permits`` of the standard.
    """
    answers = [_line(case, line) for line in CITY_LINES if case.grounds.role(line) is not None]
    if not answers:
        return nothing_to_judge("no-city-lines")
    met = [answer for answer in answers if answer.grade is not Grade.CONFORMS or answer.conflicts]
    reasons = [reason for answer in met for reason in answer.reasons]
    return Answer(
        worst(answer.grade for answer in answers),
        tuple(reasons) or (Reason("lines-kept-off"),),
        tuple(conflict for answer in met for conflict in answer.conflicts),
        Attestation.OURS if met else None,
    )


def _line(case: Case, role: str) -> Answer:
    layer = case.grounds.role(role)
    if layer is None:
        return nothing_to_judge("no-layer", layer=LayerName(str(getattr(case.grounds.roles, role))))
    told = {"layer": LayerName(layer), "ha": hectares(case.within(layer))}
    if not case.touches(layer):
        key = "line-tolerated" if case.within(layer) else "line-kept-off"
        return Answer(Grade.CONFORMS, (Reason(key, told),))
    permit = line_permit(role, case.site.project)
    grade = GRADES[permit.permit]
    reason = Reason(f"line-{permit.permit}", told | {"needs": Words(f"needs-{permit.needs}")})
    return Answer(grade, (reason,), case.conflicts(layer, grade), permit.attestation)
