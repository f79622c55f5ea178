"""Ctrl-C while the swap is solved: the best plan so far, said to be no more than that."""

from __future__ import annotations

import gc
import os
import signal
import threading

import pytest

from benchmarks.swap_county import county
from planloop.maintenance.boundary.solve import solve
from planloop.maintenance.boundary.verify import faults
from planloop.plan.settings import SolverSection
from planloop.progress import silent


@pytest.mark.parametrize("seconds", [1.0, 3.0])
def test_an_interrupted_solve_gives_the_best_plan_so_far(seconds: float) -> None:
    problem = county(10_000, 4)
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    # Workers of pytest-xdist ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    # An interrupt while one of these runs is lost, and hypothesis has one.
    callbacks = gc.callbacks[:]
    gc.callbacks.clear()
    timer.start()
    try:
        choice, certificate = solve(problem, SolverSection(), silent)
    finally:
        timer.cancel()
        gc.callbacks.extend(callbacks)
        signal.signal(signal.SIGINT, before)
    assert not faults(problem, choice)
    statuses = [level.status for level in certificate.levels]
    assert statuses[-1] == "stopped"
    assert all(
        level.bound <= level.value for level in certificate.levels if level.bound == level.bound
    )
