"""Towns and projects of a county for the boundary swap: patches of the boundary, and sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from benchmarks.swap_cells import EXTENT
from planloop.geometry.neighbours import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

CITY = 21e6
"""Area of the city, m²."""

TOWNS, MEDIUM, SMALL = 5, 14, 40
"""How many patches there are beside the city."""

SECTORS = (
    ("port clearance", 14, 1),
    ("warehousing", 28, 1),
    ("import and export processing", 26, 1),
    ("transport", 20, 3),
    ("energy", 20, 3),
    ("power grid", 19, 3),
    ("water", 19, 3),
    ("livelihood", 19, 2),
)
"""Sector, number of projects, tier."""

YEARS, ODDS = (2026, 2027, 2028, 2030, 2035), (0.25, 0.25, 0.2, 0.2, 0.1)

FRINGE = 800.0
"""Patches keep this far from the county's edge, m."""


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """Patches of the boundary, round with waves: the city, towns, medium and small ones.

    Parameters
    ----------
    middle
        m, shape (p, 2).
    radius
        Of a disc of the same size, m, shape (p,).
    waves
        Heights, as parts of the radius, of the waves that go 2, 3, 4 and 5 times round: sines, then
        cosines, shape (p, 2, 4).
    """

    middle: NDArray[np.float64]
    radius: NDArray[np.float64]
    waves: NDArray[np.float64]

    def reach(self, patch: NDArray[np.int64], angle: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far patches reach from their middles in a direction, m, shape (n,)."""
        turns = angle[:, None] * np.arange(2, 6)
        waves = self.waves[patch]
        swing = (waves[:, 0] * np.sin(turns) + waves[:, 1] * np.cos(turns)).sum(axis=1)
        reach: NDArray[np.float64] = self.radius[patch] * np.maximum(1.0 + swing, 0.35)
        return reach

    def outlines(self) -> NDArray[np.object_]:
        """Return the patches as polygons, shape (p,)."""
        corners = 120
        count = len(self.radius)
        patch = np.repeat(np.arange(count), corners)
        angle = np.tile(np.linspace(0.0, 2.0 * np.pi, corners, endpoint=False), count)
        place = self.middle[patch] + self.reach(patch, angle)[:, None] * _unit(angle)
        outlines: NDArray[np.object_] = shapely.polygons(place.reshape(count, corners, 2))
        return outlines


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Projects that need land, in the order of their sectors.

    Parameters
    ----------
    tier, year
        Tier of the sector and year of the start, shape (p,).
    share
        How much of its land a project needs at least, per mille, shape (p,).
    clear
        Whether red lines were drawn round the site, shape (p,).
    middle
        m, shape (p, 2).
    outlines
        Rectangles, shape (p,).
    """

    tier: NDArray[np.int64]
    year: NDArray[np.int64]
    share: NDArray[np.int64]
    clear: NDArray[np.bool_]
    middle: NDArray[np.float64]
    outlines: NDArray[np.object_]


def patches(random: np.random.Generator) -> Patches:
    """Return the patches of a county: 42 km² in all, most of the small ones round the towns."""
    areas = np.concatenate(
        [
            [CITY],
            random.uniform(1e6, 3e6, TOWNS),
            random.uniform(2e5, 8e5, MEDIUM),
            random.uniform(1e4, 1.5e5, SMALL),
        ]
    )
    radius = np.sqrt(areas / np.pi)
    middle = EXTENT[None, :] * [0.42, 0.55]
    while len(middle) < len(radius):
        number = len(middle)
        if number <= TOWNS:
            place = random.uniform(0.08, 0.92, 2) * EXTENT
        else:
            town = random.integers(TOWNS + 1)
            place = middle[town] + random.normal(size=2) * (radius[town] + 1_800.0)
        within = ((place > FRINGE) & (place < EXTENT - FRINGE)).all()
        apart = 1.5 * (radius[:number] + radius[number]) + 150.0
        if within and (np.hypot(*(middle - place).T) > apart).all():
            middle = np.concatenate([middle, place[None, :]])
    waves = random.normal(size=(len(radius), 2, 4)) * [0.12, 0.09, 0.07, 0.05]
    return Patches(middle, radius, waves)


def sites(towns: Patches, random: np.random.Generator) -> Sites:
    """Return the projects that need land: all of tier 1, and one in three of the others.

    Most sites lie on the outline of a patch or just off it; a quarter farther out.
    """
    tier = np.repeat([tier for _, _, tier in SECTORS], [count for _, count, _ in SECTORS])
    first = tier == 1
    count = len(tier)
    needs = first | (random.random(count) < 1.0 / 3.0)
    year = random.choice(YEARS, count, p=ODDS)
    size = np.where(first, 16e4, 7e4) * np.exp(random.normal(0.0, 0.8, count))
    stretch = np.sqrt(random.uniform(1.0, 2.5, count))
    half = 0.5 * np.sqrt(np.clip(size, 1.5e4, 9e5))[:, None] * np.stack([stretch, 1 / stretch], 1)

    odds = towns.radius**1.3 / (towns.radius**1.3).sum()
    host, angle = random.choice(len(odds), count, p=odds), random.uniform(0.0, 2.0 * np.pi, count)
    near = random.random(count) < 0.75  # noqa: PLR2004  # see above
    gap = np.where(near, random.uniform(-150.0, 120.0, count), random.uniform(120.0, 900.0, count))
    away = towns.reach(host, angle) + gap + half.mean(axis=1)
    middle = towns.middle[host] + away[:, None] * _unit(angle)
    middle = np.clip(middle, 600.0, EXTENT - 600.0)

    along = _unit(random.uniform(0.0, np.pi, count)) * half[:, :1]
    across = along[:, ::-1] * [-1.0, 1.0] * (half[:, 1:] / half[:, :1])
    corners = [along + across, across - along, -along - across, along - across]
    outlines = shapely.polygons(middle[:, None, :] + np.stack(corners, axis=1))
    share = np.where(random.random(count) < 0.75, 1000, 800)  # noqa: PLR2004  # three in four
    clear = random.random(count) < 0.75  # noqa: PLR2004  # three in four
    return Sites(
        *(values[needs] for values in (tier, year, share, clear, middle, outlines)),
    )


def holders(
    outlines: NDArray[np.object_], middles: NDArray[np.float64], places: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return which outline holds each place, or -1, shape (n,).

    Of outlines that overlap, the first holds it. One that holds no place is given the nearest to
    its middle, if that is free: a patch may be smaller than the cells there.

    Parameters
    ----------
    outlines, middles
        Polygons, shape (p,), and the middle of each, shape (p, 2).
    places
        Shape (n, 2).
    """
    tree = shapely.STRtree(shapely.points(places))
    outline, place = tree.query(outlines, predicate="contains")
    order = np.lexsort((outline, place))
    held, first = np.unique(place[order], return_index=True)
    holder = np.full(len(places), NONE, dtype=np.int64)
    holder[held] = outline[order][first]
    nearest = tree.nearest(shapely.points(middles))
    for number in np.setdiff1d(np.arange(len(outlines)), holder):
        if holder[nearest[number]] == NONE:
            holder[nearest[number]] = number
    return holder


def _unit(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return vectors of length 1, shape (n, 2)."""
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)
