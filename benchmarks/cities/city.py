"""The two real city plans: what their zoning classes stand for, and their polygons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

CRS = "EPSG:3826"

FARMLAND, CONSERVATION, RIVER, SCENERY = "農業區", "保護區", "河川區", "風景區"
OUTSIDE = (FARMLAND, CONSERVATION, RIVER, SCENERY)
"""Classes that are not development land."""

ZONES = {CONSERVATION: "100", RIVER: "210", FARMLAND: "520", SCENERY: "520"}
TOWN_ZONE = "410"
"""Zone of all other classes, which are the urban development boundary."""

LAND_CLASSES = {
    FARMLAND: "010000",
    CONSERVATION: "030000",
    SCENERY: "030000",
    RIVER: "170100",
    "住宅區": "070100",
    "商業區": "090100",
    "旅館區": "090104",
    "加油站專用區": "090105",
    "加油站用地": "090105",
    "市場用地": "090101",
    "機關用地": "080100",
    "學校用地": "080400",
    "文教區": "080400",
    "社教用地": "080300",
    "遊憩用地": "080302",
    "體育場所用地": "080501",
    "醫療專用區": "080600",
    "工業區": "100100",
    "倉儲區": "110100",
    "道路用地": "120700",
    "交通用地": "120700",
    "人行步道用地": "120700",
    "園道用地": "120700",
    "高(快)速公路用地": "120200",
    "停車場用地": "120803",
    "車站專用區": "120801",
    "鐵路用地": "120100",
    "港埠用地": "120400",
    "公用事業用地": "131200",
    "特定事業專用區": "131200",
    "特定事業專用區(油氣)": "131200",
    "堤防用地": "131100",
    "水利用地": "131100",
    "公園用地": "140100",
    "兒童遊樂場用地": "140100",
    "綠地": "140200",
    "廣場用地": "140300",
    "墳墓用地": "150600",
    "宗教專用區": "150300",
    "特定文化專用區": "150400",
}
"""Zoning class → land class where the land is used as it is zoned."""


@dataclass(frozen=True, slots=True)
class City:
    """A city plan.

    Parameters
    ----------
    name
        Name of the city.
    code
        Six digits in the place of a county's code.
    path
        Of its file, below the folder of real files.
    industry
        Sector of its projects of the first tier beside warehousing.
    """

    name: str
    code: str
    path: str
    industry: str


HUALIEN = City("花蓮市", "100150", "urban/hualien/U0101.json", "口岸")
CHANGHUA = City("彰化市", "100070", "urban/changhua/N0301.json", "进出口加工")
CITIES = {"hualien": HUALIEN, "changhua": CHANGHUA}


@dataclass(frozen=True, slots=True, eq=False)
class Parcels:
    """The polygons of a plan, which are the survey parcels.

    Parameters
    ----------
    number
        Identifiers, shape (n,).
    zoned
        Zoning class, shape (n,).
    shape
        Outlines in EPSG:3826, shape (n,).
    """

    number: NDArray[np.object_]
    zoned: NDArray[np.object_]
    shape: NDArray[np.object_]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.shape)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which are development land, shape (n,)."""
        return ~np.isin(self.zoned, OUTSIDE)

    @property
    def hectares(self) -> NDArray[np.float64]:
        """Areas in the plane, ha, shape (n,)."""
        area: NDArray[np.float64] = shapely.area(self.shape) / 1e4
        return area


def read_parcels(city: City, real_data: Path) -> Parcels:
    """Return the polygons of a city's plan.

    Raises
    ------
    KeyError
        A zoning class is not in the table above.
    """
    frame = gpd.read_file(real_data / city.path)
    zoned = frame["分區類"].to_numpy(dtype=object)
    for name in zoned:
        LAND_CLASSES[name]
    return Parcels(
        number=frame["OBJECTID"].astype(str).to_numpy(dtype=object),
        zoned=zoned,
        shape=np.asarray(frame.geometry.array, dtype=object),
    )
