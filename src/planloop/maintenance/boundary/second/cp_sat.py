"""CP-SAT in a process of its own: programs on the standard input, answers on the output, by lines.

``python -m planloop.maintenance.boundary.second.cp_sat`` answers each line with a line, ends with 0
where the input does, and at what is no program with something else and one line on the standard
error.

One worker and a limit on deterministic time, which CP-SAT counts by what it does rather than by the
clock: the same program has the same answer, on a busy machine too, and whatever came before it: a
model and a solver are made for each program, and dropped.
"""

from __future__ import annotations

import sys
from math import ceil

from ortools.sat.python import cp_model
from pydantic import ValidationError

from planloop.maintenance.boundary.second.program import Answer, Program, Status

MOST_BYTES = 2**30
"""Longest program that is read, with the end of its line."""

NODES = 10
"""Nodes that one unit of deterministic time counts for. CP-SAT has no nodes that compare with those
of branch-and-bound; a unit is about a second's work, and HiGHS does some ten nodes of a county's
model in that."""

REFUSED = 2
"""Exit code where the program is none."""

_WORDS: dict[cp_model.CpSolverStatus, Status] = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "feasible",
    cp_model.INFEASIBLE: "infeasible",
    cp_model.UNKNOWN: "unknown",
}


def solved(program: Program) -> Answer:
    """Solve a program."""
    model = cp_model.CpModel()
    columns = [model.new_bool_var("") for _ in program.costs]
    for row in program.rows:
        total = cp_model.LinearExpr.weighted_sum(
            [columns[number] for number in row.columns], row.coefficients
        )
        lower = cp_model.INT_MIN if row.lower is None else row.lower
        upper = cp_model.INT_MAX if row.upper is None else row.upper
        model.add_linear_expression_in_domain(total, cp_model.Domain(lower, upper))
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, program.costs))
    if program.start is not None:
        for column, value in zip(columns, program.start, strict=True):
            model.add_hint(column, value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = program.seed
    solver.parameters.max_deterministic_time = program.nodes / NODES
    status = _WORDS[solver.solve(model)]
    found = status in {"optimal", "feasible"}
    return Answer(
        status=status,
        plan=tuple(solver.value(column) for column in columns) if found else None,
        # A whole number in a double: costs are small enough (see `MOST_COST`).
        bound=round(solver.best_objective_bound) if found else None,
        nodes=max(1, ceil(solver.deterministic_time * NODES)),
        branches=solver.num_branches,
    )


def main() -> int:
    """Answer every program; return the exit code."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    text = source.readline(MOST_BYTES + 1)
    # No program at all is one that is wrong.
    while True:
        if len(text) > MOST_BYTES:
            return _refused(f"a program is longer than {MOST_BYTES} bytes")
        try:
            program = Program.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            return _refused(f"this is no program: {place}: {first['msg']}")
        sink.write(solved(program).model_dump_json().encode() + b"\n")
        sink.flush()
        text = source.readline(MOST_BYTES + 1)
        if not text:
            return 0


def _refused(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
