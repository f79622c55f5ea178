"""What a scheme might conceal behind data that a proof lacks, or beside what it looks at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest

from planloop.plan.change_set import ChangeSet
from planloop.plan.layer import Layer
from tests.checks.test_proofs import IN, OUT, broken_of, without
from tests.checks.toy_city import (
    SCATTERED,
    ZONE_OF,
    City,
    Claim,
    block,
    city,
    claim,
    moves,
    ordinary,
    plain,
    restated,
    retold,
    serial,
    settings,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

RIGHTS = ("QSZD", "YPXM", "YJXM")


def drop_rights(layers: dict[str, pd.DataFrame]) -> None:
    for code in RIGHTS:
        del layers[code]


def sent_to(place: City, zone: str) -> Claim:
    """Return the ordinary swap with the scattered patch in another zone."""
    entering = moves(place.site("P-1"), "410", "410")
    return claim(place, entering + moves(place.faces(SCATTERED), None, zone))


def follows_out(made: Claim) -> str:
    """Return the piece of the zones that tells of the land transferred out."""
    pieces = made.changes.of("GHFQ")
    (piece,) = pieces.index[pieces["code_before"] == "410"]
    return str(piece)


# Where the data for one half of a promise are missing, the other half still counts.


def town_land_out_without_rights(_: Claim) -> Claim:
    place = city(drop_rights)
    entering = moves(place.site("P-1"), "410", "410")
    made = claim(place, entering + moves(place.faces((8, 2)), None, "520"))
    return retold(made, follows_out(made), reason="zone-longest-edge")


def locked_land_out_without_rights(_: Claim) -> Claim:
    parcel = serial(sorted(ZONE_OF).index(SCATTERED) + 1)
    place = city(drop_rights, settings(locks={"keep": [parcel]}))
    return claim(place, ordinary(place))


def redline_in_boundary_and_nothing_frozen(_: Claim) -> Claim:
    def widen(layers: dict[str, pd.DataFrame]) -> None:
        zone = union(place for place, code in ZONE_OF.items() if code == "100")
        layers["STBHHX"] = plain(*zone, block(6.1, 5.1, 6.4, 5.4))

    place = city(widen, settings(frozen={"layers": []}))
    return claim(place, ordinary(place))


def frozen_zone_made(_: Claim) -> Claim:
    return sent_to(city(chosen=settings(frozen={"zones": ["510"]})), "510")


# What is beside the layers, or in layers that nothing maintains.


def quota_raised(honest: Claim) -> Claim:
    quota = replace(honest.after.quota, issued_area=honest.after.quota.issued_area + 1)
    return replace(honest, after=replace(honest.after, quota=quota))


def region_renamed(honest: Claim) -> Claim:
    region = replace(honest.after.region, name="别处")
    return replace(honest, after=replace(honest.after, region=region))


def project_renamed(honest: Claim) -> Claim:
    projects = honest.after.tables["projects"].copy()
    projects.loc[0, "name"] = "别的项目"
    changed = {**honest.after.tables, "projects": projects}
    return replace(honest, after=replace(honest.after, tables=changed))


def assessment_lost(honest: Claim) -> Claim:
    held = {name: table for name, table in honest.after.tables.items() if name != "assessment"}
    return replace(honest, after=replace(honest.after, tables=held))


def title_cut(honest: Claim) -> Claim:
    return restated(honest, "QSZD", serial(1), geometry=block(5.1, 3.1, 5.9, 4.9))


def class_of_parcel_changed(honest: Claim) -> Claim:
    return restated(honest, "XZYDYH", serial(1), YDYHFLDM="070100")


def other_system(honest: Claim) -> Claim:
    layer = honest.after.layer("ZXCQCSLVX")
    elsewhere = layer.frame.set_crs("EPSG:4538", allow_override=True)
    return replace(honest, after=honest.after.with_layers(Layer(layer.code, elsewhere)))


# Pieces.


def with_piece(honest: Claim, name: str, layer: str) -> Claim:
    pieces = honest.changes.pieces
    row = pieces.loc[[IN]].assign(layer=layer)
    row.index = pd.Index([name], name="piece", dtype="str")
    told = gpd.GeoDataFrame(pd.concat([pieces, row]), crs=pieces.crs)
    return replace(honest, changes=ChangeSet(told, honest.changes.deltas))


def piece_of_other_layer(honest: Claim) -> Claim:
    return with_piece(honest, "ZXCQCSLVX-20260601000001", "ZXCQCSLVX")


def piece_twice(honest: Claim) -> Claim:
    return with_piece(honest, IN, "CZKFBJ")


def in_for_a_reason_to_go_out(honest: Claim) -> Claim:
    return retold(honest, IN, reason="out-small")


def out_for_a_reason_to_stay(honest: Claim) -> Claim:
    return retold(honest, OUT, reason="kept-titled")


def found_idle_by_nothing(honest: Claim) -> Claim:
    return retold(honest, OUT, evidence="")


# Receivers: the scattered patch is cropland and lies in zone 520 on all sides.


def no_neighbour(_: Claim) -> Claim:
    return sent_to(city(), "540")


def edge_not_the_longest(_: Claim) -> Claim:
    made = sent_to(city(), "200")
    return retold(made, follows_out(made), reason="zone-longest-edge")


def default_without_need(_: Claim) -> Claim:
    made = sent_to(city(), "200")
    return retold(made, follows_out(made), reason="zone-by-default")


def right_zone_wrong_reason(honest: Claim) -> Claim:
    return retold(honest, follows_out(honest), reason="zone-longest-edge")


CASES: list[tuple[Callable[[Claim], Claim], dict[str, str]]] = [
    (town_land_out_without_rights, {"C2.untouchable": f"XZYDYH:{serial(67)}"}),
    (locked_land_out_without_rights, {"C2.untouchable": "locked XZYDYH"}),
    (redline_in_boundary_and_nothing_frozen, {"C4.frozen-layers": "CZKFBJ on STBHHX"}),
    (
        frozen_zone_made,
        {"C3.level": "", "C4.frozen-zones": "GHFQ:", "C5.receivers": "510 ≠ 520"},
    ),
    (quota_raised, {"W.deltas": "quota"}),
    (region_renamed, {"W.deltas": "region"}),
    (project_renamed, {"W.deltas": "table projects"}),
    (assessment_lost, {"W.deltas": "table assessment"}),
    (title_cut, {"C3.level": "", "W.pieces": f"QSZD:{serial(1)}"}),
    (class_of_parcel_changed, {"C3.level": "", "W.pieces": f"XZYDYH:{serial(1)}"}),
    (other_system, {"W.identical": "ZXCQCSLVX", "W.deltas": "ZXCQCSLVX"}),
    (piece_of_other_layer, {"C9.evidence": "", "W.pieces": "ZXCQCSLVX"}),
    (piece_twice, {"C2.balance": "features", "W.pieces": f"{IN} twice"}),
    (in_for_a_reason_to_go_out, {"C2.reasons": f"{IN} out-small"}),
    (out_for_a_reason_to_stay, {"C2.reasons": f"{OUT} kept-titled"}),
    (found_idle_by_nothing, {"C2.reasons": f"{OUT} no evidence"}),
    (no_neighbour, {"C5.receivers": "540 ≠ 520"}),
    (edge_not_the_longest, {"C5.receivers": "200 ≠ 520"}),
    (default_without_need, {"C5.receivers": "200 ≠ 520"}),
    (right_zone_wrong_reason, {"C5.receivers": "zone-longest-edge ≠ zone-by-class"}),
]


@pytest.mark.parametrize(("make", "expected"), CASES, ids=[case[0].__name__ for case in CASES])
def test_concealed(honest: Claim, make: Callable[[Claim], Claim], expected: dict[str, str]) -> None:
    broken = broken_of(make(honest))
    assert set(broken) == set(expected)
    for name, word in expected.items():
        assert word in broken[name]


def test_class_that_names_no_zone_follows_the_longest_edge() -> None:
    """The patch is of class 0603, for which the table has no row; 520 lies on all its sides."""

    def as_0603(layers: dict[str, pd.DataFrame]) -> None:
        parcels = layers["XZYDYH"]
        parcels.loc[parcels.index[sorted(ZONE_OF).index(SCATTERED)], "YDYHFLDM"] = "060300"

    made = sent_to(city(as_0603), "520")
    piece = follows_out(made)
    assert set(broken_of(made)) == {"C5.receivers"}
    assert not broken_of(retold(made, piece, reason="zone-longest-edge"))


def test_nothing_to_conceal() -> None:
    assert not broken_of(without(*RIGHTS))
