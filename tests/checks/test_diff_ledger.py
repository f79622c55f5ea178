"""Areas of common faces: every piece adds up to what its scheme states, whatever was rounded."""

from __future__ import annotations

import hypothesis
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planloop.checks.diffs.ledger import settled
from tests.examples import examples

Case = tuple[np.ndarray, list[np.ndarray], list[np.ndarray], np.ndarray]


@st.composite
def ledgers(draw: st.DrawFn) -> Case:
    """Return faces whose whole areas are known, in pieces of two schemes that state their sums.

    The exact areas are up to 0.5 off the whole ones for each of the up to five parcels of a face,
    as they are where a face is a union of parcels rounded one by one.
    """
    count = draw(st.integers(1, 12))
    pieces = st.lists(st.integers(-1, 4), min_size=count, max_size=count)
    piece = [np.array(draw(pieces), dtype=np.int64) for _ in range(2)]
    held = (piece[0] >= 0) | (piece[1] >= 0)
    piece = [number[held] for number in piece]
    whole = np.array(
        draw(st.lists(st.integers(1000, 10**6), min_size=count, max_size=count)), dtype=np.int64
    )[held]
    noise = draw(st.lists(st.floats(-2.5, 2.5), min_size=count, max_size=count))
    exact = whole + np.array(noise)[held]
    told = []
    for number in piece:
        sums = np.zeros(5, dtype=np.int64)
        np.add.at(sums, number[number >= 0], whole[number >= 0])
        told.append(sums)
    return exact, piece, told, whole


@given(ledgers())
@hypothesis.settings(max_examples=examples(300), deadline=None)
def test_every_piece_adds_up(case: Case) -> None:
    exact, piece, told, _ = case
    size = settled(exact, piece, told)
    for number, stated in zip(piece, told, strict=True):
        sums = np.zeros(5, dtype=np.int64)
        np.add.at(sums, number[number >= 0], size[number >= 0])
        assert sums.tolist() == stated.tolist()


@given(ledgers())
@hypothesis.settings(max_examples=examples(100), deadline=None)
def test_what_one_scheme_has_alone_is_a_sum_of_whole_areas(case: Case) -> None:
    """In total, and for a piece that shares nothing; brute force: the areas that were planted."""
    exact, piece, told, whole = case
    size = settled(exact, piece, told)
    only = [(piece[0] >= 0) & (piece[1] < 0), (piece[1] >= 0) & (piece[0] < 0)]
    assert size[only[0]].sum() - size[only[1]].sum() == told[0].sum() - told[1].sum()
    for number, alone in zip(piece, only, strict=True):
        for item in set(number[number >= 0]):
            mine = number == item
            if (alone | ~mine).all():
                assert size[mine].sum() == whole[mine].sum()
    assert np.abs(size - exact).max(initial=0.0) < 60


def test_a_chain_is_followed_to_its_end() -> None:
    """a1 = f0 f1, a2 = f2 f3 f4; b1 = f0, b2 = f1 f2, b3 = f3: f4 follows over three pieces."""
    exact = np.array([10.4, 20.4, 30.4, 40.4, 50.4])
    piece = [np.array([0, 0, 1, 1, 1]), np.array([0, 1, 1, 2, -1])]
    told = [np.array([10 + 22, 31 + 40 + 53]), np.array([10, 22 + 31, 40])]
    assert settled(exact, piece, told).tolist() == [10, 22, 31, 40, 53]


def test_nothing_is_negative() -> None:
    """A face of no size beside a piece that states less than its other face measures."""
    size = settled(
        np.array([10.0, 0.2]),
        [np.array([0, 0]), np.array([0, -1])],
        [
            np.array([9]),
            np.array([10]),
        ],
    )
    assert size.tolist() == [10, 0]
