"""A certificate checked, and compared with the scheme: levels, window, projects served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.checks.differences import LONGEST, differs
from planloop.checks.optimality import checked
from planloop.plan.finding import Finding, Severity
from planloop.plan.optimality import SOLVER, parted
from planloop.plan.written import CERTIFICATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from planloop.checks.optimality import Checked, Fault
    from planloop.plan.certificate import SolverCertificate
    from planloop.plan.decision import Decision
    from planloop.plan.optimality import Optimality


@dataclass(frozen=True, slots=True)
class Certified:
    """What a certificate comes to.

    Parameters
    ----------
    provers
        Level of the scheme → who proves the bound that the scheme tells of it: ``arithmetic``,
        ``blocks`` (with bounds of blocks that are trusted) or ``solver`` (whose word it is).
    trusted
        How many bounds of blocks are trusted.
    findings
        What does not stand.
    """

    provers: Mapping[str, str]
    trusted: int
    findings: tuple[Finding, ...]


def certified(
    told: Optimality, solver: SolverCertificate, decisions: Iterable[Decision]
) -> Certified:
    """Check a certificate and compare it with the scheme.

    Parameters
    ----------
    told
        The certificate.
    solver
        What the scheme says of its solver.
    decisions
        What it says of its projects.

    Notes
    -----
    Of strangers: one that speaks of rows, columns or nodes which it does not have is a finding.
    """
    try:
        return _certified(told, solver, decisions)
    except (ArithmeticError, LookupError, ValueError) as error:
        numbers = {"file": CERTIFICATE, "reason": f"{type(error).__name__}: {error}"[:LONGEST]}
        return Certified(
            {}, 0, (Finding("written-unreadable", Severity.ERROR, "", numbers=numbers),)
        )


def _certified(
    told: Optimality, solver: SolverCertificate, decisions: Iterable[Decision]
) -> Certified:
    result = checked(told)
    found = [_finding(fault) for fault in result.faults]
    served = {
        item.id for item in decisions if (item.subject, item.outcome) == ("project", "served")
    }
    if told.served() != served:
        found.append(_differs("served", sorted(told.served()), sorted(served)))
    if told.window != solver.window:
        found.append(_differs("window", told.window, solver.window))
    if len(told.columns) != solver.columns:
        found.append(_differs("columns", len(told.columns), solver.columns))
    provers: dict[str, str] = {}
    found += _levels(told, solver, result, provers)
    return Certified(provers, result.trusted, tuple(found))


def _levels(
    told: Optimality, solver: SolverCertificate, result: Checked, provers: dict[str, str]
) -> Iterator[Finding]:
    """Compare level by level, and note who proves each."""
    names = [part.name for solved in told.levels for part in solved.parts]
    if names != [level.name for level in solver.levels]:
        yield _differs("levels", names, [level.name for level in solver.levels])
        return
    levels = {level.name: level for level in solver.levels}
    for solved, (bound, by) in zip(told.levels, result.bounds, strict=False):
        for part, value, proved in parted(solved, told.plan, bound):
            level = levels[part.name]
            if level.value != value:
                yield _differs(f"levels[{part.name}].value", value, level.value)
            provers[part.name] = SOLVER if level.bound > proved else by


def _differs(place: str, told: object, found: object) -> Finding:
    return differs(CERTIFICATE, place, told, found)


def _finding(fault: Fault) -> Finding:
    numbers = {"place": fault.place, "told": str(fault.told), "found": str(fault.found)}
    return Finding(f"certificate-{fault.kind}", Severity.ERROR, "", numbers=numbers)
