"""The layers of the central urban area: planned land use, city lines, streets, facilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop import standard
from planloop.demo.facilities import facilities
from planloop.demo.features import SYNTHETIC, features
from planloop.demo.frame import rectangle
from planloop.demo.lines import BLUE, GREEN, YELLOW
from planloop.demo.streets import SECONDARY, streets

if TYPE_CHECKING:
    import geopandas as gpd

    from planloop.demo.city import City

CENTRAL = (-3700.0, -1750.0, 4550.0, 3350.0)
"""The central urban area, in the frame."""

KEPT, NEW = "10", "20"
"""Codes of the planning state: existing, and new construction land."""

RULES = {
    GREEN: "不得改变绿地性质；确需调整的，面积不减少",
    YELLOW: "不得占用设施用地；确需调整的，先落实替代用地",
    BLUE: "不得填埋、占用水面",
}


def central_layers(city: City) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of the central urban area by code."""
    return {
        "ZXCQFW": features("ZXCQFW", [rectangle(*CENTRAL)]),
        "ZXCQGHYDYH": _planned(city),
        **_lines(city),
        **_streets(),
        "ZXCQGGFWSSD": _facilities(city),
    }


def _planned(city: City) -> gpd.GeoDataFrame:
    ground, uses, table = city.ground, city.uses, standard.load()
    on = np.flatnonzero(ground.piece >= 0)
    classes = [city.lines.planned.get(int(index), str(uses.planned[index])) for index in on]
    return features(
        "ZXCQGHYDYH",
        ground.parcels[on],
        YDYHFLDM=[code.ljust(6, "0") for code in classes],
        YDYHFLMC=[table.land_class(code).name_zh for code in classes],
        GHZT=np.where(uses.land_class[on] == np.array(classes, dtype=object), KEPT, NEW),
        JQDLDM=[str(code) for code in uses.land_class[on]],
    )


def _lines(city: City) -> dict[str, gpd.GeoDataFrame]:
    kind_field = {GREEN: "LX", YELLOW: "SSLX"}
    found = {}
    for code, items in city.lines.features.items():
        own: dict[str, object] = {"MC": [item.name for item in items], "GKYQ": RULES[code]}
        if code in kind_field:
            own[kind_field[code]] = [item.kind for item in items]
        found[code] = features(code, [item.shape for item in items], **own)
    return found


def _streets() -> dict[str, gpd.GeoDataFrame]:
    found = streets()
    wide = [item for item in found if item.width >= SECONDARY]
    edges = [
        shapely.offset_curve(item.axis, side * item.width / 2.0, join_style="mitre")
        for item in wide
        for side in (1.0, -1.0)
    ]
    return {
        "ZXCQDLZXX": features(
            "ZXCQDLZXX",
            [item.axis for item in found],
            MC=[item.name for item in found],
            JB=[item.grade for item in found],
            HXKD=[item.width for item in found],
            BZ=[f"{SYNTHETIC}。{item.remark}".rstrip("。") for item in found],
        ),
        "ZXCQDLHX": features(
            "ZXCQDLHX",
            edges,
            MC=[item.name for item in wide for _ in (1, 2)],
            JB=[item.grade for item in wide for _ in (1, 2)],
        ),
    }


def _facilities(city: City) -> gpd.GeoDataFrame:
    found = facilities(city.ground, city.uses)
    return features(
        "ZXCQGGFWSSD",
        [item.place for item in found],
        MC=[item.name for item in found],
        LX=[item.kind for item in found],
        JB=[item.level for item in found],
        FWBJ=[item.radius for item in found],
    )
