"""What a survey and a check-up find in a city: vacant land, titles, basic farmland. From a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from benchmarks.cities.city import FARMLAND, LAND_CLASSES
from benchmarks.ground import field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.cities.city import Parcels
    from benchmarks.cities.sites import Fields

BASIC = 0.3
"""Share of the farmland that is basic farmland, by area."""

BUILT_FIRST = ("道路用地", "鐵路用地", "港埠用地", "高(快)速公路用地", "堤防用地", "水利用地")
"""Classes that are as they are zoned, except in scattered patches."""

VACANT_CLASS = "010300"
"""What vacant land is now: dry fields, as around it."""

LARGEST = 5.0
"""Area of the largest vacant parcel, ha."""

WAVES = 900.0
"""Vacant parcels lie in groups: length of the waves of their odds, m."""

SHARED = 20.0
"""Vacant land adjoins the fields along so many metres at least."""

UNBUILT = 0.6
"""Share of the scattered patches on which nothing was built."""

HELD = (("QSZD", 0.08), ("YPXM", 0.04), ("YJXM", 0.03))
"""Layers of rights, and the share of the vacant parcels that each holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What was found.

    Parameters
    ----------
    land_class
        Current land class of each parcel, shape (n,).
    vacant
        Parcels of the main body that are vacant and free, ascending.
    rights
        Layer → parcels that it holds.
    """

    land_class: NDArray[np.object_]
    vacant: NDArray[np.int64]
    rights: dict[str, NDArray[np.int64]]


def basic_farmland(parcels: Parcels, random: np.random.Generator) -> NDArray[np.bool_]:
    """Return which parcels are basic farmland: whole fields, in any order, up to a share."""
    fields = random.permutation(np.flatnonzero(parcels.zoned == FARMLAND))
    area = parcels.hectares[fields]
    taken = np.zeros(len(parcels), dtype=bool)
    room = BASIC * area.sum()
    for index, size in zip(fields, area, strict=True):
        if size <= room:
            taken[index], room = True, room - size
    return taken


def survey(
    parcels: Parcels,
    fields: Fields,
    sites: Sequence[shapely.Geometry],
    wanted: float,
    random: np.random.Generator,
) -> Survey:
    """Return what was found.

    Parameters
    ----------
    parcels, fields
        The plan, its development land and its fields.
    sites
        Sites of projects, of which vacant land keeps clear.
    wanted
        How much free vacant land there is in the main body, ha, about.
    random
        Draws what is vacant.
    """
    land_class = np.array([LAND_CLASSES[name] for name in parcels.zoned], dtype=object)
    scattered = _scattered(parcels, fields.town, random)
    middle = shapely.get_coordinates(shapely.point_on_surface(parcels.shape))
    odds = field(middle, WAVES, random) + random.normal(size=len(parcels))
    may_be = parcels.inside & ~np.isin(parcels.zoned, BUILT_FIRST) & (parcels.hectares <= LARGEST)
    may_be &= ~np.isin(np.arange(len(parcels)), [*scattered[0], *scattered[1]])
    may_be &= shapely.distance(parcels.shape, shapely.union_all(sites)) > 0.0
    # Land that no field adjoins would make a zone of its own.
    edge = shapely.boundary(fields.farmland)
    may_be &= shapely.length(shapely.intersection(parcels.shape, edge)) > SHARED
    order = np.flatnonzero(may_be)
    order = order[np.argsort(-odds[order], kind="stable")]
    rights: dict[str, list[int]] = {layer: [] for layer, _ in HELD}
    vacant, room = [], wanted
    for index in order.tolist():
        if room <= 0.0:
            break
        draw, holder = random.random(), ""
        for layer, share in HELD:
            if 0.0 <= draw < share:
                holder = layer
            draw -= share
        if holder:
            rights[holder].append(index)
        else:
            vacant.append(index)
            room -= float(parcels.hectares[index])
    unused = np.array(
        [*vacant, *scattered[1], *(index for held in rights.values() for index in held)],
        dtype=np.int64,
    )
    land_class[unused] = VACANT_CLASS
    return Survey(
        land_class,
        np.sort(np.array(vacant, dtype=np.int64)),
        {layer: np.sort(np.array(held, dtype=np.int64)) for layer, held in rights.items()},
    )


def _scattered(
    parcels: Parcels, town: shapely.Geometry, random: np.random.Generator
) -> tuple[list[int], list[int]]:
    """Return the parcels of the built and of the unbuilt patches beside the main body."""
    patches = shapely.get_parts(town)
    main = int(np.argmax(shapely.area(patches)))
    inside = np.flatnonzero(parcels.inside)
    places = shapely.point_on_surface(parcels.shape[inside])
    place, patch = shapely.STRtree(patches).query(places, predicate="within")
    unbuilt = random.random(len(patches)) < UNBUILT
    found: tuple[list[int], list[int]] = ([], [])
    for index, number in zip(inside[place].tolist(), patch.tolist(), strict=True):
        if number != main:
            found[int(unbuilt[number])].append(index)
    return found
