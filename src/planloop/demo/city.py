"""The demo city: everything that its files hold, and the cases that were planted in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop import standard
from planloop.demo.clearance import Clearance
from planloop.demo.corridors import highway, railway, sections
from planloop.demo.ground import Layout, build_ground, real_city
from planloop.demo.limits import limits_of
from planloop.demo.lines import control_lines
from planloop.demo.placed import country_sites, inside_sites, planted_sites
from planloop.demo.projects import make_projects
from planloop.demo.rights import rights_of
from planloop.demo.scattered import patches
from planloop.demo.sites import drawn_sites
from planloop.demo.town import lay_out
from planloop.demo.uses import uses_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.demo.ground import Ground
    from planloop.demo.limits import Limits
    from planloop.demo.lines import ControlLines
    from planloop.demo.projects import Project
    from planloop.demo.rights import Rights
    from planloop.demo.uses import Uses

CODE, NAME = "652702", "阿拉山口市"

BODY_CLEAR, LAKE_CLEAR, CORRIDOR_CLEAR, SITE_CLEAR, LIMIT_CLEAR = 230.0, 2_500.0, 250.0, 130.0, 60.0
"""Distances of scattered patches from other things, m; the body's makes them detached."""

CITY_CLEAR = 900.0


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """The demo city's parts.

    Parameters
    ----------
    ground, uses, limits, rights, lines
        What the land is, and what holds on it.
    projects
        The project list.
    """

    ground: Ground
    uses: Uses
    limits: Limits
    rights: Rights
    lines: ControlLines
    projects: list[Project]

    def parcel_id(self, index: int) -> str:
        """Return the identifier of a survey parcel."""
        return identifier(index + 1)

    @property
    def planted(self) -> Mapping[str, tuple[str, ...]]:
        """The planted cases: name → numbers of projects, or identifiers of survey parcels."""
        found: dict[str, list[str]] = {}
        for project in self.projects:
            if project.case:
                found.setdefault(project.case, []).append(project.number)
        for number, patch in enumerate(self.ground.patches):
            if patch.use != "weak":
                own = np.flatnonzero(self.ground.patch == number)
                found.setdefault(f"patch:{patch.use}", []).extend(
                    self.parcel_id(int(index)) for index in own
                )
        found["idle"] = [self.parcel_id(index) for index in self.rights.idle]
        return {name: tuple(ids) for name, ids in found.items()}


def identifier(serial: int) -> str:
    """Return the identifier of the feature with a number, from 1 on."""
    return standard.load().naming.feature_id(CODE, int(serial))


def make_city(seed: int) -> City:
    """Invent the city; the same seed gives the same city."""
    random = np.random.default_rng(seed)
    area, lake = real_city()
    town, limits = lay_out(random), limits_of(area, None)
    sites = drawn_sites(random)
    drawn = shapely.union_all([site.shape for site in sites])
    reserved = [
        shapely.buffer(town.body, BODY_CLEAR),
        shapely.buffer(lake, LAKE_CLEAR),
        shapely.buffer(railway(), CORRIDOR_CLEAR),
        shapely.buffer(highway(), CORRIDOR_CLEAR),
        shapely.buffer(drawn, SITE_CLEAR),
        shapely.buffer(limits.union, LIMIT_CLEAR),
    ]
    open_ground = shapely.difference(shapely.buffer(area, -CITY_CLEAR), shapely.union_all(reserved))
    scattered = patches(open_ground, town.body, random)
    layout = Layout(area, lake, town, scattered, sections(town.body))
    ground = build_ground(layout, random)
    uses = uses_of(ground, random)
    sites = [*planted_sites(ground, uses.zone, sites), *sites]
    wanted = shapely.union_all([site.shape for site in sites])
    rights = rights_of(ground, uses, wanted, random)
    sites += inside_sites(ground, uses, rights, sites)
    sites += country_sites(ground, uses, wanted, random)
    clearance = Clearance(ground.parcels)
    return City(
        ground=ground,
        uses=uses,
        limits=limits_of(ground.city, clearance),
        rights=rights,
        lines=control_lines(ground, uses, rights),
        projects=make_projects(sites, clearance, random),
    )
