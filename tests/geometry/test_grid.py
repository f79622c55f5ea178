"""The 0.1 mm grid: one normal form, reached in one step."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.geometry.grid import SCALE, STEP, snap, snap_geometry, to_steps
from tests.examples import examples

metres = st.floats(-1e6, 5e7)


@settings(max_examples=examples(300))
@given(value=metres)
def test_snapping_gives_the_float_nearest_to_a_whole_number_of_steps(value: float) -> None:
    snapped = snap(np.array([value]))[0]
    steps = to_steps(np.array([snapped]))[0]
    # k / 1e4, correctly rounded, is what reading the decimal text gives.
    assert snapped == float(Decimal(int(steps)) / 10_000)
    assert abs(snapped - value) <= STEP / 2 + math.ulp(value)


@settings(max_examples=examples(300))
@given(values=st.lists(metres, min_size=1, max_size=20))
def test_snapping_again_changes_nothing(values: list[float]) -> None:
    once = snap(np.array(values))
    assert np.array_equal(snap(once), once)
    assert np.array_equal(to_steps(once) / SCALE, once)


def test_multiplying_by_the_step_is_another_normal_form() -> None:
    """Why every layer goes through the one expression: some coordinates differ in the last bit."""
    steps = np.arange(5_004_800_0000, 5_004_800_0000 + 1000)
    assert (steps * STEP != steps / SCALE).any()
    assert np.array_equal(snap(np.asarray(steps * STEP, dtype=np.float64)), steps / SCALE)


def test_there_is_no_negative_zero() -> None:
    assert not np.signbit(snap(np.array([-0.0, -1e-9]))).any()


def test_geometries_snap_by_their_vertices() -> None:
    line = shapely.LineString([(0.00004, 1.00006), (2.0, -0.00004)])
    snapped = snap_geometry(np.array([line], dtype=object))[0]
    assert shapely.get_coordinates(snapped).tolist() == [[0.0, 1.0001], [2.0, 0.0]]
