"""The picture of alternatives: every plan on a map of its own, every number where it belongs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch

from planloop.maintenance.alternatives import Alternatives, FrontPoint, Measured, Option, Shown
from planloop.maintenance.boundary.alternatives.alternative import Alternative, Reached
from planloop.maintenance.boundary.problem import Choice, Demand
from planloop.publishing.alternatives_sheet import compose, draw_alternatives
from planloop.publishing.alternatives_tables import document, sheets

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from planloop.maintenance.boundary.alternatives.alternative import Standing
    from planloop.plan.scheme import Scheme

STANDINGS: tuple[Standing, ...] = ("best", "as-good", "as-many", "behind", "ahead")


def made(scheme: Scheme, count: int, *, points: int = 3) -> Alternatives:
    """Return plans that move squares along the edge of the toy city's boundary."""
    boundary = shapely.union_all(scheme.before.layer("CZKFBJ").geometry)
    west, south, east, north = boundary.bounds
    side = (east - west) / 20
    options = []
    for place in range(count):
        at = south + (north - south) * place / count
        goes_in = np.array([shapely.box(west - side, at, west, at + side)], dtype=object)
        goes_out = np.array([shapely.box(east - side, at, east, at + side)], dtype=object)
        served = tuple(
            f"P-{number}" for number in (1, 2, 3) if place % 3 != number % 3 or not place
        )
        plan = Alternative(
            choice=Choice(served, (), ()),
            levels=(Reached("tier-1-near", -2, place, -2, proven=not place, of_projects=True),),
            standing=STANDINGS[place % 4] if place else "best",
            gained=("P-1",) if place else (),
            left=("P-2",) if place > 1 else (),
            found=place,
        )
        other = goes_in if place else goes_in[:0]
        numbers = measured(served, 40_000 - 1_000 * place, 900 - 10 * place)
        options.append(Option(plan, numbers, goes_in, goes_out, other, goes_out[: len(other)]))
    curve = tuple(
        FrontPoint(
            measured(("P-1",) * (3 - step), 38_000 - 5_000 * step, 800 - 200 * step), step != 1
        )
        for step in range(points)
    )
    return Alternatives(
        settings=scheme.settings,
        before=scheme.before,
        demands=tuple(Demand(f"P-{number}", number, near=True) for number in (1, 2, 3)),
        names={"P-1": "口岸物流园", "P-2": "<仓储>", "P-3": "学校"},
        options=tuple(options),
        ended="count",
        distance=1,
        fronts=tuple(Shown(against, curve, complete=False) for against in ("outline", "moved")),
        window=1_000_000,
    )


def measured(served: tuple[str, ...], outline: int, moved: int) -> Measured:
    tiers = tuple((tier, int(f"P-{tier}" in served), 1) for tier in (1, 2, 3))
    return Measured(served, tiers, 2 * len(served), outline, moved, 4_500_000, 4_500_001)


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts] + [
        item.get_text()
        for axes in figure.axes
        for item in axes.artists
        if hasattr(item, "get_text")
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 12])
def test_every_plan_has_a_map_with_what_it_moves(scheme: Scheme, count: int) -> None:
    made_of = made(scheme, count)
    figure = compose(made_of).figure
    maps = [axes for axes in figure.axes if _paths(axes, "transfer_in")][1:]
    assert len(maps) == count
    for axes, option in zip(maps, made_of.options, strict=True):
        seen = shapely.box(*axes.viewLim.extents)
        for gid, shapes in (("transfer_in", option.ins), ("transfer_out", option.outs)):
            fills = [
                path
                for path in _paths(axes, gid)
                if to_rgba(path.get_facecolor())[3] == 1.0
                and len(np.asarray(path.get_path().vertices)) == 5
            ]
            bounds = [path.get_path().get_extents().extents for path in fills]
            expected = shapely.bounds(shapely.intersection(shapes, seen))
            assert any(np.allclose(item, expected[0], atol=1e-6) for item in bounds)
    said = texts(figure)
    for place in range(1, count + 1):
        assert f"方案 {place}" in said
    assert "保障 3/3 项" in said
    # Each number twice: once in each chart.
    for place in range(1, count + 1):
        assert said.count(str(place)) >= 2


def _paths(axes: Axes, gid: str) -> list[PathPatch]:
    return [
        item
        for item in axes.get_children()
        if isinstance(item, PathPatch) and item.get_gid() == gid
    ]


def test_without_a_front_it_says_so(scheme: Scheme) -> None:
    said = texts(compose(made(scheme, 2, points=1)).figure)
    assert any("不足两点" in text for text in said)
    said = texts(compose(replace(made(scheme, 2), fronts=())).figure)
    assert not any("不足两点" in text for text in said)
    assert "保障分值与外轮廓长度" not in said


def test_equal_alternatives_give_equal_bytes(scheme: Scheme, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        draw_alternatives(made(scheme, 4), folder)
    for name in ("alternatives.png", "alternatives.pdf"):
        one, other = ((folder / name).read_bytes() for folder in folders)
        assert one == other


def test_tables_and_data_say_the_same(scheme: Scheme) -> None:
    made_of = made(scheme, 5)
    told = document(made_of)
    plans, projects, levels, fronts = sheets(made_of)
    assert [len(sheet.rows) for sheet in (plans, projects, levels, fronts)] == [5, 3, 5, 6]
    for sheet in (plans, projects, levels, fronts):
        assert all(len(row) == len(sheet.columns) for row in sheet.rows)
    held = told["plans"]
    assert isinstance(held, list)
    for place, plan in enumerate(held):
        marks = [row[4 + place] == "●" for row in projects.rows]
        assert [f"P-{number}" in plan["served"] for number in (1, 2, 3)] == marks
        assert plan["locks"]["must_serve"] == sorted(plan["served"])
        assert {*plan["locks"]["must_serve"], *plan["locks"]["forbid"]} >= {"P-1", "P-2", "P-3"}
        assert plans.rows[place][2] == len(plan["served"])
        assert levels.rows[place][3] == plan["levels"][0]["loss"] == place
