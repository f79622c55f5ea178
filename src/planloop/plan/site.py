"""A site: the land of a project, or what a sector plan draws, as it is to be judged."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.grid import STEP, snap_geometry
from planloop.geometry.polygons import united
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from numpy.typing import NDArray

AREAS, LINES, POINTS = (
    ("Polygon", "MultiPolygon"),
    ("LineString", "MultiLineString"),
    ("Point", "MultiPoint"),
)
"""Types of geometry that a site may have."""


class Form(StrEnum):
    """How a site is drawn."""

    AREA = "area"
    CORRIDOR = "corridor"
    INDICATIVE = "indicative"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Project:
    """What is known of a project; None is what nobody says.

    Parameters
    ----------
    number, name
        What it is called.
    sector, level
        Codes of the standard.
    siting
        How its land is approved: 单独选址, 批次用地 …
    start, end
        Years of construction.
    basis
        The document that it rests on.
    declared, cropland
        Declared area, and declared area of cropland, dm².
    """

    number: str
    name: str | None = None
    sector: str | None = None
    level: str | None = None
    siting: str | None = None
    start: int | None = None
    end: int | None = None
    basis: str | None = None
    declared: int | None = None
    cropland: int | None = None

    def completed(self, other: Project) -> Project:
        """Return the project with what it does not say taken from another one."""
        missing = {
            item.name: getattr(other, item.name)
            for item in fields(self)
            if getattr(self, item.name) is None
        }
        return replace(self, **missing)


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A project and its land.

    Parameters
    ----------
    project
        The project.
    form
        How the land is drawn.
    shape
        Polygons, or points where the form is ``indicative``, in the working CRS, on the grid; None
        where there is none that can be used.
    flaw
        Why the drawing cannot be used: an entry ``flaw-…`` of the messages on conformity.
    reason
        What exactly is wrong with it, in the words of the program that found it.
    width
        Width of a corridor, m.
    implied
        Whether the width was worked out from the declared area.
    land_classes, zones
        Codes that the drawing states for itself.
    beside
        Points beside areas or corridors, which are not judged.
    """

    project: Project
    form: Form
    shape: shapely.Geometry | None = None
    flaw: str = ""
    reason: str = ""
    width: float | None = None
    implied: bool = False
    land_classes: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    beside: int = 0


def corridors(lines: NDArray[np.object_], widths: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return lines, shape (n,), as valid polygons on the grid: flat ends, mitred corners.

    Parameters
    ----------
    lines
        LineStrings and MultiLineStrings.
    widths
        Width of each, m.
    """
    wide = shapely.buffer(lines, widths / 2.0, cap_style="flat", join_style="mitre")
    return _on_grid(np.asarray(wide, dtype=object))


def _on_grid(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return what was made of drawings, shape (n,), on the grid; rounding may not make it cross."""
    rounded = snap_geometry(polygons)
    crossed = ~shapely.is_valid(rounded)
    rounded[crossed] = snap_geometry(shapely.set_precision(polygons[crossed], STEP))
    return rounded


def site_of(
    project: Project,
    shapes: NDArray[np.object_],
    widths: NDArray[np.float64],
    *,
    land_classes: tuple[str, ...] = (),
    zones: tuple[str, ...] = (),
) -> Site:
    """Return the site that the drawings of a project make up.

    Areas and corridors are united; points count only where there is nothing else. Where there are
    lines alone and none has a width, the declared area over their length is their width.

    Parameters
    ----------
    project
        The project.
    shapes
        Valid polygons, lines and points, shape (n,), n > 0.
    widths
        Width of each line, m, shape (n,); NaN where it is not known.
    land_classes, zones
        Codes that the drawings state.
    """
    kinds = np.array([shape.geom_type for shape in shapes], dtype=object)
    areas, lines, points = (np.isin(kinds, kind) for kind in (AREAS, LINES, POINTS))
    bare = Site(project, Form.NONE, land_classes=land_classes, zones=zones)
    if points.all():
        return replace(bare, form=Form.INDICATIVE, shape=_points(shapes))
    wide, implied = widths[lines], False
    if np.isnan(wide).all() and not areas.any() and project.declared is not None:
        length = float(shapely.length(shapes[lines]).sum())
        # What would be wider than it is long is no corridor.
        if 0 < project.declared / SQUARE_METRE <= length**2:
            wide, implied = np.full(len(wide), project.declared / SQUARE_METRE / length), True
    if np.isnan(wide).any():
        return replace(bare, flaw="no-width")
    pieces = np.concatenate([shapes[areas], corridors(shapes[lines], wide)])
    whole = pieces if len(pieces) == 1 else _on_grid(np.array([united(pieces)], dtype=object))
    if shapely.is_empty(whole[0]) or not shapely.is_valid(whole[0]):
        return replace(bare, flaw="no-area")
    return replace(
        bare,
        form=Form.AREA if areas.any() else Form.CORRIDOR,
        shape=whole[0],
        width=float(wide.max()) if len(wide) else None,
        implied=implied,
        beside=len(shapely.get_parts(shapes[points])),
    )


def _points(shapes: NDArray[np.object_]) -> shapely.Geometry:
    parts = shapely.get_parts(shapes)
    return parts[0] if len(parts) == 1 else shapely.MultiPoint(list(parts))
