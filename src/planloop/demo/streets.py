"""The town's streets: centre lines with their names and grades."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from planloop.demo import town
from planloop.demo.blocks import OUTSIDE
from planloop.demo.frame import line

if TYPE_CHECKING:
    from collections.abc import Iterator

    import shapely

    from planloop.demo.blocks import Grid

MAIN, SECONDARY = 30.0, 24.0
"""Widths from which a street is a main or a secondary road, m."""

GRADES = ("主干路", "次干路", "支路")

ALONG = {
    "core": "铁东路 建设路 团结路 幸福路 和平路 准噶尔大道 文化路 友好路 天山路 "
    "博尔塔拉路 环城东路",
    "logistics": "保税西路 保税一路 保税二路 保税大道 保税三路 保税四路 保税东路",
    "processing": "环城东路北段 加工一路 加工二路 加工三路 加工四路 加工五路 环园东路",
}
ACROSS = {
    "core": "国门北街 边城街 塔城街 艾比湖街 赛里木街 伊宁街 博乐街 精河街 霍城街 迎宾大街 "
    "喀纳斯街 阿勒泰街 乌苏街 奎屯街 石河子街 昌吉街 哈密街 库尔勒街 物流北街",
    "logistics": "物流北街东段 仓储一街 仓储二街 仓储三街 物流南街",
    "processing": "产业北街 产业一街 产业二街 产业三街 产业四街 产业南街",
}
"""Names of the streets of each grid, in the order of its streets."""

REALIGNED = 0
"""Index of the realigned road among the streets."""


@dataclass(frozen=True, slots=True, eq=False)
class Street:
    """A street: its name, its centre line, its width between red lines (m), and a remark."""

    name: str
    axis: shapely.LineString
    width: float
    remark: str = ""

    @property
    def grade(self) -> str:
        """Its grade."""
        if self.width >= MAIN:
            return GRADES[0]
        return GRADES[1] if self.width >= SECONDARY else GRADES[2]


def streets() -> list[Street]:
    """Return the streets; the realigned road is the first."""
    return [
        Street(
            "友好路延伸段",
            line(town.REALIGNED),
            2.0 * town.REALIGNED_HALF,
            "2024年改线，与规划绿线、黄线不一致",
        ),
        Street("友谊大道", line(town.AVENUE), 2.0 * town.AVENUE_HALF),
        *chain.from_iterable(_of_grid(grid) for grid in town.GRIDS),
    ]


def _of_grid(grid: Grid) -> Iterator[Street]:
    along, across = ALONG[grid.name].split(), ACROSS[grid.name].split()
    for row, (name, v, width) in enumerate(zip(along, grid.v, grid.v_width, strict=True)):
        on = [
            column
            for column in range(len(grid.u) - 1)
            if width and (_block(grid, column, row) or _block(grid, column, row - 1))
        ]
        for first, last in _runs(on):
            yield Street(name, line([(grid.u[first], v), (grid.u[last + 1], v)]), width)
    for column, (name, u, width) in enumerate(zip(across, grid.u, grid.u_width, strict=True)):
        on = [
            row
            for row in range(len(grid.v) - 1)
            if width and (_block(grid, column, row) or _block(grid, column - 1, row))
        ]
        for first, last in _runs(on):
            yield Street(name, line([(u, grid.v[first]), (u, grid.v[last + 1])]), width)


def _block(grid: Grid, column: int, row: int) -> bool:
    return grid.letter(column, row) != OUTSIDE


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of each run of consecutive numbers."""
    for start in (number for number in numbers if number - 1 not in numbers):
        end = start
        while end + 1 in numbers:
            end += 1
        yield start, end
