"""CP-SAT as a second engine: the same levels as the first, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pydantic import ValidationError

from planloop.errors import InfeasibleError, PlanloopError
from planloop.maintenance.boundary.ground import Ground, PieceLimits
from planloop.maintenance.boundary.model import compile_model
from planloop.maintenance.boundary.pieces.cuts import Separation
from planloop.maintenance.boundary.problem import Aim, Demand, InCell, OutCell, Problem
from planloop.maintenance.boundary.second import engine
from planloop.maintenance.boundary.second.engine import Engine
from planloop.maintenance.boundary.second.opinion import second_opinion
from planloop.maintenance.boundary.second.program import MOST_COST, MOST_SUM, Answer, Line, Program
from planloop.plan.settings import SolverSection
from tests.maintenance.tiny_ground import random_ground_problem

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from planloop.plan.certificate import SolveLevel

USUAL = SolverSection()
NO_FACES = np.zeros(0, dtype=np.int64)


def values(levels: tuple[SolveLevel, ...]) -> list[tuple[str, str, float]]:
    return [(level.name, level.status, level.value) for level in levels]


def chain(limits: PieceLimits, near: float = 0.1) -> Problem:
    """Return a problem whose answer can be worked out by hand.

    A town, and out from it in a chain the cells A and B of 100 m² each; on its other side the cell
    C of 100 m², which P-1 wants; round all of it land that reaches the edge. So one of A and B
    must go out for C, and where A does, B is left alone. Nodes: town, round, C, A, B.
    """
    pairs = np.array([(0, 1), (0, 2), (0, 3), (3, 4), (1, 2), (1, 3), (1, 4)], dtype=np.int64)
    ground = Ground(
        cell=np.array([-1, -1, 0, 1, 2], dtype=np.int64),
        inside=np.array([True, False, False, True, True]),
        area=np.array([900_000, 9_000_000, 10_000, 10_000, 10_000], dtype=np.int64),
        edge=np.array([False, True, False, False, False]),
        left=pairs[:, 0],
        right=pairs[:, 1],
        length=np.full(len(pairs), 1000, dtype=np.int64),
    )
    strengths = (near, 0.9)
    return Problem(
        demands=(Demand("P-1", 1, near=True),),
        ins=(InCell(NO_FACES, 10_000, ("P-1",)),),
        outs=tuple(
            OutCell(parcel, NO_FACES, 10_000, None, strength, "out-small")
            for parcel, strength in zip("AB", strengths, strict=True)
        ),
        tolerance=0,
        margin=0,
        growth=0,
        ground=ground,
        limits=limits,
        aims=(
            Aim("tier-1-near", serve={"P-1": 1}),
            Aim("weak-first", change=np.array([0, *(round(100 * s) for s in strengths)])),
            Aim("compact", border=1),
        ),
    )


@pytest.mark.parametrize(
    ("limits", "weak", "compact"),
    [
        # A goes. The outline is town-round, town-A, A-B, C-round, B-round, 10 m each.
        (PieceLimits(), 10, 50),
        # B must stay joined, so B goes: town-round, A-B, C-round, A-round.
        (PieceLimits(least_rest=20_000), 90, 40),
        # B alone is as large as the limit, and legal.
        (PieceLimits(least_rest=10_000), 10, 50),
    ],
)
def test_an_answer_worked_out_by_hand(limits: PieceLimits, weak: int, compact: int) -> None:
    assert values(second_opinion(chain(limits), USUAL).levels) == [
        ("tier-1-near", "optimal", -1),
        ("weak-first", "optimal", weak),
        ("compact", "optimal", compact),
    ]


def test_no_legal_plan_because_of_a_row() -> None:
    with pytest.raises(InfeasibleError) as caught:
        second_opinion(replace(chain(PieceLimits()), growth=-1), USUAL)
    assert caught.value.key == "second.infeasible"


def test_no_legal_plan_because_of_a_clause() -> None:
    """A must go out, so B must, too, and is too much."""
    problem = chain(PieceLimits(least_rest=20_000))
    locked = (replace(problem.outs[0], locked=True), problem.outs[1])
    with pytest.raises(InfeasibleError) as caught:
        second_opinion(replace(problem, outs=locked), USUAL)
    assert caught.value.key == "second.infeasible"


def narrow(tolerance: int, count: int = 40) -> Problem:
    """Return a problem that is not closed in a moment: a narrow window over many areas."""
    random = np.random.default_rng(5)
    ins, outs = (random.integers(10**6, 10**8, count).tolist() for _ in range(2))
    demands = tuple(Demand(f"P-{number}", 1, near=True) for number in range(count))
    change: NDArray[np.int64] = random.integers(1, 10**6, 2 * count)
    return Problem(
        demands=demands,
        ins=tuple(
            InCell(NO_FACES, area, (item.number,)) for area, item in zip(ins, demands, strict=True)
        ),
        outs=tuple(OutCell("T", NO_FACES, area, None, 0.5, "out-small") for area in outs),
        tolerance=tolerance,
        margin=0,
        growth=0,
        aims=(Aim("tier-1-near", serve={"P-1": 1, "P-7": 2}), Aim("weak-first", change=-change)),
    )


def test_a_limit_is_said_and_the_same_limit_gives_the_same_answer() -> None:
    limited = SolverSection(node_limit=3)
    first, again = (second_opinion(narrow(3_000), limited).levels for _ in range(2))
    assert [replace(level, seconds=0.0) for level in first] == [
        replace(level, seconds=0.0) for level in again
    ]
    last = first[-1]
    assert last.status == "node limit"
    assert last.bound < last.value
    assert last.gap == pytest.approx((last.value - last.bound) / abs(last.value))


def test_nothing_is_found_within_the_limit() -> None:
    with pytest.raises(InfeasibleError) as caught:
        second_opinion(narrow(3), SolverSection(node_limit=1))
    assert caught.value.key == "second.no-plan"
    assert "solver.node_limit" in str(caught.value)


def test_the_process_knows_nothing_of_the_first_engine() -> None:
    code = (
        "import sys; from planloop.maintenance.boundary.second import cp_sat; "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(  # noqa: S603  # our own interpreter, our own code
        [sys.executable, "-P", "-c", code],
        env={"PYTHONPATH": str(engine.SOURCE)},
        capture_output=True,
        check=True,
        text=True,
    )
    names = set(run.stdout.split())
    assert "ortools" in names
    assert not names & {"highspy", "numba", "shapely"}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"costs": [1.0], "rows": [], "start": null, "nodes": 1, "seed": 0}',
        b'{"costs": ["1"], "rows": [], "start": null, "nodes": 1, "seed": 0}',
        b'{"costs": [true], "rows": [], "start": null, "nodes": 1, "seed": 0}',
        b'{"costs": [1], "rows": [], "start": [2], "nodes": 1, "seed": 0}',
        b'{"costs": [1], "rows": [], "start": null, "nodes": 0, "seed": 0}',
        b'{"costs": [1], "rows": [], "start": null, "nodes": 1, "seed": 0, "more": 1}',
        b'{"costs": [1], "rows": [], "start": null, "nodes": 1, "seed": 99999999999999999999}',
    ],
)
def test_the_process_refuses_what_is_no_program(text: bytes) -> None:
    run = subprocess.run(  # noqa: S603  # our own interpreter, our own module
        [sys.executable, "-P", "-m", engine.CHILD],
        env={"PYTHONPATH": str(engine.SOURCE)},
        input=text,
        capture_output=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stdout == b""
    (line,) = run.stderr.decode().splitlines()
    assert line.startswith("this is no program: ")


def line(
    columns: tuple[int, ...] = (0,),
    coefficients: tuple[int, ...] = (1,),
    lower: int | None = None,
    upper: int | None = None,
) -> Line:
    return Line(columns=columns, coefficients=coefficients, lower=lower, upper=upper)


COVER = Program(
    costs=(2, 3),
    rows=(line(columns=(0, 1), coefficients=(1, 1), lower=1),),
    start=(1, 0),
    nodes=1,
    seed=0,
)
"""Minimise 2x + 3y with x + y ≥ 1: the least is 2, by x."""


def programs(count: int) -> list[Program]:
    """Return programs of tiny problems: their first levels, without clauses."""
    found = []
    for seed in range(count):
        model = compile_model(random_ground_problem(np.random.default_rng(seed)))
        costs = model.levels[0].costs
        found.append(Program.of(model.rows, costs, None, nodes=1_000, seed=0))
    return found


def test_a_program_has_the_same_answer_whatever_came_before_it() -> None:
    some = programs(6)
    with Engine() as one:
        forth = [one.answer(program, 60.0) for program in some]
        back = [one.answer(program, 60.0) for program in reversed(some)]
    with Engine() as other:
        alone = other.answer(some[-1], 60.0)
    assert forth == back[::-1]
    assert alone == forth[-1]
    assert len({answer.status for answer in forth}) > 1


ASKED = "import sys, time; sys.stdin.readline(); "


@pytest.mark.parametrize(
    ("code", "seconds", "key", "said"),
    [
        ("import sys; sys.exit('bad luck')", 60.0, "second.failed", "exit code 1): bad luck"),
        (ASKED + "print('{}', end='', flush=True); sys.exit(7)", 60.0, "second.failed", "code 7"),
        (ASKED + "import os; os.kill(os.getpid(), 9)", 60.0, "second.failed", "code -9"),
        (ASKED + "print('{}', flush=True); time.sleep(60)", 60.0, "second.wrong", "Field required"),
        (ASKED + "time.sleep(60)", 0.5, "second.late", "0.5 s"),
        ("import time; time.sleep(60)", 0.5, "second.late", "0.5 s"),
        # It neither ends nor speaks.
        (ASKED + "import os; os.close(1); time.sleep(60)", 60.0, "second.failed", "code -9"),
    ],
)
def test_a_process_that_dies_or_sleeps_is_an_error(
    tmp_path: Path, code: str, seconds: float, key: str, said: str
) -> None:
    """And no less when it is asked again."""
    with Engine() as one, pytest.MonkeyPatch.context() as patch:
        replaced(patch, tmp_path, code)
        for _ in range(2):
            with pytest.raises(PlanloopError) as caught:
                one.answer(COVER, seconds)
            assert caught.value.key == key
            assert said in str(caught.value)


def test_after_a_process_that_died_the_next_program_has_another(tmp_path: Path) -> None:
    with Engine() as one:
        with pytest.MonkeyPatch.context() as patch:
            replaced(patch, tmp_path, ASKED + "sys.exit(7)")
            with pytest.raises(PlanloopError, match="exit code 7"):
                one.answer(COVER, 60.0)
        assert one.answer(COVER, 60.0).plan == (1, 0)


def replaced(patch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Let other code stand for CP-SAT."""
    (folder / "poor_child.py").write_text(code)
    patch.setattr(engine, "CHILD", "poor_child")
    patch.setattr(engine, "SOURCE", folder)
    patch.setattr(engine, "GRACE", 0.5)


def test_a_program_longer_than_a_pipe_does_not_wait_for_who_does_not_read(tmp_path: Path) -> None:
    row = line(columns=tuple(range(100_000)), coefficients=(1,) * 100_000, upper=1)
    program = Program(costs=(0,) * 100_000, rows=(row,), start=None, nodes=1, seed=0)
    with Engine() as one, pytest.MonkeyPatch.context() as patch:
        replaced(patch, tmp_path, "import time; time.sleep(60)")
        with pytest.raises(PlanloopError) as caught:
            one.answer(program, 0.5)
        assert caught.value.key == "second.late"


def test_what_does_not_fit_is_no_program() -> None:
    Program(costs=(MOST_COST - 1,), rows=(line(),), start=(1,), nodes=1, seed=0)
    with pytest.raises(ValidationError, match="exact bound"):
        Program(costs=(-MOST_COST,), rows=(), start=None, nodes=1, seed=0)
    with pytest.raises(ValidationError, match="does not exist"):
        Program(costs=(1,), rows=(line(columns=(1,)),), start=None, nodes=1, seed=0)
    with pytest.raises(ValidationError, match="value for each column"):
        Program(costs=(1,), rows=(), start=(1, 1), nodes=1, seed=0)
    with pytest.raises(ValidationError, match="as many coefficients"):
        line(coefficients=(1, 1))
    for large in ({"coefficients": (MOST_SUM,)}, {"lower": -MOST_SUM}, {"upper": MOST_SUM}):
        with pytest.raises(ValidationError, match="64 bits"):
            line(**large)


def test_a_program_there_and_back() -> None:
    model = compile_model(chain(PieceLimits(least_rest=20_000)))
    costs = model.levels[1].costs
    start = np.zeros(len(costs), dtype=np.int64)
    program = Program.of(model.rows, costs, start, nodes=7, seed=2**31 + 3)
    assert Program.model_validate_json(program.model_dump_json()) == program
    assert program.seed == 3
    assert program.costs == tuple(costs)
    assert [(row.columns, row.coefficients, row.lower, row.upper) for row in program.rows] == [
        (row.columns, row.coefficients, row.lower, row.upper) for row in model.rows
    ]


def answer(status: str, plan: tuple[int, ...] | None, bound: int | None) -> Answer:
    given = {"status": status, "plan": plan, "bound": bound, "nodes": 1, "branches": 0}
    return Answer.model_validate(given)


def test_a_wrong_answer_is_noticed() -> None:
    program = COVER
    assert program.fault(answer("optimal", (1, 0), 2)) is None
    assert program.fault(answer("feasible", (0, 1), 1)) is None
    assert program.fault(answer("unknown", None, None)) is None
    for status, plan, bound, told in (
        ("infeasible", None, None, "start"),
        ("optimal", (1,), 2, "1 columns"),
        ("optimal", (0, 0), 0, "breaks a row"),
        ("feasible", (1, 0), 3, "above"),
        ("feasible", (1, 0), None, "above"),
        ("optimal", (0, 1), 2, "optimal"),
    ):
        assert told in str(program.fault(answer(status, plan, bound)))
    for status, plan in (("optimal", None), ("infeasible", (1, 0))):
        with pytest.raises(ValidationError, match="if and only if"):
            answer(status, plan, None)


def failure(problem: Problem, settings: SolverSection = USUAL) -> PlanloopError:
    with pytest.raises(PlanloopError) as caught:
        second_opinion(problem, settings)
    assert "Traceback" not in str(caught.value)
    return caught.value


def test_without_or_tools_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda _: None)
    error = failure(chain(PieceLimits()))
    assert error.key == "second.not-installed"
    assert all("planloop[second]" in error.text(lang) for lang in ("zh", "en"))


def test_a_process_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CHILD", "planloop.nothing")
    error = failure(chain(PieceLimits()))
    assert error.key == "second.failed"
    assert "No module named planloop.nothing" in str(error)


def test_a_process_that_says_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CHILD", "this")
    assert failure(chain(PieceLimits())).key == "second.wrong"


def test_a_process_that_takes_too_long() -> None:
    error = failure(chain(PieceLimits()), SolverSection(time_limit_s=0.001))
    assert error.key == "second.late"
    assert "solver.time_limit_s" in str(error)


def test_numbers_that_are_too_large() -> None:
    aims = (Aim("weak-first", change=np.array([0, 0, MOST_COST])),)
    assert failure(replace(chain(PieceLimits()), aims=aims)).key == "second.too-large"


def test_a_plan_that_the_clauses_let_pass_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last plan is judged without them."""
    monkeypatch.setattr(Separation, "against", lambda *_: ())
    error = failure(chain(PieceLimits(least_rest=20_000)))
    assert error.key == "second.illegal"
    assert "swap.least_rest_patch_ha" in str(error)
