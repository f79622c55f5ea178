"""The railway and the expressway across the city."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
import shapely.ops

from planloop.demo.frame import survey_geometry, to_map

if TYPE_CHECKING:
    from collections.abc import Iterator

RAIL_HALF, ROAD_HALF = 42.0, 26.0
"""Half widths of the railway's and the expressway's land, m."""

SECTION = 2_500.0
"""Length of a corridor's survey parcel, m."""


@dataclass(frozen=True, slots=True)
class Section:
    """A length of a corridor: ``rail`` or ``road``, and its land."""

    kind: str
    shape: shapely.Geometry


def railway() -> shapely.LineString:
    """Return the railway's centre line from the border crossing to the southern city limit."""
    near = to_map(np.array([[-7_400, -1465], [-3600, -1465], [3000, -1465], [4300, -1560]]))
    rest = np.array(
        [
            [386_500.0, 4_997_500.0],
            [385_400.0, 4_990_000.0],
            [383_600.0, 4_982_000.0],
            [382_000.0, 4_970_000.0],
        ]
    )
    return shapely.LineString(np.vstack([near, rest]))


def highway() -> shapely.LineString:
    """Return the expressway's centre line, west of the railway."""
    near = to_map(np.array([[-2450.0, -1690.0], [-2450.0, -2300.0], [3000.0, -2300.0]]))
    rest = np.array(
        [
            [385_000.0, 4_996_000.0],
            [384_000.0, 4_989_000.0],
            [382_300.0, 4_981_000.0],
            [380_400.0, 4_970_000.0],
        ]
    )
    return shapely.LineString(np.vstack([near, rest]))


def sections(body: shapely.Geometry) -> list[Section]:
    """Return the corridors' land outside the town, in lengths; the railway goes first."""
    rails = shapely.buffer(railway(), RAIL_HALF, cap_style="flat", join_style="mitre")
    taken = {"rail": body, "road": shapely.union(body, rails)}
    return [
        Section(kind, part)
        for kind, axis, half in (("rail", railway(), RAIL_HALF), ("road", highway(), ROAD_HALF))
        for piece in _lengths(axis)
        for part in survey_geometry(
            shapely.get_parts(
                shapely.difference(
                    shapely.buffer(piece, half, cap_style="flat", join_style="mitre"), taken[kind]
                )
            )
        )
    ]


def _lengths(axis: shapely.LineString) -> Iterator[shapely.LineString]:
    cuts = [*np.arange(0.0, axis.length, SECTION), axis.length]
    for start, end in pairwise(cuts):
        yield shapely.ops.substring(axis, start, end)
