"""What the standard's tables permit."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from planloop import standard
from planloop.checks.conformity.answer import Grade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.plan.site import Project
    from planloop.standard.records import LinePermit

ALLOWED, CONDITIONAL, FORBIDDEN, DEPENDS = "allowed", "conditional", "forbidden", "depends"
GRADES: Mapping[str, Grade] = MappingProxyType(
    {
        ALLOWED: Grade.CONFORMS,
        CONDITIONAL: Grade.CONDITIONAL,
        DEPENDS: Grade.CONDITIONAL,
        FORBIDDEN: Grade.FAILS,
    }
)
LENIENT = (FORBIDDEN, CONDITIONAL, ALLOWED)
ANY = "*"


def line_permit(line: str, project: Project) -> LinePermit:
    """Return the most permissive row of ``line_permits`` that fits a project.

    Every line has a row for any sector and level. Of a project whose sector or level nobody says,
    only rows for any fit.
    """
    fitting = [
        row
        for row in standard.load().line_permits
        if row.line == line
        and row.sector in {ANY, project.sector}
        and row.level in {ANY, project.level}
    ]
    return max(fitting, key=lambda row: LENIENT.index(row.permit))


def zone_permit(zone: str, sector: str | None) -> str:
    """Return what a zone permits a sector, the longest prefix of its code deciding.

    ``forbidden`` where no row fits. Without a sector: what the zone permits all sectors alike, else
    ``depends``.
    """
    rows = [row for row in standard.load().zone_permits if zone.startswith(row.zone)]
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: len(row.zone)):
        found[row.sector] = row.permit
    if sector is not None:
        return found.get(sector, FORBIDDEN)
    permits = {found.get(code, FORBIDDEN) for code in standard.load().sectors}
    return permits.pop() if len(permits) == 1 else DEPENDS
