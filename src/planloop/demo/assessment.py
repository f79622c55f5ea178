"""The assessment table: what the annual check-up found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.demo.city import identifier
from planloop.demo.input_layers import TOWNSHIP
from planloop.demo.lines import BUILT, GREEN, ROAD, TITLE
from planloop.demo.streets import streets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planloop.demo.city import City
    from planloop.demo.lines import Conflict

REPORT = "2025年度城市体检评估报告"
SHORTCOMINGS = (
    "口岸查验、换装与仓储用地不足，中欧班列集结能力受限",
    "社区养老设施步行5分钟覆盖率不足",
    "城东居住片区缺少公园绿地，步行5分钟覆盖率不足",
    "新建居住片区幼儿园、菜市场配置滞后",
)


def assessment_rows(city: City) -> list[dict[str, object]]:
    """Return the rows of the assessment table by the names of the standard's columns."""
    rows = [
        *_land(city),
        *_shortcomings(),
        *(_conflict(city, item) for item in city.lines.conflicts),
    ]
    return [
        {"number": f"TJ-{serial:03d}", "basis": REPORT, **row}
        for serial, row in enumerate(rows, start=1)
    ]


def _land(city: City) -> Iterator[dict[str, object]]:
    """Yield idle plots, and scattered patches that are one parcel each."""
    ground = city.ground
    wanted = [("闲置", int(index), "批而未供，连续两年未动工") for index in city.rights.idle]
    wanted += [
        ("零散", int(own[0]), "布局零散，近期无开发意向") for own in ground.patches_for("noted")
    ]
    for kind, index, text in wanted:
        yield {
            "kind": kind,
            "layer": "XZYDYH",
            "feature": city.parcel_id(index),
            "township": TOWNSHIP,
            "area_ha": round(float(ground.size[index]) / 1e4, 4),
            "description": text,
        }


def _shortcomings() -> Iterator[dict[str, object]]:
    for text in SHORTCOMINGS:
        yield {"kind": "短板", "township": TOWNSHIP, "description": text}


def _conflict(city: City, item: Conflict) -> dict[str, object]:
    line = "规划绿线" if item.line == GREEN else "规划黄线"
    if item.other == ROAD:
        text = f"{line}与改线后的{streets()[item.target].name}不一致"
    else:
        held = {TITLE: city.rights.titled, BUILT: city.rights.built}[item.other]
        what = "已登记的国有建设用地使用权" if item.other == TITLE else "已建成的合规项目"
        number = int((held == item.target).argmax()) + 1
        text = f"{line}与{what}（{item.other}:{identifier(number)}）重叠"
    return {
        "kind": "冲突",
        "layer": item.line,
        "feature": identifier(item.feature + 1),
        "township": TOWNSHIP,
        "description": text,
    }
