"""Tiny compensation problems, drawn by chance, with few enough cells to try every plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planloop.maintenance.control_lines.problem import Homes, Loss, Problem, Requirement

MOST = 5_000
"""Plans, legal or not, that a problem may have."""


def random_lines(random: np.random.Generator) -> Problem:
    """Return a problem of 2 to 7 cells, 1 to 3 requirements and up to 5 homes."""
    while True:
        problem = _drawn(random)
        options = [
            1 + sum(want.rank[cell] >= 0 for want in problem.requirements)
            for cell in range(len(problem.area))
        ]
        if np.prod(options) * 2 ** len(problem.losses) <= MOST:
            return problem


def _drawn(random: np.random.Generator) -> Problem:
    cells = int(random.integers(2, 8))
    step = int(random.choice([1, 3_700, 10_000, 12_345]))
    pairs = [(a, b) for a in range(cells) for b in range(a + 1, cells)]
    # Neighbours in a row, and a few more: pieces hang together by few cells.
    near = [pair for pair in pairs if pair[1] - pair[0] == 1 or random.random() < 0.15]
    near = [pair for pair in near if random.random() < 0.85]
    edges = np.array(near, dtype=np.int64).reshape(-1, 2)
    requirements: list[Requirement] = []
    losses: list[Loss] = []
    partial: set[str] = set()
    for number in range(int(random.integers(1, 4))):
        kind = str(random.choice(["a", "a", "b"]))
        # Features that keep a rest make one requirement for each kind.
        site = bool(random.random() < 0.5) or kind in partial
        if not site:
            partial.add(kind)
        least = 0 if random.random() < 0.3 else step * int(random.integers(1, 16))
        requirements.append(
            Requirement(
                kind=kind,
                site=site,
                least=least,
                rank=random.choice([-1, 0, 0, 1, 2], cells).astype(np.int64),
                attached=random.random(cells) < 0.2,
                park=kind == "a",
            )
        )
        count = 1 if site else int(random.integers(1, 3))
        losses += [
            Loss(f"L:{len(losses) + k}", number, step * int(random.integers(1, 13)))
            for k in range(count)
        ]
    problem = Problem(
        area=step * random.integers(1, 10, cells).astype(np.int64),
        left=edges[:, 0],
        right=edges[:, 1],
        requirements=tuple(requirements),
        losses=tuple(losses),
        homes=_homes(random, step, cells, losses, requirements),
    )
    return replace(problem, was=_was(random, problem)) if random.random() < 0.5 else problem


def _was(random: np.random.Generator, problem: Problem) -> tuple[frozenset[int], ...]:
    """Return what cells made up for in some earlier plan, legal or not: all of one kind."""
    kinds = [want.kind for want in problem.requirements]
    chosen = random.choice(["", "", *kinds], len(problem.area))
    return tuple(
        frozenset(number for number, kind in enumerate(kinds) if kind == mine) for mine in chosen
    )


def _homes(
    random: np.random.Generator,
    step: int,
    cells: int,
    losses: list[Loss],
    requirements: list[Requirement],
) -> Homes:
    count = int(random.integers(0, 6))
    near = np.argwhere(random.random((count, cells)) < 0.3)
    parks = np.array([requirements[loss.requirement].park for loss in losses])
    held = np.argwhere((random.random((count, len(losses))) < 0.3) & parks)
    kept = random.random(count) < 0.2
    before = kept.copy()
    before[held[:, 0]] = True
    area = step * random.integers(1, 10, count).astype(np.int64)
    return Homes(area, before, kept, near.astype(np.int64), held.astype(np.int64))
