"""The four city lines, with planted conflicts against titles, built projects and new roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.demo.frame import survey_geometry
from planloop.demo.streets import REALIGNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.demo.ground import Ground
    from planloop.demo.rights import Rights
    from planloop.demo.uses import Uses

GREEN, YELLOW, BLUE = "ZXCQCSLVX", "ZXCQCSHX", "ZXCQCSLX"
TITLE, BUILT, ROAD = "QSZD", "YJXM", "ZXCQDLZXX"

GREENS = {"1401": "公园绿地", "1402": "防护绿地", "1403": "广场用地"}
FACILITIES = {
    "120801": "对外交通场站",
    "120802": "公共交通场站",
    "1301": "供水",
    "1302": "排水",
    "1303": "供电",
    "1304": "供燃气",
    "1305": "供热",
    "1309": "环卫",
    "1310": "消防",
}
SMALLEST = 400.0
"""Rests of a plot smaller than this are no line feature, m²: the least public green."""

HOMES, SHOPS = "070102", "0901"

GREEN_CONFLICTS = ((TITLE, 2), (BUILT, 1))
YELLOW_CONFLICTS = ((TITLE, 1), (BUILT, 1))
"""What lines are drawn over, and how often, beside one realigned road each."""


@dataclass(frozen=True, slots=True, eq=False)
class LineFeature:
    """A feature of a city line: its outline, name and kind."""

    shape: shapely.Polygon
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A city line drawn over something lawful.

    Parameters
    ----------
    line, feature
        Layer code of the line, and index of its feature.
    other
        Layer of what lies there: a title, a built project or a realigned road.
    target
        Index of the survey parcel that the title or the built project holds, or of the street.
    """

    line: str
    feature: int
    other: str
    target: int


@dataclass(frozen=True, slots=True, eq=False)
class ControlLines:
    """The city lines.

    Parameters
    ----------
    features
        Layer code → features. The city has no purple line: nothing in it is listed.
    planned
        Planned class of the survey parcels that the lines change from what stands there.
    conflicts
        The planted conflicts.
    """

    features: dict[str, list[LineFeature]]
    planned: dict[int, str]
    conflicts: list[Conflict]


def control_lines(ground: Ground, uses: Uses, rights: Rights) -> ControlLines:
    """Draw the city lines along the plan's greens, utilities and waters; plant the conflicts."""
    waters = shapely.union_all(ground.parcels[ground.where("canal", "bank")])
    over = shapely.union_all([waters, ground.town.avenue])
    lines = ControlLines({GREEN: [], YELLOW: [], BLUE: []}, {}, [])
    _from_plan(ground, over, lines)
    for number, part in enumerate(shapely.get_parts(waters), start=1):
        lines.features[BLUE].append(LineFeature(part, f"阿拉套渠第{number}段", "沟渠"))
    _over_roads(ground, rights, lines)
    homes = _core_plots(ground, uses, HOMES)
    shops = _core_plots(ground, uses, SHOPS)
    held = {TITLE: rights.titled, BUILT: rights.built}
    used: set[int] = set()
    for line, code, plots, wanted in (
        (GREEN, "1401", homes, GREEN_CONFLICTS),
        (YELLOW, "1303", shops, YELLOW_CONFLICTS),
    ):
        for other, count in wanted:
            only = np.setdiff1d(held[other], held[TITLE if other == BUILT else BUILT])
            fit = [index for index in plots if index in only and index not in used]
            for index in fit[:count]:
                used.add(index)
                kind = GREENS.get(code) or FACILITIES[code]
                name = f"规划{kind}{len(lines.features[line]) + 1}号"
                lines.conflicts.append(Conflict(line, len(lines.features[line]), other, index))
                lines.features[line].append(LineFeature(ground.parcels[index], name, kind))
                lines.planned[index] = code
    return lines


def _from_plan(ground: Ground, over: shapely.Geometry, lines: ControlLines) -> None:
    """Add what the plan draws as green, and as utilities; roads and waters are taken out."""
    for piece in ground.town.pieces:
        line, kinds = (GREEN, GREENS) if piece.use in GREENS else (YELLOW, FACILITIES)
        if piece.role == "street" or piece.use not in kinds:
            continue
        left = shapely.difference(piece.shape, over) if piece.role == "plot" else piece.shape
        parts = shapely.get_parts(left)
        for part in survey_geometry(parts[shapely.area(parts) > SMALLEST]):
            name = f"{kinds[piece.use]}{len(lines.features[line]) + 1}号"
            lines.features[line].append(LineFeature(part, name, kinds[piece.use]))


def _over_roads(ground: Ground, rights: Rights, lines: ControlLines) -> None:
    """Record the lines that the realigned road crosses; where none is yellow, make one so."""
    road = ground.town.realigned
    green = [
        number
        for number, item in enumerate(lines.features[GREEN])
        if shapely.area(shapely.intersection(item.shape, road)) > 1.0
    ]
    lines.conflicts.append(Conflict(GREEN, green[0], ROAD, REALIGNED))
    crossed = [
        piece for piece in ground.town.pieces if piece.role == "plot" and piece.use not in GREENS
    ]
    shares = [float(shapely.area(shapely.intersection(item.shape, road))) for item in crossed]
    piece = crossed[int(np.argmax(shares))]
    kind = FACILITIES["120802"]
    lines.conflicts.append(Conflict(YELLOW, len(lines.features[YELLOW]), ROAD, REALIGNED))
    lines.features[YELLOW].append(LineFeature(piece.shape, f"规划{kind}", kind))
    on = shapely.intersects(shapely.points(ground.points), piece.shape)
    lines.planned.update(dict.fromkeys(np.flatnonzero(on).tolist(), "120802"))
    lines.conflicts.extend(
        Conflict(YELLOW, len(lines.features[YELLOW]) - 1, other, int(index))
        for other, held in ((TITLE, rights.titled), (BUILT, rights.built))
        for index in np.intersect1d(held, np.flatnonzero(on))
    )
    park = shapely.intersects(shapely.points(ground.points), lines.features[GREEN][green[0]].shape)
    lines.planned.update(dict.fromkeys(np.flatnonzero(park).tolist(), "1401"))


def _core_plots(ground: Ground, uses: Uses, code: str) -> Sequence[int]:
    core = ground.where("core")
    plots: NDArray[np.int64] = core[uses.built[core] & (uses.land_class[core] == code)]
    return [int(index) for index in plots]
