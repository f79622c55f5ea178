"""Why each parcel and each project went as it did."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.explain.project import explain_project
from planloop.maintenance.boundary.problem import COARSE
from planloop.plan.decision import Decision
from planloop.plan.units import HECTARE, SQUARE_METRE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planloop.maintenance.boundary.cutting import Plot
    from planloop.maintenance.boundary.ledgers import Swap
    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.maintenance.situation import Situation
    from planloop.maintenance.stating import Stated
    from planloop.progress import Progress


def decisions(stated: Stated, swap: Swap, progress: Progress) -> tuple[Decision, ...]:
    """Return what was decided on each project of the list and each parcel that was considered.

    A project has one decision; a parcel one for each outcome, where parts of it ended differently.
    """
    found = [*stated.wanted.decisions, *_projects(stated, swap, progress)]
    cut = stated.plot(swap)
    parcels = [*_parcels_in(cut.situation, cut.problem, cut.choice), *_parcels_out(cut)]
    found += [*parcels, *stated.stays]
    return tuple(_together(found))


def _projects(stated: Stated, swap: Swap, progress: Progress) -> list[Decision]:
    # As stated: a swap may have been solved with a larger margin, so that a parcel could be cut.
    # How far the balance must give way is told of the balance that the law asks for.
    problem, choice = stated.problem, swap.choice
    wanted, settings = stated.wanted, stated.situation.settings.solver
    wide = problem.widened(COARSE)
    served = set(choice.served)
    used = sum(problem.ins[index].area for index in choice.ins)
    offered = sum(cell.area for cell in problem.outs)
    found = []
    for place, demand in enumerate(problem.demands):
        progress("explain", place, len(problem.demands))
        need = wanted.needs[demand.number]
        numbers: dict[str, object] = {
            "need_ha": f"{need / HECTARE:.4f}",
            "tier": demand.tier,
            "used_ha": f"{used / HECTARE:.4f}",
            "offered_ha": f"{offered / HECTARE:.4f}",
        }
        outcome = "served"
        evidence: tuple[str, ...] = ()
        reason = "project-must-serve" if demand.must else "project-served"
        if demand.number not in served:
            levels = swap.certificate.levels
            why = explain_project(wide, choice, levels, demand.number, settings)
            outcome, reason, evidence = "not_chosen", why.reason, why.evidence
            numbers |= why.numbers
        found.append(Decision("project", demand.number, outcome, reason, numbers, need, evidence))
    progress("explain", len(problem.demands), len(problem.demands))
    return found


def _parcels_in(situation: Situation, problem: Problem, choice: Choice) -> list[Decision]:
    served = set(choice.served)
    areas: dict[str, int] = defaultdict(int)
    projects: dict[str, set[str]] = defaultdict(set)
    for index in choice.ins:
        cell = problem.ins[index]
        for face in cell.faces:
            parcel = str(situation.parcel[face])
            areas[parcel] += int(situation.fabric.area[face])
            projects[parcel].update(number for number in cell.projects if number in served)
    found = []
    for parcel, area in areas.items():
        numbers = tuple(sorted(projects[parcel]))
        reason = "in-project" if numbers else "in-locked"
        found.append(Decision("parcel", parcel, "transfer_in", reason, {}, area, (), numbers))
    return found


def _parcels_out(plot: Plot) -> list[Decision]:
    problem, gone = plot.problem, set(plot.choice.outs)
    parts = {part: item for item in plot.cuts for part in (item.rest, item.strip)}
    found = []
    for index, cell in enumerate(problem.outs):
        numbers: dict[str, object] = {"strength": cell.strength}
        outcome = "transfer_out" if index in gone else "kept"
        reason = cell.reason if index in gone else "kept-not-needed"
        if index in parts:
            reason = "out-cut" if index in gone else "kept-cut"
            rest, strip = (problem.outs[part] for part in (parts[index].rest, parts[index].strip))
            numbers["out_m2"] = f"{rest.area / SQUARE_METRE:.2f}"
            numbers["kept_m2"] = f"{strip.area / SQUARE_METRE:.2f}"
        found.append(
            Decision("parcel", cell.parcel, outcome, reason, numbers, cell.area, cell.evidence)
        )
    return found


def _together(found: Iterable[Decision]) -> Iterator[Decision]:
    """Yield one decision for each outcome of each subject.

    A parcel that lies in several patches of the boundary may have been decided on in parts: the
    areas add up, and the largest part (of parts alike, the first) gives the reason.
    """
    parts: dict[tuple[str, str, str], list[Decision]] = defaultdict(list)
    for item in found:
        parts[item.subject, item.id, item.outcome].append(item)
    for key in sorted(parts):
        largest = max(parts[key], key=lambda item: item.area)
        yield replace(largest, area=sum(item.area for item in parts[key]))
