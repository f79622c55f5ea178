"""Twenty projects of the demo: ``planloop conformity projects`` against queries written by hand.

And the near-term list and the pace of the increment, added up from the project list with pandas.
"""

from __future__ import annotations

import json
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from tests.checks.site_queries import CLOSE, FORBIDDEN, NOTHING, Queries, worst
from tests.scheme.conftest import call
from tests.scheme.ellipsoid import WORKING
from tests.scheme.written import Written, units

if TYPE_CHECKING:
    from pathlib import Path

SERIALS = (1, 5, 12, 19, 32, 45, 52, 59, 72, 85, 98, 110, 111, 113, 122, 123, 128, 141, 154, 165)
TWENTY = tuple(f"ALSK-{serial:03d}" for serial in SERIALS)
"""Every grade of every check that the demo has, every form of drawing; the rest evenly spaced."""

PERIODS = {(2021, 2025): "0.40", (2026, 2030): "0.35", (2031, 2035): "0.25"}
"""What 自然资发〔2023〕193号 keeps for the two later periods, and the rest."""

HALF_STEP = 5e-5
"""m: a corridor's corners are put on the grid of 0.1 mm, which moves its long sides."""

KEPT = Decimal("0.8")
TOTAL = "合计"
AREA, NEED, TO_DATE = "面积（公顷）", "需调入用地（公顷）", "本时期累计使用（公顷）"


@pytest.fixture(scope="module")
def written(demo: Path) -> Written:
    return Written(demo / "scheme")


@pytest.fixture(scope="module")
def queries(written: Written) -> Queries:
    sites = {
        str(row["XMBH"]): {"shape": row["geometry"], "width": None}
        for layer in ("JQZDXMM", "JQZDXMX", "JQZDXMD")
        for _, row in written.layer("after", layer).iterrows()
    }
    layers = {name: written.layer("after", name) for name in written.layers("after")}
    return Queries(layers, written.table("projects"), sites, WORKING)


@pytest.fixture(scope="module")
def judged(demo: Path) -> dict[str, dict[str, Any]]:
    # Some do not conform: exit code 5.
    asked = ("--plan", str(demo / "scheme"), "-o", "json", "-q")
    out = call("conformity", "projects", *asked, code=5)
    told = json.loads(out)
    assert len(told["items"]) == 165
    return {item["number"]: item for item in told["items"]}


@pytest.mark.parametrize("number", TWENTY)
def test_every_check_agrees_with_the_query(
    judged: dict[str, dict[str, Any]], queries: Queries, number: str
) -> None:
    item = judged[number]
    found = {check["check"]: check["grade"] for check in item["checks"]}
    assert found == queries.expected(number)
    grade = worst(list(found.values()))
    assert item["verdict"] == grade
    close = CLOSE + HALF_STEP * queries.shapes[number].length
    assert item["area_dm2"] / 100 == pytest.approx(queries.own(number), abs=close)
    for check in item["checks"]:
        for conflict in check["conflicts"]:
            layer = conflict["layer"]
            if not conflict["feature"]:
                outside = queries.own(number) - queries.total(number, layer)
                assert conflict["area_dm2"] / 100 == pytest.approx(outside, abs=close)
                continue
            hit = queries.pieces(number, layer)
            (one,) = hit[hit["BSM"] == conflict["feature"]]["m2"]
            assert conflict["area_dm2"] / 100 == pytest.approx(one, abs=close)


def test_the_twenty_meet_every_grade(judged: dict[str, dict[str, Any]]) -> None:
    """The comparison shows something only where answers differ."""
    seen: dict[str, set[str]] = {}
    some: dict[str, set[str]] = {}
    for number, item in judged.items():
        for check in item["checks"]:
            seen.setdefault(check["check"], set()).add(check["grade"])
            if number in TWENTY:
                some.setdefault(check["check"], set()).add(check["grade"])
    assert some == seen
    assert {judged[number]["form"] for number in TWENTY} == {
        item["form"] for item in judged.values()
    }
    fails = {name for name, grades in seen.items() if FORBIDDEN in grades}
    assert fails == {"P2", "P5", "P6", "P7", "P8", "P9"}
    assert seen["P3"] == {NOTHING}, "the demo has no basic farmland"


@pytest.fixture(scope="module")
def listed(written: Written) -> pd.DataFrame:
    """Return the project list with how each was decided, and the land that it needs, m²."""
    table = written.table("projects")
    parts = written.table("projects", "decisions").set_index("number")["area_dm2"]
    need = table["number"].map(parts).astype(float) / 100
    outcome = table["number"].map(written.decided)
    return table.assign(outcome=outcome, need=need.where(outcome != "inside", 0.0))


def test_the_near_term_list(written: Written, listed: pd.DataFrame) -> None:
    near = listed[listed["start_year"].between(2026, 2030)]
    sheet = written.sheet("近期建设项目清单").set_index("项目编号")
    assert sorted(sheet.index[:-1]) == sorted(near["number"])
    body = sheet.loc[near["number"]]
    assert list(body["起始年"]) == list(near["start_year"])
    assert list(body["完成年"]) == list(near["end_year"])
    for key, exact in ((AREA, near["area_ha"] * 1e4), (NEED, near["need"])):
        shown = pd.Series(units(sheet[key]), sheet.index)
        assert np.abs(shown.loc[near["number"]].to_numpy() - exact.to_numpy()).max() <= 1
        assert shown.iloc[:-1].sum() == shown.iloc[-1]
        assert abs(shown.iloc[-1] - exact.sum()) <= 0.51
    sectors = written.sheet("近期建设项目汇总").set_index("类型")
    counts = near.groupby("sector")["outcome"]
    for sector, row in sectors.iloc[:-1].iterrows():
        own = near[near["sector"] == sector]
        assert row["项目数"] == len(own)
        assert row["保障"] == (own["outcome"] == "served").sum()
        assert row["已在边界内"] == (own["outcome"] == "inside").sum()
        assert row["边界外"] == len(own) - row["保障"] - row["已在边界内"]
        assert abs(units([row[AREA]])[0] - own["area_ha"].sum() * 1e4) <= 1.01
        assert abs(units([row[NEED]])[0] - own["need"].sum()) <= 1.01
    assert len(counts) == len(sectors) - 1
    for title in ("项目数", "保障", "已在边界内", "边界外"):
        assert sectors[title].iloc[:-1].sum() == sectors.loc[TOTAL, title]


def test_the_pace(written: Written, listed: pd.DataFrame) -> None:
    """Releases by period and by the end of each year, what projects use, and what is left."""
    quota = written.document["settings"]["quota"]
    increment = Decimal(str(quota["issued_area_ha"])) - Decimal(str(quota["base_town_area_ha"]))
    using = listed[listed["outcome"].isin(["served", "inside"])]
    size = using["new_construction_ha"].fillna(using["area_ha"])
    by_year = size.map(lambda ha: Decimal(str(ha))).groupby(using["start_year"]).sum()
    periods, years = written.sheet("分期释放时序"), written.sheet("年度释放时序").set_index("年份")
    periods = periods.set_index("时期")
    for (first, last), share in PERIODS.items():
        released = Decimal(share) * increment
        row = periods.loc[f"{first}-{last}"]
        assert row["释放比例"] == f"{Decimal(share):.0%}"
        used = sum((by_year.get(year, Decimal(0)) for year in range(first, last + 1)), Decimal(0))
        near(row, released, used, used)
        count, to_date = last - first + 1, Decimal(0)
        for place, year in enumerate(range(first, last + 1), start=1):
            kept = KEPT * released * (count - place) / count
            # Whole 0.01 m², and rounded up: nothing is released that has to be kept.
            kept = kept.quantize(Decimal("1e-6"), ROUND_CEILING)
            own = by_year.get(year, Decimal(0))
            to_date += own
            row = years.loc[str(year)]
            near(row, released - kept, own, to_date)
            assert units([row[TO_DATE]])[0] == round(to_date * 10_000)
    total = periods.loc[TOTAL]
    assert units([total["可用增量（公顷）"]])[0] == round(increment * 10_000)
    assert by_year.index.min() >= 2021


def near(row: pd.Series, released: Decimal, used: Decimal, to_date: Decimal) -> None:
    """Compare what may be used, what is, and the margin, each as shown."""
    expected = [released, used, released - to_date]
    shown = units([row[f"{key}（公顷）"] for key in ("可用增量", "项目使用", "规模余量")])
    for one, other in zip(shown, expected, strict=True):
        assert abs(int(one) - other * 10_000) <= 1


def test_the_level_of_the_change(written: Written) -> None:
    """L1: boundary, zones, land use, list and lines change, as much as told, and nothing else."""
    told, sheet = written.proof("C3.level"), written.sheet("变更层级")
    assert told["level"] == "L1"
    assert list(sheet["变更层级"]) == ["L1"] * 5
    assert set(sheet["强制性内容"]) == {""}
    triggers = {
        "CZKFBJ": "boundary",
        "GHFQ": "zones",
        "ZXCQGHYDYH": "land-use",
        "ZXCQCSLVX": "city-lines",
        "ZXCQCSHX": "city-lines",
    }
    fields = {"CZKFBJ": "GHFQDM", "GHFQ": "GHFQDM", "ZXCQGHYDYH": "YDYHFLDM"}
    numbers = " ".join(sheet["数据"])
    for layer, trigger in triggers.items():
        before, after = (written.layer(when, layer) for when in ("before", "after"))
        shared = before.index.intersection(after.index)
        one, other = before.loc[shared], after.loc[shared]
        field = fields.get(layer, "LX" if layer == "ZXCQCSLVX" else "SSLX")
        same = one.geometry.geom_equals(other.geometry, align=False) & (one[field] == other[field])
        changed = len(before.index.union(after.index)) - int(same.sum())
        assert told[f"{trigger}:_{layer}_features"] == changed
        assert f"要素 = {changed};" in numbers
    assert told["projects:_projects"] == len(written.table("projects"))
    digests = written.document["layers"]
    for layer in set(written.layers("before")) - set(triggers):
        assert digests["before"][layer] == digests["after"][layer]
    assert "_dm2" not in numbers, "areas in hectares"
