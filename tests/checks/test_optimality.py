"""A certificate proves what brute force finds, and does not survive being touched."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planloop.checks import land as flooding
from planloop.checks.certified import certified
from planloop.checks.optimality import checked, lines_of, priced
from planloop.maintenance.boundary.model import compile_model
from planloop.maintenance.boundary.pieces.cuts import Separation
from planloop.maintenance.boundary.problem import Choice
from planloop.maintenance.boundary.proving.telling import ground_of
from planloop.maintenance.boundary.solving.columns import columns_of
from planloop.plan.decision import Decision
from planloop.plan.optimality import Clause, Ground, Optimality, Prices, Solved, parted
from tests.checks.certificates import (
    APART,
    PARTED,
    altered,
    by_blocks,
    certificate,
    found,
    of_seed,
    solver_of,
)
from tests.examples import examples
from tests.maintenance.brute_force import RULES, Plans, best
from tests.maintenance.brute_pieces import HOLE, NEW, REST, Land
from tests.maintenance.tiny_case import tiny_case
from tests.maintenance.tiny_ground import random_ground_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planloop.maintenance.boundary.problem import Problem
    from planloop.maintenance.boundary.solving.search import Found

SEEDS = st.integers(0, 2**32 - 1)
PIECES = {NEW, REST, HOLE}


# ------------------------------------------------------------------------- against brute force


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(40), deadline=None)
def test_prices_alone_prove_what_brute_force_finds(seed: int) -> None:
    problem = tiny_case(seed)
    ended, expected = found(problem), best(problem)
    assert (ended is None) == (expected is None)
    if ended is None or expected is None:
        return
    told = certificate(problem, ended)
    result = checked(told)
    assert result.faults == ()
    assert result.trusted == 0
    for solved, (bound, by) in zip(told.levels, result.bounds, strict=True):
        assert by == "arithmetic"
        for part, value, proved in parted(solved, told.plan, bound):
            assert proved == value == expected.values[part.name]


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(25), deadline=None)
def test_no_bound_is_above_the_best(seed: int) -> None:
    """Of a certificate whose prices leave a gap, and rest on blocks."""
    problem = tiny_case(seed)
    ended, expected = found(problem), best(problem)
    if ended is None or expected is None:
        return
    told = by_blocks(problem, ended)
    result = checked(told)
    assert result.faults == ()
    for solved, (bound, _) in zip(told.levels, result.bounds, strict=True):
        for part, value, proved in parted(solved, told.plan, bound):
            assert proved <= value == expected.values[part.name]


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(25), deadline=None)
def test_any_prices_bound_every_legal_plan(seed: int) -> None:
    """Prices drawn by chance prove little, but nothing false, in any case that a plan is in."""
    random = np.random.default_rng(seed)
    problem = tiny_case(seed)
    ended = found(problem)
    if ended is None:
        return
    told, model = certificate(problem, ended), compile_model(problem)
    rows, count = lines_of(told, 0), len(told.columns)
    drawn = random.normal(size=len(rows)) * 10.0 ** random.uniform(-7, 1, len(rows))
    prices = Prices(rows=list(range(len(rows))), prices=drawn.tolist())
    costs = {column: int(cost) for column, cost in enumerate(random.integers(-9, 10, count))}
    sums = priced(costs, count, rows, prices)
    plans, land = Plans.keeping(problem, RULES), Land(problem)
    for row in random.permutation(len(plans.inside))[:50].tolist():
        if land.broken(plans.inside[row]):
            continue
        plan = columns_of(problem, model, _choice(problem, plans, row)).tolist()
        chosen = random.permutation(count)[: int(random.integers(0, 4))].tolist()
        bound = Fraction(sums.least({column: plan[column] for column in chosen}), sums.per)
        assert bound <= sum(cost * plan[column] for column, cost in costs.items())


def _choice(problem: Problem, plans: Plans, row: int) -> Choice:
    """Return a plan of brute force as a choice."""
    ins, inside = len(problem.ins), plans.inside[row]
    numbers = [item.number for item in problem.demands]
    return Choice(
        tuple(name for name, one in zip(numbers, plans.served[row], strict=True) if one),
        tuple(np.flatnonzero(inside[:ins]).tolist()),
        tuple(np.flatnonzero(~inside[ins:]).tolist()),
    )


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(25), deadline=None)
def test_the_flood_fill_judges_as_brute_force_does(seed: int) -> None:
    random = np.random.default_rng(seed)
    problem = random_ground_problem(random)
    mine, theirs = flooding.Land(ground_of(problem)), Land(problem)
    for _ in range(20):
        inside = random.random(problem.cells) < random.random()
        assert bool(mine.faults(inside.astype(int).tolist())) == bool(theirs.broken(inside))


@given(seed=SEEDS)
@hypothesis.settings(max_examples=examples(25), deadline=None)
def test_a_clause_that_holds_is_broken_by_no_legal_plan(seed: int) -> None:
    """Clauses as a search finds them, with cells beside left out by chance."""
    random = np.random.default_rng(seed)
    problem = random_ground_problem(random)
    ground, land, separation = ground_of(problem), Land(problem), Separation(problem)
    mine = flooding.Land(ground)
    rules = tuple(rule for rule in RULES if rule in PIECES)
    sides = Plans.keeping(problem, rules).inside
    legal = [plan for plan in random.permutation(sides)[:300] if not land.broken(plan)]
    for _ in range(10):
        inside = random.random(problem.cells) < 0.5
        for clause in separation.against(inside):
            kept = [cell for cell in clause.beside if random.random() < 0.8]
            for node in np.flatnonzero(problem.ground.cell == clause.cell).tolist():
                told = Clause(inside=clause.inside, node=node, beside=kept)
                if clause.cell >= 0 and mine.holds(told):
                    for plan in legal:
                        head = plan[clause.cell] == clause.inside
                        assert not head or (plan[kept] == clause.inside).any()


# ---------------------------------------------------------------------------------- tampering


@pytest.fixture(scope="module")
def case() -> tuple[Problem, Found, Optimality]:
    """Return a problem, its plan, and a certificate with clauses, cases, and levels joined."""
    return of_seed(PARTED)


@pytest.fixture(scope="module")
def told(case: tuple[Problem, Found, Optimality]) -> Optimality:
    """Return the certificate; it has everything that is touched below."""
    told = case[2]
    assert told.clauses
    assert len(told.levels[0].parts) > 1
    assert any(len(solved.prices) > 2 for solved in told.levels)
    assert checked(told).faults == ()
    return told


@pytest.fixture(scope="module")
def apart() -> Optimality:
    """Return a certificate that rests on blocks."""
    problem = tiny_case(APART)
    ended = found(problem)
    assert ended is not None
    told = by_blocks(problem, ended)
    assert checked(told).faults == ()
    assert [by for _, by in checked(told).bounds].count("blocks") > 1
    return told


def kinds(told: Optimality, edit: Callable[[Any], object]) -> set[str]:
    """Return what kinds of faults an edited certificate has."""
    return {fault.kind for fault in checked(altered(told, edit)).faults}


def parted_level(data: Any) -> Any:  # noqa: ANN401  # plain data
    """Return the level that has the most sets of prices."""
    return max(data["levels"], key=lambda solved: len(solved["prices"]))


def dearer(data: Any) -> None:  # noqa: ANN401
    """Raise every price by a half, in the hope of a higher bound."""
    for prices in parted_level(data)["prices"]:
        prices["prices"] = [1.5 * price for price in prices["prices"]]


def other_limit(data: Any) -> None:  # noqa: ANN401
    """Turn every price round: rows have no limit there."""
    for prices in parted_level(data)["prices"]:
        prices["prices"] = [-price for price in prices["prices"]]


def higher(data: Any) -> None:  # noqa: ANN401
    data["levels"][1]["bound"] += 1


def better(data: Any) -> None:  # noqa: ANN401
    """Call arithmetic what rests on blocks."""
    for solved in data["levels"]:
        solved["by"] = "arithmetic"


def narrower(data: Any) -> None:  # noqa: ANN401
    """Move the limit of the balance below what the plan uses."""
    row = data["rows"][data["land"]["balance"]]
    total = sum(
        value * data["plan"][column]
        for column, value in zip(row["terms"]["columns"], row["terms"]["values"], strict=True)
    )
    row["most"] = total - 1


def coefficient(data: Any) -> None:  # noqa: ANN401
    """Make a cell larger than its land."""
    data["rows"][data["land"]["balance"]]["terms"]["values"][0] += 1


def forged(data: Any) -> None:  # noqa: ANN401
    """Leave out cells that would do, too."""
    for clause in data["clauses"]:
        del clause["beside"][:1]


def strict(data: Any) -> None:  # noqa: ANN401
    """Ask for larger patches than there are."""
    data["ground"]["least_rest"] = data["ground"]["least_new"] = 10**12


def moved(data: Any) -> None:  # noqa: ANN401
    """Serve the projects whose land stays out, and not those whose land goes in."""
    for column, name in enumerate(data["columns"]):
        if name.startswith("serve:"):
            data["plan"][column] = 1 - data["plan"][column]


def unit(data: Any) -> None:  # noqa: ANN401
    """Give a level that counts projects a cost instead."""
    data["levels"][0]["parts"][0]["constant"] = 1


def raised_block(data: Any) -> None:  # noqa: ANN401
    """Say that a block costs more than what the plan itself does in it."""
    blocks = next(solved["blocks"] for solved in data["levels"] if solved["blocks"])
    blocks[0]["bound"] += 1e6


def lowered_block(data: Any) -> None:  # noqa: ANN401
    blocks = next(solved["blocks"] for solved in data["levels"] if solved["blocks"])
    for block in blocks:
        block["bound"] = -1e6


def split_block(data: Any) -> None:  # noqa: ANN401
    """Part a block that hangs together, each half with a bound of its own."""
    blocks = next(solved["blocks"] for solved in data["levels"] if solved["blocks"])
    largest = max(blocks, key=lambda block: len(block["columns"]))
    half = len(largest["columns"]) // 2
    blocks.append({"columns": largest["columns"][half:], "bound": None})
    del largest["columns"][half:]


@pytest.mark.parametrize(
    ("edit", "kind"),
    [
        (dearer, "bound"),
        (other_limit, "bound"),
        (higher, "bound"),
        (narrower, "row"),
        (coefficient, "area"),
        (forged, "clause"),
        (strict, "piece"),
        (moved, "row"),
        (unit, "joined"),
    ],
)
def test_what_is_touched_is_found(
    told: Optimality, edit: Callable[[Any], object], kind: str
) -> None:
    assert kind in kinds(told, edit)


@pytest.mark.parametrize(
    ("edit", "kind"),
    [
        (raised_block, "block"),
        (lowered_block, "bound"),
        (split_block, "spans"),
        (better, "bound"),
    ],
)
def test_blocks_that_are_touched_are_found(
    apart: Optimality, edit: Callable[[Any], object], kind: str
) -> None:
    assert kind in kinds(apart, edit)


def test_dearer_prices_add_up_to_less(told: Optimality) -> None:
    """Each set of prices is the best there is, or a little off it: more of it proves less."""
    (fault,) = (item for item in checked(altered(told, dearer)).faults if item.kind == "bound")
    told_bound, found_bound = (str(item).split(",")[0] for item in (fault.told, fault.found))
    assert int(found_bound) < int(told_bound)


def no_leaf(data: Any) -> None:  # noqa: ANN401
    """Leave out the last case."""
    parted_level(data)["cases"][0].pop()


def twice(data: Any) -> None:  # noqa: ANN401
    """Part a case by a column that is decided."""
    tree = parted_level(data)["cases"][0]
    tree[1:1] = [tree[0], tree[-1]]


def in_part(data: Any) -> None:  # noqa: ANN401
    """Part plans by a column that need not be whole."""
    data["fractional"].append(parted_level(data)["cases"][0][0])


def far(data: Any) -> None:  # noqa: ANN401
    data["levels"][0]["prices"][0]["rows"].append(10**9)
    data["levels"][0]["prices"][0]["prices"].append(1.0)


def shared(data: Any) -> None:  # noqa: ANN401
    """Count a cost of a column twice."""
    for key in ("columns", "values"):
        data["levels"][0]["parts"][0]["costs"][key] *= 2


@pytest.mark.parametrize("edit", [no_leaf, twice, in_part, far, shared])
def test_what_cannot_be_is_unreadable(
    case: tuple[Problem, Found, Optimality], told: Optimality, edit: Callable[[Any], object]
) -> None:
    problem, ended, _ = case
    result = certified(altered(told, edit), solver_of(problem, ended), decided(ended))
    assert [item.code for item in result.findings] == ["written-unreadable"]
    assert result.provers == {}


# --------------------------------------------------------------------------- against the scheme


def decided(ended: Found) -> list[Decision]:
    """Return what a scheme says of the projects that are served."""
    return [Decision("project", number, "served", "-") for number in ended.choice.served]


def test_what_agrees_with_the_scheme(case: tuple[Problem, Found, Optimality]) -> None:
    problem, ended, told = case
    result = certified(told, solver_of(problem, ended), decided(ended))
    assert result.findings == ()
    assert result.provers == {level.name: "arithmetic" for level in ended.levels}
    assert told.window == (problem.margin, problem.tolerance)


def test_what_differs_from_the_scheme(case: tuple[Problem, Found, Optimality]) -> None:
    problem, ended, told = case
    solver, served = solver_of(problem, ended), decided(ended)
    first, *rest = solver.levels
    for other, place in (
        (replace(solver, levels=(first.reached(first.value - 1), *rest)), first.name),
        (replace(solver, levels=(*rest, first)), "levels"),
        (replace(solver, window=(0, 1)), "window"),
        (replace(solver, columns=1), "columns"),
    ):
        (found_,) = certified(told, other, served).findings
        assert place in found_.text("en")
        assert place in found_.text("zh")
    (found_,) = certified(told, solver, [*served, Decision("project", "X", "served", "-")]).findings
    assert "served" in found_.text("en")


def test_a_bound_that_nothing_proves_is_the_solvers_word(
    case: tuple[Problem, Found, Optimality],
) -> None:
    """A certificate whose prices prove less stands; but the scheme's bound then rests on trust."""
    problem, ended, told = case
    lower = altered(told, _without_prices)
    for _ in told.levels:
        for fault in checked(lower).faults:
            bound = int(str(fault.found).split(",")[0])
            lower = altered(lower, partial(_with_bound, name=fault.place, bound=bound))
    assert checked(lower).faults == ()
    provers = certified(lower, solver_of(problem, ended), decided(ended)).provers
    assert "solver" in provers.values()


def _with_bound(data: Any, *, name: str, bound: int) -> None:  # noqa: ANN401
    for solved in data["levels"]:
        if solved["parts"][0]["name"] == name:
            solved["bound"] = bound


def _without_prices(data: Any) -> None:  # noqa: ANN401
    for solved in data["levels"]:
        solved |= {"prices": [{"rows": [], "prices": []}], "cases": [[-1]], "blocks": []}


# ------------------------------------------------------------------------------------- by hand


def ground(pairs: Sequence[tuple[int, int]], **fields: Any) -> Ground:  # noqa: ANN401
    """Return a ground of nodes that adjoin in pairs, with limits of 100."""
    count = len(fields["cell"])
    usual = {"edge": [1] + [0] * (count - 1), "least_new": 100, "least_rest": 100}
    left, right = (list(ends) for ends in zip(*pairs, strict=True))
    return Ground(**{**usual, "least_hole": 100, **fields}, left=left, right=right)


def test_a_filled_hole_spares_no_patch() -> None:
    """A ring of two parts round a pocket; one part goes out, and the pocket is filled.

    What is left of the ring is too small. That the pocket was an old small hole is no excuse.
    """
    pairs = ((0, 1), (0, 2), (1, 2), (1, 3), (2, 3))
    told = ground(pairs, cell=[-1, 1, -1, 0], inside=[0, 1, 1, 0], area=[10**4, 9, 9, 9])
    land = flooding.Land(told)
    assert land.faults([0, 1]) == [], "as it was"
    assert land.faults([1, 1]) == [], "the whole ring stays, and more"
    assert land.faults([1, 0]) == [{2, 3}]


def test_a_cell_is_not_held_by_itself() -> None:
    """Node 1 is small, but its cell has node 2 beside it, which is not."""
    told = ground(((0, 1), (1, 2)), cell=[-1, 0, 0], inside=[0, 0, 0], area=[10**4, 9, 10**3])
    land = flooding.Land(told)
    assert not land.holds(Clause(inside=True, node=1, beside=[0]))
    assert not land.holds(Clause(inside=True, node=1, beside=[]))
    alone = ground(((0, 1), (0, 2)), cell=[-1, 0, 1], inside=[0, 0, 0], area=[10**4, 9, 10**3])
    assert flooding.Land(alone).holds(Clause(inside=True, node=1, beside=[]))


@pytest.mark.parametrize(
    ("bound", "bounds"),
    [
        (-12, [-1, -2]),
        # 10 v_0 + v_1 ≥ -13: v_0 ≥ -1.3, and, as that is reached, v_1 ≥ -3.
        (-13, [-1, -3]),
        # v_0 ≥ -2; and the second can gain no more than 5.
        (-20, [-2, -5]),
        (-99, [-3, -5]),
    ],
)
def test_levels_solved_as_one_have_bounds_of_their_own(bound: int, bounds: list[int]) -> None:
    """Three projects of the first level and five of the second; one and two are served."""
    parts = [
        {
            "name": "a",
            "unit": 10,
            "constant": 0,
            "costs": {"columns": [0, 1, 2], "values": [-1] * 3},
        },
        {
            "name": "b",
            "unit": 1,
            "constant": 0,
            "costs": {"columns": [3, 4, 5, 6, 7], "values": [-1] * 5},
        },
    ]
    solved = Solved.model_validate(
        {
            "parts": parts,
            "bound": bound,
            "by": "arithmetic",
            "prices": [],
            "cases": [],
            "blocks": [],
        }
    )
    found_ = list(parted(solved, [1, 0, 0, 1, 1, 0, 0, 0], bound))
    assert [value for _, value, _ in found_] == [-1, -2]
    assert [proved for _, _, proved in found_] == bounds
