"""Public facilities: points on the plots that are built for them, each kind with its radius."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from planloop.demo.frame import survey

if TYPE_CHECKING:
    from planloop.demo.ground import Ground
    from planloop.demo.uses import Uses

CITY, QUARTER, BLOCK = "城市级", "十五分钟", "五分钟"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facility: its name, level and service radius (m), and on which plots it stands.

    Every `step`-th built plot of the class from the `first` on has one.
    """

    name: str
    level: str
    radius: float
    land_class: str
    first: int = 0
    step: int = 1


KINDS = (
    Kind("幼儿园", BLOCK, 300.0, "080404"),
    Kind("小学", BLOCK, 500.0, "080403", 0, 2),
    Kind("初中", QUARTER, 1000.0, "080403", 1, 2),
    Kind("综合医院", CITY, 2000.0, "080601"),
    Kind("社区卫生服务中心", QUARTER, 1000.0, "080602", 0, 4),
    Kind("社区卫生服务站", BLOCK, 300.0, "080602", 1, 4),
    Kind("老年人日间照料中心", BLOCK, 300.0, "080701"),
    Kind("老年人日间照料中心", BLOCK, 300.0, "0702", 0, 6),
    Kind("文化活动中心", QUARTER, 1000.0, "080302"),
    Kind("文化活动站", BLOCK, 500.0, "0702", 2, 5),
    Kind("体育场馆", CITY, 1000.0, "080501"),
    Kind("多功能运动场地", BLOCK, 300.0, "1403"),
    Kind("菜市场", BLOCK, 500.0, "090101", 0, 4),
    Kind("公园", BLOCK, 400.0, "1401", 0, 2),
)
"""Radii as in the guides for the 15-minute circle; which plot has one is invented."""


@dataclass(frozen=True, slots=True, eq=False)
class Facility:
    """One facility."""

    place: shapely.Point
    name: str
    kind: str
    level: str
    radius: float


def facilities(ground: Ground, uses: Uses) -> list[Facility]:
    """Return the facilities of the town."""
    found: list[Facility] = []
    plots = ground.where("core")
    count: dict[str, int] = {}
    for kind in KINDS:
        own = plots[uses.built[plots] & (uses.land_class[plots] == kind.land_class)]
        for index in own[kind.first :: kind.step]:
            count[kind.name] = count.get(kind.name, 0) + 1
            place = shapely.Point(survey(ground.points[index]))
            name = f"阿拉山口第{count[kind.name]}{kind.name}"
            found.append(Facility(place, name, kind.name, kind.level, kind.radius))
    return found
