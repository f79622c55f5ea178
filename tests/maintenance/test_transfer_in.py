"""Land that projects want: sites, slivers, and all that bars it, on boards one can reckon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planloop.errors import SettingsError
from planloop.maintenance.boundary.locks import check_locks
from planloop.maintenance.boundary.problem import Demand
from planloop.maintenance.boundary.transfer_in import Wanted, candidates
from planloop.messages import LANGUAGES
from tests.maintenance.board import board, box, parcel, size, with_settings

if TYPE_CHECKING:
    from planloop.plan.decision import Decision

FIELD = """
520 520 520 520
410 520 520 520
"""
WIDE = {"sliver_width_m": 5.0, "sliver_area_m2": 200.0}


def decision(wanted: Wanted, number: str) -> Decision:
    (found,) = [item for item in wanted.decisions if item.id == number]
    return found


def test_a_site_beside_the_boundary() -> None:
    """Of a site that reaches into the boundary only what lies outside is needed."""
    wanted = candidates(board(FIELD, sites={"P-1": [box(0.5, 0.2, 1.6, 0.7)]}))
    assert wanted.decisions == ()
    assert wanted.demands == (Demand("P-1", 1, near=True),)
    (cell,) = wanted.cells
    assert cell.projects == ("P-1",)
    assert abs(cell.area - size(box(1, 0.2, 1.6, 0.7))) <= 1
    assert wanted.needs == {"P-1": cell.area}


def test_sites_that_overlap_share_a_cell() -> None:
    """Land that both need is one cell, so that it is counted once."""
    sites = {"P-2": [box(1.5, 0, 3, 1)], "P-1": [box(1, 0, 2, 1), box(3, 1, 4, 2)]}
    wanted = candidates(board(FIELD, sites=sites))
    areas = {cell.projects: cell.area for cell in wanted.cells}
    assert set(areas) == {("P-1",), ("P-1", "P-2"), ("P-2",)}
    assert abs(areas["P-1", "P-2"] - size(box(1.5, 0, 2, 1))) <= 1
    assert abs(areas["P-2",] - size(box(2, 0, 3, 1))) <= 1
    assert [item.number for item in wanted.demands] == ["P-1", "P-2"]
    assert wanted.needs["P-1"] == areas["P-1",] + areas["P-1", "P-2"]


def test_tiers_and_years_by_the_list() -> None:
    sites = {number: [box(1 + n, 0, 2 + n, 1)] for n, number in enumerate(["A", "B", "C"])}
    projects = {"A": ("产业", 2031), "B": ("口岸", 2030), "C": ("旅游", 2026)}
    wanted = candidates(board(FIELD, sites=sites, projects=projects))
    assert wanted.demands == (
        Demand("A", 2, near=False),
        Demand("B", 1, near=True),
        Demand("C", 3, near=True),
    )
    earlier = candidates(
        board(FIELD, sites=sites, projects=projects, swap={"near_term": [2027, 2031]})
    )
    assert [item.near for item in earlier.demands] == [True, True, False]


def test_the_order_of_the_list_does_not_matter() -> None:
    sites = {number: [box(1 + n, 0, 2 + n, 1)] for n, number in enumerate(["A", "B", "C"])}
    one = candidates(board(FIELD, sites=sites, projects=dict.fromkeys("ABC", ("口岸", 2026))))
    other = candidates(board(FIELD, sites=sites, projects=dict.fromkeys("CAB", ("口岸", 2026))))
    assert one.demands == other.demands
    assert [cell.projects for cell in one.cells] == [cell.projects for cell in other.cells]


def test_what_needs_no_decision() -> None:
    """No land needed, already inside, or forbidden by a lock."""
    sites = {"IN": [box(0.1, 0.1, 0.9, 0.9)], "ROAD": [box(1, 0, 3, 1)], "NO": [box(2, 1, 3, 2)]}
    wanted = candidates(
        board(FIELD, sites=sites, projects={"ROAD": ("交通", 2026)}, locks={"forbid": ["NO", "IN"]})
    )
    assert (wanted.demands, wanted.cells) == ((), ())
    told = {item.id: (item.outcome, item.reason) for item in wanted.decisions}
    assert told == {
        "IN": ("inside", "project-inside"),
        "ROAD": ("not_needed", "project-not-needed"),
        "NO": ("not_chosen", "project-forbidden"),
    }
    assert abs(decision(wanted, "NO").area - size(box(2, 1, 3, 2))) <= 1


SITE = box(1, 0, 3, 1)
CENTRE = box(2.4, 0.4, 2.6, 0.6)
ROLES = {"exclusions": ["STBHHX", "YJJBNT", "XZZRZHFXFBM", "BJGKD"]}
BARS: dict[str, tuple[dict[str, Any], str]] = {
    "redline": ({"layers": {"STBHHX": [CENTRE]}}, "STBHHX:652702000000000001"),
    "farmland": ({"layers": {"YJJBNT": [CENTRE]}}, "YJJBNT:652702000000000001"),
    "hazard": ({"layers": {"XZZRZHFXFBM": [CENTRE]}}, "XZZRZHFXFBM:652702000000000001"),
    "border": ({"layers": {"BJGKD": [CENTRE]}}, "BJGKD:652702000000000001"),
    "untouchable": ({"locks": {"untouchable": [parcel(2, 0, 4)]}}, "locks.untouchable:"),
    "kept": ({"locks": {"keep": [parcel(2, 0, 4)]}}, "locks.keep:652702000000000003"),
    "no region": ({"without": [("XZQX", 2, 0)]}, "∉ XZQX"),
    "no parcel": ({"without": [("XZYDYH", 2, 0)]}, "∉ XZYDYH"),
    "no zone": ({"without": [("GHFQ", 2, 0)]}, "∉ GHFQ"),
}


@pytest.mark.parametrize("name", BARS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_hard_exclusion(name: str, lang: str) -> None:
    """Each blocks the project, and the reason names it in both languages."""
    changes, evidence = BARS[name]
    wanted = candidates(board(FIELD, sites={"P-1": [SITE]}, roles=ROLES, **changes))
    blocked = decision(wanted, "P-1")
    assert (blocked.outcome, blocked.reason) == ("blocked", "project-excluded")
    (shown,) = blocked.evidence
    assert shown.startswith(evidence)
    assert shown in blocked.text(lang)
    hectares = 0.04 if changes.get("layers") else 1.0
    assert float(str(blocked.numbers["barred_ha"])) == pytest.approx(hectares, rel=2e-3)


@pytest.mark.parametrize("code", ["100", "110", "700"])
def test_frozen_zones_bar(code: str) -> None:
    wanted = candidates(board(f"520 520 520 520\n410 520 {code} 520", sites={"P-1": [SITE]}))
    assert decision(wanted, "P-1").outcome == "blocked"
    (shown,) = decision(wanted, "P-1").evidence
    assert shown.startswith("GHFQ:")


def test_the_tolerance_of_an_overlap() -> None:
    """0.9 m² of redline are left out of the site, 1.1 m² block it (the standard says 1 m²)."""
    for depth, outcome in ((0.009, None), (0.011, "blocked")):
        redline = box(2.0, 1 - depth, 2.01, 1)  # 1 m by depth · 100 m
        wanted = candidates(board(FIELD, sites={"P-1": [SITE]}, layers={"STBHHX": [redline]}))
        assert [item.outcome for item in wanted.decisions] == ([outcome] if outcome else [])
        if outcome is None:
            assert abs(wanted.needs["P-1"] - (size(SITE) - size(redline))) <= 2


def test_slivers_complete_a_site() -> None:
    """A site 1 m inside a parcel takes the ring along; one 30 m inside does not.

    At the corner of a ring of width w there is room for a circle of radius w √2 / (1 + √2), so the
    limit for a ring that is nowhere wider than 5 m is w = 4.27 m.
    """
    for margin, completed in ((0.01, True), (0.042, True), (0.044, False), (0.3, False)):
        site = box(1 + margin, margin, 2 - margin, 1 - margin)
        wanted = candidates(board(FIELD, sites={"P-1": [site]}, swap=WIDE))
        whole = box(1, 0, 2, 1) if completed else site
        assert abs(wanted.needs["P-1"] - size(whole)) <= 1, margin


def test_small_rests_complete_a_site() -> None:
    """A corner of 13 m by 13 m (169 m²) goes along, one of 15 m by 15 m (225 m²) does not."""
    for side, completed in ((0.13, True), (0.15, False)):
        site = box(1, 0, 2, 1).difference(box(2 - side, 1 - side, 2, 1))
        wanted = candidates(board(FIELD, sites={"P-1": [site]}, swap=WIDE))
        assert abs(wanted.needs["P-1"] - size(box(1, 0, 2, 1) if completed else site)) <= 1


def test_slivers_that_the_site_does_not_leave_stay() -> None:
    """A strip of the same parcel beyond a hazard was a sliver before."""
    hazard = {"XZZRZHFXFBM": [box(1.9, 0, 1.97, 1)]}
    site = box(1, 0, 1.5, 1)
    wanted = candidates(board(FIELD, sites={"P-1": [site]}, layers=hazard, roles=ROLES, swap=WIDE))
    assert abs(wanted.needs["P-1"] - size(site)) <= 1


def test_a_sliver_that_may_not_go_in_stays() -> None:
    hazard = {"XZZRZHFXFBM": [box(1.98, 0, 2, 1)]}
    site = box(1, 0, 1.98, 1)
    wanted = candidates(board(FIELD, sites={"P-1": [site]}, layers=hazard, roles=ROLES, swap=WIDE))
    assert abs(wanted.needs["P-1"] - size(site)) <= 1


def test_a_gap_to_the_boundary_is_closed() -> None:
    """Between the boundary and a site drawn 2 m beside it nothing is left."""
    site = box(1.02, 0, 2, 1)
    wanted = candidates(board(FIELD, sites={"P-1": [site]}, swap=WIDE))
    assert abs(wanted.needs["P-1"] - size(box(1, 0, 2, 1))) <= 1


def test_must_in_and_must_serve() -> None:
    place = board(
        FIELD,
        sites={"P-1": [SITE]},
        locks={"must_in": [parcel(2, 0, 4), parcel(3, 1, 4)], "must_serve": ["P-1"]},
    )
    wanted = candidates(place)
    assert wanted.demands == (Demand("P-1", 1, near=True, must=True),)
    cells = {(cell.projects, cell.locked): cell.area for cell in wanted.cells}
    expected = {
        ((), True): size(box(3, 1, 4, 2)),
        (("P-1",), True): size(box(2, 0, 3, 1)),
        (("P-1",), False): size(box(1, 0, 2, 1)),
    }
    assert set(cells) == set(expected)
    assert all(abs(cells[key] - expected[key]) <= 1 for key in cells)


def refused(**locks: list[str]) -> SettingsError:
    """Return the error of locks that cannot be carried out."""
    place = board(
        FIELD, sites={"P-1": [SITE]}, layers={"STBHHX": [box(3.2, 0.2, 3.4, 0.4)]}, locks=locks
    )

    def run() -> None:
        check_locks(place)
        candidates(place)

    with pytest.raises(SettingsError) as caught:
        run()
    for lang in LANGUAGES:
        assert "{" not in caught.value.text(lang)
    return caught.value


def test_locks_that_cannot_be_carried_out() -> None:
    error = refused(must_in=[parcel(0, 0, 4)])
    assert (error.key, error.params["id"]) == ("boundary.lock-inside", parcel(0, 0, 4))
    error = refused(must_in=[parcel(3, 0, 4)])
    assert error.key == "boundary.lock-held"
    assert "STBHHX:652702000000000001" in error.text("zh")
    error = refused(must_serve=["P-1"], keep=[parcel(2, 0, 4)])
    assert error.key == "boundary.lock-blocked"
    assert "P-1" in error.text("zh")
    assert f"locks.keep:{parcel(2, 0, 4)}" in error.text("zh")


CROSSED = (
    ("must_in", "must_out", parcel(3, 1, 4)),
    ("must_in", "keep", parcel(3, 1, 4)),
    ("must_in", "untouchable", parcel(3, 1, 4)),
    ("must_out", "keep", parcel(0, 0, 4)),
    ("must_out", "untouchable", parcel(0, 0, 4)),
    ("must_serve", "forbid", "P-1"),
)


@pytest.mark.parametrize(("first", "second", "item"), CROSSED)
def test_locks_that_contradict_each_other(first: str, second: str, item: str) -> None:
    error = refused(**{first: [item], second: [item]})
    assert error.key == "boundary.locks-contradict"
    for lang in LANGUAGES:
        assert all(word in error.text(lang) for word in (first, second, item))


@pytest.mark.parametrize("lock", ["must_in", "must_out", "keep", "untouchable"])
def test_locks_of_unknown_parcels(lock: str) -> None:
    error = refused(**{lock: ["652702000000009999"]})
    assert (error.key, error.params["lock"]) == ("boundary.unknown-parcel", lock)


@pytest.mark.parametrize("lock", ["must_serve", "forbid"])
def test_locks_of_unknown_projects(lock: str) -> None:
    error = refused(**{lock: ["P-9"]})
    assert (error.key, error.params["id"]) == ("boundary.unknown-project", "P-9")


def test_a_kept_parcel_and_an_untouchable_one_may_be_the_same() -> None:
    check_locks(board(FIELD, locks={"keep": [parcel(1, 1, 4)], "untouchable": [parcel(1, 1, 4)]}))


def test_what_the_multiple_counts() -> None:
    """M1 counts every cell, M2 none that can only become a special-use part, M4 nothing."""
    sites = {"A": [box(1, 0, 2, 1)], "B": [box(2, 0, 3, 1)], "C": [box(2.5, 0, 3.5, 1)]}
    place = board(
        FIELD,
        sites=sites,
        projects={"A": ("旅游", 2026), "B": ("口岸", 2026), "C": ("旅游", 2026)},
        locks={"must_in": [parcel(1, 1, 4)]},
    )
    parts = {"sub_zone_by_sector": {"旅游": "430"}}

    def counted(reading: str) -> dict[tuple[str, ...], bool]:
        again = with_settings(
            place,
            quota={"multiple_reading": reading},
            swap=parts,
            locks={"must_in": [parcel(1, 1, 4)]},
        )
        cells = candidates(again).cells
        assert {cell.counted for cell in cells} <= {0, *(cell.area for cell in cells)}
        return {cell.projects: bool(cell.counted) for cell in cells}

    keys = [(), ("A",), ("B",), ("B", "C"), ("C",)]
    assert counted("M1") == dict.fromkeys(keys, True)
    assert counted("M2") == dict(zip(keys, [True, False, True, True, False], strict=True))
    assert counted("M4") == dict.fromkeys(keys, False)


def test_sites_without_a_project_of_their_own() -> None:
    """A project list may name projects that have no site at all: nothing to transfer."""
    place = board(FIELD, sites={}, projects={"P-7": ("口岸", 2026)})
    assert decision(candidates(place), "P-7").outcome == "inside"
    assert candidates(place).cells == ()
