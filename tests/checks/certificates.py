"""Certificates of tiny problems, made as a run makes them, and told anew with something changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planloop.maintenance.boundary.proving import prove
from planloop.maintenance.boundary.solving.best_plan import best_plan
from planloop.maintenance.boundary.solving.highs import version
from planloop.maintenance.boundary.solving.search import Found
from planloop.plan.certificate import SolverCertificate
from planloop.plan.optimality import Optimality
from planloop.plan.settings import SolverSection
from planloop.progress import silent
from tests.maintenance.tiny_case import tiny_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from planloop.maintenance.boundary.problem import Problem

USUAL = SolverSection()

PARTED, APART = 69, 86
"""Seeds of problems: one that has clauses, joined levels and several cases; and one of which blocks
prove levels that prices alone do not."""


def found(problem: Problem) -> Found | None:
    """Return the best plan of a problem, if there is one."""
    ended = best_plan(problem, USUAL, silent)
    return ended if isinstance(ended, Found) else None


def certificate(problem: Problem, ended: Found) -> Optimality:
    """Return the certificate of a plan."""
    return prove.proved(problem, ended, USUAL, silent)


def by_blocks(problem: Problem, ended: Found) -> Optimality:
    """Return a certificate that parts no plans into cases, as of a large problem."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prove, "SMALL", 0)
        return certificate(problem, ended)


def of_seed(seed: int) -> tuple[Problem, Found, Optimality]:
    """Return a tiny problem with its best plan and the certificate."""
    problem = tiny_case(seed)
    ended = found(problem)
    assert ended is not None
    return problem, ended, certificate(problem, ended)


def solver_of(problem: Problem, ended: Found) -> SolverCertificate:
    """Return what a scheme says of its solver."""
    window = problem.margin, problem.tolerance
    return SolverCertificate(version(USUAL), ended.columns, ended.rows, ended.levels, window)


def altered(told: Optimality, edit: Callable[[Any], object]) -> Optimality:
    """Return a certificate as it is read after someone has edited its file."""
    data = told.model_dump(mode="json")
    edit(data)
    return Optimality.model_validate(data)
