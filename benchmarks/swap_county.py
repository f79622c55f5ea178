"""A seeded county of boundary swaps: patches, projects that want land, and land that may go out.

Land that may go out is scarce: it suffices for 62 % of what the projects want.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.ground import field
from benchmarks.swap_cells import AREA, EXTENT, Land, land
from benchmarks.swap_towns import holders, patches, sites
from planloop.geometry.neighbours import NONE
from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.problem import Aim, Demand, InCell, OutCell, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.swap_towns import Patches, Sites

HECTARE = 1_000_000
"""dm²."""

SALT = 0.2
"""How much single cells stray from the smooth fields; 1 would drown them."""

RED = 0.4
"""Part of the county behind red lines."""

CAPACITY = 0.62
"""Land that may go out, as a part of the land that projects want."""

SCATTERED = 20e4
"""Area of a patch, m², up to which it may be weak as a whole."""

WIDEST = 60 * HECTARE
"""Larger cells are no filler."""

LIMITS = PieceLimits(least_new=15 * HECTARE, least_rest=3 * HECTARE, least_hole=4 * HECTARE)

WORTH = {1: 100, 2: 30, 3: 10}
"""Tier → what serving a project scores, if it starts after :data:`NEAR`."""

NEAR = 2028
"""Last year of the near term. Projects of that year score twice, of earlier ones three times."""


@dataclass(frozen=True, slots=True, eq=False)
class Roles:
    """What each cell of the county may do; all of shape (n,).

    Parameters
    ----------
    patch
        Patch that the cell is part of, or -1: outside.
    wanted
        Project that wants the cell for itself, or -1.
    filler, out
        Whether the cell may go in without a project, and whether it may go out.
    keep
        Drive of the land in the boundary, per cent.
    """

    patch: NDArray[np.int64]
    wanted: NDArray[np.int64]
    filler: NDArray[np.bool_]
    out: NDArray[np.bool_]
    keep: NDArray[np.int64]


def county(cells: int, seed: int) -> Problem:
    """Return the boundary swap of a county.

    Patches, projects and fields are those of the seed at every number of cells; cells and what
    strays from cell to cell are drawn for themselves.

    Parameters
    ----------
    cells
        Number of cells.
    seed
        Of all random draws.
    """
    towns_random, sites_random, fields_random = np.random.default_rng(seed).spawn(3)
    cells_random = np.random.default_rng([seed, cells])
    towns = patches(towns_random)
    projects = sites(towns, sites_random)
    ground = land(_points(cells, towns, projects, cells_random))
    stray = SALT * cells_random.normal(size=cells)
    roles = _roles(ground, towns, projects, fields_random, stray)
    return _problem(ground, projects, roles)


def _points(
    count: int, towns: Patches, projects: Sites, random: np.random.Generator
) -> NDArray[np.float64]:
    """Return points of the county, denser in and round patches and sites, shape (count, 2)."""
    at_towns, at_sites = round(0.62 * count), round(0.12 * count)
    odds = towns.radius**1.5 / (towns.radius**1.5).sum()
    town = random.choice(len(odds), at_towns, p=odds)
    away = np.sqrt(random.random(at_towns)) * 1.35 * towns.radius[town]
    away += np.abs(random.normal(0.0, 120.0, at_towns))
    angle = random.uniform(0.0, 2.0 * np.pi, at_towns)
    near = towns.middle[town] + away[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    site = random.integers(len(projects.middle), size=at_sites)
    spread = random.normal(0.0, 200.0, (at_sites, 2))
    rest = random.uniform(0.0, 1.0, (count - at_towns - at_sites, 2)) * EXTENT
    points = np.concatenate([near, projects.middle[site] + spread, rest])
    # What fell outside is folded in.
    folded: NDArray[np.float64] = EXTENT - np.abs(EXTENT - np.abs(points))
    return folded


def _roles(
    ground: Land,
    towns: Patches,
    projects: Sites,
    random: np.random.Generator,
    stray: NDArray[np.float64],
) -> Roles:
    """Return what each cell may do; `stray` is noise, shape (n,)."""
    place, area = ground.middle, ground.area
    patch = holders(towns.outlines(), towns.middle, place)
    site = holders(projects.outlines, projects.middle, place)
    inside = patch != NONE
    chosen = (site != NONE) & projects.clear[site]
    red = np.maximum(field(place, 20_000.0, random), field(place, 6_000.0, random) - 0.5)
    barred = _first(-red, ~inside & ~chosen, area, RED * AREA)

    # Land of a project that red lines block is land like any other.
    wanted = np.where(inside | barred | ~_open(projects, site, barred, area)[site], NONE, site)
    way = ~inside & ~barred
    # Filler lies next to a site, or on a way from a site to the boundary that is about as long in
    # metres whatever the number of cells.
    most = max(2, round(2.0 * (len(ground) / 2_000) ** (1.0 / 3.0)))
    from_sites = ground.hops(wanted != NONE, way, most)
    from_towns = ground.hops(inside, way, most)
    close = (from_sites == 1) | (from_sites + from_towns <= most)
    filler = way & (wanted == NONE) & close & (area < WIDEST)

    off = np.hypot(*(place - towns.middle[patch]).T) / towns.radius[patch]
    built = 0.45 * field(place, 3_000.0, random) + 0.25 * stray + 1.1 * (1.05 - off) > 0.08  # noqa: PLR2004  # two thirds of the land
    small = np.pi * towns.radius**2 < SCATTERED
    weak = small & (random.random(len(small)) < 0.6)  # noqa: PLR2004  # most of them
    fixed = (built & ~weak[patch]) | (site != NONE) | (stray > 2.4 * SALT)
    drive = 45.0 + 22.0 * field(place, 9_000.0, random) + 8.0 * stray
    drive -= 25.0 * small[patch] + 15.0 * (off > 0.9)  # noqa: PLR2004  # the outer rim
    demand = area[wanted != NONE].sum()
    return Roles(
        patch=patch,
        wanted=wanted,
        filler=filler,
        out=_first(drive, inside & ~fixed, area, CAPACITY * demand),
        keep=np.clip(np.rint(drive), 0, 100).astype(np.int64),
    )


def _open(
    projects: Sites, site: NDArray[np.int64], barred: NDArray[np.bool_], area: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which projects have no more land behind red lines than they can do without."""
    count = len(projects.tier)
    on = site != NONE
    whole = np.bincount(site[on], weights=area[on], minlength=count)
    lost = np.bincount(site[on & barred], weights=area[on & barred], minlength=count)
    allowed: NDArray[np.bool_] = 1000 * lost <= (1000 - projects.share) * whole
    return allowed


def _first(
    values: NDArray[np.float64], among: NDArray[np.bool_], area: NDArray[np.int64], most: float
) -> NDArray[np.bool_]:
    """Return the cells with the smallest values that together have some area at most."""
    order = np.flatnonzero(among)[np.argsort(values[among], kind="stable")]
    taken = np.zeros(len(values), dtype=bool)
    taken[order[np.cumsum(area[order]) <= most]] = True
    return taken


def _problem(land: Land, projects: Sites, roles: Roles) -> Problem:
    """Return the boundary problem: a cell of it for each cell that may change sides."""
    inside = roles.patch != NONE
    going_in = np.flatnonzero((roles.wanted != NONE) | roles.filler)
    going_out = np.flatnonzero(roles.out)
    # A patch is scattered land that may go out as a whole where none of it is fixed.
    whole = np.setdiff1d(roles.patch[inside & roles.out], roles.patch[inside & ~roles.out])
    scattered = np.isin(roles.patch, whole)
    numbers = [f"P{number + 1:03}" for number in range(len(projects.tier))]
    asking = np.unique(roles.wanted[roles.wanted != NONE])
    ins = tuple(
        InCell(
            faces=np.array([cell]),
            area=int(land.area[cell]),
            projects=() if roles.filler[cell] else (numbers[roles.wanted[cell]],),
            filler=bool(roles.filler[cell]),
        )
        for cell in going_in
    )
    outs = tuple(
        OutCell(
            parcel=str(cell),
            faces=np.array([cell]),
            area=int(land.area[cell]),
            patch=int(roles.patch[cell]) if scattered[cell] else None,
            strength=roles.keep[cell] / 100,
            reason="out-small" if scattered[cell] else "out-idle",
        )
        for cell in going_out
    )
    return Problem(
        demands=tuple(
            Demand(
                number=numbers[project],
                tier=int(projects.tier[project]),
                near=bool(projects.year[project] <= NEAR),
                share=int(projects.share[project]),
            )
            for project in asking
        ),
        ins=ins,
        outs=outs,
        tolerance=HECTARE,
        margin=0,
        growth=0,
        ground=land.graph(inside, np.concatenate([going_in, going_out])),
        limits=LIMITS,
        aims=(
            Aim("score", serve={numbers[project]: _worth(projects, project) for project in asking}),
            Aim("cost", change=_cost(ins, outs), border=2),
        ),
    )


def _worth(projects: Sites, project: int) -> int:
    """Return what serving a project scores."""
    times = 1 + int(projects.year[project] <= NEAR) + int(projects.year[project] < NEAR)
    return WORTH[int(projects.tier[project])] * times


def _cost(ins: tuple[InCell, ...], outs: tuple[OutCell, ...]) -> NDArray[np.int64]:
    """Return what a change of each cell costs: by its drive going out, by its area as filler."""
    filler = np.array([cell.area * cell.filler for cell in ins]) / HECTARE
    weak = np.array([100.0 * cell.strength * cell.area for cell in outs]) / HECTARE
    price = np.concatenate([5_000.0 * filler, 100.0 * weak])
    cost: NDArray[np.int64] = np.rint(price).astype(np.int64) + 100
    return cost
