"""A central urban area on a board of squares of 100 m, drawn as text: planned land use and all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planloop import standard
from planloop.maintenance.land_use.forced import Forced, follow_boundary
from planloop.maintenance.land_use.maintain import Maintained, maintain_land_use
from planloop.maintenance.land_use.stating import Wishes
from planloop.maintenance.pieces import pieces_of
from planloop.plan.change_set import ChangeSet
from tests.checks.toy_city import frame, serial
from tests.maintenance.board import board, box, faces_in, read, square

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from planloop.maintenance.situation import Situation
    from planloop.plan.plan import Plan

LAND_USE = "ZXCQGHYDYH"
NOTHING = "-"


def planned_layer(drawing: str, current: str) -> gpd.GeoDataFrame:
    """Return planned land use: a square each; ``-`` for land that is not planned."""
    names, now = standard.load(), read(current)
    rows: list[dict[str, object]] = []
    for place, code in sorted(read(drawing).items(), key=lambda item: (item[0][1], item[0][0])):
        if code != NOTHING:
            rows.append(
                {
                    "BSM": plot(*place),
                    "YSDM": "2090020620",
                    "YDYHFLDM": code.ljust(6, "0"),
                    "YDYHFLMC": names.land_class(code).name_zh,
                    "TBDLMJ": 0.0,
                    "GHZT": "20",
                    "JQDLDM": now[place],
                    "BZ": f"地块{place[0]}{place[1]}",
                    "geometry": square(*place),
                }
            )
    return frame(rows)


def plot(column: int, row: int) -> str:
    """Return the identifier of the planned square at a place."""
    return serial(1000 + 100 * row + column)


def facilities(*rows: tuple[str, float, float]) -> gpd.GeoDataFrame:
    """Return facilities: kind, and where in units of squares."""
    return frame(
        [
            {"BSM": serial(number), "LX": kind, "geometry": box(x, y, x, y).centroid}
            for number, (kind, x, y) in enumerate(rows, start=1)
        ]
    )


def streets(*lines: Sequence[tuple[float, float]]) -> gpd.GeoDataFrame:
    """Return centre lines through points in units of squares."""
    return frame(
        [
            {
                "BSM": serial(number),
                "HXKD": 12.0,
                "geometry": shapely.LineString([box(x, y, x, y).bounds[:2] for x, y in line]),
            }
            for number, line in enumerate(lines, start=1)
        ]
    )


def central(
    planned: str,
    *,
    current: str,
    zones: str = "",
    layers: Mapping[str, Any] | None = None,
    **further: Any,  # noqa: ANN401  # whatever a board takes
) -> Situation:
    """Return a city whose planned and current classes are drawn; all of it is inside by default."""
    inside = "\n".join(
        " ".join("410" for _ in line.split()) for line in planned.strip().splitlines()
    )
    drawn = {LAND_USE: planned_layer(planned, current)} | dict(layers or {})
    return board(zones or inside, classes=current, layers=drawn, **further)


def maintained(
    place: Situation, forced: Forced | None = None, *, locks: Mapping[str, str] | None = None
) -> Maintained:
    said = Wishes.of(place.settings)
    wishes = replace(said, locks=locks or said.locks)
    return maintain_land_use(place, forced or Forced.none(), wishes)


def after(place: Situation, done: Maintained) -> Plan:
    """Return the plan after the change."""
    return changes(place, done).apply(place.plan)


def changes(place: Situation, done: Maintained) -> ChangeSet:
    pieces = pieces_of(place.fabric, [done.moved], place.settings.scheme.dated)
    return ChangeSet(pieces, {LAND_USE: done.delta} if done.delta is not None else {})


def classes(plan: Plan) -> dict[tuple[int, int], str]:
    """Return the planned class in the middle of each square."""
    layer = plan.layer(LAND_USE)
    found = {}
    for code, shape in zip(layer.values("YDYHFLDM"), layer.geometry, strict=True):
        for column in range(20):
            for row in range(20):
                if shapely.contains(shape, square(column, row).centroid):
                    found[column, row] = str(code)
    return found


def swap(
    place: Situation,
    into: Mapping[str, Sequence[shapely.Polygon]],
    out: Sequence[shapely.Polygon] = (),
) -> Forced:
    """Return what follows from land that enters for projects, and from land that leaves."""
    rows = [
        (int(face), True, project)
        for project, shapes in into.items()
        for face in faces_in(place, *shapes)
    ]
    rows += [(int(face), False, "") for face in (faces_in(place, *out) if out else ())]
    rows.sort()
    faces, goes_in, project = (np.array(column) for column in zip(*rows, strict=True))
    return follow_boundary(place, faces.astype(np.int64), goes_in, project.astype(object))
