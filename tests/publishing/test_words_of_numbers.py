"""What the numbers of proofs and of the change's level are called, and how they are shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from planloop.plan import wording
from planloop.plan.sheets import sheets

if TYPE_CHECKING:
    from planloop.plan.scheme import Scheme


@pytest.mark.parametrize(
    ("key", "zh", "en"),
    [
        ("410_before_dm2", "410 维护前", "410 before"),
        ("in_was_inside_dm2", "调入原已在内", "in was inside"),
        ("CZKFBJ_changed_dm2", "城镇开发边界 变化", "Urban development boundary changed"),
        ("100_without_after_dm2", "100 无控制线的分区 维护后", "100 zone without the line after"),
        ("homes_forced_dm2", "规划居住用地 仅计边界和四线变化", None),
        ("17-中心:_target", "17-中心: 目标值", "17-中心: target"),
        ("boundary:_CZKFBJ_features", "城镇开发边界: 城镇开发边界 要素", None),
        ("幼儿园_after_dm2", "幼儿园 维护后", "幼儿园 after"),
        ("no_such_word", "no such word", "no such word"),
    ],
)
def test_names(key: str, zh: str, en: str | None) -> None:
    assert wording.proof_number(key, "zh") == zh
    assert en is None or wording.proof_number(key, "en") == en


@pytest.mark.parametrize(
    ("key", "value", "zh"),
    [
        ("in_dm2", 1234567890, "1,234.567890 公顷"),
        ("surplus_dm2", 1, "0.000001 公顷"),
        ("pieces", 1234, "1234"),
        ("measure", "streets", "沿道路距离"),
        ("issued", None, "–"),
        ("why", "proofs.no-elastic-part", "边界内没有弹性发展区。"),
    ],
)
def test_values(key: str, value: object, zh: str) -> None:
    assert wording.proof_value(key, value, "zh") == zh


def test_numbers_of_the_level_are_said_in_hectares() -> None:
    text = wording.numbers_text({"CZKFBJ_features": 49, "CZKFBJ_changed_dm2": 228925143})
    row = {"numbers": text}
    assert wording.cell("numbers", row, "zh") == (
        "城镇开发边界 要素 = 49; 城镇开发边界 变化 = 228.925143 公顷"
    )
    assert wording.cell("numbers", row, "en") == (
        "Urban development boundary features = 49; Urban development boundary changed = "
        "228.925143 ha"
    )


def test_codes_of_the_central_area_are_said() -> None:
    assert wording.cell("group", {"group": "park"}, "zh") == "公园绿地"
    assert wording.cell("kind", {"kind": "幼儿园"}, "en") == "Kindergarten"
    assert wording.cell("class", {"class": "city"}, "zh") == "城市建设用地"
    assert wording.cell("name", {"class": "07", "name": "居住用地"}, "en") != "居住用地"
    assert wording.cell("outcome", {"outcome": "blocked"}, "zh") == "选址受限"


def test_chinese_names_hold_no_english_word(scheme: Scheme) -> None:
    for proof in scheme.proofs:
        for key in proof.numbers:
            assert not re.search("[a-z]{3}", wording.proof_number(key, "zh")), (proof.name, key)
    (sheet,) = (item for item in sheets(scheme) if item.name == "变更层级")
    assert "_dm2" not in str(sheet.rows)
