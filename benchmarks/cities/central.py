"""The central urban area of a round: planned land use, city lines, facilities, and conflicts.

Land is planned as the plan zones it. Parks are green lines, stations yellow ones; a few homes with
a title are drawn as parks, and a shop as a substation, as happens: these are to be found and
cleared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from benchmarks.cities.city import LAND_CLASSES
from benchmarks.cities.survey import VACANT_CLASS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.cities.city import Parcels
    from benchmarks.cities.survey import Survey

GREENS = {"140100": "公园绿地", "140200": "防护绿地", "140300": "广场用地"}
YELLOWS = {"120801": "对外交通场站", "130300": "供电"}
"""Planned class → kind of the line."""

HOMES, SHOPS = "住宅區", "商業區"
PLANTED = ((HOMES, "140100", 3), (SHOPS, "130300", 1))
"""Zoning class of what stands there, planned class that is drawn over it, and how often."""

LEAST, MOST = 0.08, 0.5
"""Size of parcels over which a line is drawn, ha."""

RESERVED, RESERVE = 8, "160000"
"""Parcels of homes that are bare, and reserved; and their planned class."""

FACILITIES = {
    "學校用地": "小学",
    "市場用地": "菜市场",
    "公園用地": "公园",
    "醫療專用區": "综合医院",
    "體育場所用地": "体育场馆",
    "社教用地": "文化活动中心",
}
"""Zoning class → kind of the facility on its parcels."""


@dataclass(frozen=True, slots=True, eq=False)
class Central:
    """What is drawn in the central urban area; arrays of shape (n,) over the parcels.

    Parameters
    ----------
    zoned, planned
        Zoning class, and planned class; the latter empty outside the development land.
    green, yellow
        Kind of the line, empty where there is none.
    titled
        Parcels with a title over which a line is drawn, ascending.
    places, kinds
        Facilities: points, and what each is.
    """

    zoned: NDArray[np.object_]
    planned: NDArray[np.object_]
    green: NDArray[np.object_]
    yellow: NDArray[np.object_]
    titled: NDArray[np.int64]
    places: NDArray[np.object_]
    kinds: NDArray[np.object_]


def central(parcels: Parcels, found: Survey, random: np.random.Generator) -> Central:
    """Return what is drawn; some land is found bare, too.

    Parameters
    ----------
    parcels, found
        The plan, and what the survey found on it.
    random
        Draws over which parcels lines are drawn.
    """
    planned = np.array(
        [
            LAND_CLASSES[name] if inside else ""
            for name, inside in zip(parcels.zoned, parcels.inside, strict=True)
        ],
        dtype=object,
    )
    held = np.concatenate(list(found.rights.values()))
    built = planned == found.land_class
    built[held] = False
    size = parcels.hectares
    titled: list[int] = []
    for zoned, drawn, count in PLANTED:
        fit = np.flatnonzero(built & (parcels.zoned == zoned) & (size > LEAST) & (size < MOST))
        chosen = random.choice(fit, count, replace=False)
        planned[chosen] = drawn
        titled += chosen.tolist()
    bare = np.flatnonzero(built & (parcels.zoned == HOMES) & (size > MOST) & (size < 2 * MOST))
    bare = random.choice(np.setdiff1d(bare, titled), RESERVED, replace=False)
    planned[bare], found.land_class[bare] = RESERVE, VACANT_CLASS
    stands = np.isin(parcels.zoned, list(FACILITIES)) & built
    return Central(
        zoned=parcels.zoned,
        planned=planned,
        green=np.array([GREENS.get(code, "") for code in planned], dtype=object),
        yellow=np.array([YELLOWS.get(code, "") for code in planned], dtype=object),
        titled=np.sort(np.array(titled, dtype=np.int64)),
        places=shapely.point_on_surface(parcels.shape[stands]),
        kinds=np.array([FACILITIES[name] for name in parcels.zoned[stands]], dtype=object),
    )
