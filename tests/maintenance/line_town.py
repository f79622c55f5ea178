"""A town on a board whose city lines lie on titles, projects and a road; and what becomes of them.

Columns of 100 m; row 0 is south. The lines lie in row 0, open land in rows 1 and 2, planned homes
in row 3::

    3 |home home home home home home home home home home
    2 |shop shop 16   shop shop 16   shop 16   shop shop     planned; open land now
    1 |plaz shop shop shop shop shop shop shop shop shop     planned; open land now
    0 |PPPPPPPP  .    .    QQQQ .    EEEE .    WWWWWWWWW     plaza P, park Q, power E, water W

A title holds the east of P, and all of Q; a built project all of E; the east of W is a road.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from planloop.maintenance.control_lines.maintain import LinesMaintained, maintain_lines
from planloop.maintenance.land_use.carried_out import carried_out
from planloop.maintenance.land_use.forced import Forced
from planloop.maintenance.pieces import pieces_of
from planloop.plan.change_set import ChangeSet
from tests.checks.toy_city import frame, plain, serial
from tests.maintenance.board import board, box, read

if TYPE_CHECKING:
    import geopandas as gpd

    from planloop.maintenance.situation import Situation

WIDTH, HEIGHT = 10, 4
ZONES = "\n".join([" ".join(["410"] * WIDTH)] * HEIGHT)
CLASSES = """
070102 070102 070102 070102 070102 070102 070102 070102 070102 070102
230600 230600 230600 230600 230600 230600 230600 230600 230600 230600
230600 230600 230600 230600 230600 230600 230600 230600 230600 230600
140300 070102 230600 230600 070102 230600 090100 230600 130100 120700
"""
PLANNED = """
070102 070102 070102 070102 070102 070102 070102 070102 070102 070102
090100 090100 160000 090100 090100 160000 090100 160000 090100 090100
140300 090100 090100 090100 090100 090100 090100 090100 090100 090100
140300 140300 090100 090100 140100 090100 130300 090100 130100 130100
"""
P, Q = box(0, 0, 2, 1), box(4.05, 0.05, 4.95, 0.95)
POWER, WATER = box(6.05, 0.05, 6.95, 0.95), box(8, 0, 9.9, 0.9)
HELD_P, ROAD = box(1.1, 0, 2, 1), box(9, 0, 9.9, 0.9)


def lines(field: str, *rows: tuple[str, str | None, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Return features of a line: name, kind and shape."""
    return frame(
        [
            {"BSM": serial(n), "MC": name, field: kind, "GKYQ": "不减少", "geometry": shape}
            for n, (name, kind, shape) in enumerate(rows, start=1)
        ]
    )


def redrawn(drawing: str, column: int, row: int, word: str) -> str:
    """Return a drawing with another word on one square."""
    words = [item.split() for item in drawing.strip().splitlines()]
    words[len(words) - 1 - row][column] = word
    return "\n".join(" ".join(item) for item in words)


def land_use(drawing: str) -> gpd.GeoDataFrame:
    """Return the planned land use of a drawing.

    One feature for each square but those of a dot; of a square ``one|other`` one for each half.
    """
    rows = []
    for (column, row), codes in sorted(read(drawing).items()):
        parts = [code for code in codes.split("|") if code != "."]
        for number, code in enumerate(parts):
            west, east = column + number / len(parts), column + (number + 1) / len(parts)
            rows.append((code, f"地块{column}-{row}", box(west, row, east, row + 1)))
    return frame(
        [
            {
                "BSM": serial(n),
                "YDYHFLDM": code,
                "YDYHFLMC": "规划",
                "GHZT": "20",
                "BZ": note,
                "geometry": shape,
            }
            for n, (code, note, shape) in enumerate(rows, start=1)
        ]
    )


def layers() -> dict[str, Any]:
    """Return the layers of the town beside its survey, zones and boundary."""
    return {
        "ZXCQFW": plain(box(0, 0, WIDTH, HEIGHT)),
        "ZXCQGHYDYH": land_use(PLANNED),
        "ZXCQCSLVX": lines("LX", ("甲园", "广场用地", P), ("乙园", "公园绿地", Q)),
        "ZXCQCSHX": lines("SSLX", ("变电站", "供电", POWER), ("水厂", "供水", WATER)),
        "ZXCQCSLX": plain(box(3, 0, 3.5, 1)),
        "QSZD": plain(HELD_P, Q),
        "YJXM": plain(POWER),
        "ZXCQDLZXX": plain(road_axis(9.5), road_axis(5.5), MC="路"),
    }


def road_axis(column: float) -> shapely.LineString:
    """Return the centre line of a road from south to north."""
    west, south, _, north = box(column, -0.5, column, 1.5).bounds
    return shapely.LineString([(west, south), (west, north)])


def town(changed: dict[str, Any] | None = None, **sections: Any) -> Situation:  # noqa: ANN401  # whatever a board takes
    """Return the town, with some of its layers changed."""
    sections = {"classes": CLASSES} | sections
    return board(ZONES, layers=layers() | (changed or {}), **sections)


def maintained(place: Situation) -> tuple[LinesMaintained, ChangeSet]:
    """Maintain the lines of a town; return the change set over lines and land use, too."""
    done = maintain_lines(place, place.inside)
    moves, deltas = list(done.moves), dict(done.deltas)
    if len(done.land_use.faces):
        moved, delta = carried_out(place, Forced.none().with_lines(place, done.land_use))
        assert delta is not None
        moves.append(moved)
        deltas[moved.layer] = delta
    pieces = pieces_of(place.fabric, moves, place.settings.scheme.dated)
    return done, ChangeSet(pieces, deltas)
