"""Predicates on whole grid steps against Python's whole numbers and fractions."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from planloop.geometry.loops.exact import cross, turn
from planloop.geometry.loops.shifted import meeting, side_of_shifted_point
from tests.examples import examples

SMALL = st.integers(-3, 3)
LARGE = st.integers(-(2**49), 2**49)


def sign(value: Fraction | int) -> int:
    return (value > 0) - (value < 0)


@settings(max_examples=examples(400))
@given(st.one_of(st.tuples(*[SMALL] * 4), st.tuples(*[LARGE] * 4)))
@example((268_430_441, 21_663_943_632, 7_423_607_628_580, 562_949_953_416_434))
def test_a_turn_is_the_sign_of_the_whole_product(vector: tuple[int, int, int, int]) -> None:
    ax, ay, bx, by = vector
    product = ax * by - ay * bx
    assert turn(*vector) == sign(product)
    assert abs(cross(*vector) - product) <= (abs(ax * by) + abs(ay * bx)) * 2.0**-52


@settings(max_examples=examples(400))
@given(LARGE, LARGE, st.integers(1, 9), st.integers(-1, 1))
def test_vectors_that_are_nearly_parallel_are_told_apart(x: int, y: int, k: int, off: int) -> None:
    """Products of 100 bits that differ by less than the estimate's rounding."""
    x, y = x // 16, y // 16
    found = turn(x, y, k * x, k * y + off)
    assert found == sign(x * off)


def shifted_crossing(points: tuple[tuple[int, int], ...]) -> tuple[int, bool]:
    """Return how the first edge crosses the second one, moved by (ε, ε²) for a very small ε."""
    shift = Fraction(1, 10**12)
    a1, a2 = ((Fraction(x), Fraction(y)) for x, y in points[:2])
    b1, b2 = ((x + shift, y + shift**2) for x, y in points[2:])

    def side(p: tuple[Fraction, Fraction], q: tuple[Fraction, ...], r: tuple[Fraction, ...]) -> int:
        value = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
        return sign(value)

    sides = side(b1, b2, a1), side(b1, b2, a2), side(a1, a2, b1), side(a1, a2, b2)
    assert 0 not in sides, "in general position"
    crosses = sides[0] != sides[1] and sides[2] != sides[3]
    plain = [
        sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))
        for p, q, r in (
            (points[2], points[3], points[0]),
            (points[2], points[3], points[1]),
            (points[0], points[1], points[2]),
            (points[0], points[1], points[3]),
        )
    ]
    apart = plain[0] * plain[1] > 0 or plain[2] * plain[3] > 0
    return (sides[1] if crosses else 0), 0 in plain and not apart


POINT = st.tuples(SMALL, SMALL)


@settings(max_examples=examples(2000))
@given(st.tuples(POINT, POINT, POINT, POINT))
def test_edges_of_a_tiny_grid_cross_as_with_a_real_shift(
    points: tuple[tuple[int, int], ...],
) -> None:
    if points[0] == points[1] or points[2] == points[3]:
        return
    found = meeting(*(value for point in points for value in point))
    assert found == shifted_crossing(points)


@settings(max_examples=examples(400))
@given(POINT, POINT)
def test_a_shifted_point_lies_on_a_side(vector: tuple[int, int], point: tuple[int, int]) -> None:
    if vector == (0, 0):
        return
    shift = Fraction(1, 10**6)
    known = sign(vector[0] * (point[1] + shift**2) - vector[1] * (point[0] + shift))
    assert side_of_shifted_point(*vector, *point) == known
