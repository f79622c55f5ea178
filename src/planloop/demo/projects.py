"""The 165 projects of the demo city."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from planloop.demo.frame import EPSG, survey_geometry
from planloop.geometry.area import area

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely

    from planloop.demo.clearance import Clearance
    from planloop.demo.sites import Site

HECTARE = 1e4
NEAR_YEARS, LATER_YEARS = (2026, 2029), (2031, 2034)
LONGEST = 4
"""Most years that a project is under construction."""

LINE_WIDTH = 18.0
"""Width for which a line's declared area is counted, m."""

POINT_HECTARES = 0.6
OVERSTATED = 1.12
"""What the planted project declares, as a share of what is drawn."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project and where it goes.

    Parameters
    ----------
    number, sector, name
        What it is called.
    start, end
        Years of construction.
    site
        Polygon, line or point.
    hectares
        Declared area, ha.
    case
        Planted case that it stands for, or empty.
    """

    number: str
    sector: str
    name: str
    start: int
    end: int
    site: shapely.Geometry
    hectares: float
    case: str = ""


@cache
def project_names() -> dict[str, list[str]]:
    """Return the names of the projects of each sector, in the order of the list."""
    text = resources.files("planloop.demo").joinpath("data").joinpath("projects.toml")
    return dict(tomllib.loads(text.read_text(encoding="utf-8")))


def make_projects(
    sites: Sequence[Site], clearance: Clearance, random: np.random.Generator
) -> list[Project]:
    """Return the project list: the names of each sector, each with one of the sector's sites."""
    found: list[Project] = []
    for sector, names in project_names().items():
        own = [site for site in sites if site.sector == sector]
        for name, site in zip(names, own, strict=True):
            shape = survey_geometry(np.array([site.shape], dtype=object))[0]
            if shape.geom_type == "Polygon":
                shape = clearance.cleared(shape)
            low, high = NEAR_YEARS if site.near else LATER_YEARS
            start = int(random.integers(low, high + 1))
            found.append(
                Project(
                    number=f"ALSK-{len(found) + 1:03d}",
                    sector=sector,
                    name=name,
                    start=start,
                    end=start + int(random.integers(1, LONGEST + 1)),
                    site=shape,
                    hectares=_hectares(shape),
                    case=site.case,
                )
            )
    return _overstated(found)


def _hectares(site: shapely.Geometry) -> float:
    if site.geom_type == "Polygon":
        return round(float(area(np.array([site]), epsg=EPSG)[0]) / HECTARE, 4)
    return round(float(site.length) * LINE_WIDTH / HECTARE, 4) or POINT_HECTARES


def _overstated(projects: list[Project]) -> list[Project]:
    """Let the last project inside the boundary declare more than is drawn."""
    number = max(index for index, item in enumerate(projects) if item.case == "inside")
    item = projects[number]
    declared = round(item.hectares * OVERSTATED, 4)
    projects[number] = replace(item, hectares=declared, case="area-differs")
    return projects
