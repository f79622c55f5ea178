"""``planloop scheme alternatives``: what it compares, writes and leaves behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from tests.cli.conftest import planloop, write
from tests.plan.county import PROJECT, box, layer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plan.county import Bureau

FILES = ["alternatives.json", "alternatives.pdf", "alternatives.png", "alternatives.xlsx"]


@pytest.fixture
def two(whole: Bureau) -> Bureau:
    """Return the county with two projects, which want 6 ha each where 8 ha may go out."""
    whole.layers["JQZDXMM"] = layer(
        "JQZDXMM", [box(10, 0, 12, 3), box(10, 10, 12, 13)], XMBH=["P-1", "P-2"]
    )
    other = PROJECT | {"number": "P-2", "name": "乙项目", "area_ha": 6.0}
    whole.projects = [PROJECT | {"area_ha": 6.0}, other]
    return whole


def left(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


def test_plans_are_compared_and_written(two: Bureau, tmp_path: Path) -> None:
    """Either project, or none: both cannot be served, and the two are alike but for their land."""
    settings = write(two)
    out = tmp_path / "out"
    ended = planloop("scheme", "alternatives", settings, "--out", out, "--lang", "en")
    assert ended.code == 0, ended.err
    assert left(out) == FILES
    assert "Plan 1  recommended  serves 1 of 2" in ended.out
    assert "It is proven that there are no others." in ended.out
    told = json.loads((out / "alternatives.json").read_text(encoding="utf-8"))
    plans = told["plans"]
    first, second, none = plans
    assert {*first["served"], *second["served"]} == {"P-1", "P-2"}
    assert none["served"] == []
    assert (second["gained"], second["left"]) == (second["served"], first["served"])
    assert first["standing"] == "best"
    assert second["standing"] in {"as-good", "as-many"}
    assert none["standing"] == "behind"
    assert none["in_dm2"] == none["out_dm2"] == none["moved_ha"] == 0
    assert first["in_dm2"] == pytest.approx(6_000_000, rel=1e-3)
    assert told["ended"] == "exhausted"
    for plan in plans:
        assert plan["locks"]["must_serve"] == plan["served"]
        assert {*plan["locks"]["forbid"], *plan["served"]} == {"P-1", "P-2"}
        assert plan["points"] == len(plan["served"])
    for front in told["fronts"].values():
        assert front["complete"]
        points = [point["points"] for point in front["points"]]
        assert points == sorted(points, reverse=True)
        assert all(point["proven"] for point in front["points"])
    # Some hectares moved for one project, or none for none.
    moved = [(point["points"], point["moved_ha"]) for point in told["fronts"]["moved"]["points"]]
    assert [points for points, _ in moved] == [1, 0]
    assert moved[0][1] > 2 * 6 - 0.1
    assert moved[1][1] == 0
    book = CalamineWorkbook.from_path(out / "alternatives.xlsx")
    assert book.sheet_names == ["方案比选", "项目保障", "逐级比较", "权衡"]
    served = book.get_sheet_by_name("项目保障").to_python()[4:]
    assert sorted(row.count("●") for row in served) == [1, 1]
    assert [row[0] for row in served] == ["P-1", "P-2"]


def test_a_plan_is_what_a_run_makes_of_its_locks(two: Bureau, tmp_path: Path) -> None:
    settings = write(two)
    made = planloop("scheme", "alternatives", settings, "--out", tmp_path / "out", "-q")
    assert made.code == 0, made.err
    told = json.loads((tmp_path / "out" / "alternatives.json").read_text(encoding="utf-8"))
    for place, plan in enumerate(told["plans"][:2]):
        lines = [f"{name} = {json.dumps(value)}" for name, value in plan["locks"].items()]
        text = settings.read_text(encoding="utf-8") + "\n".join(["[locks]", *lines, ""])
        locked = settings.with_name(f"locked-{place}.toml")
        locked.write_text(text, encoding="utf-8")
        ended = planloop(
            "scheme", "run", locked, "--out", tmp_path / f"run-{place}", "-q", "-o", "json"
        )
        assert ended.code == 0, ended.err
        assert json.loads(ended.out)["totals"]["transferred_in_dm2"] == plan["in_dm2"]


def test_the_same_input_gives_the_same_bytes(two: Bureau, tmp_path: Path) -> None:
    settings = write(two)
    for name in ("one", "two"):
        ended = planloop("scheme", "alternatives", settings, "--out", tmp_path / name, "-q")
        assert ended.code == 0, ended.err
    for name in FILES:
        one, other = ((tmp_path / folder / name).read_bytes() for folder in ("one", "two"))
        assert one == other, name


def test_fewer_plans_and_no_fronts(two: Bureau, tmp_path: Path) -> None:
    ended = planloop(
        "scheme",
        "alternatives",
        write(two),
        "--out",
        tmp_path / "out",
        *("--count", "2", "--distance", "2", "--front-points", "0", "-o", "json", "-q"),
    )
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert [len(item["served"]) for item in told["items"]] == [1, 1]
    assert told["ended"] == "count"
    held = json.loads((tmp_path / "out" / "alternatives.json").read_text(encoding="utf-8"))
    assert held["fronts"] == {}


def test_nothing_is_replaced_but_earlier_alternatives(two: Bureau, tmp_path: Path) -> None:
    settings, out = write(two), tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    call = ("scheme", "alternatives", settings, "--out", out, "-q", "--count", "1")
    refused = planloop(*call)
    assert (refused.code, "write.exists" in refused.err) == (6, True)
    refused = planloop(*call, "--overwrite")
    assert (refused.code, "write.no-result" in refused.err) == (6, True)
    assert left(out) == ["mine.txt"]
    (out / "mine.txt").unlink()
    for _ in ("empty", "earlier alternatives"):
        ended = planloop(*call, "--overwrite")
        assert ended.code == 0, ended.err
        assert left(out) == FILES
    assert left(tmp_path) == ["in", "out"]


def test_no_legal_swap(two: Bureau, tmp_path: Path) -> None:
    two.settings += '[locks]\nmust_serve = ["P-1"]\nkeep = ["XZYDYH9"]\n'
    ended = planloop("scheme", "alternatives", write(two), "--out", tmp_path / "out", "-q")
    assert ended.code == 4
    assert "boundary.infeasible" in ended.err
    assert left(tmp_path) == ["in"]
