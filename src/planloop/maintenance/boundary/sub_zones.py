"""Which part of the boundary land becomes that goes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop import standard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planloop.maintenance.situation import Situation


def sub_zone_of(situation: Situation, projects: Iterable[str]) -> str:
    """Return the part of the boundary that land becomes which goes in for some projects.

    Of several projects the one of the first tier decides, then the lowest number; its sector may
    have a part of its own in the settings. Land that goes in for none becomes the usual part.
    """
    swap = situation.settings.swap
    chosen = set(projects)
    if not (chosen and swap.sub_zone_by_sector):
        return swap.sub_zone
    sectors = standard.load().sectors
    table = situation.plan.tables["projects"]
    ranked = sorted(
        (sectors[str(sector)].tier, str(number), str(sector))
        for number, sector in zip(table["number"], table["sector"], strict=True)
        if str(number) in chosen
    )
    return swap.sub_zone_by_sector.get(ranked[0][2], swap.sub_zone)
