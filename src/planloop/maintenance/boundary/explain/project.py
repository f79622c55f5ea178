"""Why a project is not served."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.explain.asking import ask, serving
from planloop.maintenance.boundary.explain.growing import Loosening, loosening
from planloop.maintenance.boundary.explain.rules import present, without
from planloop.maintenance.boundary.pieces.presolve import presolve
from planloop.maintenance.boundary.problem import WHOLE
from planloop.maintenance.boundary.rule_names import MOST_IN, TOWNSHIPS
from planloop.messages import render
from planloop.plan.decision import NONE
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planloop.maintenance.boundary.explain.asking import Answer
    from planloop.maintenance.boundary.explain.growing import NoLoosening
    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.plan.certificate import SolveLevel
    from planloop.plan.settings import SolverSection

REASONS = {
    (False, False): "project-outweighed",
    (False, True): "project-outweighed-apart",
    (True, False): "project-tie",
    (True, True): "project-tie-apart",
}
"""Whether serving it loses no project of any level, and whether no growth lets all be served."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one project is not served.

    Parameters
    ----------
    number
        Number of the project.
    reason
        Entry of ``messages/reasons.toml``.
    numbers
        Named values that the reason's text uses.
    evidence
        Numbers of the projects that would be left out for it.
    losses
        Level that counts projects, and by how much its value would rise if the project had to be
        served, up to the first where it does. Later levels say nothing: they are worked out within
        those above.
    more
        By how much the limits of growth must give way for it to be served as well; None where that
        is not known, or where no growth is enough.
    nodes
        Nodes of the largest piece that its land could be part of, where that is too small.
    proven
        Whether all of this is proven; if not, losses and loosenings are the most that there can be.
    """

    number: str
    reason: str
    numbers: Mapping[str, object] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    losses: tuple[tuple[str, int], ...] = ()
    more: Loosening | None = None
    nodes: tuple[int, ...] = ()
    proven: bool = True

    def text(self, lang: str) -> str:
        """Return the reason as a sentence in ``"zh"`` or ``"en"``."""
        params = {"evidence": ", ".join(self.evidence) or NONE} | dict(self.numbers)
        return render(f"reasons.{self.reason}", params, lang)


def explain_project(
    problem: Problem,
    choice: Choice,
    levels: Sequence[SolveLevel],
    number: str,
    settings: SolverSection,
) -> Explanation:
    """Return why a project is not served.

    Parameters
    ----------
    problem
        The problem that was solved.
    choice, levels
        The swap that was chosen, and how each level ended.
    number
        A project that is not served.
    settings
        Limits of each solve.

    Notes
    -----
    Of these the first that holds:

    1. Its land cannot be part of any legal piece: the presolve names the largest that there could
       be.
    2. No plan serves it, whatever it leaves out: it needs growth. The smallest that lets it be
       served, and all that is served now; or, where these exclude each other, it alone.
    3. A plan serves it, and is worth less: the first level that loses, and what would be left out.
       If no level that counts projects loses, the two plans are a tie: a swap. Both come with the
       growth that would spare the choice.
    """
    enclosed = _enclosed(problem, number)
    if enclosed is not None:
        return enclosed
    problem, levels = _of_projects(problem, levels)
    forced = ask(serving(problem, {number}), settings)
    more = loosening(serving(problem, {number, *choice.served}), settings)
    if forced.choice is None:
        return _needs(problem, number, forced, more, settings)
    losses = _losses(levels, forced.values)
    better = bool(losses) and losses[-1][1] < 0
    if better or not (more.proven or isinstance(more, Loosening)):
        # A better plan than the one at hand: its levels are not proven, then.
        return _stopped(number, more)
    before, after = set(choice.served), set(forced.choice.served)
    tie = not any(loss for _, loss in losses)
    mark = "" if forced.proven else "≤ "
    lost = {} if tie else {"level": len(losses), "loss": f"{mark}{losses[-1][1]}"}
    apart = not isinstance(more, Loosening)
    return Explanation(
        number,
        REASONS[tie, apart],
        lost | {"instead": ", ".join(sorted(after - before))} | more.numbers(),
        evidence=tuple(sorted(before - after)),
        losses=losses,
        more=more if isinstance(more, Loosening) else None,
        proven=forced.proven and more.proven and all(item.status == "optimal" for item in levels),
    )


def _of_projects(
    problem: Problem, levels: Sequence[SolveLevel]
) -> tuple[Problem, Sequence[SolveLevel]]:
    """Return the problem with those levels alone that are about projects.

    Which land goes out is no reason for a project.
    """
    ranks = len(list(takewhile(attrgetter("of_projects"), problem.aims)))
    return replace(problem, aims=problem.aims[:ranks]), levels[:ranks]


def _enclosed(problem: Problem, number: str) -> Explanation | None:
    """Return that a project's land is enclosed where so much of it is that it cannot be served."""
    if not problem.limits.any:
        return None
    fixed = presolve(problem)
    share = next(item.share for item in problem.demands if item.number == number)
    mine = [index for index, cell in enumerate(problem.ins) if number in cell.projects]
    barred = [index for index in mine if fixed.inside[index] == 0]
    lost, whole = (sum(problem.ins[i].area for i in cells) for cells in (barred, mine))
    known = [index for index in barred if len(fixed.why(index))]
    if not known or (WHOLE - share) * whole >= WHOLE * lost:
        return None
    nodes = fixed.why(max(known, key=lambda index: problem.ins[index].area))
    limits, area = problem.limits, int(problem.ground.area[nodes].sum())
    old = bool(np.any(problem.ground.inside[nodes]))
    limit = limits.least_rest if old else limits.least_new
    numbers = {
        "piece_m2": f"{area / SQUARE_METRE:.2f}",
        "limit_m2": f"{limit / SQUARE_METRE:.2f}",
    }
    return Explanation(number, "project-enclosed", numbers, nodes=tuple(nodes.tolist()))


def _needs(
    problem: Problem,
    number: str,
    forced: Answer,
    more: Loosening | NoLoosening,
    settings: SolverSection,
) -> Explanation:
    """Return what growth a project needs that no plan serves."""
    reason = "project-needs-growth"
    if not isinstance(more, Loosening):
        more, known = loosening(serving(problem, {number}), settings), more.proven
        more = replace(more, proven=more.proven and known)
        reason = "project-needs-growth-alone"
    if not (forced.proven and (more.proven or isinstance(more, Loosening))):
        return _stopped(number, more)
    if not isinstance(more, Loosening):
        return _barred(problem, number, settings)
    return Explanation(number, reason, more.numbers(), more=more, proven=more.proven)


def _barred(problem: Problem, number: str, settings: SolverSection) -> Explanation:
    """Return what keeps out a project that no growth is enough for.

    It may be one of the limits on areas that growth leaves as they are, or both together.
    """
    there = [rule for rule in (MOST_IN, TOWNSHIPS) if rule in present(problem)]
    every = [*((rule,) for rule in there), tuple(there)] if there else []
    for rules in dict.fromkeys(every):
        more = loosening(serving(without(problem, rules), {number}), settings)
        if isinstance(more, Loosening):
            numbers = {"rules": ", ".join(rules)} | more.numbers()
            return Explanation(number, "project-bounded", numbers, proven=more.proven)
        if not more.proven:
            return _stopped(number, more)
    return Explanation(number, "project-barred")


def _losses(levels: Sequence[SolveLevel], forced: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """Return by how much each level rises, up to the first that does not stay as it is."""
    found: list[tuple[str, int]] = []
    for level, value in zip(levels, forced, strict=False):
        found.append((level.name, value - int(level.value)))
        if found[-1][1]:
            break
    return tuple(found)


def _stopped(number: str, more: Loosening | NoLoosening) -> Explanation:
    """Return that the search ended before it could tell."""
    known = more if isinstance(more, Loosening) else None
    return Explanation(number, "project-search-stopped", more=known, proven=False)
