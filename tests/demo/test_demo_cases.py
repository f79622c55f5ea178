"""A planted case for each rule of the job, with the answer that a planner expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

if TYPE_CHECKING:
    from planloop.plan.decision import Decision
    from planloop.plan.scheme import Scheme
    from tests.demo.built_city import Built

PROJECTS = [
    ("redline", "blocked", "project-excluded", "STBHHX:"),
    ("mining", "blocked", "project-excluded", "GHFQ:"),
    ("border", "blocked", "project-excluded", "BJGKD:"),
    ("hazard", "blocked", "project-excluded", "XZZRZHFXFBM:"),
    ("water-source", "blocked", "project-excluded", "SYDYJBHQ:"),
    ("too-large", "not_chosen", "project-needs-growth", ""),
    ("large-later", "not_chosen", "project-outweighed", "ALSK-"),
    ("large-last", "not_chosen", "project-outweighed", "ALSK-"),
    ("detached", "served", "project-served", ""),
    ("overlap", "served", "project-served", ""),
    ("sliver", "served", "project-served", ""),
    ("partly-inside", "served", "project-served", ""),
    ("inside", "inside", "project-inside", ""),
    ("area-differs", "inside", "project-inside", ""),
    ("no-land-needed", "not_needed", "project-not-needed", ""),
]
PARCELS = [
    ("patch:built", "kept", "kept-built", "YJXM:"),
    ("patch:titled", "kept", "kept-titled", "QSZD:"),
    ("patch:approved", "kept", "kept-approved", "YPXM:"),
    ("patch:town-land", "kept", "kept-town-land", "XZYDYH:"),
    ("patch:settlement", "kept", "kept-town-land", "XZYDYH:"),
    ("patch:project-site", "kept", "kept-project", "JQZDXMM:"),
    ("patch:open-in-rural", "transfer_out", "out-small", ""),
    ("patch:farm", "transfer_out", "out-small", ""),
    ("patch:gravel", "transfer_out", "out-small", ""),
    ("patch:noted", "transfer_out", "out-idle", "TJ-"),
]


def decided(scheme: Scheme, subject: str, id_: str) -> list[Decision]:
    return [item for item in scheme.decisions if (item.subject, item.id) == (subject, id_)]


@pytest.mark.parametrize("expected", PROJECTS, ids=lambda item: item[0])
def test_project(built: Built, scheme: Scheme, expected: tuple[str, str, str, str]) -> None:
    case, outcome, reason, evidence = expected
    numbers = built.city.planted[case]
    assert numbers
    for number in numbers:
        (decision,) = decided(scheme, "project", number)
        assert (decision.outcome, decision.reason) == (outcome, reason)
        if evidence:
            assert any(item.startswith(evidence) for item in decision.evidence)


@pytest.mark.parametrize("expected", PARCELS, ids=lambda item: item[0])
def test_parcel(built: Built, scheme: Scheme, expected: tuple[str, str, str, str]) -> None:
    case, outcome, reason, evidence = expected
    parcels = built.city.planted[case]
    assert parcels
    for parcel in parcels:
        (decision,) = decided(scheme, "parcel", parcel)
        assert (decision.outcome, decision.reason) == (outcome, reason)
        assert not evidence or decision.evidence[0].startswith(evidence)


def test_a_settlement_is_large_but_detached(built: Built, scheme: Scheme) -> None:
    """26 ha are not scattered by size, but by distance; what stays, stays for its houses."""
    decisions = [
        decided(scheme, "parcel", parcel)[0] for parcel in built.city.planted["patch:settlement"]
    ]
    assert max(float(str(item.numbers["patch_ha"])) for item in decisions) > 25.0
    assert all(float(str(item.numbers["distance_m"])) > 200.0 for item in decisions)


def test_a_large_compact_patch_nearby_is_no_candidate(built: Built, scheme: Scheme) -> None:
    assert built.city.planted["patch:compact"]
    for parcel in built.city.planted["patch:compact"]:
        assert decided(scheme, "parcel", parcel) == []


def test_a_ragged_patch_nearby_is_a_candidate(built: Built, scheme: Scheme) -> None:
    for parcel in built.city.planted["patch:ragged"]:
        (decision,) = decided(scheme, "parcel", parcel)
        assert decision.reason in {"out-ragged", "kept-not-needed"}


def test_idle_plots_are_candidates_with_evidence(built: Built, scheme: Scheme) -> None:
    gone = 0
    for parcel in built.city.planted["idle"]:
        found = decided(scheme, "parcel", parcel)
        # One parcel is cut so that the swap balances: a part of it stays.
        reasons = {item.reason for item in found}
        assert reasons <= {"out-idle", "kept-not-needed"} or reasons == {"out-cut", "kept-cut"}
        assert all(item.evidence[0].startswith("TJ-") for item in found)
        gone += any(item.outcome == "transfer_out" for item in found)
    assert gone


def test_near_term_projects_of_the_first_tier_come_first(built: Built, scheme: Scheme) -> None:
    """All that fit are served; what is not, is of a later year or tier, or cannot be balanced."""
    table = scheme.before.tables["projects"].set_index("number")
    unserved = {item.id for item in scheme.decisions if item.outcome == "not_chosen"}
    planted = built.city.planted
    assert unserved == {*planted["too-large"], *planted["large-later"], *planted["large-last"]}
    assert all(table.loc[number, "start_year"] > 2030 for number in planted["large-later"])
    assert all(table.loc[number, "sector"] == "其他" for number in planted["large-last"])


def test_overlapping_sites_share_land(built: Built, scheme: Scheme) -> None:
    numbers = built.city.planted["overlap"]
    shared = scheme.changes.of("CZKFBJ", "1")
    both = shared[shared["project"] == ", ".join(sorted(numbers))]
    one, other = (item.site for item in built.city.projects if item.number in numbers)
    assert both["area_dm2"].sum() > 0
    # What both want outside the boundary, by geopandas on the files.
    (geodatabase,) = built.folder.glob("*.gdb")
    before = gpd.read_file(geodatabase, layer="CZKFBJ").to_crs(4537).union_all()
    wanted = shapely.difference(shapely.intersection(one, other), before)
    assert both.geometry.union_all().area == pytest.approx(wanted.area, abs=0.1)


def test_the_sliver_goes_with_its_site(built: Built, scheme: Scheme) -> None:
    """The site leaves a rim of 1.8 m of one parcel; the whole parcel goes in."""
    (number,) = built.city.planted["sliver"]
    (site,) = (item.site for item in built.city.projects if item.number == number)
    ground = built.city.ground
    (index,) = [
        place
        for place in ground.where("open")
        if shapely.contains(ground.parcels[place], site.centroid)
    ]
    assert site.area < ground.parcels[index].area - 100.0
    decisions = decided(scheme, "parcel", built.city.parcel_id(index))
    (decision,) = [item for item in decisions if item.outcome == "transfer_in"]
    assert decision.projects == (number,)
    assert decision.area / 100.0 == pytest.approx(ground.parcels[index].area, rel=5e-4)


def test_a_site_partly_inside_needs_only_the_rest(built: Built, scheme: Scheme) -> None:
    (number,) = built.city.planted["partly-inside"]
    (site,) = (item.site for item in built.city.projects if item.number == number)
    body = built.city.ground.town.body
    assert shapely.intersection(site, body).area > 0.2 * site.area
    (decision,) = decided(scheme, "project", number)
    outside = shapely.difference(site, body).area / 1e4
    assert float(str(decision.numbers["need_ha"])) == pytest.approx(outside, rel=2e-3)


@pytest.mark.parametrize(
    ("case", "zone", "reason"),
    [
        ("patch:gravel", "200", "zone-by-class"),
        ("patch:farm", "500", "zone-by-class"),
        ("patch:open-in-rural", "500", "zone-longest-edge"),
    ],
)
def test_the_zone_that_receives_land(
    built: Built, scheme: Scheme, case: str, zone: str, reason: str
) -> None:
    pieces = scheme.changes.pieces
    pieces = pieces[(pieces["layer"] == "GHFQ") & (pieces["code_before"] == "410")]
    ground = built.city.ground
    for parcel in built.city.planted[case]:
        point = shapely.Point(ground.points[int(parcel[6:]) - 1])
        (row,) = pieces[pieces.geometry.contains(point)].to_dict("records")
        assert (row["code_after"], row["reason"]) == (zone, reason)
