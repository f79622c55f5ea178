"""What no polygon covers, and what reaches beyond the limit of what they should cover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from planloop.geometry.defect import Defect
from planloop.geometry.finding.knots import knotted
from planloop.geometry.finding.misfits import thick, thick_parts
from planloop.geometry.finding.weld import weld
from planloop.geometry.polygons import united

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.geometry.finding.limit import Limit
    from planloop.geometry.finding.neighbourhood import Neighbourhood
    from planloop.geometry.finding.survey import Survey


def gaps_enclosed(survey: Survey, sound: NDArray[np.bool_], nearby: Neighbourhood) -> list[Defect]:
    """Find areas that no polygon covers, with polygons all around.

    Parameters
    ----------
    survey
        Of the layer.
    sound
        Polygons that do not overlap, and whose edges match, shape (n,). Only what they leave open
        is looked at.
    nearby
        The polygons, valid where they are not sound.
    """
    rims = survey.rims(sound)
    rest = nearby[~sound]
    holes, _ = rims.uncovered()
    places = _less(*_joined(holes, rest))
    if len(rest):
        shells = rims.shells()
        parts = shapely.get_parts(rest)
        out = np.ones(len(parts), dtype=bool)
        out[shapely.STRtree(parts).query(shells, predicate="contains_properly")[1]] = False
        if out.any():
            # Round these something may be enclosed that no sound polygons enclose by themselves.
            whole = united(np.concatenate(_joined(shells, parts[out])))
            places = np.concatenate([places, _enclosed(shapely.get_parts(whole))])
    return _gaps(places, nearby)


def misses(
    survey: Survey, sound: NDArray[np.bool_], limit: Limit, nearby: Neighbourhood
) -> list[Defect]:
    """Find gaps within a limit, and what reaches beyond it; parameters as above."""
    rims = survey.rims(sound)
    if survey.strays(rims, sound, nearby.given, limit):
        sound = sound & limit.surrounds(nearby.given) & ~survey.bound
        rims = survey.rims(sound)
    rest = nearby[~sound]
    holes, _ = rims.uncovered()
    if limit.surrounds(rest).all():
        return _gaps(_less(*_joined(holes, rest)), nearby)
    area = np.array([limit.area], dtype=object)
    holes, rest = _joined(holes, np.concatenate([rest, area]))
    rest, within = rest[:-1], rest[-1]
    defects = _gaps(_less(holes, rest), nearby)
    beyond = thick_parts(shapely.difference(np.array([united(rest)], dtype=object), within))
    reaching = np.unique(nearby.to(beyond)[1])
    numbers = np.flatnonzero(~sound)
    for index, polygon in zip(numbers, rest, strict=True):
        if index in reaching:
            place = thick(shapely.difference(polygon, within))
            if not shapely.is_empty(place):
                defects.append(Defect.at("outside", [index], place))
    return defects


def _gaps(places: NDArray[np.object_], nearby: Neighbourhood) -> list[Defect]:
    """Return gaps with the polygons that border on them."""
    place, polygon = nearby.to(places)
    return [Defect.at("gap", polygon[place == k], item) for k, item in enumerate(places)]


def _joined(
    sound: NDArray[np.object_], loose: NDArray[np.object_]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return areas, whose outlines match, and others with common vertices wherever they meet."""
    both = np.concatenate([sound, loose])
    both = knotted(weld(both), np.arange(len(both)) >= len(sound))
    return both[: len(sound)], both[len(sound) :]


def _less(
    areas: NDArray[np.object_],
    polygons: NDArray[np.object_],
    predicate: Literal["intersects", "contains"] = "intersects",
) -> NDArray[np.object_]:
    """Return what polygons that meet, or lie in, areas leave of these, in parts."""
    area, polygon = shapely.STRtree(polygons).query(areas, predicate=predicate)
    groups = np.split(polygons[polygon], np.searchsorted(area, np.arange(1, len(areas))))
    over = np.array([united(group) for group in groups[: len(areas)]], dtype=object)
    # Most are covered vertex by vertex: to see that takes far less than a difference.
    left = ~shapely.equals_identical(shapely.normalize(areas), shapely.normalize(over))
    return thick_parts(shapely.difference(areas[left], over[left]))


def _enclosed(covered: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return what is enclosed by one of some areas and covered by none of them."""
    rings, owner = shapely.get_rings(covered, return_index=True)
    inner = np.append([False], owner[1:] == owner[:-1])[: len(owner)]
    # What islands enclose is their own.
    return _less(shapely.polygons(rings[inner]), shapely.polygons(rings[~inner]), "contains")
