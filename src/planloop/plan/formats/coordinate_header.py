"""The header of a coordinate file: which coordinate system its numbers are in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.errors import InputError
from planloop.geometry.gauss import FIRST_EPSG, FIRST_PREFIXED, FIRST_ZONE, LAST_ZONE

if TYPE_CHECKING:
    from pathlib import Path

SYSTEM, WIDTH, PROJECTION, UNIT, ZONE, PARAMETERS = (
    "坐标系",
    "几度分带",
    "投影类型",
    "计量单位",
    "带号",
    "转换参数",
)
THREE, SIX = 3, 6
FIRST_SIX, LAST_SIX = 13, 23
"""6° zones of China."""

FIRST_SIX_EPSG, FIRST_SIX_PREFIXED = 4502, 4491
"""EPSG codes of 6° zone 13 without and with the zone number in the easting."""

OURS = ("2000", "CGCS")
GAUSS = "高斯"
METRE = ("米", "m", "metre", "meter")
MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says.

    Parameters
    ----------
    width
        Width of the zones, degrees; None where it is not said.
    zone
        Number of the zone; None where it is not said.
    notes
        Entries of ``messages/findings.toml``.
    """

    width: int | None
    zone: int | None
    notes: tuple[str, ...] = ()

    def crs(self, path: Path, prefix: int) -> str:
        """Return the coordinate system.

        Parameters
        ----------
        path
            The file, for the error.
        prefix
            Zone number before the eastings, 0 where there is none.

        Raises
        ------
        InputError
            Header and eastings name different zones, none, or one that does not exist.
        """
        if self.zone is not None and prefix and self.zone != prefix:
            raise InputError("coordinates.zone-differs", path=path, told=self.zone, found=prefix)
        zone = self.zone or prefix
        if not zone:
            raise InputError("coordinates.no-zone", path=path, field=ZONE)
        width = self.width or (THREE if zone >= FIRST_ZONE else SIX)
        first, last = (FIRST_ZONE, LAST_ZONE) if width == THREE else (FIRST_SIX, LAST_SIX)
        if not first <= zone <= last:
            raise InputError("coordinates.unknown-zone", path=path, zone=zone, width=width)
        plain, prefixed = (
            (FIRST_EPSG, FIRST_PREFIXED) if width == THREE else (FIRST_SIX_EPSG, FIRST_SIX_PREFIXED)
        )
        return f"EPSG:{(prefixed if prefix else plain) + zone - first}"


def header_of(path: Path, lines: list[str]) -> Header:
    """Return what a header says.

    Parameters
    ----------
    path
        The file, for the error.
    lines
        Lines above the parcels, in half-width forms.

    Raises
    ------
    InputError
        The system is not named, or not CGCS2000; the projection is not Gauss-Krüger; the unit is
        not the metre; or the zones are not 3° or 6° wide. Other keys may be missing.
    """
    said: dict[str, tuple[str, int]] = {}
    for row, line in enumerate(lines, start=1):
        key, _, value = line.partition("=")
        said.setdefault(key.strip(), (value.strip(), row))
    system, row = said.get(SYSTEM, ("", 0))
    if not system:
        raise InputError("coordinates.no-system", path=path, field=SYSTEM)
    if not any(word in system.upper() for word in OURS):
        raise InputError("coordinates.other-system", path=path, row=row, system=system[:60])
    for key, fits in ((PROJECTION, _is_gauss), (UNIT, _is_metre)):
        value, row = said.get(key, ("", 0))
        if value and not fits(value):
            raise _refusal(path, said, key)
    numbers = {key: _whole(path, said, key) for key in (WIDTH, ZONE)}
    if numbers[WIDTH] not in {None, THREE, SIX}:
        raise _refusal(path, said, WIDTH)
    notes = ("coordinates-parameters",) if re.search(r"[1-9]", _value(said, PARAMETERS)) else ()
    return Header(numbers[WIDTH], numbers[ZONE], notes)


def _value(said: dict[str, tuple[str, int]], key: str) -> str:
    return said.get(key, ("", 0))[0]


def _is_gauss(value: str) -> bool:
    return GAUSS in value


def _is_metre(value: str) -> bool:
    return value.lower() in METRE


def _whole(path: Path, said: dict[str, tuple[str, int]], key: str) -> int | None:
    digits = re.sub(r"[度带°]", "", _value(said, key))
    if digits and not re.fullmatch(r"[0-9]{1,3}", digits):
        raise _refusal(path, said, key)
    return int(digits) if digits else None


def _refusal(path: Path, said: dict[str, tuple[str, int]], key: str) -> InputError:
    value, row = said[key]
    return InputError("coordinates.header", path=path, row=row, field=key, value=value[:60])


def east_zone(east: float) -> int:
    """Return the zone number that stands before an easting, 0 where there is none."""
    return int(east // MILLION) if east >= MILLION else 0
