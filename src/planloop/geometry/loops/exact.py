"""Predicates on whole grid steps that no rounding can mislead."""

from __future__ import annotations

from planloop.geometry.loops.compiled import compiled

CERTAIN = 1e18
"""A cross product whose floating estimate is larger than this, in square grid steps, has the
estimate's sign; a smaller one fits into 64 bits."""


@compiled
def cross(ax: int, ay: int, bx: int, by: int) -> float:
    """Return the cross product ``ax * by - ay * bx``: its sign is exact, its value is rounded.

    Parameters
    ----------
    ax, ay, bx, by
        Two vectors in whole grid steps, each component below 2**50: a hundred million kilometres.

    Notes
    -----
    The estimate is off by 2**-52 of both products together at most, so by less than 2**49. Where it
    is small the product is taken modulo 2**64, and that is exact, since the true value is below
    2**63.
    """
    estimate = float(ax) * float(by) - float(ay) * float(bx)
    if abs(estimate) > CERTAIN:
        return estimate
    return float(ax * by - ay * bx)


@compiled
def turn(ax: int, ay: int, bx: int, by: int) -> int:
    """Return the sign of the cross product ``ax * by - ay * bx``; see :func:`cross`."""
    product = cross(ax, ay, bx, by)
    if product > 0.0:
        return 1
    return -1 if product < 0.0 else 0
