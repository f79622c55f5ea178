"""The patches of the boundary: sizes, distances and forms by hand, each test of scattered land."""

from __future__ import annotations

import math

import pytest

from planloop.maintenance.boundary.patches import boundary_patches
from tests.maintenance.board import board, box, parts, size

CITY = """
520 520 520 520 520 520 520
520 410 410 410 520 520 520
520 410 410 410 520 410 520
520 410 410 410 520 520 520
520 520 520 520 520 520 520
430 430 430 430 430 430 430
"""
NEVER = {"scattered_patch_ha": 0.5, "detached_m": 1e6, "compactness": 0.01}
"""Limits at which no patch of the city is scattered."""


def found(**limits: float) -> dict[int, tuple[str, ...]]:
    """Return why each patch is scattered, by its number of squares."""
    patches = boundary_patches(board(CITY, swap=NEVER | limits))
    return {round(patch.area / 1e6): patch.why for patch in patches}


def test_sizes_distances_and_forms() -> None:
    patches = {round(item.area / 1e6): item for item in boundary_patches(board(CITY))}
    assert set(patches) == {9, 1, 7}
    body, single, strip = patches[9], patches[1], patches[7]
    assert body.area == size(*(box(c, r, c + 1, r + 1) for c in (1, 2, 3) for r in (2, 3, 4)))
    assert single.area == size(box(5, 3, 6, 4))
    assert [body.main, single.main, strip.main] == [True, False, False]
    assert [body.distance, single.distance, strip.distance] == [0.0, 100.0, 100.0]
    # 4πA/P² of a square is π/4; of a strip of seven squares 4π·7/16².
    assert body.compactness == single.compactness == pytest.approx(math.pi / 4, abs=1e-4)
    assert strip.compactness == pytest.approx(28 * math.pi / 256, abs=1e-4)


def test_a_hole_makes_a_patch_ragged() -> None:
    ring = "410 410 410\n410 520 410\n410 410 410"
    (patch,) = boundary_patches(board(ring))
    assert patch.compactness == pytest.approx(4 * math.pi * 8 / (12 + 4) ** 2, abs=1e-4)
    assert not patch.scattered, "the main body never is"


def test_each_test_of_scattered_land_alone() -> None:
    nothing: dict[int, tuple[str, ...]] = {9: (), 1: (), 7: ()}
    assert found() == nothing
    assert found(scattered_patch_ha=2.0) == nothing | {1: ("small",)}
    assert found(scattered_patch_ha=8.0) == nothing | {1: ("small",), 7: ("small",)}
    assert found(detached_m=99.9) == nothing | {1: ("detached",), 7: ("detached",)}
    assert found(detached_m=100.1) == nothing
    assert found(compactness=0.35) == nothing | {7: ("ragged",)}
    assert found(compactness=0.34) == nothing
    assert found(compactness=0.8) == nothing | {1: ("ragged",), 7: ("ragged",)}
    everything = found(scattered_patch_ha=99.0, detached_m=1.0, compactness=1.0)
    assert everything == {9: (), 1: ("small", "detached", "ragged"), 7: everything[1]}


def test_touching_at_a_corner_is_not_hanging_together() -> None:
    patches = boundary_patches(board("410 520\n520 410\n"))
    assert len(patches) == 2
    assert patches[1].distance == patches[0].distance == 0.0
    assert len(parts([(0, 1), (1, 0)])) == 2


def test_parts_of_the_boundary_hang_together() -> None:
    """Where 410 meets 430 the patch goes on."""
    (patch,) = boundary_patches(board("410 420 430"))
    assert patch.area == size(box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1))


def test_strength_by_hand() -> None:
    """(size up to 100 ha + nearness + compactness) / 3."""
    patches = {round(item.area / 1e6): item for item in boundary_patches(board(CITY))}
    single = patches[1]
    nearness = 1 / (1 + 100 / 1000)
    expected = (single.area / 1e8 + nearness + math.pi / 4) / 3
    assert single.strength == pytest.approx(expected, abs=1e-4)
    assert patches[9].strength > patches[7].strength
