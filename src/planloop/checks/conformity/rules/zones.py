"""P6: the zones take projects of this sector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.conformity.answer import (
    Answer,
    CodeName,
    Conflict,
    Grade,
    LayerName,
    Reason,
    Words,
    hectares,
    nothing_to_judge,
    worst,
)
from planloop.checks.conformity.permits import GRADES, zone_permit

if TYPE_CHECKING:
    from planloop.checks.conformity.case import Case


def zones(case: Case) -> Answer:
    """Check each zone that the site lies in against the matrix of zones and sectors.

    The matrix is ``zone_permits`` of the standard. Without a sector, a zone that some sectors may
    use makes the answer conditional.
    """
    layer = case.grounds.role("zones")
    if layer is None:
        return nothing_to_judge("no-layer", layer=LayerName(case.grounds.roles.zones))
    areas = case.by_code(layer)
    if not areas:
        return nothing_to_judge("zone-none")
    sector = case.site.project.sector
    permits = {code: zone_permit(code, sector) for code in areas}
    reasons: list[Reason] = []
    conflicts: list[Conflict] = []
    for code, permit in permits.items():
        told = {
            "zone": CodeName("zones", code),
            "ha": hectares(areas[code]),
            "sector": CodeName("sectors", sector or ""),
            "permit": Words(f"permit-{permit}"),
        }
        reasons.append(Reason("zone", told))
        if GRADES[permit] is not Grade.CONFORMS:
            conflicts += case.conflicts(layer, GRADES[permit], (code,))
    return Answer(
        worst(GRADES[item] for item in permits.values()), tuple(reasons), tuple(conflicts)
    )
