"""The key project list against its sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from planloop import standard
from planloop.errors import InputError
from planloop.geometry.area import area
from planloop.plan.fields import PROJECT
from planloop.plan.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from planloop.plan.layer import Layer
    from planloop.plan.settings import SchemeSettings


def check_projects(
    table: pd.DataFrame, layers: Mapping[str, Layer], settings: SchemeSettings
) -> list[Finding]:
    """Check that projects and sites belong together.

    Parameters
    ----------
    table
        The project list; index: row in the sheet.
    layers
        Layer code → layer.
    settings
        Where the list is, and which layer holds the sites.

    Returns
    -------
    list of Finding
        Projects whose site differs from the declared area by more than the standard's share.

    Raises
    ------
    InputError
        A project has no positive area; one whose sector needs land in the boundary has no site; or
        a site names a project that is not in the list.
    """
    path = settings.inputs.projects
    sites = layers.get(settings.roles.sites)
    sizes: dict[str, float] = {}
    if sites is not None:
        epsg = int(sites.frame.crs.to_epsg() or 0)
        known = set(table["number"])
        sizes_of = area(sites.geometry, epsg=epsg)
        for fid, number, size, shape in zip(
            sites.ids, sites.values(PROJECT), sizes_of, sites.geometry, strict=True
        ):
            if number not in known:
                point = shapely.point_on_surface(shape)
                at = (float(point.x), float(point.y))
                key = "read.site-without-project"
                raise InputError(key, layer=sites.code, feature=str(fid), at=at, number=number)
            sizes[number] = sizes.get(number, 0.0) + float(size)
    sectors = standard.load().sectors
    limit = float(standard.load().parameter("project_area_tolerance").value)
    findings = []
    for row, project in zip(table.index, table.to_dict("records"), strict=True):
        number, declared = str(project["number"]), float(project["area_ha"])
        needs = sectors[str(project["sector"])].needs_boundary
        if not declared > 0:
            raise InputError(
                "read.project-area", path=path, row=int(row), number=number, area=declared
            )
        if needs and number not in sizes:
            raise InputError("read.project-without-site", path=path, row=int(row), number=number)
        if number in sizes and abs(sizes[number] / 1e4 - declared) > limit * declared:
            numbers = {
                "declared": declared,
                "drawn": round(sizes[number] / 1e4, 4),
                "number": number,
            }
            findings.append(
                Finding("project-area", Severity.WARNING, settings.roles.sites, (), None, numbers)
            )
    return findings
