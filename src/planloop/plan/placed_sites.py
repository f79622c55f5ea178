"""The sites of a plan: every project of its list with the land that its layers draw for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planloop import standard
from planloop.plan.cells import as_text, is_blank
from planloop.plan.fields import PROJECT
from planloop.plan.site import Form, Project, Site, site_of
from planloop.plan.units import of_hectares

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from numpy.typing import NDArray

    from planloop.plan.layer import Layer
    from planloop.plan.plan import Plan
    from planloop.plan.settings import RolesSection

LINE_SITES, POINT_SITES = "JQZDXMX", "JQZDXMD"
"""Layers of sites that are drawn as lines and as points; ``roles.sites`` is that of areas."""

NUMBERS = {"area_ha": "declared", "cropland_ha": "cropland"}
YEARS = {"start_year": "start", "end_year": "end"}
TEXTS = ("name", "sector", "level", "siting", "basis")


def project_of(row: Mapping[Hashable, Any]) -> Project:
    """Return the project that a row of the project list tells of; columns may be missing."""
    said: dict[str, Any] = {}
    for name in TEXTS:
        if not is_blank(row.get(name)):
            said[name] = str(as_text(row[name])).strip()
    for name, field in NUMBERS.items():
        if not is_blank(row.get(name)):
            said[field] = of_hectares(float(row[name]))
    for name, field in YEARS.items():
        if not is_blank(row.get(name)):
            said[field] = int(row[name])
    return Project(str(as_text(row["number"])), **said)


def listed_projects(plan: Plan) -> dict[str, Project]:
    """Return the projects of the plan's list by number; of several rows the first counts."""
    table = plan.tables.get("projects", pd.DataFrame({"number": []}))
    found: dict[str, Project] = {}
    for row in table.to_dict("records"):
        project = project_of(row)
        found.setdefault(project.number, project)
    return found


def site_layers(plan: Plan, roles: RolesSection) -> list[Layer]:
    """Return the layers of the plan that hold sites."""
    codes = (roles.sites, LINE_SITES, POINT_SITES)
    return [plan.layers[code] for code in codes if code in plan.layers]


def placed_sites(plan: Plan, roles: RolesSection) -> tuple[Site, ...]:
    """Return a site for each project of the plan's list, and for each other that is drawn.

    Parameters
    ----------
    plan
        The plan.
    roles
        Which layer holds the sites.

    Returns
    -------
    tuple of Site
        In the order of the list, then those that it does not name by number. A project that is
        not drawn has the form ``none``.
    """
    listed = listed_projects(plan)
    shapes: dict[str, list[Any]] = {}
    widths: dict[str, list[float]] = {}
    for layer in site_layers(plan, roles):
        wide = width_of(layer)
        for number, shape, width in zip(layer.values(PROJECT), layer.geometry, wide, strict=True):
            key = str(number or "")
            shapes.setdefault(key, []).append(shape)
            widths.setdefault(key, []).append(width)
    numbers = [*listed, *sorted(set(shapes) - set(listed))]
    return tuple(
        site_of(
            listed.get(number) or Project(number),
            np.array(shapes[number], dtype=object),
            np.array(widths[number], dtype=np.float64),
        )
        if number in shapes
        else Site(listed[number], Form.NONE)
        for number in numbers
    )


def width_of(layer: Layer) -> NDArray[np.float64]:
    """Return the width of each feature of a layer, m, shape (n,); NaN where none is stated."""
    wide = np.full(len(layer), np.nan)
    for field in reversed(standard.load().site_fields["width"].fields):
        if field in layer.frame.columns:
            said = pd.to_numeric(layer.frame[field], errors="coerce").to_numpy(dtype=np.float64)
            wide = np.where(said > 0, said, wide)
    return wide
