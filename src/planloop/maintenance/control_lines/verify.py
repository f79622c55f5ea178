"""Whether a plan keeps every rule, and what it is worth: in whole numbers, without the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.maintenance.control_lines.problem import NOT_ALLOWED, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planloop.maintenance.control_lines.problem import Choice, Problem

ARE = 10_000
"""100 m², in dm²: the unit in which fit is counted, so that small differences of area do not
decide before the reach of homes does."""

ALLOWED, ENOUGH, IDLE, SITE, PATCH = "allowed", "enough", "idle", "site", "patch"
"""Rules: only cells that may be used; at least what is cut; nothing where nothing is cut; a site in
one piece; patches attached or large enough."""


def faults(problem: Problem, choice: Choice) -> tuple[str, ...]:
    """Return the rules that a plan breaks, by name; none where it is legal."""
    return tuple(dict.fromkeys(_faults(problem, choice)))


def _faults(problem: Problem, choice: Choice) -> Iterator[str]:
    near = problem.near()
    for number, requirement in enumerate(problem.requirements):
        cells = choice.cells_of(number)
        cut = [loss for loss in problem.losses_of(number) if choice.cut[loss]]
        if any(requirement.rank[cell] == NOT_ALLOWED for cell in cells):
            yield ALLOWED
        if sum(int(problem.area[cell]) for cell in cells) < sum(
            problem.losses[loss].area for loss in cut
        ):
            yield ENOUGH
        if cells and not cut:
            yield IDLE
        found = pieces(cells, near)
        if requirement.site and len(found) > 1:
            yield SITE
        if not requirement.site and any(
            not _stands(problem, choice, number, piece, near) for piece in found
        ):
            yield PATCH


def _stands(
    problem: Problem, choice: Choice, number: int, piece: set[int], near: list[set[int]]
) -> bool:
    """Return whether a patch is large enough, or attached to the line or to a new site of it."""
    requirement = problem.requirements[number]
    if sum(int(problem.area[cell]) for cell in piece) >= requirement.least:
        return True
    if any(requirement.attached[cell] for cell in piece):
        return True
    beside = {choice.use[other] for cell in piece for other in near[cell]}
    return any(
        use != number and problem.requirements[use].kind == requirement.kind
        for use in beside - {NOT_ALLOWED}
    )


def uncut(problem: Problem, choice: Choice) -> int:
    """Return the area of the conflicts that stay, dm²."""
    return sum(loss.area for loss, cut in zip(problem.losses, choice.cut, strict=True) if not cut)


def _served(problem: Problem, choice: Choice) -> set[int]:
    """Return the homes within reach of a park afterwards."""
    homes = problem.homes
    park = [use != NOT_ALLOWED and problem.requirements[use].park for use in choice.use]
    found = {home for home, kept in enumerate(homes.kept) if kept}
    found |= {home for home, cell in homes.cells.tolist() if park[cell]}
    return found | {home for home, loss in homes.losses.tolist() if not choice.cut[loss]}


def coverage(problem: Problem, choice: Choice) -> int:
    """Return by how much less land of homes is within reach of a park after than before, dm²."""
    served, homes = _served(problem, choice), problem.homes
    after = sum(int(homes.area[home]) for home in served)
    return max(0, int(homes.area[homes.before].sum()) - after)


def homes_lost(problem: Problem, choice: Choice) -> int:
    """Return the area of homes within reach of a park before and not after, dm²."""
    served = _served(problem, choice)
    return sum(
        int(area)
        for home, area in enumerate(problem.homes.area)
        if problem.homes.before[home] and home not in served
    )


def homes_far(problem: Problem, choice: Choice) -> int:
    """Return the area of homes within reach of no park before and still of none after, dm²."""
    served = _served(problem, choice)
    return sum(
        int(area)
        for home, area in enumerate(problem.homes.area)
        if not problem.homes.before[home] and home not in served
    )


def nearest(problem: Problem, choice: Choice) -> int:
    """Return the land that makes up for something else than in an earlier scheme, begun ares."""
    if problem.was is None:
        return 0
    return sum(
        -(-int(problem.area[cell]) // ARE)
        for cell, (use, was) in enumerate(zip(choice.use, problem.was, strict=True))
        if (use not in was if was else use != NOT_ALLOWED)
    )


def fit(problem: Problem, choice: Choice) -> int:
    """Return how badly the planned use fits: ares (begun ones count) times rank."""
    return sum(
        -(-int(problem.area[cell]) // ARE) * int(problem.requirements[use].rank[cell])
        for cell, use in enumerate(choice.use)
        if use != NOT_ALLOWED
    )


def surplus(problem: Problem, choice: Choice) -> int:
    """Return by how much the new land exceeds what is cut, dm²."""
    used = sum(
        int(area) for area, use in zip(problem.area, choice.use, strict=True) if use != NOT_ALLOWED
    )
    return used - sum(
        loss.area for loss, cut in zip(problem.losses, choice.cut, strict=True) if cut
    )


def cells(_: Problem, choice: Choice) -> int:
    """Return the number of cells that are used."""
    return sum(use != NOT_ALLOWED for use in choice.use)


def smallest(problem: Problem, choice: Choice) -> int:
    """Return the sum of the places of what is used and cut: of plans as good, the first."""
    count = len(problem.requirements)
    return sum(
        cell * count + use + 1 for cell, use in enumerate(choice.use) if use != NOT_ALLOWED
    ) + sum(loss for loss, cut in enumerate(choice.cut) if cut)


VALUES = {
    "lines-uncut": uncut,
    "lines-coverage": coverage,
    "lines-homes-lost": homes_lost,
    "lines-nearest": nearest,
    "lines-cells": cells,
    "lines-fit": fit,
    "lines-homes-far": homes_far,
    "lines-surplus": surplus,
    "lines-smallest": smallest,
}
"""What a plan costs by each level of the objective, in the order of the levels."""
