"""Patches and holes: what breaks each promise, what keeps it, and that the solver's rule agrees."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from planloop.checks.evidence import Evidence
from planloop.checks.proofs.patches import holes, patches
from planloop.errors import SettingsError
from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.nodes import ground_of
from planloop.maintenance.boundary.problem import Choice, InCell, OutCell, Problem
from planloop.maintenance.boundary.verify import faults
from planloop.messages import LANGUAGES, render
from planloop.plan.change_set import PIECE_COLUMNS, ChangeSet
from planloop.plan.proof import Outcome
from tests.checks.test_proofs import broken_of
from tests.checks.toy_city import (
    EPSG,
    SCATTERED,
    ZONE_OF,
    City,
    Claim,
    Swap,
    city,
    claim,
    moves,
    ordinary,
    settings,
)
from tests.examples import examples
from tests.maintenance.board import board, faces_in, read, size, square

if TYPE_CHECKING:
    from collections.abc import Callable

    from planloop.plan.proof import Proof

Place = tuple[int, int]

# Each claim breaks one promise alone. Parcels of the toy city have about 1 ha, its main body 19.55.


def cropland(*cells: Place, rights: bool = True) -> Callable[[dict[str, pd.DataFrame]], None]:
    """Return the edit that makes parcels cropland, which may go out."""

    def edit(layers: dict[str, pd.DataFrame]) -> None:
        parcels = layers["XZYDYH"]
        rows = [sorted(ZONE_OF).index(place) for place in cells]
        parcels.loc[parcels.index[rows], "YDYHFLDM"] = "010300"
        if not rights:
            for code in ("QSZD", "YPXM", "YJXM"):
                del layers[code]

    return edit


def swapped(place: City, *out: Place) -> Swap:
    """Return the site of P-1 going in, and parcels going out."""
    return moves(place.site("P-1"), "410", "410") + moves(place.faces(*out), None, "520")


def new_patch_alone() -> Claim:
    place = city()
    entering = moves(place.faces((7, 0)), "410", "410")
    return claim(place, entering + moves(place.faces(SCATTERED), None, "520"))


def rest_too_small() -> Claim:
    """Let the main body fall from 19.55 to 19.21 ha."""
    place = city(cropland((8, 2)), settings(swap=LIMITS | {"least_rest_patch_ha": 19.3}))
    return claim(place, swapped(place, (8, 2)))


def old_small_patch_torn() -> Claim:
    place = city(cropland((8, 2)), settings(swap=LIMITS | {"least_rest_patch_ha": 25.0}))
    return claim(place, swapped(place, (8, 2)))


def hole_made() -> Claim:
    chosen = settings(swap=LIMITS | {"least_hole_ha": 1.1})
    place = city(cropland((6, 3), rights=False), chosen)
    more = moves(place.faces((6, 6)), "410", "410")
    return claim(place, swapped(place, (6, 3), SCATTERED) + more)


LIMITS = {"balance_tolerance_m2": 6000.0}
BROKEN = [
    (new_patch_alone, "C2.patches", "9514.67 m² < 300000.00 m² ("),
    (rest_too_small, "C2.patches", "192123.55 m² < 193000.00 m² ("),
    (old_small_patch_torn, "C2.patches", "192123.55 m² < 250000.00 m² ("),
    (hole_made, "C2.holes", "10054.26 m² < 11000.00 m² ("),
]


@pytest.mark.parametrize(
    ("make", "name", "word"), BROKEN, ids=[item[0].__name__ for item in BROKEN]
)
def test_breaks_exactly(make: Callable[[], Claim], name: str, word: str) -> None:
    broken = broken_of(make())
    assert set(broken) == {name}
    assert word in broken[name]
    assert "XZYDYH:" in broken[name]


def test_an_old_small_patch_may_stay_and_grow() -> None:
    """With 25 ha the main body is too small before; it grows by the site of P-1."""
    place = city(chosen=settings(swap=LIMITS | {"least_rest_patch_ha": 25.0}))
    assert not broken_of(claim(place, ordinary(place)))


# On boards of squares of 1 ha.


def proved(before: str, after: str, **limits: float) -> tuple[Proof, Proof]:
    """Return the proofs of a boundary that is drawn before and after: 410 inside, 520 outside."""
    one, other = board(before, swap=limits), board(after)
    nothing = gpd.GeoDataFrame(
        {name: [] for name in PIECE_COLUMNS},
        geometry=[],
        crs=f"EPSG:{EPSG}",
        index=pd.Index([], name="piece", dtype="str"),
    )
    evidence = Evidence.build(one.plan, other.plan, ChangeSet(nothing, {}), one.settings)
    return patches(evidence), holes(evidence)


RING = "410 410 410 520\n410 520 410 520\n410 410 410 520"
ALL = "410 410 410 520\n410 410 410 520\n410 410 410 520"
TWO = "410 520 520 520\n520 520 410 410\n520 520 520 520"


def test_the_numbers() -> None:
    one, other = proved(ALL, RING, least_hole_ha=0.5)
    assert one.numbers["patches_before"] == one.numbers["patches_after"] == 1
    assert (one.numbers["least_new_dm2"], one.numbers["least_rest_dm2"]) == (30_000_000, 1_000_000)
    assert (other.numbers["holes_before"], other.numbers["holes_after"]) == (0, 1)
    assert other.numbers["smallest_dm2"] == size(square(1, 1))
    x, y = (float(part) for part in str(other.numbers["smallest_at"]).strip("()").split(","))
    assert square(1, 1).contains(shapely.Point(x, y))
    assert "smallest_dm2" not in proved(ALL, ALL)[1].numbers


@pytest.mark.parametrize(("more", "holds"), [(0, True), (1, False)])
def test_land_of_just_the_limit_is_large_enough(more: int, *, holds: bool) -> None:
    hole = (size(square(1, 1)) + more) / 1e6
    assert (proved(ALL, RING, least_hole_ha=hole)[1].outcome is Outcome.HOLDS) is holds
    pair = (size(square(2, 1), square(3, 1)) + more) / 1e6
    alone = TWO.replace("410 410", "520 520")
    limits = {"least_new_patch_ha": pair, "least_rest_patch_ha": 0.0}
    assert (proved(alone, TWO, **limits)[0].outcome is Outcome.HOLDS) is holds


def test_an_old_small_hole_may_stay_and_grow() -> None:
    wide = "410 410 410 410 520\n410 520 410 410 520\n410 410 410 410 520"
    grown = "410 410 410 410 520\n410 520 520 410 520\n410 410 410 410 520"
    moved = "410 410 410 410 520\n410 410 520 410 520\n410 410 410 410 520"
    ends = [proved(wide, after, least_hole_ha=5.0)[1] for after in (wide, grown, moved)]
    assert [end.outcome for end in ends] == [Outcome.HOLDS, Outcome.HOLDS, Outcome.BROKEN]
    assert [end.numbers["small_as_before"] for end in ends] == [1, 1, 0]


def test_a_notch_at_the_edge_of_the_region_is_no_hole() -> None:
    notch = "410 520 410 520\n410 410 410 520\n410 410 410 520"
    assert proved(ALL, notch, least_hole_ha=5.0)[1].numbers["holes_after"] == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_limits_there_is_nothing_to_prove(lang: str) -> None:
    none = {"least_new_patch_ha": 0.0, "least_rest_patch_ha": 0.0, "least_hole_ha": 0.0}
    for proof in proved(ALL, RING, **none):
        assert proof.outcome is Outcome.NOT_APPLICABLE
        assert render(str(proof.numbers["why"]), {}, lang)


def test_the_rest_may_not_be_held_to_more_than_the_new() -> None:
    with pytest.raises(SettingsError, match="least_rest_patch_ha") as caught:
        settings(swap={"least_new_patch_ha": 2.0, "least_rest_patch_ha": 2.5})
    assert caught.value.params["setting"] == "swap"
    with pytest.raises(SettingsError):
        settings(swap={"least_new_patch_ha": 0.5})


PATCHES, HOLE = ("least_new_patch_ha", "least_rest_patch_ha"), "least_hole_ha"

squares = st.lists(st.sampled_from(["oo", "oo", "ii", "ii", "oi", "io"]), min_size=20, max_size=20)


@given(squares, st.tuples(*[st.integers(0, 5)] * 3))
@hypothesis_settings(max_examples=examples(15), deadline=None)
def test_against_flood_fill_and_the_solvers_rule(
    sides: list[str], least: tuple[int, int, int]
) -> None:
    """A random boundary before and after: proofs, solver's rule and a flood fill by squares."""
    sides[0] = "ii"  # a boundary there must be
    places = list(product(range(5), range(4)))
    word = dict(zip(places, sides, strict=True))
    drawn = [
        "\n".join(
            " ".join("410" if word[column, row][when] == "i" else "520" for column in range(5))
            for row in reversed(range(4))
        )
        for when in (0, 1)
    ]
    # Squares have a little more or less than 1 ha: limits lie between their multiples.
    new, rest, hole = max(least[:2]), min(least[:2]), least[2]
    limits = dict(zip((*PATCHES, HOLE), (new + 0.5, rest + 0.5, hole + 0.5), strict=True))
    ends = [proof.outcome is Outcome.HOLDS for proof in proved(drawn[0], drawn[1], **limits)]
    assert ends == [
        not _illegal(word, "i", new, rest),
        not _illegal(word, "o", hole, hole),
    ]
    told = _by_the_solver(drawn[0], word, limits)
    assert ends == [not told & {f"swap.{name}" for name in PATCHES}, f"swap.{HOLE}" not in told]
    assert told <= {f"swap.{name}" for name in (*PATCHES, HOLE)}


def _illegal(word: dict[Place, str], side: str, new: int, rest: int) -> bool:
    """Return whether some piece of one side after is too small, by the rule itself."""
    before, after = (_pieces({at for at in word if word[at][when] == side}) for when in (0, 1))
    old = [piece for piece in before if len(piece) <= rest and _counts(piece, side)]
    return any(
        len(piece) <= (rest if any(word[at][0] == side for at in piece) else new)
        and _counts(piece, side)
        and not any(small <= piece for small in old)
        for piece in after
    )


def _counts(piece: set[Place], side: str) -> bool:
    """Return whether a piece is held to a limit: patches are, and holes, not open land."""
    return side == "i" or not any(x in {0, 4} or y in {0, 3} for x, y in piece)


def _pieces(places: set[Place]) -> list[set[Place]]:
    found, left = [], set(places)
    while left:
        piece, todo = set[Place](), [left.pop()]
        while todo:
            x, y = todo.pop()
            piece.add((x, y))
            near = {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} & left
            left -= near
            todo += near
        found.append(piece)
    return found


def _by_the_solver(before: str, word: dict[Place, str], limits: dict[str, float]) -> set[str]:
    """Return the rules that the change breaks as a choice of cells, each square one of its own."""
    place = board(before)
    goes = [at for at in read(before) if word[at] == "oi"]
    leaves = [at for at in read(before) if word[at] == "io"]
    ins = [InCell(faces_in(place, square(*at)), size(square(*at)), (), filler=True) for at in goes]
    outs = [
        OutCell(str(at), faces_in(place, square(*at)), size(square(*at)), None, 1.0, "out-small")
        for at in leaves
    ]
    most = int(place.fabric.area.sum())
    problem = Problem(
        (),
        tuple(ins),
        tuple(outs),
        tolerance=most,
        margin=-most,
        growth=most,
        ground=ground_of(place, ins, outs),
        limits=PieceLimits(*(round(limits[name] * 1e6) for name in (*PATCHES, HOLE))),
    )
    return set(faults(problem, Choice((), tuple(range(len(ins))), tuple(range(len(outs))))))
