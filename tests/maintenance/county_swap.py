"""The tiny county with projects that want land and scattered land to give up, as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.plan.county import PROJECT, SETTINGS, Bureau, box, layer, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.settings import SchemeSettings

FAR = box(24, 4, 26, 8)  # 8 ha, 1.4 km from the town
HELD = box(22, 14, 24, 16)  # 4 ha, titled
IDLE = box(27, 14, 29, 16)  # 4 ha, found idle
PATCHES = (FAR, HELD, IDLE)
TITLE = box(22.5, 14.5, 23, 15)

PORT = box(10, 0, 12, 3)  # 6 ha beside the town
PLANT = box(10, 10, 12, 14)  # 8 ha beside the town
REDLINE = box(31, 2, 33, 4)  # 4 ha in the redline
ROAD = box(12, 18, 30, 18.2)

ASSESSMENT = [
    {
        "number": "T-1",
        "kind": "闲置",
        "layer": "XZYDYH",
        "feature": "XZYDYH11",
        "description": "闲置",
    },
    {
        "number": "T-2",
        "kind": "零散",
        "layer": "XZYDYH",
        "feature": "无此图斑",
        "description": "零散",
    },
    {"number": "T-3", "kind": "短板", "description": "养老设施不足"},
]
"""XZYDYH11 is the parcel of the idle patch."""


def swap_county(folder: Path, tail: str = "") -> Bureau:
    """Return the county; `tail` is further text of its settings."""
    bureau = Bureau(folder)
    squares = [box(x, y, x + 10, y + 10) for x in (0, 10, 20, 30) for y in (0, 10)]
    classes = ["070102", "100101", "010300", "010300", "010300", "170200", "170200", "170200"]
    for patch in PATCHES:
        squares = [square.difference(patch) for square in squares]
    bureau.layers["XZYDYH"] = layer(
        "XZYDYH", [*squares, *PATCHES], YDYHFLDM=[*classes, "010300", "010300", "170200"]
    )
    town, field, redline = box(0, 0, 10, 20), box(10, 0, 30, 20), box(30, 0, 40, 20)
    bureau.layers["CZKFBJ"] = layer("CZKFBJ", [town, *PATCHES], GHFQDM=["410"] * 4)
    for patch in PATCHES:
        field = field.difference(patch)
    bureau.layers["GHFQ"] = layer(
        "GHFQ",
        [town, field, redline, *PATCHES],
        GHFQDM=["410", "520", "100", "410", "410", "410"],
        BZ=[f"备注{n}" for n in range(6)],
        OBJECTID=range(6),
    )
    bureau.layers["QSZD"] = layer("QSZD", [TITLE])
    bureau.layers["JQZDXMM"] = layer(
        "JQZDXMM", [PORT, PLANT, REDLINE, ROAD], XMBH=["P-1", "P-2", "P-3", "P-4"]
    )
    bureau.projects = [
        PROJECT | {"number": "P-2", "name": "产业园", "sector": "产业", "area_ha": 8.0},
        PROJECT | {"number": "P-1", "name": "口岸", "sector": "口岸", "area_ha": 6.0},
        PROJECT | {"number": "P-4", "name": "道路", "sector": "交通", "area_ha": 3.6},
        PROJECT | {"number": "P-3", "name": "仓储", "sector": "物流仓储", "area_ha": 4.0},
    ]
    swap = "[swap]\nbalance_tolerance_m2 = 25000.0\n"
    inputs = 'projects = "projects.xlsx"\nassessment = "assessment.xlsx"\n'
    bureau.settings = SETTINGS.replace('projects = "projects.xlsx"\n', inputs)
    bureau.settings += tail if "[swap]" in tail else swap + tail
    return bureau


def write(bureau: Bureau, assessment: list[dict[str, str]] | None = None) -> SchemeSettings:
    """Write the county's files; return its settings."""
    rows = ASSESSMENT if assessment is None else assessment
    write_table(bureau.folder / "assessment.xlsx", "assessment", rows)
    settings = bureau.write()
    inputs = settings.inputs.model_copy(update={"assessment": bureau.folder / "assessment.xlsx"})
    return settings.model_copy(update={"inputs": inputs})
