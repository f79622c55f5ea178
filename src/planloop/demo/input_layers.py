"""The layers that a bureau has beside the plan: survey, titles, projects, limits, sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop import standard
from planloop.demo.features import features, numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from planloop.demo.city import City
    from planloop.demo.ground import Ground

CITY_LAND, SETTLEMENT_LAND = "201", "202"
SITE_LAYERS = {"Polygon": "JQZDXMM", "LineString": "JQZDXMX", "Point": "JQZDXMD"}
TOWNSHIP = "阿拉套街道"


def survey_layer(city: City) -> gpd.GeoDataFrame:
    """Return the survey parcels with their current land use."""
    uses, table = city.uses, standard.load()
    codes = [str(code) for code in uses.land_class]
    in_patch = city.ground.patch >= 0
    return features(
        "XZYDYH",
        city.ground.parcels,
        YDYHFLDM=[code.ljust(6, "0") for code in codes],
        YDYHFLMC=[table.land_class(code).name_zh for code in codes],
        CZCSXM=[
            None if not built else SETTLEMENT_LAND if patch else CITY_LAND
            for built, patch in zip(uses.built, in_patch, strict=True)
        ],
    )


def rights_layers(city: City) -> dict[str, gpd.GeoDataFrame]:
    """Return titles, approved and built projects."""
    rights, ground = city.rights, city.ground
    dates = [
        f"{2015 + index % 10}-{index % 12 + 1:02d}-{index % 27 + 1:02d}" for index in range(300)
    ]
    return {
        "QSZD": features(
            "QSZD",
            ground.parcels[rights.titled],
            ZDBH=[f"652702001001GB{n:05d}" for n in range(1, len(rights.titled) + 1)],
            QLLX="国有建设用地使用权",
            ZSH=[
                f"新（2023）阿拉山口市不动产权第{n:07d}号" for n in range(1, len(rights.titled) + 1)
            ],
            DJRQ=_cycled(dates, len(rights.titled)),
        ),
        "YPXM": features(
            "YPXM",
            ground.parcels[rights.approved],
            XMBH=[f"YP-{n:03d}" for n in range(1, len(rights.approved) + 1)],
            XMMC=_kinds(ground, rights.approved, "拟建项目"),
            PWH=[f"阿政土〔2025〕{n}号" for n in range(1, len(rights.approved) + 1)],
            PZRQ=_cycled(dates, len(rights.approved)),
        ),
        "YJXM": features(
            "YJXM",
            ground.parcels[rights.built],
            XMBH=[f"YJ-{n:03d}" for n in range(1, len(rights.built) + 1)],
            XMMC=_kinds(ground, rights.built, "建成项目"),
            PWH=[f"阿规核〔2022〕{n}号" for n in range(1, len(rights.built) + 1)],
            JGRQ=_cycled(dates, len(rights.built)),
        ),
    }


def limit_layers(city: City) -> dict[str, gpd.GeoDataFrame]:
    """Return the land that may not go into the boundary, beside the redline."""
    limits = city.limits
    wanted = (
        ("XZZRZHFXFBM", "洪水冲沟", "高", limits.hazards),
        ("BJGKD", "边境管控带", "一线", limits.border),
        ("SYDYJBHQ", "水源地一级保护区", "一级", limits.water_source),
        ("KQAQQ", "矿山安全区", "一级", limits.mine_safety),
    )
    return {
        code: features(code, shapes, MC=numbered(name, len(shapes)), LX=name, JB=level)
        for code, name, level, shapes in wanted
    }


def site_layers(city: City) -> dict[str, gpd.GeoDataFrame]:
    """Return the project sites: areas, lines, points."""
    found = {}
    for kind, code in SITE_LAYERS.items():
        own = [item for item in city.projects if item.site.geom_type == kind]
        found[code] = features(
            code,
            [item.site for item in own],
            XMBH=[item.number for item in own],
            XMMC=[item.name for item in own],
            XMLX=[item.sector for item in own],
            JSXZ="新建",
            JSQX=[f"{item.start}-{item.end}" for item in own],
            YDGM=[item.hectares for item in own],
            SJXZ=TOWNSHIP,
        )
    return found


def _cycled(values: Sequence[str], count: int) -> list[str]:
    return [values[index % len(values)] for index in range(count)]


def _kinds(ground: Ground, parcels: NDArray[np.int64], name: str) -> list[str]:
    places = {"core": "城区", "logistics": "综合保税区", "processing": "加工园", "patch": "外围"}
    return [
        f"{places[str(kind)]}{name}{number}"
        for number, kind in enumerate(ground.kind[parcels], start=1)
    ]
