"""What serves the homes of the central urban area, and how much of them each kind reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop import standard
from planloop.checks.service_area import Streets, crossing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.plan.layer import Layer
    from planloop.plan.settings import RolesSection
    from planloop.standard.records import ServiceKind

KIND = "LX"
OFF = -1
"""Where a facility stands on no planned land."""


@dataclass(frozen=True, slots=True, eq=False)
class Facilities:
    """The public facilities that stand, and the streets that lead to them.

    Parameters
    ----------
    points
        Where they stand, shape (n,).
    kind
        Kind of each, as LX has it, shape (n,).
    streets
        The streets; None where the plan has none, so that distance is straight.
    """

    points: NDArray[np.object_]
    kind: NDArray[np.object_]
    streets: Streets | None

    @classmethod
    def read(cls, layers: Mapping[str, Layer], roles: RolesSection) -> Facilities:
        """Read facilities and streets off the layers of a plan, which may have neither."""
        streets, points = None, np.empty(0, dtype=object)
        kind = points
        if roles.roads in layers and len(layers[roles.roads]):
            streets = Streets.of(crossing(layers[roles.roads].geometry))
        if roles.facilities in layers:
            points = layers[roles.facilities].geometry
            kind = layers[roles.facilities].values(KIND)
        return cls(points, kind, streets)

    @property
    def measure(self) -> str:
        """How distance is measured: ``"streets"``, or ``"straight"``."""
        return "straight" if self.streets is None else "streets"

    def standing_on(self, land: NDArray[np.object_]) -> NDArray[np.int64]:
        """Return the first polygon that each facility stands on, or :data:`OFF`, shape (n,)."""
        found = np.full(len(self.points), len(land), dtype=np.int64)
        point, polygon = shapely.STRtree(land).query(self.points, predicate="intersects")
        np.minimum.at(found, point, polygon)
        found[found == len(land)] = OFF
        return found


def is_site(kind: ServiceKind, code: str, area: int) -> bool:
    """Return whether planned land of a class and an area (dm²) is a site for a kind of facility."""
    return code.startswith(kind.land_class) and area >= least_site(kind)


def least_site(kind: ServiceKind) -> int:
    """Return the least area of a site, dm²."""
    return round(kind.least_site_m2 * 100)


def home_classes() -> tuple[str, ...]:
    """Return the land classes (prefixes) that people live on."""
    return standard.load().structure_ranges["residential"].classes
