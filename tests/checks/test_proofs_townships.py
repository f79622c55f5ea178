"""Townships that balance, and the most that goes in: what breaks each promise, and what keeps it.

The site of P-1 takes 0.68 ha of the toy's eastern township, the scattered patch there gives 1 ha.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from planloop.geometry.area import area_dm2
from planloop.messages import LANGUAGES, render
from planloop.plan.proof import Outcome
from tests.checks.test_proofs import broken_of, proofs_of
from tests.checks.test_proofs_patches import cropland
from tests.checks.toy_city import (
    EPSG,
    SCATTERED,
    Claim,
    cell,
    city,
    claim,
    moves,
    ordinary,
    settings,
)

if TYPE_CHECKING:
    import geopandas as gpd

    from planloop.plan.proof import Proof

WEST = (4, 5)
"""A parcel of the boundary in the western township, on which no right lies."""


def leaving(place: tuple[int, int], **swap: object) -> Claim:
    """Return the site of P-1 going in, and one parcel of cropland going out."""
    toy = city(cropland(place), settings(swap=swap))
    moved = moves(toy.site("P-1"), "410", "410") + moves(toy.faces(place), None, "520")
    return claim(toy, moved)


def townships_of(made: Claim) -> Proof:
    return proofs_of(made)["C2.townships"]


def size(*cells: tuple[int, int]) -> int:
    return int(area_dm2(np.array([cell(*place) for place in cells], dtype=object), epsg=EPSG).sum())


def site() -> int:
    """Return what P-1 takes in, dm², by the claim's own pieces."""
    pieces = leaving(WEST).changes.of("CZKFBJ", "1")
    return int(area_dm2(np.asarray(pieces.geometry.array, dtype=object), epsg=EPSG).sum())


def test_the_numbers() -> None:
    proof = townships_of(leaving(WEST, township_tolerance_ha=1.5))
    assert proof.outcome is Outcome.HOLDS
    assert proof.numbers == {
        "townships": 2,
        "lower_dm2": -1_500_000,
        "lowest_dm2": pytest.approx(-site(), abs=5),
        "highest_dm2": pytest.approx(size(WEST), abs=5),
        "upper_dm2": 2_100_000,
    }


def test_what_gains_too_much_is_named() -> None:
    limit = {"township_tolerance_ha": 0.6}
    broken = broken_of(leaving(WEST, **limit))
    assert set(broken) == {"C2.townships"}
    assert broken["C2.townships"] == f"东镇 {-site() / 100:.2f} m²"
    assert not broken_of(leaving(SCATTERED, **limit))


def test_what_loses_too_much_is_named() -> None:
    """Both limits are those of a township: 0.3 and 0.9 ha, of which the last includes τ."""
    broken = broken_of(leaving(WEST, township_tolerance_ha=0.3))
    assert set(broken) == {"C2.townships"}
    assert broken["C2.townships"].startswith("东镇 -")
    assert "| 西镇 " in broken["C2.townships"]


@pytest.mark.parametrize(("more", "holds"), [(0, True), (-1, False)])
def test_just_the_limit(more: int, *, holds: bool) -> None:
    gained = -int(str(townships_of(leaving(WEST)).numbers["lowest_dm2"]))
    made = leaving(WEST, township_tolerance_ha=(gained + more) / 1e6)
    assert (townships_of(made).outcome is Outcome.HOLDS) is holds
    into = int(str(proofs_of(made)["C2.most-in"].numbers["in_dm2"]))
    bounded = leaving(SCATTERED, most_in_ha=(into + more) / 1e6)
    broken = broken_of(bounded)
    assert broken == ({} if holds else {"C2.most-in": "0.01 m²"})


def west_only(layers: dict[str, gpd.GeoDataFrame]) -> None:
    layers["XZQXZ"] = layers["XZQXZ"].iloc[:1]


def test_land_in_no_township_is_held_to_the_same() -> None:
    """Without its township the east is held to the limits all the same, under no name."""
    place = city(west_only, settings(swap={"township_tolerance_ha": 0.1}))
    kept = townships_of(claim(place, ordinary(place)))
    assert (kept.outcome, kept.numbers["townships"]) == (Outcome.HOLDS, 1)
    alone = townships_of(claim(place, moves(place.site("P-1"), "410", "410")))
    assert alone.outcome is Outcome.BROKEN
    assert alone.broken_at == (f"– {-site() / 100:.2f} m²",)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_not_asked_says_so(lang: str) -> None:
    chosen = settings(swap={"balance_by_township": False, "most_in_ha": None})
    place = city(chosen=chosen)
    proofs = proofs_of(claim(place, ordinary(place)))
    for name in ("C2.townships", "C2.most-in"):
        assert proofs[name].outcome is Outcome.NOT_APPLICABLE
        assert render(str(proofs[name].numbers["why"]), {}, lang)
