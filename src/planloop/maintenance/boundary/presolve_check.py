"""What is hopeless or odd in a boundary problem, in words, before anything is solved.

What is called an error leaves no legal swap; a warning is most likely not what was meant. Each
check is sound and quick, and none is complete: that all is well here does not say that there is a
swap. What no swap can do for other reasons the search finds, and ``explain/`` says why. So it does
of each project that is not served, which is why a project that is too large is none of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.pieces.presolve import presolve
from planloop.maintenance.boundary.problem import WHOLE
from planloop.plan.decision import NONE
from planloop.plan.finding import Finding, Severity
from planloop.plan.units import HECTARE, SQUARE_METRE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.boundary.pieces.presolve import Fixed
    from planloop.maintenance.boundary.problem import Demand, Problem

EXACT = 2**53
"""Up to here a floating-point number tells whole numbers apart; solvers count in these."""


def presolve_check(problem: Problem, layer: str) -> tuple[Finding, ...]:
    """Return what is hopeless or odd in a problem, the hopeless first.

    Parameters
    ----------
    problem
        The problem.
    layer
        Layer code of the boundary, which the findings name.

    Returns
    -------
    tuple of Finding
        Errors, then warnings, each in the order of the checks; features are projects, parcels or
        townships.
    """
    sums = _Sums(problem)
    found = [
        Finding(seen.code, seen.severity, layer, seen.features, numbers=seen.numbers)
        for check in CHECKS
        for seen in check(sums)
    ]
    return tuple(sorted(found, key=lambda item: item.severity is not Severity.ERROR))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a check has seen: the makings of a finding."""

    code: str
    severity: Severity
    numbers: Mapping[str, object]
    features: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sums:
    """The problem, and sums that several checks need. Areas in dm².

    Parameters
    ----------
    problem
        The problem.
    """

    problem: Problem

    @cached_property
    def must_in(self) -> list[int]:
        """The cells that go in whatever is decided: locked, or all of a project's that must be."""
        problem = self.problem
        whole = {item.number for item in problem.demands if item.must and item.share >= WHOLE}
        return [
            index
            for index, cell in enumerate(problem.ins)
            if cell.locked or not whole.isdisjoint(cell.projects)
        ]

    @cached_property
    def least_in(self) -> int:
        """No less than this goes in."""
        problem, there = self.problem, set(self.must_in)
        more = [0]
        for item in problem.demands:
            if item.must:
                mine = (i for i, cell in enumerate(problem.ins) if item.number in cell.projects)
                got = sum(problem.ins[index].area for index in there.intersection(mine))
                more.append(self.needs(item) - got)
        return sum(problem.ins[index].area for index in there) + max(more)

    @cached_property
    def all_in(self) -> int:
        """No more than this goes in, if only for what there is and the limit of it."""
        every = sum(cell.area for cell in self.problem.ins)
        return every if self.problem.most_in is None else min(every, self.problem.most_in)

    @cached_property
    def all_out(self) -> int:
        """No more than this goes out."""
        return sum(cell.area for cell in self.problem.outs)

    @cached_property
    def room(self) -> int:
        """No more than this goes in by the balance, the issued area and the limit."""
        problem = self.problem
        rooms = [self.all_out - problem.margin, self.all_out + problem.growth]
        return min(rooms if problem.most_in is None else [*rooms, problem.most_in])

    @cached_property
    def fixed(self) -> Fixed:
        """What the rules for pieces decide."""
        return presolve(self.problem)

    def wanted(self, item: Demand) -> int:
        """Return the area that a project wants."""
        return sum(cell.area for cell in self.problem.ins if item.number in cell.projects)

    def needs(self, item: Demand) -> int:
        """Return the least area that serves a project, rounded up."""
        return -(-self.wanted(item) * item.share // WHOLE)


# What leaves no swap


def _crossed(sums: _Sums) -> Iterator[_Seen]:
    """Find that a larger surplus is asked for than is allowed."""
    problem = sums.problem
    if problem.margin > problem.tolerance:
        numbers = {"least_m2": _m2(problem.margin), "most_m2": _m2(problem.tolerance)}
        yield _error("swap-window-crossed", numbers)


def _quota(sums: _Sums) -> Iterator[_Seen]:
    """Find that the boundary is larger than issued by more than it can shrink."""
    over = -sums.problem.growth
    if over > sums.all_out:
        numbers = {"over_ha": _ha(over), "most_out_ha": _ha(sums.all_out)}
        yield _error("swap-quota-exceeded", numbers)
    elif over > max(sums.problem.tolerance, 0):
        numbers = {"over_m2": _m2(over), "tolerance_m2": _m2(sums.problem.tolerance)}
        yield _error("swap-quota-beyond-tolerance", numbers)


def _multiple(sums: _Sums) -> Iterator[_Seen]:
    """Find that what the multiple counts exceeds it, even if all goes out that may."""
    problem = sums.problem
    if problem.counted_growth is None:
        return
    entering = sum(problem.ins[index].counted for index in sums.must_in)
    leaving = sum(cell.counted for cell in problem.outs)
    over = entering - leaving - problem.counted_growth
    if over > 0:
        numbers = {
            "must_in_ha": _ha(entering),
            "most_out_ha": _ha(leaving),
            "left_ha": _ha(problem.counted_growth),
            "over_ha": _ha(over),
        }
        yield _error("swap-multiple-exceeded", numbers)


def _too_much_in(sums: _Sums) -> Iterator[_Seen]:
    """Find that more must go in than may."""
    if sums.least_in > max(sums.room, 0):
        must = tuple(item.number for item in sums.problem.demands if item.must)
        numbers = {
            "must_in_ha": _ha(sums.least_in),
            "most_in_ha": _ha(max(sums.room, 0)),
            "most_out_ha": _ha(sums.all_out),
            "must": ", ".join(must) or NONE,
        }
        yield _error("swap-must-in-exceeds", numbers, must)


def _too_much_out(sums: _Sums) -> Iterator[_Seen]:
    """Find that more must go out than may come in for it."""
    problem = sums.problem
    locked = [cell for cell in problem.outs if cell.locked]
    least = sum(cell.area for cell in locked)
    most = sums.all_in + problem.tolerance
    if locked and least > most:
        numbers = {"must_out_ha": _ha(least), "most_in_ha": _ha(sums.all_in)}
        numbers["tolerance_m2"] = _m2(problem.tolerance)
        parcels = tuple(sorted({cell.parcel for cell in locked}))
        yield _error("swap-must-out-exceeds", numbers, parcels)


def _townships(sums: _Sums) -> Iterator[_Seen]:
    """Find either in a township that balances by itself."""
    outs = sums.problem.outs
    for town in sums.problem.townships:
        must_in = sum(town.ins[index] for index in sums.must_in)
        must_out = sum(part for part, cell in zip(town.outs, outs, strict=True) if cell.locked)
        if must_in + town.least > sum(town.outs):
            numbers = {"must_in_ha": _ha(must_in), "most_out_ha": _ha(sum(town.outs))}
            numbers["spare_ha"] = _ha(max(-town.least, 0))
            yield _error("swap-township-in-exceeds", numbers, (town.name or NONE,))
        if must_out > sum(town.ins) + town.most:
            numbers = {"must_out_ha": _ha(must_out), "most_in_ha": _ha(sum(town.ins))}
            numbers["spare_ha"] = _ha(max(town.most, 0))
            yield _error("swap-township-out-exceeds", numbers, (town.name or NONE,))


def _enclosed(sums: _Sums) -> Iterator[_Seen]:
    """Find projects that must be served on land that no legal piece can hold."""
    problem, fixed = sums.problem, sums.fixed
    for item in problem.demands:
        mine = [i for i, cell in enumerate(problem.ins) if item.number in cell.projects]
        lost = [index for index in mine if fixed.inside[index] == 0 and len(fixed.why(index))]
        missing = sum(problem.ins[index].area for index in lost)
        if item.must and WHOLE * missing > (WHOLE - item.share) * sums.wanted(item):
            nodes = fixed.why(max(lost, key=lambda index: problem.ins[index].area))
            yield _error("swap-must-serve-enclosed", _piece(problem, nodes), (item.number,))


def _held_apart(sums: _Sums) -> Iterator[_Seen]:
    """Find that locks make a piece which may not be."""
    problem, nodes = sums.problem, sums.fixed.impossible
    if nodes is None:
        return
    # Of the side that it cannot but have: a node that keeps it tells.
    known = sums.fixed.nodes[nodes]
    inside = bool((known[known >= 0] == 1).all())
    if inside:
        yield _error("swap-locked-piece", _piece(problem, nodes), _names(problem, nodes))
    else:
        numbers = _piece(problem, nodes) | {"limit_m2": _m2(problem.limits.least_hole)}
        yield _error("swap-locked-hole", numbers, _names(problem, nodes))


# What is odd


def _nothing_out(sums: _Sums) -> Iterator[_Seen]:
    """Find that nothing may go out, and something wants to go in."""
    if not sums.all_out and any(cell.area for cell in sums.problem.ins):
        yield _warning("swap-nothing-out", {"count": len(sums.problem.demands)})


def _no_tolerance(sums: _Sums) -> Iterator[_Seen]:
    """Find that areas would have to match to the last digit."""
    problem = sums.problem
    if problem.tolerance == problem.margin and sums.all_out and sums.all_in:
        yield _warning("swap-no-tolerance", {"surplus_m2": _m2(problem.margin)})


def _limits(sums: _Sums) -> Iterator[_Seen]:
    """Find limits the wrong way round: of a piece that is all new, the larger binds."""
    limits = sums.problem.limits
    if limits.least_rest > limits.least_new:
        numbers = {"rest_ha": _ha(limits.least_rest), "new_ha": _ha(limits.least_new)}
        yield _warning("swap-limits-reversed", numbers)


def _no_land(sums: _Sums) -> Iterator[_Seen]:
    """Find projects that want nothing, and so are served by nothing."""
    numbers = tuple(item.number for item in sums.problem.demands if not sums.wanted(item))
    if numbers:
        yield _warning("swap-project-no-land", {}, numbers)


def _no_area(sums: _Sums) -> Iterator[_Seen]:
    """Find cells that the ledger does not see: they may change sides at no cost."""
    problem = sums.problem
    ins = [cell for cell in problem.ins if not cell.area]
    outs = [cell for cell in problem.outs if not cell.area]
    if ins or outs:
        names = {number for cell in ins for number in cell.projects}
        names.update(cell.parcel for cell in outs)
        count = len(ins) + len(outs)
        yield _warning("swap-cells-no-area", {"count": count}, tuple(sorted(names)))


def _too_precise(sums: _Sums) -> Iterator[_Seen]:
    """Find sums that are larger than what the solver can count exactly."""
    problem = sums.problem
    cells = sum(cell.area for cell in problem.ins) + sums.all_out
    shares = [WHOLE * sums.wanted(item) for item in problem.demands if item.share < WHOLE]
    changes = [int(np.abs(aim.change).sum()) for aim in problem.aims if aim.change is not None]
    largest = max([cells, *(2 * share for share in shares), *changes])
    if largest >= EXACT:
        numbers = {"largest": f"{largest:.3g}", "exact": f"{EXACT:.3g}"}
        yield _warning("swap-too-precise", numbers)


CHECKS: tuple[Callable[[_Sums], Iterator[_Seen]], ...] = (
    _crossed,
    _quota,
    _multiple,
    _too_much_in,
    _too_much_out,
    _townships,
    _enclosed,
    _held_apart,
    _nothing_out,
    _no_tolerance,
    _limits,
    _no_land,
    _no_area,
    _too_precise,
)


def _error(code: str, numbers: Mapping[str, object], features: tuple[str, ...] = ()) -> _Seen:
    return _Seen(code, Severity.ERROR, numbers, features)


def _warning(code: str, numbers: Mapping[str, object], features: tuple[str, ...] = ()) -> _Seen:
    return _Seen(code, Severity.WARNING, numbers, features)


def _piece(problem: Problem, nodes: NDArray[np.int64]) -> dict[str, str]:
    """Return the area of nodes, and how much a piece of the boundary of them must have."""
    least = problem.limits.least(np.array([problem.ground.inside[nodes].any()]))
    return {"piece_m2": _m2(int(problem.ground.area[nodes].sum())), "limit_m2": _m2(int(least[0]))}


def _names(problem: Problem, nodes: NDArray[np.int64]) -> tuple[str, ...]:
    """Return the projects and parcels of the cells that decide on nodes, ascending."""
    names: set[str] = set()
    for cell in np.unique(problem.ground.cell[nodes]).tolist():
        if 0 <= cell < len(problem.ins):
            names.update(problem.ins[cell].projects)
        elif cell >= 0:
            names.add(problem.outs[cell - len(problem.ins)].parcel)
    return tuple(sorted(names))


def _m2(area: int) -> str:
    return f"{area / SQUARE_METRE:.2f}"


def _ha(area: int) -> str:
    return f"{area / HECTARE:.4f}"
