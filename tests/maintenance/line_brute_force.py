"""The best compensation of small problems, by judging every plan there is.

Written from the words of the rules, not from the model, its clauses or its verifier.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planloop.maintenance.control_lines.problem import Problem

    Plan = tuple[tuple[int | None, ...], tuple[bool, ...]]


def legal_plans(problem: Problem) -> Iterator[Plan]:
    """Yield every legal plan: what each cell is used for, and which losses are cut."""
    wants = problem.requirements
    allowed = [
        [None, *(r for r, want in enumerate(wants) if want.rank[cell] >= 0)]
        for cell in range(len(problem.area))
    ]
    for use in product(*allowed):
        if not all(_shaped(problem, use, r) for r in range(len(wants))):
            continue
        has = [
            sum(int(a) for a, u in zip(problem.area, use, strict=True) if u == r)
            for r in range(len(wants))
        ]
        for cut in product((False, True), repeat=len(problem.losses)):
            needs = [0] * len(wants)
            asked = [False] * len(wants)
            for loss, gone in zip(problem.losses, cut, strict=True):
                if gone:
                    needs[loss.requirement] += loss.area
                    asked[loss.requirement] = True
            if all(
                have >= need and (some or have == 0)
                for have, need, some in zip(has, needs, asked, strict=True)
            ):
                yield use, cut


def worth(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """Return what a plan costs, level by level."""
    use, cut = plan
    used = [(cell, r) for cell, r in enumerate(use) if r is not None]
    kept = sum(loss.area for loss, gone in zip(problem.losses, cut, strict=True) if not gone)
    lost = sum(loss.area for loss, gone in zip(problem.losses, cut, strict=True) if gone)
    reached = []
    for home in range(len(problem.homes.area)):
        by_cell = any(
            h == home and use[cell] is not None and problem.requirements[use[cell]].park
            for h, cell in problem.homes.cells.tolist()
        )
        by_loss = any(h == home and not cut[loss] for h, loss in problem.homes.losses.tolist())
        reached.append(bool(problem.homes.kept[home]) or by_cell or by_loss)
    out_of_reach = [
        (int(area), bool(before))
        for area, before, here in zip(
            problem.homes.area, problem.homes.before, reached, strict=True
        )
        if not here
    ]
    count = len(problem.requirements)
    reach = [int(a) for a, here in zip(problem.homes.area, reached, strict=True) if here]
    before = [int(a) for a, b in zip(problem.homes.area, problem.homes.before, strict=True) if b]
    return (
        kept,
        max(0, sum(before) - sum(reach)),
        sum(area for area, before in out_of_reach if before),
        sum(
            (int(problem.area[cell]) + 9_999) // 10_000
            for cell, was in enumerate(problem.was or ())
            if (use[cell] not in was if was else use[cell] is not None)
        ),
        len(used),
        sum(
            (int(problem.area[cell]) + 9_999) // 10_000 * int(problem.requirements[r].rank[cell])
            for cell, r in used
        ),
        sum(area for area, before in out_of_reach if not before),
        sum(int(problem.area[cell]) for cell, _ in used) - lost,
        sum(cell * count + r + 1 for cell, r in used)
        + sum(number for number, gone in enumerate(cut) if gone),
    )


def _shaped(problem: Problem, use: tuple[int | None, ...], number: int) -> bool:
    """Return whether the land of a requirement lies together as it must."""
    want = problem.requirements[number]
    patches = _patches(problem, {cell for cell, r in enumerate(use) if r == number})
    if want.site:
        return len(patches) <= 1
    alike = {
        cell
        for cell, r in enumerate(use)
        if r not in {None, number} and problem.requirements[r].kind == want.kind
    }
    edges = list(zip(problem.left.tolist(), problem.right.tolist(), strict=True))
    for patch in patches:
        large = sum(int(problem.area[cell]) for cell in patch) >= want.least
        attached = any(want.attached[cell] for cell in patch)
        joined = any({a, b} & patch and {a, b} & alike for a, b in edges)
        if not (large or attached or joined):
            return False
    return True


def _patches(problem: Problem, cells: set[int]) -> list[set[int]]:
    """Return cells by what hangs together, by merging the ends of every edge."""
    patches = [{cell} for cell in cells]
    for a, b in zip(problem.left.tolist(), problem.right.tolist(), strict=True):
        if a in cells and b in cells:
            joined = [patch for patch in patches if patch & {a, b}]
            patches = [patch for patch in patches if not patch & {a, b}]
            patches.append(set().union(*joined))
    return patches
