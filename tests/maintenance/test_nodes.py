"""The ground of a swap: by hand on a board, and against a flood fill over the squares."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.maintenance.boundary.nodes import ground_of
from planloop.maintenance.boundary.problem import InCell, OutCell
from planloop.maintenance.boundary.transfer_in import candidates
from tests.examples import examples
from tests.maintenance.board import board, box, faces_in, read, size, square

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.ground import Ground
    from planloop.maintenance.situation import Situation

Place = tuple[int, int]

SIDE = 10_000
"""Side of a square, cm."""

ZONE = {"o": "520", "a": "520", "b": "520", "i": "410", "A": "410", "B": "410"}
"""Fixed outside, two cells that may go in; fixed inside, two cells that may go out."""


def ground_drawn(drawing: str) -> tuple[Situation, Ground]:
    """Return the ground of a board on which letters name the cells."""
    word = read(drawing)
    lines = [" ".join(ZONE[item] for item in line.split()) for line in drawing.strip().split("\n")]
    place = board("\n".join(lines))

    def cell(letter: str) -> tuple[NDArray[np.int64], int]:
        faces = faces_in(place, *[square(*at) for at, held in word.items() if held == letter])
        return faces, place.area(faces)

    ins = [InCell(*cell(letter), ("P-1",)) for letter in "ab" if letter in word.values()]
    outs = [
        OutCell(letter, *cell(letter), None, 1.0, "out-small")
        for letter in "AB"
        if letter in word.values()
    ]
    return place, ground_of(place, ins, outs)


def test_by_hand() -> None:
    """Two squares of one cell beside each other are one node, two apart are two nodes."""
    _, ground = ground_drawn("""
        o o o o a
        o i A o o
        o i a a o
        o o o o o
        """)
    assert sorted(told(ground)) == [
        (-1, False, 14, True),
        (-1, True, 2, False),
        (0, False, 1, True),
        (0, False, 2, False),
        (1, True, 1, False),
    ]
    node = {(cell, area): place for place, (cell, _, area, _) in enumerate(told(ground))}
    fixed, town, corner, pair, out = (
        node[key] for key in ((-1, 14), (-1, 2), (0, 1), (0, 2), (1, 1))
    )
    expected = {
        (fixed, town): 4,
        (fixed, corner): 2,
        (fixed, pair): 4,
        (fixed, out): 2,
        (town, out): 1,
        (town, pair): 1,
        (out, pair): 1,
    }
    pairs = zip(ground.left.tolist(), ground.right.tolist(), strict=True)
    assert dict(zip(pairs, ground.length.tolist(), strict=True)) == {
        (min(key), max(key)): SIDE * count for key, count in expected.items()
    }


def told(ground: Ground) -> list[tuple[int, bool, int, bool]]:
    """Return cell, side, squares and edge of each node."""
    squares = np.rint(ground.area / 1e6).astype(int)
    columns = (ground.cell, ground.inside, squares, ground.edge)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_areas_add_up_exactly() -> None:
    place, ground = ground_drawn("o a a\no A i\no o b")
    assert int(ground.area.sum()) == int(place.fabric.area.sum())
    pair = size(square(1, 2), square(2, 2))
    assert ground.area[ground.cell == 0].tolist() == [pair]


def test_a_point_does_not_join() -> None:
    _, ground = ground_drawn("a o\no i")
    inside = np.flatnonzero(ground.inside)
    cell = np.flatnonzero(ground.cell == 0)
    ends = {tuple(sorted(pair)) for pair in zip(ground.left, ground.right, strict=True)}
    assert (min(cell[0], inside[0]), max(cell[0], inside[0])) not in ends
    assert len(ground) == 4, "the outside falls into two nodes, too"


def test_nodes_come_in_the_order_of_their_faces() -> None:
    place, ground = ground_drawn("o a o\nA i b\no o o")
    first = [
        int(np.flatnonzero(place.fabric.area == area)[0])
        for area, squares in zip(ground.area, np.rint(ground.area / 1e6), strict=True)
        if squares == 1
    ]
    assert first == sorted(first)
    assert (ground.left < ground.right).all()
    assert np.lexsort((ground.right, ground.left)).tolist() == list(range(len(ground.left)))


def test_land_outside_the_region_stays_outside() -> None:
    """A square in no region is land as any other; one in no layer at all is an edge."""
    zones = "410 410 410\n410 520 410\n410 410 410"
    beyond = ground_of(board(zones, without=[("XZQX", 1, 1)]), (), ())
    assert (beyond.cell.tolist(), beyond.edge[~beyond.inside].tolist()) == ([-1, -1], [False])
    missing = [(layer, 2, 2) for layer in ("XZQX", "XZYDYH", "GHFQ")]
    gap = ground_of(
        board(
            "520 520 520 520 520\n520 410 410 410 520\n520 410 520 410 520\n"
            "520 410 410 410 520\n520 520 520 520 520",
            without=missing,
        ),
        (),
        (),
    )
    assert gap.edge.tolist() == [True, True], "the boundary reaches the gap"


def test_a_project_with_two_sites_gets_both() -> None:
    """They are one cell of two nodes: it goes in as a whole, or not at all."""
    field = "520 520 520 520 520\n410 410 520 520 520"
    place = board(field, sites={"P-1": [box(2, 0, 3, 1), box(4, 1, 5, 2)]})
    wanted = candidates(place)
    (cell,) = wanted.cells
    ground = ground_of(place, wanted.cells, ())
    assert cell.projects == ("P-1",)
    assert abs(cell.area - size(square(2, 0), square(4, 1))) <= 1
    assert len(ground.area[ground.cell == 0]) == 2
    assert int(ground.area[ground.cell == 0].sum()) == cell.area


drawings = st.lists(st.lists(st.sampled_from("ooiiabAB"), min_size=4, max_size=4), min_size=3)


@given(drawings.filter(lambda rows: len(rows) < 6))
@settings(max_examples=examples(15), deadline=None)
def test_against_a_flood_fill(rows: list[list[str]]) -> None:
    rows[0][0] = "i"  # a boundary there must be
    drawing = "\n".join(" ".join(row) for row in rows)
    word = read(drawing)
    _, ground = ground_drawn(drawing)
    node_of, nodes = _flooded(word)
    letters = [letter for letter in "abAB" if letter in word.values()]
    number = {letter: place for place, letter in enumerate(letters)}
    expected = sorted(
        (
            number.get(word[min(node)], -1),
            ZONE[word[min(node)]] == "410",
            len(node),
            any(not _beside(at) <= set(word) for at in node),
        )
        for node in nodes
    )
    assert sorted(told(ground)) == expected
    lengths: dict[tuple[int, int], int] = {}
    for at in word:
        for other in _beside(at) & set(word):
            pair = (node_of[at], node_of[other])
            if pair[0] < pair[1]:
                lengths[pair] = lengths.get(pair, 0) + SIDE
    assert sorted(ground.length.tolist()) == sorted(lengths.values())
    degree = np.bincount([*ground.left, *ground.right], minlength=len(ground))
    counted = np.bincount(np.array(list(lengths)).ravel(), minlength=len(nodes))
    assert sorted(degree.tolist()) == sorted(counted.tolist())


def _beside(at: Place) -> set[Place]:
    return {
        (at[0] + x, at[1] + y) for x, y in product((-1, 0, 1), repeat=2) if abs(x) + abs(y) == 1
    }


def _flooded(word: dict[Place, str]) -> tuple[dict[Place, int], list[set[Place]]]:
    """Return the node of each square, and the squares of each node."""
    node_of: dict[Place, int] = {}
    nodes: list[set[Place]] = []
    for start in sorted(word):
        if start in node_of:
            continue
        todo, node = [start], set[Place]()
        while todo:
            at = todo.pop()
            if at not in node:
                node.add(at)
                todo += [other for other in _beside(at) if word.get(other) == word[start]]
        node_of |= dict.fromkeys(node, len(nodes))
        nodes.append(node)
    return node_of, nodes
