"""The project list of a round: sectors of all tiers, years, and sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import shapely

    from benchmarks.cities.city import City

FIRST = ("物流仓储", "")
SECOND = ("产业", "民生", "防灾")
LAST = ("旅游", "其他")
"""Sectors of the three tiers; the empty one is the city's own."""

ODDS = (0.4, 0.4, 0.2)
"""Shares of the three tiers."""

ELSEWHERE = ("交通", "能源", "水利")
"""Sectors that need no land in the boundary."""

YEARS = tuple(range(2026, 2035))
"""Years in which a project may start; the first five are the near term."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project and its site."""

    number: str
    sector: str
    start: int
    site: shapely.Polygon

    def row(self) -> dict[str, object]:
        """Return its row of the project list."""
        return {
            "number": self.number,
            "name": f"項目{self.number}",
            "sector": self.sector,
            "start_year": self.start,
            "end_year": self.start + 3,
            "area_ha": round(self.site.area / 1e4, 4),
            "basis": "測試",
            "change": "新增",
        }


def projects(
    city: City,
    wanting: Sequence[shapely.Polygon],
    elsewhere: Sequence[shapely.Polygon],
    random: np.random.Generator,
) -> list[Project]:
    """Return the project list: those that want their site in the boundary, then those that do not.

    Parameters
    ----------
    city
        Has a sector of its own.
    wanting, elsewhere
        Sites of the two kinds.
    random
        Draws sectors and years.
    """
    tiers = random.choice(3, len(wanting), p=ODDS)
    sectors = [str(random.choice((FIRST, SECOND, LAST)[tier])) or city.industry for tier in tiers]
    sectors += [ELSEWHERE[number % len(ELSEWHERE)] for number in range(len(elsewhere))]
    starts = random.choice(YEARS, len(sectors)).tolist()
    found = zip(sectors, starts, [*wanting, *elsewhere], strict=True)
    return [
        Project(f"P-{number:03d}", sector, start, site)
        for number, (sector, start, site) in enumerate(found, start=1)
    ]
