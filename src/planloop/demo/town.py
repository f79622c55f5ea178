"""The town: street grids of blocks, the rail yard, the parks, the shelter belt, the canal."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.demo.blocks import Grid, Piece, pieces
from planloop.demo.frame import line, polygon, rectangle, survey_geometry

if TYPE_CHECKING:
    from numpy.typing import NDArray

CORE = Grid(
    name="core",
    u=(
        *(-2450, -2190, -1900, -1640, -1350, -1080, -800, -520, -240, 40),
        *(330, 610, 880, 1170, 1440, 1720, 1960, 2200, 2450),
    ),
    v=(-1250, -1000, -760, -510, -260, 0, 250, 500, 760, 1000, 1250),
    u_width=(28, 18, 18, 28, 18, 18, 28, 18, 18, 36, 18, 18, 28, 18, 18, 28, 18, 18, 28),
    v_width=(28, 18, 24, 18, 24, 44, 18, 24, 18, 24, 36),
    plan=(
        # From the rail side (v = -1250) outwards; from the border side (u = -2450) on.
        "IWWIMMCCTCCMMIWWIU",
        "IrRRSRRCMCRRSRRRII",
        "rRSRRPRCCRRRRPRSRr",
        "rRRRRRSCGCRSRRRRRE",
        "rPRRSRHCGGCRRRPRrE",
        "rRRRRRRCPQCRSRRRrE",
        "rRSRPRRCCCRRRRRSrE",
        "ErRRRRSRRRRSPRRrEp",
        "EErRPRRRrRrRRrErpE",
        "..pErEEFrFErEpE...",
    ),
)
LOGISTICS = Grid(
    name="logistics",
    u=(2450, 2950, 3450, 3950, 4450),
    v=(-1250, -925, -600, -275, 50, 375, 700),
    u_width=(0, 24, 24, 24, 0),
    v_width=(28, 18, 24, 18, 24, 18, 30),
    plan=("BLLl", "BLLl", "LLLl", "LLLl", "LLl.", "Ll.."),
)
PROCESSING = Grid(
    name="processing",
    u=(-900, -450, 0, 450, 900, 1350),
    v=(1250, 1590, 1930, 2270, 2610, 2950, 3290),
    u_width=(0, 20, 28, 20, 20, 0),
    v_width=(0, 18, 24, 18, 18, 18, 30),
    plan=("NXXXN", "xXXXx", "xXXXx", "xXXxx", "xXXx.", ".Xx.."),
)
GRIDS = (CORE, LOGISTICS, PROCESSING)

YARD = (-1690.0, -1600.0, -1330.0, -1250.0)
"""Sheds, tracks and apron of the rail yard, between these v."""

YARD_STRIPS = (("110101", 500.0), ("1201", 680.0), ("120801", 490.0))
"""Class and length of a parcel in each strip."""

BELT = (-3080.0, -1250.0, -2450.0, 1250.0)
BELT_PARTS = (2, 5)

AVENUE = ((-800.0, -1236.0), (1440.0, 1232.0))
"""The diagonal avenue, from the station to the eastern ring."""

CANAL = ((1090.0, 1250.0), (1010.0, 700.0), (1075.0, 150.0), (960.0, -420.0), (1015.0, -1250.0))
REALIGNED = ((1729.0, 872.0), (1870.0, 850.0), (2050.0, 912.0), (2191.0, 886.0))
AVENUE_HALF, CANAL_HALF, BANK_HALF, REALIGNED_HALF = 18.0, 13.0, 55.0, 9.0


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """The main body of the boundary.

    Parameters
    ----------
    pieces
        Plots, streets, yard and belt: a partition of the body.
    avenue, realigned, canal, banks
        Land laid over the plots, which gives way to streets.
    body
        Outline of all of it.
    """

    pieces: list[Piece]
    avenue: shapely.Polygon
    realigned: shapely.Polygon
    canal: shapely.Polygon
    banks: shapely.Polygon
    body: shapely.Geometry


def lay_out(random: np.random.Generator) -> Town:
    """Lay out the town; its outline is always the same."""
    found = [piece for grid in GRIDS for piece in pieces(grid, random)]
    found += [*_yard(), *_belt()]
    shapes = np.array([piece.shape for piece in found], dtype=object)
    return Town(
        pieces=found,
        avenue=_strip(line(AVENUE), AVENUE_HALF),
        realigned=_strip(line(REALIGNED), REALIGNED_HALF),
        canal=_strip(line(CANAL), CANAL_HALF),
        banks=_strip(line(CANAL), BANK_HALF),
        body=shapely.union_all(shapes),
    )


def _strip(axis: shapely.LineString, half: float) -> shapely.Polygon:
    strip = shapely.buffer(axis, half, cap_style="flat", join_style="mitre")
    return survey_geometry(np.array([strip], dtype=object))[0]


def _yard() -> list[Piece]:
    """Return the yard's parcels: three strips along the railway; the tracks taper at both ends."""
    found = []
    ends = ((-2450.0, 2450.0), (-3120.0, 2450.0), (-2450.0, 2450.0))
    for strip, ((code, length), (first, last)) in enumerate(zip(YARD_STRIPS, ends, strict=True)):
        count = round((last - first) / length)
        cuts = np.linspace(first, last, count + 1)
        for number, (u1, u2) in enumerate(pairwise(cuts)):
            shape = rectangle(float(u1), YARD[strip], float(u2), YARD[strip + 1])
            found.append(Piece("yard", "yard", f"yard-{strip}-{number}", shape, use=code))
    low, high = YARD[1], YARD[2]
    throat_low, throat_high = low + 90.0, high - 90.0
    throats = {
        "north": [(-3620.0, throat_low), (-3120.0, low), (-3120.0, high), (-3620.0, throat_high)],
        "south": [(2450.0, low), (3000.0, throat_low), (3000.0, throat_high), (2450.0, high)],
    }
    for name, corners in throats.items():
        found.append(Piece("yard", "yard", f"yard-{name}", polygon(corners), use="1201"))
    return found


def _belt() -> list[Piece]:
    u1, v1, u2, v2 = BELT
    columns: NDArray[np.float64] = np.linspace(u1, u2, BELT_PARTS[0] + 1)
    rows: NDArray[np.float64] = np.linspace(v1, v2, BELT_PARTS[1] + 1)
    return [
        Piece(
            "belt",
            "belt",
            f"belt-{column}-{row}",
            rectangle(
                float(columns[column]),
                float(rows[row]),
                float(columns[column + 1]),
                float(rows[row + 1]),
            ),
            use="1402",
        )
        for column in range(BELT_PARTS[0])
        for row in range(BELT_PARTS[1])
    ]
