"""Coordinate files 「地块坐标」: the text files in which red lines are handed over.

A header of ``key=value`` lines, then ``[地块坐标]``, then for each parcel a line of attributes that
ends in ``@``, and its points as ``number, ring, north, east``. What is read here
of the many ways to write them, and what is refused, stands in ``docs/conformity.md``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import geopandas as gpd
import numpy as np
import shapely

from planloop.errors import InputError
from planloop.plan.formats.coordinate_header import east_zone, header_of
from planloop.plan.formats.coordinate_rings import (
    LEAST_POINTS,
    MOST_RINGS,
    Point,
    polygon_of,
    rings_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.formats.coordinate_rings import Ring

SUFFIX = ".txt"
MARK = "地块坐标"
END = "@"
MOST_BYTES = 64 * 2**20
"""Largest file that is read."""

NORTH = (1_500_000.0, 6_500_000.0)
"""Northings that occur in China, m."""

EAST = (100_000.0, 900_000.0)
"""Eastings without zone number, m."""

UNITS = {"公顷": 1.0, "ha": 1.0, "hm2": 1.0, "平方米": 1e-4, "m2": 1e-4, "亩": 1 / 15}
"""Hectares in one of each."""

AREA, LINE, POINT = "面", "线", "点"
COUNT_AT, AREA_AT, NUMBER_AT, NAME_AT, KIND_AT = range(5)
KINDS = {"": AREA, AREA: AREA, LINE: LINE, POINT: POINT}


@dataclass(slots=True)
class _Parcel:
    row: int
    fields: list[str]
    points: list[Point]

    def field(self, index: int) -> str:
        return self.fields[index] if index < len(self.fields) else ""


def read_coordinates(
    path: Path, *, crs: str | None = None
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Read a coordinate file.

    Parameters
    ----------
    path
        The file, in UTF-8, UTF-16 or GBK.
    crs
        Coordinate system to take the numbers in, whatever the header says.

    Returns
    -------
    GeoDataFrame
        One row for each parcel, in the CRS that the header names; index: one-based line of the
        file; columns ``number`` (each once), ``name``, ``area_ha`` (declared; NaN where empty).
    tuple of str
        Notes: entries of ``messages/findings.toml``.

    Raises
    ------
    InputError
        The file is missing, too large, no such file, or cut off; its coordinate system is not
        CGCS2000 in a Gauss-Krüger zone; a number cannot be read; a ring has too few points, or ends
        on a point that has the name of its first and another place; a parcel has too many rings.
    """
    lines = [_plain(line) for line in _text(path).splitlines()]
    start = _start(path, lines)
    parcels = _parcels(path, lines, start)
    notes = ["coordinates-swapped"] if _swapped(path, parcels) else []
    if crs is None:
        header = header_of(path, lines[:start])
        notes += header.notes
        crs = header.crs(path, _zone(path, parcels))
    shapes = [_shape(path, parcel, notes) for parcel in parcels]
    numbers = [parcel.field(NUMBER_AT) for parcel in parcels]
    count = Counter(numbers)
    frame = gpd.GeoDataFrame(
        {
            "number": [
                number if number and count[number] == 1 else f"{number or path.stem}-{turn}"
                for turn, number in enumerate(numbers, start=1)
            ],
            "name": [parcel.field(NAME_AT) or None for parcel in parcels],
            "area_ha": [_declared(path, parcel) for parcel in parcels],
        },
        geometry=np.array(shapes, dtype=object),
        crs=crs,
        index=[parcel.row for parcel in parcels],
    )
    return frame, tuple(dict.fromkeys(notes))


def _text(path: Path) -> str:
    if not path.is_file():
        raise InputError("read.missing-file", path=path)
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError("read.unreadable", path=path, reason=error.strerror) from error
    if len(raw) > MOST_BYTES:
        raise InputError("coordinates.too-large", path=path, limit=MOST_BYTES // 2**20)
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError("coordinates.no-text", path=path)


def _plain(line: str) -> str:
    """Return a line in half-width forms, without spaces at its ends."""
    return unicodedata.normalize("NFKC", line).strip()


def _start(path: Path, lines: list[str]) -> int:
    """Return where the parcels begin."""
    for number, line in enumerate(lines):
        if line.startswith("[") and MARK in line:
            return number + 1
        if line.endswith(END):
            return number
    raise InputError("coordinates.no-parcels", path=path, mark=MARK)


def _parcels(path: Path, lines: list[str], start: int) -> list[_Parcel]:
    parcels: list[_Parcel] = []
    for row, line in enumerate(lines[start:], start=start + 1):
        if not line:
            continue
        cells = [cell.strip() for cell in line.removesuffix(END).split(",")]
        if line.endswith(END):
            parcels.append(_Parcel(row, cells, []))
        elif not parcels:
            raise InputError("coordinates.stray", path=path, row=row, text=line[:60])
        else:
            parcels[-1].points.append(_point(path, row, cells))
    if not parcels:
        raise InputError("coordinates.no-parcels", path=path, mark=MARK)
    return parcels


def _point(path: Path, row: int, cells: list[str]) -> Point:
    name, ring, *numbers = [*cells, "", "", "", ""][:4]
    try:
        north, east = (_number(text) for text in numbers)
    except ValueError as error:
        raise InputError(
            "coordinates.no-point", path=path, row=row, text=",".join(cells)[:60]
        ) from error
    return Point(row, name, ring, east, north)


def _number(text: str) -> float:
    """Return a finite number.

    Raises
    ------
    ValueError
        It is none.
    """
    number = math.nan if "_" in text else float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _swapped(path: Path, parcels: list[_Parcel]) -> bool:
    """Return whether east stands before north; put it right where it does."""
    points = [point for parcel in parcels for point in parcel.points]
    as_told = [_is_place(point.y, point.x) for point in points]
    if all(as_told):
        return False
    if all(_is_place(point.x, point.y) for point in points):
        for parcel in parcels:
            parcel.points = [Point(p.row, p.name, p.ring, p.y, p.x) for p in parcel.points]
        return True
    point = points[as_told.index(False)]
    at = (point.x, point.y)
    raise InputError("coordinates.no-place", path=path, row=point.row, at=at)


def _is_place(north: float, east: float) -> bool:
    within = EAST[0] <= east - 1e6 * east_zone(east) <= EAST[1]
    return NORTH[0] <= north <= NORTH[1] and within


def _zone(path: Path, parcels: list[_Parcel]) -> int:
    """Return the zone number that stands before the eastings, 0 where there is none."""
    zones: dict[int, int] = {}
    for parcel in parcels:
        for point in parcel.points:
            zones.setdefault(east_zone(point.x), point.row)
    if len(zones) > 1:
        told = ", ".join(map(str, sorted(zones)))
        raise InputError("coordinates.zones", path=path, row=max(zones.values()), zones=told)
    return next(iter(zones), 0)


def _shape(path: Path, parcel: _Parcel, notes: list[str]) -> shapely.Geometry:
    kind = KINDS.get(parcel.field(KIND_AT), AREA)
    if not parcel.points:
        raise InputError("coordinates.empty", path=path, row=parcel.row)
    if kind == POINT:
        _check_count(path, parcel, {len(parcel.points)})
        return shapely.MultiPoint([point.at for point in parcel.points])
    if kind == LINE:
        _check_count(path, parcel, {len(parcel.points)})
        if len(parcel.points) < LEAST_POINTS - 1:
            raise InputError("coordinates.few-points", path=path, row=parcel.row)
        return shapely.LineString([point.at for point in parcel.points])
    rings = rings_of(parcel.points)
    if len(rings) > MOST_RINGS:
        told: dict[str, Any] = {"found": len(rings), "limit": MOST_RINGS}
        raise InputError("coordinates.many-rings", path=path, row=parcel.row, **told)
    for ring in rings:
        _check_ring(path, ring)
    open_rings = sum(not ring.closed for ring in rings)
    if open_rings:
        notes.append("coordinates-unclosed")
    written = len(parcel.points)
    # With the points that close, as the format has it; or without them, as some write it.
    _check_count(path, parcel, {written, written + open_rings, written - len(rings) + open_rings})
    return polygon_of(rings)


def _check_ring(path: Path, ring: Ring) -> None:
    first, last = ring.points[0], ring.points[-1]
    if ring.misclosed:
        away = math.dist(first.at, last.at)
        told: dict[str, Any] = {"name": first.name, "distance": f"{away:.3f}", "first": first.row}
        raise InputError("coordinates.misclosed", path=path, row=last.row, at=last.at, **told)
    if len({point.at for point in ring.points}) < LEAST_POINTS:
        raise InputError("coordinates.few-points", path=path, row=first.row)


def _check_count(path: Path, parcel: _Parcel, written: set[int]) -> None:
    told = parcel.field(COUNT_AT)
    if not told:
        return
    if not told.isascii() or not told.isdigit():
        _refuse_attribute(path, parcel, told)
    if int(told) not in written:
        found = ", ".join(map(str, sorted(written)))
        raise InputError("coordinates.count", path=path, row=parcel.row, told=told, found=found)


def _declared(path: Path, parcel: _Parcel) -> float:
    """Return the declared area in hectares, NaN where none is."""
    text = parcel.field(AREA_AT)
    if not text:
        return math.nan
    match = re.fullmatch(r"([-+.\deE]+)\s*(\S*)", text)
    unit = "公顷" if match is None else match[2].lower() or "公顷"
    try:
        return _number(match[1] if match else text) * UNITS[unit]
    except (ValueError, KeyError):
        _refuse_attribute(path, parcel, text)


def _refuse_attribute(path: Path, parcel: _Parcel, text: str) -> NoReturn:
    raise InputError("coordinates.attribute", path=path, row=parcel.row, text=text[:60])
