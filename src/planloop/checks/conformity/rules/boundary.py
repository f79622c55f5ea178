"""P5: inside the urban development boundary, or outside it with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.conformity.answer import (
    Answer,
    Conflict,
    Grade,
    LayerName,
    Reason,
    hectares,
    nothing_to_judge,
)

if TYPE_CHECKING:
    from planloop.checks.conformity.case import Case

SEPARATE = "单独选址"
"""How the siting of projects reads whose land is approved one by one."""


def boundary(case: Case) -> Answer:
    """Check that what lies outside the boundary may lie there.

    It may where the project is sited on its own (单独选址), or its sector needs no land in the
    boundary (``sectors`` of the standard). Inside, it goes by batches and detailed plans.
    """
    layer = case.grounds.role("boundary")
    if layer is None:
        return nothing_to_judge("no-layer", layer=LayerName(case.grounds.roles.boundary))
    told = {"inside": hectares(case.within(layer)), "outside": hectares(case.beyond(layer))}
    if not case.leaves(layer):
        return Answer(Grade.CONFORMS, (Reason("boundary-inside", told),))
    sector, siting = case.sector, case.site.project.siting or ""
    if SEPARATE in siting:
        return Answer(Grade.CONFORMS, (Reason("boundary-separate", told),))
    if sector is not None and not sector.needs_boundary:
        return Answer(Grade.CONFORMS, (Reason("boundary-free", told),), (), sector.attestation)
    unknown = sector is None and not siting
    grade = Grade.CONDITIONAL if unknown else Grade.FAILS
    key = "boundary-unknown" if unknown else "boundary-outside"
    conflict = Conflict(layer, "", "", case.beyond(layer), grade)
    return Answer(grade, (Reason(key, told),), (conflict,))
