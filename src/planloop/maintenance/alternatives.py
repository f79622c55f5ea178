"""Other schemes than the best one: what each serves, what it costs, where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.fabric import union
from planloop.maintenance.boundary.alternatives import measures
from planloop.maintenance.boundary.alternatives.front import front
from planloop.maintenance.boundary.alternatives.ranking import ranking
from planloop.maintenance.boundary.problem import COARSE
from planloop.maintenance.boundary.verify import value
from planloop.maintenance.stating import state
from planloop.plan.intake import intake
from planloop.progress import silent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.geometry.fabric import Fabric
    from planloop.maintenance.boundary.alternatives.alternative import Alternative
    from planloop.maintenance.boundary.alternatives.front import Front
    from planloop.maintenance.boundary.alternatives.ranking import Ended
    from planloop.maintenance.boundary.problem import (
        Choice,
        Demand,
        InCell,
        OutCell,
        Problem,
    )
    from planloop.plan.plan import Plan
    from planloop.plan.settings import SchemeSettings
    from planloop.progress import Progress


@dataclass(frozen=True, slots=True)
class Measured:
    """What a plan comes to, in numbers to compare it by.

    Parameters
    ----------
    served
        Numbers of the projects that it serves.
    tiers
        Of each tier, the first first: its number, how many projects are served, how many want land.
    points
        What the projects served are worth: 1 for each of the last tier, 2 for the one above, …
    outline_m
        Length of the outline, m.
    moved
        Land that changes sides, in hundredths of a hectare.
    in_dm2, out_dm2
        Land that goes in and out.
    """

    served: tuple[str, ...]
    tiers: tuple[tuple[int, int, int], ...]
    points: int
    outline_m: int
    moved: int
    in_dm2: int
    out_dm2: int


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """One of the plans.

    Parameters
    ----------
    plan
        The plan, compared with the best one.
    measured
        What it comes to.
    ins, outs
        Patches of land that go in and out, polygons in the working CRS.
    gained, left
        Patches that go in here and not in the best plan, and the other way round.
    """

    plan: Alternative
    measured: Measured
    ins: NDArray[np.object_]
    outs: NDArray[np.object_]
    gained: NDArray[np.object_]
    left: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class FrontPoint:
    """A plan that no other beats in points and in what the front sets against them.

    Parameters
    ----------
    measured
        What it comes to.
    proven
        Whether it is proven that no other beats it.
    """

    measured: Measured
    proven: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A front for people.

    Parameters
    ----------
    against
        What points are set against: ``"outline"`` or ``"moved"``.
    points
        Its plans, those of the most points first.
    complete
        Whether there are no others.
    """

    against: str
    points: tuple[FrontPoint, ...]
    complete: bool


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives:
    """Other plans beside the one that a run would choose.

    Parameters
    ----------
    settings
        What they were made from.
    before
        The plan before maintenance.
    demands
        Projects that want land in the boundary.
    names
        Project → its name.
    options
        The plans, the best first.
    ended
        Why there are no more of them.
    distance
        How many projects at least any two of them differ by.
    fronts
        Points against the outline, and against land moved.
    window
        Window of the balance in which the plans of the fronts were looked for, dm².
    """

    settings: SchemeSettings
    before: Plan
    demands: tuple[Demand, ...]
    names: Mapping[str, str]
    options: tuple[Option, ...]
    ended: Ended
    distance: int
    fronts: tuple[Shown, ...]
    window: int


def alternatives(
    settings: SchemeSettings,
    count: int,
    *,
    distance: int = 1,
    front_points: int = 6,
    progress: Progress = silent,
) -> Alternatives:
    """Return the plan that a run would choose, the next best ones, and what could be had for what.

    Parameters
    ----------
    settings
        As for a run.
    count
        How many plans, at most.
    distance
        How many projects at least any two of them differ by.
    front_points
        Points on each front, at most; 0 leaves the fronts out.
    progress
        Told of each step.

    Raises
    ------
    InputError, SettingsError
        An input or a setting cannot be used.
    InfeasibleError
        No legal swap exists, or none was found within the limits.

    Notes
    -----
    The first plan is the one that a run would choose; the others balance in the same window of the
    faces' areas. How the delivered areas of the others round is seen when one of them is run.
    """
    taken = intake(settings, progress)
    stated = state(taken, settings)
    swap = stated.swap(progress)
    problem, solver = swap.problem, settings.solver
    known = swap.choice, swap.certificate.levels
    ranked = ranking(problem, solver, count, distance=distance, first=known, progress=progress)
    best = ranked.plans[0].choice
    first, fronts = measures.points(problem), []
    seconds = {"outline": measures.outline(), "moved": measures.moved(problem)}
    for against, second in seconds.items() if front_points else ():
        found = front(problem, first, second, solver, front_points, progress=progress)
        fronts.append(_shown(problem, against, found))
    table = taken.plan.tables["projects"]
    return Alternatives(
        settings=stated.situation.settings,
        before=taken.plan,
        demands=problem.demands,
        names=dict(zip(table["number"].astype(str), table["name"].astype(str), strict=True)),
        options=tuple(_option(problem, taken.fabric, plan, best) for plan in ranked.plans),
        ended=ranked.ended,
        distance=distance,
        fronts=tuple(fronts),
        window=max(COARSE, problem.tolerance - problem.margin),
    )


def measured(problem: Problem, choice: Choice) -> Measured:
    """Return what a plan comes to."""
    served = set(choice.served)
    tiers = []
    for tier in sorted({item.tier for item in problem.demands}):
        wanted = [item.number for item in problem.demands if item.tier == tier]
        tiers.append((tier, len(served.intersection(wanted)), len(wanted)))
    return Measured(
        served=tuple(sorted(choice.served)),
        tiers=tuple(tiers),
        points=-value(problem, choice, measures.points(problem)),
        outline_m=value(problem, choice, measures.outline()),
        moved=value(problem, choice, measures.moved(problem)),
        in_dm2=sum(problem.ins[index].area for index in choice.ins),
        out_dm2=sum(problem.outs[index].area for index in choice.outs),
    )


def _shown(problem: Problem, against: str, found: Front) -> Shown:
    points = tuple(
        FrontPoint(measured(problem, point.choice), point.proven) for point in found.points
    )
    return Shown(against, points, found.complete)


def _option(problem: Problem, fabric: Fabric, plan: Alternative, best: Choice) -> Option:
    ins, others = (_faces(problem.ins, choice.ins) for choice in (plan.choice, best))
    return Option(
        plan=plan,
        measured=measured(problem, plan.choice),
        ins=_patches(fabric, ins),
        outs=_patches(fabric, _faces(problem.outs, plan.choice.outs)),
        gained=_patches(fabric, ins - others),
        left=_patches(fabric, others - ins),
    )


def _faces(cells: Sequence[InCell | OutCell], chosen: Collection[int]) -> set[int]:
    return {int(face) for index in chosen for face in cells[index].faces}


def _patches(fabric: Fabric, faces: set[int]) -> NDArray[np.object_]:
    """Return the patches that some faces form, normalised."""
    if not faces:
        return np.zeros(0, dtype=object)
    joined = shapely.normalize(union(fabric.faces[np.array(sorted(faces), dtype=np.int64)]))
    parts: NDArray[np.object_] = shapely.get_parts(joined)
    return parts
