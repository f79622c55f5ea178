"""P1: the drawing can be used, and is as large as declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.conformity.answer import Answer, Grade, Reason, Words, hectares
from planloop.plan.site import Form

if TYPE_CHECKING:
    from planloop.checks.conformity.case import Case

UNPLACED = ("", "empty", "no-width")
"""Flaws with which a site is not placed at all; the others are faults of what is drawn."""


def drawing(case: Case) -> Answer:
    """Check that the geometry is valid, and its area within the tolerance of the declared one.

    The tolerance is ``project_area_tolerance`` of the standard. A point cannot be compared: it is
    indicative. The width that follows from the declared area is no check of it.
    """
    site, declared = case.site, case.site.project.declared
    if site.form is Form.NONE:
        grade = Grade.NOT_APPLICABLE if site.flaw in UNPLACED else Grade.FAILS
        words = Words(f"flaw-{site.flaw}" if site.flaw else "flaw-not-drawn")
        return Answer(grade, (Reason("drawing-flaw", {"flaw": words, "what": site.reason}),))
    reasons = []
    if site.beside:
        reasons.append(Reason("drawing-points-beside", {"count": site.beside}))
    if case.indicative:
        return Answer(Grade.CONDITIONAL, (*reasons, Reason("drawing-indicative")))
    if declared is None:
        reasons.append(Reason("drawing-undeclared", {"ha": hectares(case.own)}))
        return Answer(Grade.CONFORMS, tuple(reasons))
    if site.implied:
        reasons.append(Reason("drawing-implied", {"width": f"{site.width:.2f}"}))
        return Answer(Grade.CONFORMS, tuple(reasons))
    limit = case.grounds.area_tolerance
    told = {
        "ha": hectares(case.own),
        "declared": hectares(declared),
        "percent": f"{_percent(case.own, declared):+.2f}" if declared else "–",
        "limit": f"{100 * limit:g}",
    }
    differs = abs(case.own - declared) > limit * declared
    key = "drawing-area-differs" if differs else "drawing-area"
    grade = Grade.CONDITIONAL if differs else Grade.CONFORMS
    return Answer(grade, (*reasons, Reason(key, told)))


def _percent(own: int, declared: int) -> float:
    """Return how much larger the drawing is, in per cent, rounded; never a negative zero."""
    return round(100 * (own - declared) / declared, 2) + 0.0
