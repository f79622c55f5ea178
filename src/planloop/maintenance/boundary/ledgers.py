"""A swap that balances in both ledgers: that of the faces and that of the delivered pieces."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from planloop.errors import InfeasibleError
from planloop.geometry.area import area
from planloop.maintenance.boundary.cutting import Plot
from planloop.maintenance.boundary.exact import fitted, needed, widened
from planloop.maintenance.boundary.solve import certificate, no_swap
from planloop.maintenance.boundary.solving.best_plan import NOTHING, best_plan
from planloop.maintenance.boundary.solving.repair import repaired
from planloop.maintenance.boundary.solving.search import NotFound, Search
from planloop.maintenance.follow import boundary_pieces, follow
from planloop.plan.certificate import gap
from planloop.plan.change_set import TRANSFER_IN, TRANSFER_OUT
from planloop.plan.finding import Finding, Severity
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    import geopandas as gpd

    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.maintenance.boundary.solving.search import Found
    from planloop.maintenance.situation import Situation
    from planloop.plan.certificate import SolveLevel, SolverCertificate
    from planloop.plan.change_set import ChangeSet
    from planloop.progress import Progress

ATTEMPTS = 5
"""How often the swap is solved, with an ever narrower window, until both ledgers balance."""


@dataclass(frozen=True, slots=True, eq=False)
class Swap:
    """A swap that balances in both ledgers.

    Parameters
    ----------
    problem
        The problem, with the window in which it was solved at last.
    found
        What was found in that window: the plan, of whole cells, and how its levels ended.
    certificate
        How the solver ended, for people.
    changes
        What follows from it.
    cut
        The plan with a cell cut, which is what is carried out; None where cells move whole.
    findings
        How the balance was reached, where a cut was asked for.
    """

    problem: Problem
    found: Found
    certificate: SolverCertificate
    changes: ChangeSet
    cut: Plot | None = None
    findings: tuple[Finding, ...] = field(default=())

    @property
    def choice(self) -> Choice:
        """What was chosen, of whole cells."""
        return self.found.choice


def balanced_swap(
    situation: Situation, problem: Problem, progress: Progress, start: Choice = NOTHING
) -> Swap:
    """Choose a swap that balances in both ledgers; the search begins from `start`.

    The solver balances the faces' whole areas; the law counts the areas of the delivered pieces,
    each rounded to 0.01 m². With ``swap.cut`` it is solved in a wide window, and one parcel is cut
    (one in each township that balances by itself) so that both balance to about 0.01 m². Where
    none can be cut, or without it, parcels move whole within the tolerance.

    Raises
    ------
    InfeasibleError
        No legal swap exists or none was found; or none that balances in both ledgers.
    """
    if not (situation.settings.swap.cut and problem.outs):
        return _whole(situation, problem, progress, None)
    wide = widened(problem)
    found = best_plan(wide, situation.settings.solver, progress, start=start)
    if isinstance(found, NotFound):
        return _whole(situation, problem, progress, None)
    swap = _cut(situation, problem, wide, found)
    if swap is None and (again := _roomier(situation, problem, wide, found, progress)):
        swap = _cut(situation, problem, *again)
        if swap is not None:
            # What the levels say, they say of this window; so does the certificate.
            return replace(swap, findings=(*swap.findings, _roomier_told(situation, again[0])))
    if swap is not None:
        return swap
    known = found if wide.tolerance == problem.tolerance else None
    swap = _whole(situation, problem, progress, known)
    low, high = _delivered_of(situation, swap.changes.of(situation.settings.roles.boundary))
    faces = swap.problem.surplus(swap.choice)
    if faces <= problem.margin and high <= problem.margin:
        return swap
    numbers = {
        "faces_m2": f"{faces / SQUARE_METRE:.2f}",
        "delivered_m2": f"{(high if high > 0 else low) / SQUARE_METRE:.2f}",
    }
    layer = situation.settings.roles.boundary
    told = Finding("balance-uncut", Severity.INFO, layer, numbers=numbers)
    return replace(swap, findings=(told,))


def _cut(situation: Situation, problem: Problem, wide: Problem, found: Found) -> Swap | None:
    """Return the swap with a parcel cut, or whole where it balances so; None where neither is."""
    ended = certificate(wide, found, situation.settings.solver)

    def delivered(plot: Plot) -> tuple[int, int]:
        return _delivered_of(situation, boundary_pieces(plot.situation, plot.problem, plot.choice))

    whole = Plot(situation, problem, found.choice)
    before = problem.surplus(found.choice)
    if before == problem.margin and set(delivered(whole)) == {problem.margin}:
        return Swap(wide, found, ended, follow(situation, problem, found.choice))
    made = fitted(whole, delivered)
    if made is None:
        return None
    changes = follow(made.situation, made.problem, made.choice)
    rounded = _delivered(situation, changes.of(situation.settings.roles.boundary))[0]
    told = tuple(
        Finding(
            "balance-cut",
            Severity.INFO,
            situation.settings.roles.parcels,
            (made.problem.outs[item.rest].parcel,),
            numbers={
                "kept_m2": f"{made.problem.outs[item.strip].area / SQUARE_METRE:.2f}",
                "out_m2": f"{made.problem.outs[item.rest].area / SQUARE_METRE:.2f}",
                "before_m2": f"{before / SQUARE_METRE:.2f}",
                "faces_m2": f"{made.problem.surplus(made.choice) / SQUARE_METRE:.2f}",
                "delivered_m2": f"{rounded / SQUARE_METRE:.2f}",
            },
        )
        for item in made.cuts
    )
    return Swap(wide, found, ended, changes, made, told)


def _roomier(
    situation: Situation, problem: Problem, wide: Problem, found: Found, progress: Progress
) -> tuple[Problem, Found] | None:
    """Return a plan with so much too much that a strip of it is no sliver; None where none is."""
    least = needed(Plot(situation, problem, found.choice))
    if least is None or least <= problem.surplus(found.choice):
        return None
    settings = situation.settings.solver
    narrowed = replace(wide, margin=problem.margin + least)
    start = repaired(narrowed, found.choice) or NOTHING
    again = Search(narrowed, settings, progress).run(start, found.levels)
    return None if isinstance(again, NotFound) else (narrowed, again)


def _roomier_told(situation: Situation, narrowed: Problem) -> Finding:
    """Return that plans were compared which leave room for a cut."""
    numbers = {
        "least_m2": f"{narrowed.margin / SQUARE_METRE:.2f}",
        "most_m2": f"{narrowed.tolerance / SQUARE_METRE:.2f}",
    }
    return Finding(
        "balance-roomier", Severity.INFO, situation.settings.roles.boundary, numbers=numbers
    )


def _whole(situation: Situation, problem: Problem, progress: Progress, known: Found | None) -> Swap:
    """Choose a swap of whole parcels that balances in both ledgers.

    Where the delivered pieces' areas (or their exact sum) miss the window, the faces' is narrowed
    by as much and solved again. What the first run proved holds of all: its window is the widest.
    `known` is what that run found, where it is known already.
    """
    settings = situation.settings
    below = above = 0
    first: SolverCertificate | None = None
    for _ in range(ATTEMPTS):
        narrowed = replace(
            problem, margin=problem.margin + below, tolerance=problem.tolerance - above
        )
        found = known or best_plan(narrowed, settings.solver, progress)
        known = None
        if isinstance(found, NotFound):
            if first is None:
                raise no_swap(narrowed, found, settings.solver)
            break
        ended = certificate(narrowed, found, settings.solver)
        first = first or ended
        pieces = boundary_pieces(situation, narrowed, found.choice)
        least, most = _delivered_of(situation, pieces)
        if problem.margin <= least and most <= problem.tolerance:
            levels = proven(first.levels, ended.levels)
            changes = follow(situation, narrowed, found.choice)
            return Swap(narrowed, found, replace(ended, levels=levels), changes)
        below += max(0, problem.margin - least)
        above += max(0, most - problem.tolerance)
    raise InfeasibleError("boundary.ledgers", tolerance=settings.swap.balance_tolerance_m2)


def proven(first: tuple[SolveLevel, ...], last: tuple[SolveLevel, ...]) -> tuple[SolveLevel, ...]:
    """Return the levels of the last run with the bounds of the first, whose window was the widest.

    A bound of the first run stands as long as the levels above reached the same; from the first
    level that did not, nothing is known of the wider window any more.
    """
    levels = []
    same = True
    for one, other in zip(first, last, strict=True):
        bound = one.bound if same else np.nan
        if other.value == one.value and same:
            levels.append(replace(other, status=one.status, bound=bound, gap=one.gap))
        else:
            status = "gap" if other.status == "optimal" else other.status
            levels.append(replace(other, status=status, bound=bound, gap=gap(other.value, bound)))
        same &= other.value == one.value
    return tuple(levels)


def _delivered_of(situation: Situation, pieces: gpd.GeoDataFrame) -> tuple[int, int]:
    """Return Σ out - Σ in of the pieces' own areas, dm²: the least and the most of two counts.

    One count rounds each piece, as the law does; the other their exact sum.
    """
    rounded, exact = _delivered(situation, pieces)
    return min(rounded, int(np.floor(exact))), max(rounded, int(np.ceil(exact)))


def _delivered(situation: Situation, pieces: gpd.GeoDataFrame) -> tuple[int, float]:
    """Return Σ out - Σ in of the pieces' own areas, dm²: each rounded, and exact."""
    rounded, exact = 0, 0.0
    for kind, sign in ((TRANSFER_OUT, 1), (TRANSFER_IN, -1)):
        chosen = pieces[pieces["kind"] == kind]
        shapes = np.asarray(chosen.geometry.array, dtype=object)
        sizes = area(shapes, epsg=situation.fabric.epsg) * 100.0
        rounded += sign * int(np.floor(sizes + 0.5).sum())
        exact += sign * float(sizes.sum())
    return rounded, exact
