"""Whole numbers that add up: sums, distances, ties."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.geometry.apportion import apportion
from tests.examples import examples

share = st.integers(0, 10**7).map(lambda number: number / 64)
"""Shares that floating point holds exactly, so that a sum is rounded as it is on paper."""


def split_up(shares: list[float], groups: list[int], totals: list[int]) -> list[int]:
    whole = apportion(
        np.array(shares, dtype=float),
        np.array(groups, dtype=np.int64),
        np.array(totals, dtype=np.int64),
    )
    return [int(value) for value in whole]


def half_up(value: Fraction | float) -> int:
    return int(Decimal(float(value)).quantize(Decimal(1), ROUND_HALF_UP))


@st.composite
def grouped(draw: st.DrawFn) -> tuple[list[float], list[int], int]:
    count = draw(st.integers(1, 4))
    pairs = draw(st.lists(st.tuples(share, st.integers(-1, count - 1)), min_size=1, max_size=30))
    return [value for value, _ in pairs], [group for _, group in pairs], count


@settings(max_examples=examples(300))
@given(case=grouped())
def test_sums_are_exact_and_each_is_within_one(case: tuple[list[float], list[int], int]) -> None:
    shares, groups, count = case
    totals = [
        half_up(sum(Fraction(s) for s, g in zip(shares, groups, strict=True) if g == group))
        for group in range(count)
    ]
    whole = split_up(shares, groups, totals)
    for group in range(count):
        members = [w for w, g in zip(whole, groups, strict=True) if g == group]
        assert sum(members) == (totals[group] if members else 0)
    for value, given_, group in zip(whole, shares, groups, strict=True):
        assert value == half_up(given_) if group < 0 else abs(value - given_) <= 1.0


@settings(max_examples=examples(200))
@given(
    shares=st.lists(share, min_size=1, max_size=12).filter(any),
    total=st.integers(0, 10**6),
)
def test_any_total_is_met_without_a_negative_number(shares: list[float], total: int) -> None:
    """A total far from the shares, as after noding moved edges, scales them."""
    whole = split_up(shares, [0] * len(shares), [total])
    assert sum(whole) == total
    assert min(whole) >= 0


def test_a_sliver_pays_nothing_for_its_big_neighbour() -> None:
    assert split_up([100.2, 0.1], [0, 0], [98]) == [98, 0]


def test_ties_go_to_the_first() -> None:
    assert split_up([1.5, 1.5, 1.5, 1.5], [0] * 4, [6]) == [2, 2, 1, 1]
    assert split_up([1.5, 0.5, 1.5, 0.5], [1, 0, 1, 0], [1, 3]) == [2, 1, 1, 0]


def test_the_largest_remainders_come_first() -> None:
    # The textbook example of the method: 3.6, 2.7, 1.7 of 8.
    assert split_up([1.7, 3.6, 2.7], [0] * 3, [8]) == [2, 3, 3]


def test_order_does_not_matter_without_ties() -> None:
    shares = [3.1, 0.7, 12.45, 8.2, 0.05]
    whole = split_up(shares, [0] * 5, [25])
    assert split_up(shares[::-1], [0] * 5, [25])[::-1] == whole


def test_values_on_their_own_round_half_up() -> None:
    assert split_up([0.5, 1.5, 2.4, 2.6], [-1] * 4, []) == [1, 2, 2, 3]


def test_nothing_gives_nothing() -> None:
    assert split_up([], [], [0]) == []
    assert split_up([0.0, 0.0], [0, 0], [0]) == [0, 0]
