"""The benchmarks' counties: their cells fit together, their statistics are those meant."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.swap_cells import AREA, DM2, EXTENT, land
from benchmarks.swap_county import CAPACITY, HECTARE, county
from benchmarks.swap_pieces import illegal_pieces
from benchmarks.swap_towns import MEDIUM, SMALL, TOWNS, holders, patches, sites
from planloop.geometry.neighbours import components
from planloop.maintenance.boundary.problem import Choice, Problem

CELLS = 10_000


@pytest.fixture(scope="module", params=[1, 2])
def problem(request: pytest.FixtureRequest) -> Problem:
    return county(CELLS, request.param)


def test_cells_of_a_grid_adjoin_along_edges_and_not_at_corners() -> None:
    columns, rows = 4, 5
    size = EXTENT / [columns, rows]
    index = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    cells = land((index + 0.5) * size)
    np.testing.assert_allclose(cells.middle, (index + 0.5) * size, atol=1e-6)
    assert (np.abs(cells.area - AREA / 20) < 1).all()
    steps = index[cells.right] - index[cells.left]
    assert len(steps) == (columns - 1) * rows + columns * (rows - 1)
    assert (np.abs(steps).sum(axis=1) == 1).all()
    shared = np.where(steps[:, 0] == 0, size[0], size[1])
    assert cells.length.tolist() == np.rint(shared * DM2).tolist()
    rim = ((index == 0) | (index == [columns - 1, rows - 1])).any(axis=1)
    assert cells.edge.tolist() == rim.tolist()


def test_steps_are_counted_along_the_way() -> None:
    index = np.stack(np.meshgrid(np.arange(4), np.arange(5)), axis=-1).reshape(-1, 2)
    cells = land((index + 0.5) * EXTENT / [4, 5])
    start = (index == 0).all(axis=1)
    anywhere = np.ones(len(index), dtype=bool)
    away = index.sum(axis=1)
    assert cells.hops(start, anywhere, 7).tolist() == away.tolist()
    assert cells.hops(start, anywhere, 2).tolist() == np.minimum(away, 3).tolist()
    wall = index[:, 0] != 1
    assert (cells.hops(start, wall, 9)[index[:, 0] > 1] == 10).all()


def test_cells_cover_the_county_to_the_square_decimetre() -> None:
    random = np.random.default_rng(5)
    cells = land(random.random((3_000, 2)) ** 2 * EXTENT)
    assert cells.area.sum() == AREA == 35_000 * 35_040 * 100
    assert cells.area.min() > 0
    assert (components(len(cells), cells.left, cells.right) == 0).all()
    # Euler: of a triangulation, less what degenerates and the rim.
    assert len(cells.left) <= 3 * len(cells) - 6 - (cells.edge.sum() - 3)
    assert len(cells.left) > 2.8 * len(cells)


def test_places_belong_to_the_first_outline_that_holds_them() -> None:
    towns = patches(np.random.default_rng(3))
    assert len(towns.radius) == 1 + TOWNS + MEDIUM + SMALL == 60
    beside = np.array([towns.radius[0] * 3.0, 0.0])
    places = np.concatenate([towns.middle[:3], towns.middle[:1] + beside])
    outlines = towns.outlines()
    held = holders(outlines[:3], towns.middle[:3], places)
    assert held.tolist() == [0, 1, 2, -1]
    again = holders(outlines[[0, 0, 1]], towns.middle[[0, 0, 1]], places[:2])
    assert again.tolist() == [0, 2]


def test_an_outline_between_all_places_is_given_the_nearest() -> None:
    towns = patches(np.random.default_rng(3))
    places = towns.middle[:2] + 2.0 * towns.radius[:2, None]
    assert holders(towns.outlines()[:2], towns.middle[:2], places).tolist() == [0, 1]


def test_patches_reach_around_discs_of_their_size() -> None:
    towns = patches(np.random.default_rng(3))
    area = np.pi * towns.radius**2
    assert area[0] == pytest.approx(21e6)
    assert ((area[-SMALL:] >= 1e4) & (area[-SMALL:] <= 15e4)).all()
    assert 36e6 < area.sum() < 50e6
    angle = np.linspace(0.0, 2.0 * np.pi, 1_000, endpoint=False)
    reach = towns.reach(np.zeros(len(angle), dtype=np.int64), angle)
    assert reach.mean() == pytest.approx(towns.radius[0], rel=0.02)


def test_about_a_hundred_projects_need_land() -> None:
    random = np.random.default_rng(3)
    projects = sites(patches(random), random)
    assert 85 <= len(projects.tier) <= 115
    assert np.bincount(projects.tier)[1] == 68
    assert set(projects.share.tolist()) == {800, 1000}
    assert 0.6 < (projects.share == 1000).mean() < 0.9


def test_the_ground_is_the_whole_county_and_every_cell_is_on_it_once(problem: Problem) -> None:
    ground = problem.ground
    assert ground.area.sum() == AREA
    cell = ground.cell[ground.cell >= 0]
    assert np.sort(cell).tolist() == list(range(problem.cells))
    areas = np.array([item.area for item in problem.ins] + [item.area for item in problem.outs])
    assert (ground.area[ground.cell >= 0] == areas[cell]).all()
    assert (ground.inside[ground.cell >= 0] == (cell >= len(problem.ins))).all()
    assert (ground.left < ground.right).all()
    assert len(np.unique([ground.left, ground.right], axis=1).T) == len(ground.left)
    assert (ground.length >= 50).all()
    assert (components(len(ground), ground.left, ground.right) == 0).all()


def test_fixed_land_of_one_side_never_adjoins_itself(problem: Problem) -> None:
    ground = problem.ground
    fixed = (ground.cell[ground.left] < 0) & (ground.cell[ground.right] < 0)
    assert (ground.inside[ground.left] != ground.inside[ground.right])[fixed].all()


def test_land_that_may_go_out_binds(problem: Problem) -> None:
    wanted = sum(cell.area for cell in problem.ins if not cell.filler)
    offered = sum(cell.area for cell in problem.outs)
    assert 0.95 * CAPACITY < offered / wanted <= CAPACITY
    assert 500 * HECTARE < wanted < 3_000 * HECTARE


def test_the_boundary_has_about_sixty_pieces(problem: Problem) -> None:
    ground = problem.ground
    pieces = np.unique(ground.pieces(ground.inside)[ground.inside])
    assert 50 <= len(pieces) <= 80
    assert 36e8 < ground.area[ground.inside].sum() < 55e8


def test_projects_and_cells_name_each_other(problem: Problem) -> None:
    numbers = [demand.number for demand in problem.demands]
    assert numbers == sorted(set(numbers))
    assert 60 <= len(numbers) <= 110
    assert all(len(cell.projects) == (0 if cell.filler else 1) for cell in problem.ins)
    assert {number for cell in problem.ins for number in cell.projects} == set(numbers)
    score, cost = problem.aims
    assert set(score.serve) == set(numbers)
    assert set(score.serve.values()) <= {10, 20, 30, 60, 90, 100, 200, 300}
    assert cost.change is not None
    assert cost.change.shape == (problem.cells,)
    assert cost.change.min() >= 100


def test_scattered_patches_go_out_whole_without_harm(problem: Problem) -> None:
    patches = {cell.patch for cell in problem.outs} - {None}
    assert len(patches) > 4
    for patch in patches:
        outs = tuple(index for index, cell in enumerate(problem.outs) if cell.patch == patch)
        assert illegal_pieces(problem, Choice((), (), outs)) == 0


def test_where_nothing_moves_no_piece_is_illegal(problem: Problem) -> None:
    assert illegal_pieces(problem, Choice((), (), ())) == 0


def test_a_seed_gives_the_same_county_and_another_another() -> None:
    one, same, other = county(2_000, 1), county(2_000, 1), county(2_000, 2)
    for name in ("cell", "inside", "area", "edge", "left", "right", "length"):
        assert np.array_equal(getattr(one.ground, name), getattr(same.ground, name))
    assert one.demands == same.demands
    for level, again in zip(one.aims, same.aims, strict=True):
        assert level.serve == again.serve
        assert np.array_equal(level.change, again.change)  # type: ignore[arg-type]  # both or none
    assert [cell.strength for cell in one.outs] == [cell.strength for cell in same.outs]
    assert not np.array_equal(one.ground.area, other.ground.area)
