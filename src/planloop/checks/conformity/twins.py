"""Sites that are in each other's way: the same site twice, the same name twice, overlaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.checks.conformity.case import Twin
from planloop.geometry.area import area_dm2
from planloop.geometry.tabulate import tabulate
from planloop.plan.site import Form
from planloop.plan.units import SQUARE_METRE

MOST_NAMED = 5
"""Most sites of the same name that are named one by one; a file may call them all the same."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.checks.conformity.grounds import Grounds
    from planloop.plan.site import Site


def twins_of(
    grounds: Grounds, sites: Sequence[Site], own: NDArray[np.int64], *, foreign: bool
) -> list[tuple[Twin, ...]]:
    """Return what is in the way of each site: other sites, and with `foreign` the plan's own.

    A site of the same project (by number, or by name between file and plan) is not in the way.

    Parameters
    ----------
    grounds
        The plan.
    sites
        The sites.
    own
        Their areas, dm², shape (n,).
    foreign
        Whether they are from a file of their own.
    """
    others = [*sites, *(grounds.sites if foreign else ())]
    found: list[list[Twin]] = [[] for _ in sites]
    for one, other, area in _overlapping(grounds, sites, others):
        if _are_one(sites, others, one, other):
            continue
        sizes = int(own[one]), _size(grounds, others[other], own, other)
        least = max(1, min(sizes))
        found[one].append(_twin(sites[one], others[other], area, area / least))
    names: dict[str, list[int]] = {}
    for k, site in enumerate(sites):
        if site.project.name:
            names.setdefault(site.project.name, []).append(k)
    for name, same in names.items():
        first = [sites[k].project.number for k in same[: MOST_NAMED + 1]]
        for one in same if len(same) > 1 else ():
            found[one] += _namesakes(sites[one].project.number, name, first, len(same), found[one])
    return [tuple(sorted(twins, key=lambda twin: twin.number)) for twins in found]


def _namesakes(
    number: str, name: str, first: list[str], count: int, found: list[Twin]
) -> list[Twin]:
    """Return the sites of the same name that are not in the way already, as one entry."""
    seen = {number, *(twin.number for twin in found)}
    shown = [other for other in first if other not in seen][:MOST_NAMED]
    if not shown:
        return []
    more = f" … ({count - 1})" if count - 1 > MOST_NAMED else ""
    told = ", ".join(shown) + more
    return [Twin(told, name, 0, 0.0, crossing=False, alike=True, same_name=True)]


def _overlapping(
    grounds: Grounds, sites: Sequence[Site], others: Sequence[Site]
) -> list[tuple[int, int, int]]:
    """Return pairs of a site and another one that share land, and how much, dm²."""
    left, right = _areal(sites), _areal(others)
    if not len(left) or not len(right):
        return []
    shapes = np.array([sites[k].shape for k in left], dtype=object)
    around = np.array([others[k].shape for k in right], dtype=object)
    near = np.unique(shapely.STRtree(around).query(shapes)[1])
    table = tabulate(shapes, around[near], epsg=grounds.epsg)
    official = table.planar_area if table.area is None else table.area
    shared = np.floor(official * SQUARE_METRE + 0.5).astype(np.int64)
    pairs = zip(left[table.a], right[near[table.b]], shared, strict=True)
    return [(int(a), int(b), int(area)) for a, b, area in pairs if area > grounds.tolerance]


def _areal(sites: Sequence[Site]) -> NDArray[np.int64]:
    forms = {Form.AREA, Form.CORRIDOR}
    return np.array([k for k, site in enumerate(sites) if site.form in forms], dtype=np.int64)


def _are_one(sites: Sequence[Site], others: Sequence[Site], one: int, other: int) -> bool:
    mine, theirs = sites[one].project, others[other].project
    if other < len(sites):
        return one == other
    return mine.number == theirs.number or (mine.name is not None and mine.name == theirs.name)


def _size(grounds: Grounds, site: Site, own: NDArray[np.int64], index: int) -> int:
    if index < len(own):
        return int(own[index])
    return int(area_dm2(np.array([site.shape], dtype=object), epsg=grounds.epsg)[0])


def _twin(site: Site, other: Site, area: int, share: float) -> Twin:
    return Twin(
        number=other.project.number,
        name=other.project.name or "",
        area=area,
        share=share,
        crossing=Form.CORRIDOR in {site.form, other.form},
        alike=site.form is other.form,
        same_name=bool(site.project.name) and site.project.name == other.project.name,
    )
