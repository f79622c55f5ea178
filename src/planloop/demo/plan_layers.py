"""The layers of the whole city's plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop import standard
from planloop.demo.city import CODE, NAME
from planloop.demo.corridors import highway, railway
from planloop.demo.features import SYNTHETIC, features
from planloop.demo.frame import CENTRE, line, survey_geometry
from planloop.demo.ground import real
from planloop.demo.zones import REDLINE_ZONE, SPECIAL, TOWN
from planloop.geometry.fabric import dissolve
from planloop.geometry.neighbours import components

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from planloop.demo.city import City
    from planloop.demo.ground import Ground

TOWN_REACH = 6_500.0
"""How far the town's own township reaches, m."""

TOWNSHIPS = {"town": ("阿拉套街道", "001"), "lake": ("艾比湖镇", "100")}
BOUNDARY_SOURCE = "界线来源：天地图（见说明）"
WATER_SOURCE = "水面来源：© OpenStreetMap contributors（见说明）"
PLACE_SOURCE = "位置来源：GeoNames（CC BY 4.0）"
STATION, PORT_GATE = (-150.0, -1290.0), (-3560.0, -1465.0)
"""The railway station and the railway port, in the frame."""


def plan_layers(city: City) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of the whole city by code."""
    ground, zone = city.ground, city.uses.zone
    zones = standard.load().zones
    every, codes = unions(ground, zone)
    town, town_codes = unions(ground, _only(zone, TOWN, SPECIAL))
    red, _ = unions(ground, _only(zone, REDLINE_ZONE))
    lake = ground.parcels[ground.where("lake")]
    return {
        "XZQX": features("XZQX", [ground.city], BZ=BOUNDARY_SOURCE),
        "XZQXZ": _townships(ground),
        "GHFQ": features(
            "GHFQ", every, GHFQDM=codes, GHFQMC=[zones[code].name_zh for code in codes]
        ),
        "CZKFBJ": features(
            "CZKFBJ", town, GHFQDM=town_codes, GHFQMC=[zones[code].name_zh for code in town_codes]
        ),
        "STBHHX": features(
            "STBHHX",
            red,
            XJXZQDM=CODE,
            XJXZQMC=NAME,
            SJXZQMC="新疆维吾尔自治区",
            SJXZQMC1="博尔塔拉蒙古自治州",
            LHLX="10",
        ),
        "HHSX": features("HHSX", lake, MC="艾比湖", LX="湖泊", BZ=WATER_SOURCE),
        "CZTXD": _places(city),
        **_transport(ground),
    }


def unions(ground: Ground, code: NDArray[np.object_]) -> tuple[NDArray[np.object_], list[str]]:
    """Return the connected unions of parcels of one code, and their codes; None is left out."""
    near = ground.near
    held = np.array([item is not None for item in code])
    same = (code[near.left] == code[near.right]) & held[near.left]
    label = np.where(held, components(len(code), near.left[same], near.right[same]), -1)
    shapes = dissolve(ground.parcels, label)
    return np.array(list(shapes.values()), dtype=object), [str(code[number]) for number in shapes]


def _only(zone: NDArray[np.object_], *codes: str) -> NDArray[np.object_]:
    """Return the codes, None for all others."""
    return np.array([code if code in codes else None for code in zone], dtype=object)


def _townships(ground: Ground) -> gpd.GeoDataFrame:
    """Return the two townships, each one connected union of parcels."""
    near = np.hypot(*(ground.points - CENTRE).T) < TOWN_REACH
    for value in (True, False):
        side = np.flatnonzero(near == value)
        link = (near[ground.near.left] == value) & (near[ground.near.right] == value)
        part = components(len(near), ground.near.left[link], ground.near.right[link])
        total = np.bincount(part[side], weights=ground.size[side], minlength=len(near))
        near[side[part[side] != np.argmax(total)]] = not value
    shapes, keys = unions(ground, np.where(near, "town", "lake").astype(object))
    return features(
        "XZQXZ",
        shapes,
        XZQMC=[TOWNSHIPS[key][0] for key in keys],
        XZQDM=[CODE + TOWNSHIPS[key][1] for key in keys],
    )


def _places(city: City) -> gpd.GeoDataFrame:
    """Return the city's seat and the border town beyond, both real, and the invented town seat."""
    seat, beyond = real("places")
    settlement = city.ground.patches_for("settlement")[0]
    middle = shapely.point_on_surface(shapely.union_all(city.ground.parcels[settlement]))
    return features(
        "CZTXD",
        survey_geometry(np.array([seat, middle, beyond], dtype=object)),
        MC=["阿拉山口", "艾比湖镇", "多斯特克（哈萨克斯坦）"],
        LX=["市政府驻地", "镇政府驻地", "境外城镇"],
        JB=["中心城区", "一般镇", "境外"],
        BZ=[PLACE_SOURCE, SYNTHETIC, PLACE_SOURCE],
    )


def _transport(ground: Ground) -> dict[str, gpd.GeoDataFrame]:
    axes = np.array([railway(), highway()], dtype=object)
    parts, owner = shapely.get_parts(shapely.intersection(axes, ground.city), return_index=True)
    gate, station = shapely.get_parts(
        shapely.multipoints(shapely.get_coordinates(line([PORT_GATE, STATION])))
    )
    return {
        "ZDJTJCSSX": features(
            "ZDJTJCSSX",
            survey_geometry(parts),
            MC=np.array(["兰新铁路北疆支线", "博阿高速公路"])[owner],
            LX=np.array(["铁路", "高速公路"])[owner],
            JB=np.array(["国家级", "国家级"])[owner],
        ),
        "ZDJTJCSSD": features(
            "ZDJTJCSSD",
            [gate, station],
            MC=["阿拉山口铁路口岸", "阿拉山口站"],
            LX=["口岸", "火车站"],
            JB=["国家级", "国家级"],
        ),
    }
