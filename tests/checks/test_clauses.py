"""Clauses of the plan text with their figures before and after."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planloop.checks.clauses import clause_figures, clause_table, clauses
from planloop.checks.evidence import Evidence
from planloop.checks.indicators.evaluate import indicators
from planloop.errors import InputError
from planloop.geometry.area import area_dm2
from tests.checks.toy_city import EPSG, SCATTERED, ZONE_OF, Claim, cell


def clauses_of(made: Claim, *texts: tuple[str, str]) -> dict[str, tuple[str, str]]:
    table = pd.DataFrame(list(texts), columns=["number", "text"])
    before = replace(made.before, tables={**made.before.tables, "clauses": table})
    evidence = Evidence.build(before, made.after, made.changes, made.settings)
    found = clauses(evidence, indicators(evidence))
    assert clause_table(found).rows == tuple((c.number, c.before, c.after) for c in found)
    return {item.number: (item.before, item.after) for item in found}


def hectares(*prefixes: str) -> int:
    cells = [cell(*place) for place, zone in ZONE_OF.items() if zone.startswith(prefixes)]
    return int(area_dm2(np.array(cells), epsg=EPSG).sum())


def test_only_what_differs_is_shown(honest: Claim) -> None:
    """The swap is 0.39 ha short of even: every figure of boundary and zones follows from it."""
    leaving = int(area_dm2(np.array([cell(*SCATTERED)]), epsg=EPSG)[0])
    entering = int(honest.changes.of("CZKFBJ", "1")["area_dm2"].sum())
    town, field = hectares("4"), hectares("5")
    found = clauses_of(
        honest,
        ("1", "城镇开发边界{boundary}公顷，扩展倍数{indicator-36}。"),
        ("2", "生态保护区{zone-100}公顷，不变。"),
        ("3", "没有数字的条款。"),
        ("4", "乡村发展区{zone-500}公顷，其中一般农业区{zone-520}公顷。"),
        ("5", "用水总量{indicator-2}亿立方米。"),
    )
    after = town - leaving + entering
    assert set(found) == {"1", "4"}
    assert found["1"] == (
        f"城镇开发边界{town / 1e6:.2f}公顷，扩展倍数{town / 12e6:.4f}。",
        f"城镇开发边界{after / 1e6:.2f}公顷，扩展倍数{after / 12e6:.4f}。",
    )
    rural = field + leaving - entering
    assert found["4"][0].count(f"{field / 1e6:.2f}") == 2
    assert found["4"][1].count(f"{rural / 1e6:.2f}") == 2


def test_a_figure_that_does_not_exist_is_refused(honest: Claim) -> None:
    with pytest.raises(InputError, match=r"\{zone-999\}") as raised:
        clauses_of(honest, ("7", "面积{zone-999}公顷。"))
    assert raised.value.params["number"] == "7"


def test_no_table_no_clauses(honest: Claim) -> None:
    evidence = Evidence.build(honest.before, honest.after, honest.changes, honest.settings)
    assert clauses(evidence, ()) == ()
    figures = clause_figures(evidence, indicators(evidence))
    assert figures["indicator-2"] == ("–", "–")
    assert figures["zone-410"][0] == f"{hectares('41') / 1e6:.2f}"
