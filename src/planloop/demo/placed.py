"""Sites that depend on the ground: planted ones, plots of the boundary, and the wide country."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
import shapely.ops

from planloop.demo.corridors import highway, railway
from planloop.demo.frame import CENTRE
from planloop.demo.limits import border_point
from planloop.demo.projects import project_names
from planloop.demo.sites import NEAR, OTHER, PORT, PROCESSING, STORAGE, WELFARE, Site
from planloop.demo.zones import ECOLOGICAL, MINING_ZONE, REDLINE_ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from planloop.demo.ground import Ground
    from planloop.demo.rights import Rights
    from planloop.demo.uses import Uses

HALF_SIDE = 95.0
"""Half the side of a planted square site, m."""

BORDER_DEPTH = 190.0
SHRUNK = 1.8
"""How much of a parcel the planted site leaves along the outline, m."""

SLIVER_HECTARES, BESIDE = 4.0, 900.0
"""About how large that parcel is, and how near to the town, m."""

PLOTS = {
    PORT: ("yard", "WM"),
    STORAGE: ("logistics", "LBl"),
    PROCESSING: ("processing", "Xx"),
    WELFARE: ("core", "ErRSP"),
    OTHER: ("core", "FECI"),
}
"""District and letters of the blocks whose plots each sector's projects take."""

CLEAR = 150.0
"""Distance of a site in the wide country from patches and other sites, m."""

ENERGY_SIDES = (160.0, 620.0)
POWER_BENDS, POWER_REACH = 3, (2_500.0, 9_000.0)
ROAD_SHARE, ROAD_SHIFT = 0.05, 260.0
WATER_POINTS = 8


def planted_sites(ground: Ground, zone: NDArray[np.object_], sites: Sequence[Site]) -> list[Site]:
    """Return planted sites in the redline, the mining zone and the border strip, on one parcel."""
    clear = 2.0 * HALF_SIDE
    redline = _inner(ground, (zone == REDLINE_ZONE) & (ground.kind == "open"), clear)
    mining = _inner(ground, zone == MINING_ZONE, clear)
    border = border_point(ground.city, BORDER_DEPTH)
    drawn = shapely.union_all([site.shape for site in sites])
    return [
        Site(PORT, NEAR, _square(ground.points[redline]), "redline"),
        Site(STORAGE, NEAR, _square(ground.points[mining]), "mining"),
        Site(PORT, NEAR, _square(shapely.get_coordinates(border)[0]), "border"),
        Site(PORT, NEAR, _shrunk(ground, drawn), "sliver"),
    ]


def _inner(ground: Ground, mask: NDArray[np.bool_], clear: float) -> int:
    """Return a parcel well inside those of a mask: the farthest from all others."""
    edge = shapely.boundary(ground.city)
    own = np.flatnonzero(mask)
    own = own[shapely.distance(shapely.points(ground.points[own]), edge) > clear]
    others = shapely.STRtree(shapely.points(ground.points[~mask]))
    _, distance = others.query_nearest(
        shapely.points(ground.points[own]), return_distance=True, all_matches=False
    )
    large = np.where(ground.size[own] > clear**2, distance, -1.0)
    return int(own[np.argmax(large)])


def _square(point: NDArray[np.float64], half: float = HALF_SIDE) -> shapely.Polygon:
    x, y = float(point[0]), float(point[1])
    return shapely.box(x - half, y - half, x + half, y + half)


def _shrunk(ground: Ground, drawn: shapely.Geometry) -> shapely.Polygon:
    """Return a site that leaves only a narrow rest of the open parcel it lies on."""
    near = ground.where("open")
    distance = shapely.distance(ground.parcels[near], ground.town.body)
    near = near[(distance > CLEAR) & (distance < BESIDE)]
    patches = shapely.union_all([patch.shape for patch in ground.patches])
    taken = shapely.union(drawn, patches)
    near = near[shapely.distance(ground.parcels[near], taken) > HALF_SIDE]
    order = np.argsort(np.abs(ground.size[near] / 1e4 - SLIVER_HECTARES), kind="stable")
    for index in near[order]:
        shape = shapely.buffer(ground.parcels[index], -SHRUNK, join_style="mitre")
        if shape.geom_type == "Polygon" and not len(shape.interiors):
            return shape
    message = "no parcel of the demo city can be shrunk"
    raise ValueError(message)


def inside_sites(
    ground: Ground, uses: Uses, rights: Rights, sites: Sequence[Site]
) -> Iterator[Site]:
    """Yield sites that are whole plots of the boundary, as many as each sector still needs."""
    idle = set(rights.idle.tolist())
    for sector, (district, letters) in PLOTS.items():
        missing = len(project_names()[sector])
        missing -= sum(site.sector == sector for site in sites)
        plots = [
            int(index)
            for index in ground.where(district)
            if district == "yard"
            or (ground.town.pieces[ground.piece[index]].letter in letters and index not in idle)
        ]
        # Bare plots first; then plots that are built on anew.
        plots.sort(key=lambda index: (bool(uses.built[index]), index * 7919 % len(ground.parcels)))
        for number, index in enumerate(plots[:missing]):
            yield Site(sector, number % 3 != 0, ground.parcels[index], "inside")


def country_sites(
    ground: Ground, uses: Uses, taken: shapely.Geometry, random: np.random.Generator
) -> list[Site]:
    """Return the sites of projects that need no land in the boundary."""
    names = project_names()
    patches = shapely.union_all([patch.shape for patch in ground.patches])
    kept = [taken, patches, ground.town.body, railway(), highway()]
    keep_off = shapely.buffer(shapely.union_all(kept), CLEAR)
    found = []
    (occupied,) = ground.patches_for("project-site")
    patch = shapely.buffer(shapely.union_all(ground.parcels[occupied]), 30.0, quad_segs=2)
    for number in range(len(names["能源"])):
        shape = patch if number == 0 else _wind_farm(ground, uses, keep_off, random)
        found.append(Site("能源", number % 3 != 1, shape, "no-land-needed" if number == 0 else ""))
    for number in range(len(names["交通"])):
        base = railway() if number % 2 else highway()
        found.append(Site("交通", number % 3 != 1, _beside(base, ground.city, random)))
    found += [
        Site("电网", number % 3 != 1, _power_line(ground, random))
        for number in range(len(names["电网"]))
    ]
    for number in range(len(names["水利"])):
        point = shapely.Point(_place(ground, uses, random))
        dyke = _beside(highway(), ground.city, random)
        found.append(Site("水利", number % 3 != 1, point if number < WATER_POINTS else dyke))
    return found


def _place(ground: Ground, uses: Uses, random: np.random.Generator) -> NDArray[np.float64]:
    """Return a point inside a parcel of open ground outside the redline."""
    open_ground = np.flatnonzero((ground.kind == "open") & np.isin(uses.zone, [ECOLOGICAL, "500"]))
    point: NDArray[np.float64] = ground.points[random.choice(open_ground)]
    return point


def _wind_farm(
    ground: Ground, uses: Uses, keep_off: shapely.Geometry, random: np.random.Generator
) -> shapely.Polygon:
    """Return a turned rectangle on open ground, in the mining and energy zone more often."""
    energy = np.flatnonzero(uses.zone == MINING_ZONE)
    wild = np.flatnonzero((ground.kind == "open") & (uses.zone == ECOLOGICAL))
    while True:
        index = random.choice(energy if random.uniform() < 0.5 else wild)  # noqa: PLR2004  # share
        long, wide = sorted(random.uniform(*ENERGY_SIDES, 2))[::-1]
        angle = random.uniform(0.0, np.pi)
        along = np.array([np.cos(angle), np.sin(angle)]) * long / 2.0
        across = np.array([-np.sin(angle), np.cos(angle)]) * wide / 2.0
        corners = [along + across, across - along, -along - across, along - across]
        shape = shapely.Polygon(ground.points[index] + np.array(corners))
        if shapely.contains(ground.city, shape) and not shapely.intersects(keep_off, shape):
            return shape


def _beside(
    base: shapely.LineString, city: shapely.Polygon, random: np.random.Generator
) -> shapely.LineString:
    """Return a line along a stretch of the railway or the expressway, within the city."""
    inner = shapely.buffer(city, -2.0 * ROAD_SHIFT)
    while True:
        start = float(random.uniform(0.15, 0.9))
        stretch = shapely.ops.substring(base, start, start + ROAD_SHARE, normalized=True)
        shift = random.uniform(-ROAD_SHIFT, ROAD_SHIFT, 2)
        line = shapely.LineString(shapely.get_coordinates(stretch) + shift)
        if shapely.contains(inner, line):
            return line


def _power_line(ground: Ground, random: np.random.Generator) -> shapely.LineString:
    """Return a line with a few bends from the town into the country."""
    inner = shapely.buffer(ground.city, -ROAD_SHIFT)
    while True:
        start = CENTRE + random.normal(0.0, 1_500.0, 2)
        angle, reach = random.uniform(0.0, 2.0 * np.pi), random.uniform(*POWER_REACH)
        end = start + np.array([np.cos(angle), np.sin(angle)]) * reach
        shares = np.linspace(0.0, 1.0, POWER_BENDS + 2)[:, None]
        points = start + (end - start) * shares
        points[1:-1] += random.normal(0.0, reach * 0.05, (POWER_BENDS, 2))
        line = shapely.LineString(points)
        if shapely.contains(inner, line):
            return line
