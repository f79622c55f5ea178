"""Staying near to an earlier scheme: on tiny grounds by brute force, on files by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planloop.errors import InputError
from planloop.maintenance.boundary.aims import NEAREST, usual
from planloop.maintenance.run import run
from planloop.publishing.publish import publish
from tests.examples import examples
from tests.maintenance.agreement import assert_agrees
from tests.maintenance.brute_force import best
from tests.maintenance.county_swap import FAR, IDLE, swap_county, write
from tests.maintenance.engines import ENGINES, solver
from tests.maintenance.tiny_ground import random_ground_problem

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.maintenance.boundary.second.engine import Engine
    from planloop.plan.scheme import Scheme

SEEDS = st.integers(0, 2**32 - 1)
ROOMY = "[swap]\nbalance_tolerance_m2 = 70000.0\n"
"""So that 6 ha may go in for FAR's 8 ha, and for the 12 ha of FAR and IDLE."""


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(40), deadline=None)
def test_the_nearest_plan_of_a_tiny_ground(cp_sat: Engine, seed: int) -> None:
    random = np.random.default_rng(seed)
    problem = random_ground_problem(random)
    was = random.random(problem.cells) < 0.3
    (nearest,) = (aim for aim in usual((), problem.ins, problem.outs, was) if aim.name == NEAREST)
    problem = replace(problem, aims=(problem.aims[0], nearest, *problem.aims[1:]))
    expected = best(problem)
    for name in ENGINES:
        assert_agrees(problem, expected, solver(name, cp_sat)(problem))
    if expected is None:
        return
    choice = solver(ENGINES[0], cp_sat)(problem)
    assert choice is not None
    moved = {*choice.choice.ins, *(len(problem.ins) + out for out in choice.choice.outs)}
    areas = [cell.area for cell in problem.ins] + [cell.area for cell in problem.outs]
    apart = moved ^ set(np.flatnonzero(was).tolist())
    # Begun ares.
    assert expected.values[NEAREST] == sum((areas[cell] + 9_999) // 10_000 for cell in apart)


def made(folder: Path, tail: str, near: Path | None = None) -> Scheme:
    folder.mkdir()
    settings = write(swap_county(folder, ROOMY + tail))
    inputs = settings.inputs.model_copy(update={"near": near})
    return run(settings.model_copy(update={"inputs": inputs}))


def gone(scheme: Scheme) -> shapely.Geometry:
    before, after = (
        shapely.union_all(plan.layer("CZKFBJ").geometry) for plan in (scheme.before, scheme.after)
    )
    return shapely.difference(before, after)


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a scheme in which the idle patch goes out, although nothing asks for its land."""
    folder = tmp_path_factory.mktemp("earlier")
    scheme = made(folder / "county", '[locks]\nmust_out = ["XZYDYH11"]\n')
    assert shapely.equals(gone(scheme), shapely.union(FAR, IDLE))
    return publish(scheme, folder / "scheme")


def test_what_an_earlier_scheme_decided_stays(tmp_path: Path, earlier: Path) -> None:
    """By itself only FAR would go out, as the land that goes is to be the least."""
    assert shapely.equals(gone(made(tmp_path / "alone", "")), FAR)
    near = made(tmp_path / "near", "", earlier)
    assert shapely.equals(gone(near), shapely.union(FAR, IDLE))
    assert near.broken == ()
    levels = {level.name: level.value for level in near.solver.levels}
    assert levels[NEAREST] == 0
    assert "near" in near.inputs


def test_a_lock_is_stronger(tmp_path: Path, earlier: Path) -> None:
    kept = made(tmp_path / "kept", '[locks]\nkeep = ["XZYDYH11"]\n', earlier)
    assert shapely.equals(gone(kept), FAR)


def test_what_is_no_scheme_of_the_region(tmp_path: Path, earlier: Path) -> None:
    with pytest.raises(InputError) as caught:
        made(tmp_path / "missing", "", tmp_path / "nowhere")
    assert caught.value.key == "read.missing-file"
    other = tmp_path / "elsewhere"
    other.mkdir()
    settings = write(swap_county(other, ROOMY))
    region = settings.region.model_copy(update={"code": "652701"})
    inputs = settings.inputs.model_copy(update={"near": earlier})
    with pytest.raises(InputError) as caught:
        run(settings.model_copy(update={"region": region, "inputs": inputs}))
    assert caught.value.key == "read.near-elsewhere"
