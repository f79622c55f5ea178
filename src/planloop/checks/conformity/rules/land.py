"""P4: cropland, which whoever builds on it makes up for."""

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

CROPLAND = "01"
"""How the land classes of cropland begin."""


def cropland(case: Case) -> Answer:
    """Check how much cropland the site takes, against what the list declares.

    Cropland is what the survey parcels say. Any of it has to be made up for (占补平衡), so more
    than what is tolerated makes the answer conditional.
    """
    layer = case.grounds.role("parcels")
    if layer is None:
        return nothing_to_judge("no-layer", layer=LayerName(case.grounds.roles.parcels))
    hit = [item for item in case.overlaps.get(layer, ()) if item.code.startswith(CROPLAND)]
    area = sum(item.area for item in hit)
    taken = bool(hit) if case.indicative else area > case.grounds.tolerance
    told = {"ha": hectares(area), "count": len(hit)}
    reasons = [Reason("cropland-taken" if taken else "cropland-none", told)]
    declared = case.site.project.cropland
    limit = case.grounds.area_tolerance
    if declared is not None and not case.indicative:
        room = max(case.grounds.tolerance, limit * max(area, declared))
        if abs(area - declared) > room:
            more = {"ha": hectares(area), "declared": hectares(declared)}
            reasons.append(Reason("cropland-differs", more))
    grade = Grade.CONDITIONAL if taken else Grade.CONFORMS
    conflicts = [Conflict(item.layer, item.feature, item.code, item.area, grade) for item in hit]
    return Answer(grade, tuple(reasons), tuple(conflicts) if taken else ())
