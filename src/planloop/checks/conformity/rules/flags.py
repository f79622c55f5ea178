"""P9: what has to be looked at: hazards, heritage, water, reserves, minerals, the border."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop import standard
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
from planloop.checks.conformity.permits import GRADES

if TYPE_CHECKING:
    from planloop.checks.conformity.answer import Conflict
    from planloop.checks.conformity.case import Case
    from planloop.standard.records import FlagLayer


def flags(case: Case) -> Answer:
    """Check which layers raise a flag over the site.

    Which do, and whether they forbid or ask for a condition, says ``flag_layers`` of the standard.
    A sector that a layer exempts is asked for a condition where others are forbidden, and for
    nothing where others are asked for one.
    """
    rows = [row for code, row in standard.load().flag_layers.items() if code in case.grounds.layers]
    if not rows:
        return nothing_to_judge("no-flag-layers")
    raised = [row for row in rows if case.touches(row.layer)]
    grades = {row.layer: _grade(case, row) for row in raised}
    reasons = tuple(
        Reason(
            "flag",
            {
                "flag": Words(f"flag-{row.flag}"),
                "layer": LayerName(row.layer),
                "ha": hectares(case.within(row.layer)),
                "permit": Words(f"flagged-{grades[row.layer]}"),
            },
        )
        for row in raised
    )
    conflicts: list[Conflict] = []
    for row in raised:
        if grades[row.layer] is not Grade.CONFORMS:
            conflicts += case.conflicts(row.layer, grades[row.layer])
    return Answer(
        worst([Grade.CONFORMS, *grades.values()]),
        reasons or (Reason("flags-none", {"count": len(rows)}),),
        tuple(conflicts),
    )


def _grade(case: Case, row: FlagLayer) -> Grade:
    grade = GRADES[row.permit]
    if case.site.project.sector not in row.exempt:
        return grade
    return Grade.CONDITIONAL if grade is Grade.FAILS else Grade.CONFORMS
