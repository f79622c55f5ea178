"""P7: in the central urban area, the planned land use fits the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop import standard
from planloop.checks.conformity.answer import (
    Answer,
    CodeName,
    Grade,
    LayerName,
    Reason,
    hectares,
    nothing_to_judge,
)

if TYPE_CHECKING:
    from planloop.checks.conformity.case import Case


def planned_use(case: Case) -> Answer:
    """Check that the planned land use under the site is one that its sector may build on.

    Only land in the central urban area that has a planned use counts; how much has none is told.
    At least ``planned_use_share`` of it must have a class that fits (``planned_uses`` of the
    standard); classes that may be made fit, as reserved land, make the answer conditional.
    """
    central, layer = case.grounds.role("central"), case.grounds.role("land_use")
    if layer is None:
        return nothing_to_judge("no-layer", layer=LayerName(case.grounds.roles.land_use))
    bare = 0 if central is None else case.within(central) - case.within(layer)
    unplanned = Reason("use-unplanned", {"ha": hectares(max(0, bare))})
    if not case.touches(layer):
        elsewhere = central is None or not case.touches(central)
        reason = Reason("use-elsewhere") if elsewhere else unplanned
        return Answer(Grade.NOT_APPLICABLE, (reason,))
    areas = case.by_code(layer)
    reasons = [
        Reason("use", {"use": CodeName("land_classes", code), "ha": hectares(area)})
        for code, area in areas.items()
    ]
    if bare > case.grounds.tolerance:
        reasons.append(unplanned)
    sector = case.site.project.sector
    rule = standard.load().planned_uses.get(sector or "")
    if rule is None:
        return Answer(Grade.CONDITIONAL, (*reasons, Reason("use-sector-unknown")))
    fits = [code for code in areas if code.startswith(rule.fits)]
    may = [code for code in areas if code not in fits and code.startswith(rule.conditional)]
    share, possible = (_share(case, areas, codes) for codes in (fits, [*fits, *may]))
    told = {
        "percent": f"{100 * share:.2f}",
        "least": f"{100 * case.grounds.planned_share:g}",
        "sector": CodeName("sectors", sector or ""),
    }
    if share >= case.grounds.planned_share:
        return Answer(Grade.CONFORMS, (*reasons, Reason("use-fits", told)))
    grade = Grade.CONDITIONAL if possible >= case.grounds.planned_share else Grade.FAILS
    key = "use-may-fit" if grade is Grade.CONDITIONAL else "use-differs"
    off = [code for code in areas if code not in fits]
    return Answer(grade, (*reasons, Reason(key, told)), case.conflicts(layer, grade, off))


def _share(case: Case, areas: dict[str, int], codes: list[str]) -> float:
    """Return the share of the planned land under the site that has any of some classes."""
    if case.indicative:
        return float(bool(codes))
    return sum(areas[code] for code in codes) / sum(areas.values())
