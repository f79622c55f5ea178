"""P11: the plan's list names the project, for its years, with the document that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.conformity.answer import Answer, Grade, Reason

if TYPE_CHECKING:
    from planloop.checks.conformity.case import Case


def listing(case: Case) -> Answer:
    """Check that the plan's list names the project, with a source document and near-term years.

    Being named is the basis of an opinion of conformity. A site that is not named and lies in the
    boundary needs none: it goes by batches and detailed plans.
    """
    if not case.listed:
        layer = case.grounds.role("boundary")
        placed = case.site.shape is not None
        if placed and layer is not None and not case.leaves(layer):
            return Answer(Grade.CONFORMS, (Reason("list-not-needed"),))
        return Answer(Grade.CONDITIONAL, (Reason("list-missing"),))
    project = case.site.project
    reasons, grade = [], Grade.CONFORMS
    if not project.basis:
        reasons.append(Reason("list-no-basis"))
        grade = Grade.CONDITIONAL
    first, last = case.grounds.near_term
    years = {"start": project.start or "–", "end": project.end or "–", "first": first, "last": last}
    if project.start is None or project.end is None:
        reasons.append(Reason("list-no-years", years))
        grade = Grade.CONDITIONAL
    elif project.start > project.end:
        return Answer(Grade.FAILS, (*reasons, Reason("list-years-reversed", years)))
    elif project.end < first or project.start > last:
        reasons.append(Reason("list-other-years", years))
        grade = Grade.CONDITIONAL
    if grade is Grade.CONFORMS:
        reasons.append(Reason("list-named", years | {"basis": project.basis}))
    return Answer(grade, tuple(reasons))
