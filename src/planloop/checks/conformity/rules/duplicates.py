"""P10: no site twice, no name twice, no two projects on the same ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.conformity.answer import Answer, Grade, Reason, hectares

if TYPE_CHECKING:
    from planloop.checks.conformity.case import Case, Twin


def duplicates(case: Case) -> Answer:
    """Check that no other project has the same site or name, or land of this site.

    Two areas, or two corridors, are the same site where they share ``same_site_share`` of the
    smaller one. A corridor that crosses another site, or lies in it, is told and not counted.
    """
    keys = [_key(case, twin) for twin in case.twins]
    reasons = tuple(
        Reason(
            key,
            {
                "number": twin.number,
                "name": twin.name or "–",
                "ha": hectares(twin.area),
                "percent": f"{100 * twin.share:.1f}",
            },
        )
        for key, twin in zip(keys, case.twins, strict=True)
    )
    clear = all(key == "twin-crossing" for key in keys)
    return Answer(Grade.CONFORMS if clear else Grade.CONDITIONAL, reasons or (Reason("twin-none"),))


def _key(case: Case, twin: Twin) -> str:
    if twin.alike and twin.share >= case.grounds.same_site:
        return "twin-site"
    if twin.same_name:
        return "twin-name"
    return "twin-crossing" if twin.crossing else "twin-overlap"
