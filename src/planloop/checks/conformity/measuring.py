"""Make cases of sites: one pass over each layer of the plan, for all sites together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.checks.conformity.case import Case, Overlap
from planloop.checks.conformity.twins import twins_of
from planloop.geometry.area import area_dm2
from planloop.plan.site import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.checks.conformity.grounds import Grounds
    from planloop.checks.conformity.layer_index import Hits, LayerIndex
    from planloop.plan.site import Site


class _Measured:
    """What is found of each site, gathered layer by layer."""

    def __init__(self, count: int) -> None:
        self.own = np.zeros(count, dtype=np.int64)
        self.overlaps: list[dict[str, tuple[Overlap, ...]]] = [{} for _ in range(count)]
        self.totals: list[dict[str, int]] = [{} for _ in range(count)]

    def put(
        self, index: LayerIndex, site: int, features: NDArray[np.int64], areas: list[int]
    ) -> None:
        """Note what a site shares with features of a layer."""
        layer = index.layer.code
        self.overlaps[site][layer] = tuple(
            Overlap(layer, index.ids[feature], index.codes[feature], area)
            for feature, area in zip(features, areas, strict=True)
        )


def measured(grounds: Grounds, sites: Sequence[Site], *, foreign: bool) -> list[Case]:
    """Return the case of each site, in their order.

    Parameters
    ----------
    grounds
        The plan.
    sites
        Sites in the working CRS.
    foreign
        Whether they are from a file of their own; then the plan's own sites are looked at for
        twins, too.
    """
    found = _Measured(len(sites))
    areal = np.array([k for k, site in enumerate(sites) if _is_area(site)], dtype=np.int64)
    shapes = np.array([sites[k].shape for k in areal], dtype=object)
    if len(areal):
        found.own[areal] = area_dm2(shapes, epsg=grounds.epsg)
    pointed = np.array(
        [k for k, site in enumerate(sites) if site.form is Form.INDICATIVE], dtype=np.int64
    )
    points, turn = shapely.get_parts(
        np.array([sites[k].shape for k in pointed], dtype=object), return_index=True
    )
    owners = pointed[turn]
    for k in pointed:
        found.own[k] = sites[k].project.declared or 0
    for index in grounds.layers.values():
        if len(areal):
            _areas(found, index, index.overlaps(shapes), areal, shapes)
        if len(points):
            _points(found, index, points, owners)
    twins = twins_of(grounds, sites, found.own, foreign=foreign)
    return [
        Case(
            site=site,
            own=int(found.own[k]),
            overlaps=found.overlaps[k],
            totals=found.totals[k],
            twins=twins[k],
            listed=_is_listed(grounds, site),
            foreign=foreign,
            grounds=grounds,
        )
        for k, site in enumerate(sites)
    ]


def _is_area(site: Site) -> bool:
    return site.form in {Form.AREA, Form.CORRIDOR}


def _areas(
    found: _Measured,
    index: LayerIndex,
    hits: Hits,
    sites: NDArray[np.int64],
    shapes: NDArray[np.object_],
) -> None:
    bounds = np.searchsorted(hits.shape, np.arange(len(sites) + 1))
    for turn, (first, last) in enumerate(pairwise(bounds)):
        if first == last:
            continue
        features, areas = hits.feature[first:last], hits.area[first:last]
        site = int(sites[turn])
        found.put(index, site, features, areas.tolist())
        # Pieces are rounded one by one: together they may be some 0.01 m² more than the site.
        whole = index.covered(shapes[turn], features, int(areas.sum()))
        found.totals[site][index.layer.code] = min(whole, int(found.own[site]))


def _points(
    found: _Measured, index: LayerIndex, points: NDArray[np.object_], owners: NDArray[np.int64]
) -> None:
    """Let the declared area of each site lie where its points lie, the same share at each."""
    hits = index.under(points)
    owner = owners[hits.shape]
    for site in np.unique(owner).tolist():
        mine = slice(*np.searchsorted(owner, [site, site + 1]))
        features, times = np.unique(hits.feature[mine], return_counts=True)
        count = int(np.searchsorted(owners, site + 1) - np.searchsorted(owners, site))
        own = int(found.own[site])
        found.put(index, site, features, [own * int(time) // count for time in times])
        inside = len(np.unique(hits.shape[mine]))
        found.totals[site][index.layer.code] = own * inside // count


def _is_listed(grounds: Grounds, site: Site) -> bool:
    """Return whether the plan's list has a project of this number, or of this name."""
    project = site.project
    if project.number in grounds.projects:
        return True
    return project.name is not None and project.name in grounds.names
