"""Tiny boundary problems, drawn by chance, with few enough cells to try every plan."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.aims import usual
from planloop.maintenance.boundary.ground import Ground, PieceLimits
from planloop.maintenance.boundary.problem import Aim, Demand, InCell, OutCell, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

NO_FACES = np.zeros(0, dtype=np.int64)
SIDE = 7
"""Squares along each side of a ground."""


def random_problem(random: np.random.Generator) -> Problem:
    """Return a problem of up to 6 projects, 8 in-cells and 10 out-cells, without a ground."""
    # Steps of area that several cells share make exact balances, and ties, likely.
    step = int(random.choice([1, 37, 10_000, 333_333]))
    demands = _demands(random, int(random.integers(0, 7)))
    ins = tuple(
        _in_cell(
            random,
            step * int(random.integers(1, 30)),
            tuple(item.number for item in demands if random.random() < 0.4),
        )
        for _ in range(int(random.integers(0, 9)))
    )
    outs = tuple(
        _out_cell(random, step * int(random.integers(1, 30)), f"T-{number}")
        for number in range(int(random.integers(0, 11)))
    )
    tolerance = step * int(random.choice([0, 0, 1, 3, 40]))
    return Problem(
        demands=demands,
        ins=ins,
        outs=outs,
        tolerance=tolerance,
        margin=min(tolerance, step * int(random.choice([0, 0, 0, 1]))),
        growth=step * int(random.choice([-20, -1, 0, 5])),
        counted_growth=None if random.random() < 0.5 else step * int(random.integers(-20, 30)),
        aims=usual(demands, ins, outs),
    )


def random_ground_problem(random: np.random.Generator) -> Problem:
    """Return a problem of up to 6 projects and 11 to 17 cells on a ground of up to 49 nodes."""
    step = int(random.choice([100, 3_700, 100_000]))
    inside, shared = _blobs(random), _shared(random)
    cell, ins = _cells(random, inside, shared)
    place = np.array(_PLACES)
    ground = ground_of(
        cell,
        inside,
        step * random.integers(1, 10, SIDE * SIDE),
        (place % (SIDE - 1) == 0).any(axis=1),
        shared,
        contracted=random.random() < 0.5,
    )
    areas = [int(ground.area[ground.cell == index].sum()) for index in range(cell.max() + 1)]
    demands = _demands(random, int(random.integers(1, 7)))
    # Projects want land that lies together, as a rule, and some want the same.
    middle = np.array([place[cell == index].mean(axis=0) for index in range(ins)])
    wanted: list[list[str]] = [[] for _ in range(ins)]
    for item in demands:
        far = np.abs(middle - middle[random.integers(ins)]).sum(axis=1) + 2 * random.random(ins)
        for index in np.argsort(far)[: int(random.integers(1, 4))].tolist():
            wanted[index].append(item.number)
    in_cells = tuple(
        _in_cell(random, area, tuple(names))
        for area, names in zip(areas[:ins], wanted, strict=True)
    )
    out_cells = tuple(
        _out_cell(random, area, f"T-{number}") for number, area in enumerate(areas[ins:])
    )
    least_new = step * int(random.choice([0, 5, 10, 20, 40]))
    tolerance = step * int(random.choice([1, 3, 8, 40]))
    aims = usual(demands, in_cells, out_cells)
    return Problem(
        demands=demands,
        ins=in_cells,
        outs=out_cells,
        tolerance=tolerance,
        margin=min(tolerance, step * int(random.choice([0, 0, 0, 1]))),
        growth=step * int(random.choice([-3, 0, 0, 50])),
        counted_growth=None if random.random() < 0.7 else step * int(random.integers(-10, 20)),
        ground=ground,
        limits=PieceLimits(
            least_new=least_new,
            least_rest=step * int(random.choice([0, 5, 10, 20])),
            least_hole=step * int(random.choice([0, 5, 10, 20, 40])),
        ),
        aims=aims if random.random() < 0.5 else _aims(random, demands, len(areas)),
    )


def _demands(random: np.random.Generator, count: int) -> tuple[Demand, ...]:
    return tuple(
        Demand(
            number=f"P-{number}",
            tier=int(random.integers(1, 4)),
            near=bool(random.random() < 0.6),
            must=bool(random.random() < 0.1),
            share=int(random.choice([1000, 1000, 1000, 500])),
        )
        for number in range(count)
    )


def _in_cell(random: np.random.Generator, area: int, wanted: tuple[str, ...]) -> InCell:
    return InCell(
        NO_FACES,
        area,
        wanted,
        counted=area if random.random() < 0.7 else 0,
        locked=bool(random.random() < 0.05),
        filler=bool(random.random() < (0.1 if wanted else 0.7)),
    )


def _out_cell(random: np.random.Generator, area: int, parcel: str) -> OutCell:
    return OutCell(
        parcel=parcel,
        faces=NO_FACES,
        area=area,
        patch=int(random.integers(0, 4)) or None,
        strength=round(float(random.random()), 6),
        reason="out-small",
        counted=area if random.random() < 0.7 else 0,
        locked=bool(random.random() < 0.05),
    )


def _aims(random: np.random.Generator, demands: Sequence[Demand], cells: int) -> tuple[Aim, ...]:
    """Return a level of worths and one of costs; now and then the worths count some costs, too."""
    worth = {item.number: int(random.integers(10, 301)) for item in demands}
    some, all_costs = (random.integers(0, 60, cells) for _ in range(2))
    return (
        Aim("tier-1-near", serve=worth, change=some if random.random() < 0.3 else None),
        Aim(
            "weak-first",
            change=all_costs,
            border=int(random.choice([0, 1, 3])),
            torn=int(random.choice([0, 20, 100])),
        ),
    )


_PLACES = list(product(range(SIDE), repeat=2))


def _blobs(random: np.random.Generator) -> NDArray[np.bool_]:
    """Return which squares are inside: about half, in blobs, with an odd one here and there."""
    place = np.array(_PLACES)
    centre, radius = random.random((4, 2)) * SIDE, 2 * random.random(4)
    far = (np.hypot(*(place[:, None] - centre).transpose(2, 0, 1)) - radius).min(axis=1)
    inside: NDArray[np.bool_] = far < np.median(far)
    inside[random.integers(len(place), size=2)] ^= True
    return inside


def _shared(random: np.random.Generator) -> dict[tuple[int, int], int]:
    """Return the lengths, cm, of what squares share: all sides, and a few corners cut off."""
    found = {}
    for row, column in _PLACES:
        this = row * SIDE + column
        if column + 1 < SIDE:
            found[this, this + 1] = int(random.integers(500, 5_000))
        if row + 1 < SIDE:
            found[this, this + SIDE] = int(random.integers(500, 5_000))
        if column + 1 < SIDE and row + 1 < SIDE and random.random() < 0.3:
            corner = (this, this + SIDE + 1) if random.random() < 0.5 else (this + 1, this + SIDE)
            found[corner] = int(random.integers(1, 500))
    return found


def _cells(
    random: np.random.Generator, inside: NDArray[np.bool_], shared: Mapping[tuple[int, int], int]
) -> tuple[NDArray[np.int64], int]:
    """Return the cell of each square, -1 for fixed land, and the number of in-cells.

    Most lie along the boundary, and some have two squares that do not adjoin.
    """
    near = {pair for one, other in shared for pair in ((one, other), (other, one))}
    weight = np.ones(len(inside))
    for one, other in shared:
        if inside[one] != inside[other]:
            weight[[one, other]] = 6
    cell = np.full(len(inside), -1)
    count = 0
    ins, outs = int(random.integers(5, 9)), int(random.integers(6, 10))
    for side, many in ((False, ins), (True, outs)):
        there = np.flatnonzero(inside == side)
        chances = weight[there] / weight[there].sum()
        drawn_squares = random.choice(there, many, replace=False, p=chances).tolist()
        cell[drawn_squares] = np.arange(count, count + many)
        count += many
        for square in drawn_squares:
            apart = [k for k in there.tolist() if cell[k] < 0 and (k, square) not in near]
            if apart and random.random() < 0.15:
                cell[random.choice(apart)] = cell[square]
    return cell, ins


def ground_of(  # noqa: PLR0913  # what a ground is made of
    cell: NDArray[np.int64],
    inside: NDArray[np.bool_],
    area: NDArray[np.int64],
    edge: NDArray[np.bool_],
    shared: Mapping[tuple[int, int], int],
    *,
    contracted: bool,
) -> Ground:
    """Return the ground of some squares; those of one cell that adjoin are one node.

    So are those of fixed land of one side, where the ground is `contracted`.
    """
    label = list(range(len(cell)))
    for one, other in shared:
        alike = cell[one] == cell[other] and inside[one] == inside[other]
        if alike and (contracted or cell[one] >= 0):
            label = [label[one] if item == label[other] else item for item in label]
    first, node = np.unique(label, return_index=True, return_inverse=True)[1:]
    lengths: dict[tuple[int, int], int] = {}
    for (one, other), length in shared.items():
        pair = int(node[one]), int(node[other])
        if pair[0] != pair[1]:
            pair = pair if pair[::-1] not in lengths else pair[::-1]
            lengths[pair] = lengths.get(pair, 0) + length
    left, right = np.array(list(lengths), dtype=np.int64).reshape(-1, 2).T
    count = len(first)
    return Ground(
        cell=cell[first],
        inside=inside[first],
        area=np.bincount(node, area, count).astype(np.int64),
        edge=np.bincount(node, edge, count) > 0,
        left=left,
        right=right,
        length=np.array(list(lengths.values()), dtype=np.int64),
    )
