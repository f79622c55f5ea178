"""Whether a swap keeps every rule, and what it is worth: in whole numbers, without the model.

Written apart from the model and its clauses, by other means: what the solver says is not taken for
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.maintenance.boundary.ground import CENTIMETRES
from planloop.maintenance.boundary.problem import WHOLE
from planloop.maintenance.boundary.rule_names import (
    AT_MOST,
    BALANCE,
    HOLE,
    MOST_IN,
    MULTIPLE,
    MUST_IN,
    MUST_OUT,
    MUST_SERVE,
    NEW,
    PROJECTS,
    QUOTA,
    REST,
    TOLERANCE,
    TOWNSHIPS,
    UNLIKE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planloop.maintenance.boundary.problem import Aim, Choice, Problem


def faults(problem: Problem, choice: Choice) -> tuple[str, ...]:
    """Return the rules that a choice breaks, by name; none where it is legal."""
    broken = [*_locks(problem, choice), *_areas(problem, choice)]
    if not _only_for_projects(problem, choice):
        broken.append(PROJECTS)
    if problem.limits.any:
        broken += _pieces(problem, choice)
    broken += _asked_for(problem, choice)
    return tuple(dict.fromkeys(broken))


def value(problem: Problem, choice: Choice, aim: Aim) -> int:
    """Return what a choice costs by one aim."""
    served, outs = set(choice.served), set(choice.outs)
    total = aim.constant - sum(worth for number, worth in aim.serve.items() if number in served)
    if aim.change is not None:
        moved = [*choice.ins, *(len(problem.ins) + index for index in choice.outs)]
        total += sum(int(aim.change[cell]) for cell in moved)
    if aim.border:
        ground, inside = problem.ground, _sides(problem, choice)
        edges = zip(
            ground.left.tolist(), ground.right.tolist(), ground.length.tolist(), strict=True
        )
        total += sum(
            round(length * (aim.border / CENTIMETRES))
            for left, right, length in edges
            if inside[left] != inside[right]
        )
    if aim.torn:
        patches: dict[int, set[bool]] = {}
        for index, cell in enumerate(problem.outs):
            if cell.patch is not None:
                patches.setdefault(cell.patch, set()).add(index in outs)
        total += aim.torn * sum(len(gone) > 1 for gone in patches.values())
    return total


def _locks(problem: Problem, choice: Choice) -> Iterator[str]:
    served, ins, outs = set(choice.served), set(choice.ins), set(choice.outs)
    if any(item.must and item.number not in served for item in problem.demands):
        yield MUST_SERVE
    if any(cell.locked and index not in ins for index, cell in enumerate(problem.ins)):
        yield MUST_IN
    if any(cell.locked and index not in outs for index, cell in enumerate(problem.outs)):
        yield MUST_OUT


def _areas(problem: Problem, choice: Choice) -> Iterator[str]:
    ins = [problem.ins[index] for index in choice.ins]
    outs = [problem.outs[index] for index in choice.outs]
    surplus = sum(cell.area for cell in outs) - sum(cell.area for cell in ins)
    counted = sum(cell.counted for cell in ins) - sum(cell.counted for cell in outs)
    if surplus < problem.margin:
        yield BALANCE
    if surplus > problem.tolerance:
        yield TOLERANCE
    if -surplus > problem.growth:
        yield QUOTA
    if problem.counted_growth is not None and counted > problem.counted_growth:
        yield MULTIPLE
    if problem.most_in is not None and sum(cell.area for cell in ins) > problem.most_in:
        yield MOST_IN
    for town in problem.townships:
        gained = sum(town.ins[index] for index in choice.ins)
        lost = sum(town.outs[index] for index in choice.outs)
        if not gained + town.least <= lost <= gained + town.most:
            yield TOWNSHIPS


def _asked_for(problem: Problem, choice: Choice) -> Iterator[str]:
    """Yield what a search for other plans asks for and this one is not."""
    served = set(choice.served)
    for other in problem.unlike:
        # A project that has its land without being called served makes no other plan.
        if len(served ^ other.served) < other.distance or _has_land(problem, choice) - served:
            yield UNLIKE
    for bound in problem.at_most:
        if value(problem, choice, bound.aim) > bound.most:
            yield AT_MOST


def _has_land(problem: Problem, choice: Choice) -> set[str]:
    """Return the projects of whose land as much is in as they need, served or not."""
    gone = set(choice.ins)
    found = set()
    for item in problem.demands:
        mine = [index for index, cell in enumerate(problem.ins) if item.number in cell.projects]
        there = [index for index in mine if index in gone]
        got, wanted = (sum(problem.ins[i].area for i in cells) for cells in (there, mine))
        enough = there == mine if item.share >= WHOLE else WHOLE * got >= item.share * wanted
        if enough:
            found.add(item.number)
    return found


def _only_for_projects(problem: Problem, choice: Choice) -> bool:
    """Return whether land goes in only for served projects, and each of these has its land."""
    served, gone = set(choice.served), set(choice.ins)
    wanted = dict.fromkeys((item.number for item in problem.demands), 0)
    got = dict(wanted)
    for index, cell in enumerate(problem.ins):
        for number in cell.projects:
            wanted[number] += cell.area
            got[number] += cell.area * (index in gone)
        if index in gone and not (cell.locked or cell.filler or served & set(cell.projects)):
            return False
    missing = {
        number
        for index, cell in enumerate(problem.ins)
        if index not in gone
        for number in cell.projects
    }
    return all(
        item.number not in missing
        if item.share >= WHOLE
        else WHOLE * got[item.number] >= item.share * wanted[item.number]
        for item in problem.demands
        if item.number in served
    )


def _sides(problem: Problem, choice: Choice) -> list[bool]:
    """Return whether each node is inside afterwards."""
    ins, outs, first = set(choice.ins), set(choice.outs), len(problem.ins)
    return [
        was if cell < 0 else cell in ins if cell < first else cell - first not in outs
        for cell, was in zip(
            problem.ground.cell.tolist(), problem.ground.inside.tolist(), strict=True
        )
    ]


def _pieces(problem: Problem, choice: Choice) -> Iterator[str]:
    """Yield the limits that some piece is smaller than, unless it holds an old small one whole."""
    ground = problem.ground
    area, edge, old = ground.area.tolist(), ground.edge.tolist(), ground.inside.tolist()
    small_before = [
        piece
        for piece in _flooded(problem, old)
        if _too_small(problem, piece, old, area, edge, old)
    ]
    small_at = {node: number for number, piece in enumerate(small_before) for node in piece}
    after = _sides(problem, choice)
    for piece in _flooded(problem, after):
        rules = _too_small(problem, piece, after, area, edge, old)
        if not rules:
            continue
        held = {small_at[node] for node in piece if node in small_at and old[node] == after[node]}
        if not any(piece >= small_before[number] for number in held):
            yield from rules


def _too_small(  # noqa: PLR0913, PLR0917  # what is known of the nodes
    problem: Problem,
    piece: set[int],
    side: list[bool],
    area: list[int],
    edge: list[bool],
    old: list[bool],
) -> list[str]:
    """Return the limits that a piece is smaller than."""
    limits = problem.limits
    size = sum(area[node] for node in piece)
    if not side[next(iter(piece))]:
        hole = size < limits.least_hole and not any(edge[node] for node in piece)
        return [HOLE] if hole else []
    new = not any(old[node] for node in piece)
    return [
        rule
        for rule, limit in (
            (REST, limits.least_rest),
            (NEW, limits.least_new if new else 0),
        )
        if size < limit
    ]


def _flooded(problem: Problem, side: list[bool]) -> list[set[int]]:
    """Return the connected sets of nodes of one side."""
    beside: list[list[int]] = [[] for _ in side]
    ground = problem.ground
    for left, right in zip(ground.left.tolist(), ground.right.tolist(), strict=True):
        if side[left] == side[right]:
            beside[left].append(right)
            beside[right].append(left)
    seen = [False] * len(side)
    pieces = []
    for start in range(len(side)):
        if seen[start]:
            continue
        seen[start], piece, todo = True, {start}, [start]
        while todo:
            for node in beside[todo.pop()]:
                if not seen[node]:
                    seen[node] = True
                    piece.add(node)
                    todo.append(node)
        pieces.append(piece)
    return pieces
