"""The planned land use maintained: forced changes and chosen ones, carried out and explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.maintenance.land_use.carried_out import CHOSEN, carried_out
from planloop.maintenance.land_use.deciding import decided, reason_of
from planloop.maintenance.land_use.forced import Forced, planned
from planloop.maintenance.land_use.solve import solve
from planloop.maintenance.land_use.stating import state
from planloop.progress import silent

if TYPE_CHECKING:
    from planloop.maintenance.land_use.plots import Plots
    from planloop.maintenance.land_use.problem import Problem
    from planloop.maintenance.land_use.solve import Found
    from planloop.maintenance.land_use.stating import Wishes
    from planloop.maintenance.pieces import Moved
    from planloop.maintenance.situation import Situation
    from planloop.plan.change_set import LayerDelta
    from planloop.plan.decision import Decision
    from planloop.progress import Progress


@dataclass(frozen=True, slots=True, eq=False)
class Maintained:
    """The planned land use after maintenance.

    Parameters
    ----------
    moved
        What changed, face by face.
    delta
        Records that leave and enter; None where nothing changed.
    decisions
        Why each plot that might change did, or did not.
    problem, found
        What was solved, and how.
    """

    moved: Moved
    delta: LayerDelta | None
    decisions: tuple[Decision, ...]
    problem: Problem
    found: Found


def maintain_land_use(
    situation: Situation, forced: Forced, wishes: Wishes, progress: Progress = silent
) -> Maintained:
    """Choose the planned classes of the plots that may change, and carry everything out.

    Parameters
    ----------
    situation
        The plan before; its fabric has the layer of the role ``land_use``.
    forced
        Classes that are decided beforehand: those that follow from the boundary.
    wishes
        What the planner has said.
    progress
        Told of each level of the objective.

    Raises
    ------
    SettingsError
        A lock names a plot that may not change, or a class that it may not have.
    InfeasibleError
        The locks contradict each other, or the search ended at its limits.
    """
    plots, problem = state(situation, forced, wishes)
    found = solve(problem, situation.settings.solver, progress)
    change = _changes(situation, forced, plots, problem, found)
    moved, delta = carried_out(situation, change)
    return Maintained(moved, delta, decided(problem, found), problem, found)


def _changes(
    situation: Situation, forced: Forced, plots: Plots, problem: Problem, found: Found
) -> Forced:
    """Return forced and chosen changes together, by face, but those that change nothing."""
    old, rows = planned(situation), list[tuple[int, str, str, str, str, str]]()
    for at, face in enumerate(forced.faces.tolist()):
        if forced.code[at] != old[face]:
            texts = (forced.code, forced.group, forced.reason, forced.evidence, forced.project)
            code, group, reason, evidence, project = (column[at] for column in texts)
            rows.append((face, code, group, reason, evidence, project))
    for index in problem.movable:
        cell, code = problem.cells[index], found.choice[index]
        if code != cell.now:
            reason = reason_of(problem, found.choice, index)
            group = f"{CHOSEN}{cell.id}"
            rows += [(face, code, group, reason, "", "") for face in plots.faces(index).tolist()]
    return Forced.of(rows)
