"""The grounds on which conformity is judged: a plan, its roles, and an index on each layer."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from planloop import standard
from planloop.checks.conformity.layer_index import LayerIndex
from planloop.plan.code_fields import CLASS_CODE, ZONE_CODE
from planloop.plan.placed_sites import listed_projects, placed_sites
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.plan.plan import Plan
    from planloop.plan.settings import SchemeSettings
    from planloop.plan.site import Project, Site

CITY_LINES = ("green", "yellow", "blue", "purple")
"""Roles of the city control lines."""

CONTROL_LINES = ("redline", "basic_farmland")
"""Roles of the lines that nothing may be built in."""


class Grounds:
    """A plan that may be asked again and again; what an answer needs is made once.

    Parameters
    ----------
    plan
        The plan.
    settings
        Settings of its scheme: the roles of layers and the near term.
    """

    def __init__(self, plan: Plan, settings: SchemeSettings) -> None:
        self.plan = plan
        self.roles = settings.roles
        self.near_term = settings.swap.near_term

    @property
    def epsg(self) -> int:
        """The working CRS."""
        return self.plan.region.epsg

    @cached_property
    def tolerance(self) -> int:
        """Overlap that is tolerated, dm²."""
        return round(self._parameter("overlap_tolerance_m2") * SQUARE_METRE)

    @cached_property
    def area_tolerance(self) -> float:
        """Share by which a drawn area may differ from the declared one."""
        return self._parameter("project_area_tolerance")

    @cached_property
    def same_site(self) -> float:
        """Overlap over the smaller site from which two sites are the same."""
        return self._parameter("same_site_share")

    @cached_property
    def planned_share(self) -> float:
        """Share of a site whose planned use must fit."""
        return self._parameter("planned_use_share")

    @staticmethod
    def _parameter(name: str) -> float:
        return float(standard.load().parameter(name).value)

    @cached_property
    def projects(self) -> Mapping[str, Project]:
        """Projects of the plan's list by number."""
        return listed_projects(self.plan)

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the projects of the plan's list."""
        return frozenset(item.name for item in self.projects.values() if item.name)

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """Sites of the plan's projects, and of others that it draws."""
        return placed_sites(self.plan, self.roles)

    @cached_property
    def layers(self) -> Mapping[str, LayerIndex]:
        """Every layer of the plan that decides something, by code."""
        roles = self.roles
        fields = {
            roles.region: "",
            roles.parcels: CLASS_CODE,
            roles.boundary: ZONE_CODE,
            roles.zones: ZONE_CODE,
            roles.central: "",
            roles.land_use: CLASS_CODE,
            **{getattr(roles, role): "" for role in (*CONTROL_LINES, *CITY_LINES)},
            **dict.fromkeys(standard.load().flag_layers, ""),
        }
        specs = standard.load().layers
        return {
            code: LayerIndex(
                self.plan.layers[code],
                field,
                overlaps_itself=code not in specs or specs[code].coverage == "free",
                epsg=self.epsg,
            )
            for code, field in fields.items()
            if code in self.plan.layers and len(self.plan.layers[code])
        }

    def role(self, name: str) -> str | None:
        """Return the code of the layer in a role; None where the plan lacks it."""
        code = str(getattr(self.roles, name))
        return code if code in self.layers else None
