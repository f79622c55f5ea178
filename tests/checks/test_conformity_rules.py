"""Each check is broken by the plan or the project that breaks it, and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely

from planloop import standard
from planloop.checks.conformity.checking import RULES, check_sites, title
from planloop.checks.conformity.grounds import Grounds
from planloop.checks.conformity.permits import line_permit, zone_permit
from planloop.checks.conformity.verdict import Verdict
from planloop.geometry.area import area_dm2
from planloop.messages import LANGUAGES
from planloop.plan.site import Form, Project, Site, site_of
from tests.checks.judged_town import CHOSEN, LINES, POINTS, ask, asked, town
from tests.checks.toy_city import CORNER, EPSG, PITCH, block, frame, plain, serial

if TYPE_CHECKING:
    import geopandas as gpd

    from planloop.checks.conformity.verdict import Judged

GOOD = block(4.2, 4.18, 4.8, 4.38)
"""In the boundary, in land planned for housing, off everything."""

OVER = block(4.0, 4.0, 5.0, 5.0)
SIZE = int(area_dm2(np.array([GOOD]), epsg=EPSG)[0])
FACTS: dict[str, Any] = {
    "number": "P-01",
    "name": "甲",
    "sector": "民生",
    "level": "市",
    "siting": "批次用地",
    "start": 2026,
    "end": 2028,
    "basis": "规划第1页",
    "declared": SIZE,
    "cropland": 0,
}
NO_SITES: dict[str, gpd.GeoDataFrame | None] = dict.fromkeys(("JQZDXMM", LINES, POINTS))


def place(**edit: gpd.GeoDataFrame | None) -> Grounds:
    return Grounds(town(NO_SITES | edit), CHOSEN)


@pytest.fixture(scope="module")
def good_place() -> Grounds:
    return place()


def grades(judged: Judged) -> dict[str, str]:
    return {name: str(answer.grade) for name, answer in judged.answers.items()}


def said(judged: Judged, check: str) -> list[str]:
    return [reason.key for reason in judged.answers[check].reasons]


def test_the_good_site_breaks_nothing(good_place: Grounds) -> None:
    judged = ask(GOOD, good_place, **FACTS)
    assert grades(judged) == dict.fromkeys(RULES, "conforms")
    assert judged.verdict is Verdict.CONFORMS
    assert judged.needed() == ()
    assert judged.conflicts == []


def whole(code: str, field: str = "GHFQDM") -> gpd.GeoDataFrame:
    return frame([{"BSM": serial(1), field: code, "geometry": block(0, 0, 12, 8)}])


BROKEN = [
    ("P1", {}, {"declared": round(1.06 * SIZE)}, "conditional"),
    ("P2", {"STBHHX": plain(OVER)}, {}, "does-not-conform"),
    ("P3", {"YJJBNT": plain(OVER)}, {}, "does-not-conform"),
    ("P4", {"XZYDYH": whole("010300", "YDYHFLDM")}, {"cropland": SIZE}, "conditional"),
    ("P5", {"CZKFBJ": plain(block(6, 2, 9, 6), GHFQDM="410")}, {}, "does-not-conform"),
    ("P6", {"GHFQ": whole("300")}, {}, "does-not-conform"),
    ("P6", {"GHFQ": whole("510")}, {"sector": "产业"}, "conditional"),
    ("P7", {"ZXCQGHYDYH": whole("1001", "YDYHFLDM")}, {}, "does-not-conform"),
    ("P7", {"ZXCQGHYDYH": whole("16", "YDYHFLDM")}, {}, "conditional"),
    ("P8", {"ZXCQCSLVX": plain(OVER)}, {}, "does-not-conform"),
    ("P8", {"ZXCQCSZX": plain(OVER)}, {}, "does-not-conform"),
    ("P9", {"SYDYJBHQ": plain(OVER)}, {}, "does-not-conform"),
    ("P9", {"XZZRZHFXFBM": plain(OVER)}, {}, "conditional"),
    ("P11", {}, {"basis": None}, "conditional"),
    ("P11", {}, {"start": 2031, "end": 2033}, "conditional"),
    ("P11", {}, {"start": 2029, "end": 2028}, "does-not-conform"),
    ("P12", {"XZQX": plain(block(6, 0, 12, 8))}, {}, "does-not-conform"),
]


@pytest.mark.parametrize(
    ("check", "edit", "facts", "grade"),
    BROKEN,
    ids=[f"{row[0]}-{turn}" for turn, row in enumerate(BROKEN)],
)
def test_each_check_is_broken_by_its_fixture_alone(
    check: str, edit: dict[str, Any], facts: dict[str, Any], grade: str
) -> None:
    judged = ask(GOOD, place(**edit), **{**FACTS, **facts})
    wanted = dict.fromkeys(RULES, "conforms") | {check: grade}
    if facts.get("sector") == "产业":
        wanted |= {"P7": "does-not-conform"}
    assert grades(judged) == wanted
    expected = grade if "P7" not in wanted or wanted["P7"] == "conforms" else wanted["P7"]
    assert judged.verdict == expected
    for lang in LANGUAGES:
        assert all(reason.text(lang) for reason in judged.answers[check].reasons)
        assert all(reason.text(lang) for reason in judged.needed())


def test_p10_is_broken_by_the_same_site_and_by_the_same_name(good_place: Grounds) -> None:
    east = shapely.transform(GOOD, lambda xy: xy + np.array([2.0, 0.0]))
    far = block(5.2, 4.6, 5.8, 4.8)
    one = site_of(Project(**FACTS), np.array([GOOD]), np.array([np.nan]))
    for shape, name, key in (
        (east, "乙", "twin-site"),
        (block(4.5, 4.18, 5.4, 4.38), "乙", "twin-overlap"),
        (far, "甲", "twin-name"),
    ):
        facts = {**FACTS, "number": "P-02", "name": name}
        other = site_of(Project(**facts), np.array([shape]), np.array([np.nan]))
        first, second = check_sites(good_place, [one, other]).judged
        assert said(first, "P10") == said(second, "P10") == [key]
        assert grades(first) == dict.fromkeys(RULES, "conforms") | {"P10": "conditional"}
    alone = site_of(
        Project(**{**FACTS, "number": "P-02", "name": "乙"}), np.array([far]), np.array([np.nan])
    )
    assert not check_sites(good_place, [one, alone]).judged[0].case.twins


def test_a_file_may_call_everything_the_same(good_place: Grounds) -> None:
    spots = [shapely.Point(CORNER[0] + k, CORNER[1] + k) for k in range(300)]
    sites = [
        site_of(Project(f"P-{k}", "规划路"), np.array([spot]), np.array([np.nan]))
        for k, spot in enumerate(spots)
    ]
    for judged in check_sites(good_place, sites).judged:
        (reason,) = judged.answers["P10"].reasons
        assert reason.key == "twin-name"
        assert str(reason.params["number"]).endswith(" … (299)")
        assert judged.number not in str(reason.params["number"]).split(" … ")[0].split(", ")


def test_a_corridor_may_cross_a_site(good_place: Grounds) -> None:
    one = site_of(Project(**FACTS), np.array([GOOD]), np.array([np.nan]))
    line = shapely.LineString([(x, CORNER[1] + 428.0) for x in (CORNER[0], CORNER[0] + 1200.0)])
    road = Project("P-02", "路", "交通")
    crossing = site_of(road, np.array([line]), np.array([10.0]))
    first, _ = check_sites(good_place, [one, crossing]).judged
    assert said(first, "P10") == ["twin-crossing"]
    assert grades(first)["P10"] == "conforms"
    assert first.case.twins[0].area == pytest.approx(60 * 10 * 100, rel=2e-3)
    within = shapely.LineString(
        [(x, CORNER[1] + 428.0) for x in (CORNER[0] + 430, CORNER[0] + 470)]
    )
    drive = site_of(road, np.array([within]), np.array([4.0]))
    first, second = check_sites(good_place, [one, drive]).judged
    assert said(first, "P10") == said(second, "P10") == ["twin-crossing"]
    assert second.case.twins[0].share == pytest.approx(1.0)


def test_a_site_of_the_plan_is_in_the_way_of_a_new_one() -> None:
    where = place(JQZDXMM=frame([{"BSM": serial(1), "XMBH": "P-09", "geometry": GOOD}]))
    assert said(ask(GOOD, where, **FACTS), "P10") == ["twin-site"]
    assert said(ask(GOOD, where, **{**FACTS, "number": "P-09"}), "P10") == ["twin-none"]


def strip(square_metres: float) -> shapely.Polygon:
    """Return a strip over the whole height of the good site with about this area."""
    x, low, _, high = GOOD.bounds
    return shapely.box(x - 5, low - 5, x + square_metres / (high - low), high + 5)


def test_what_is_tolerated_is_told_and_not_counted() -> None:
    for size, grade, key in (
        (0.9, "conforms", "line-tolerated"),
        (1.1, "does-not-conform", "line-forbidden"),
    ):
        judged = ask(GOOD, place(STBHHX=plain(strip(size))), **FACTS)
        assert (grades(judged)["P2"], said(judged, "P2")) == (grade, [key])
        assert judged.case.within("STBHHX") == pytest.approx(100 * size, abs=1)


def test_what_would_make_it_pass_names_the_land() -> None:
    judged = ask(GOOD, place(STBHHX=plain(strip(400.0))), **FACTS)
    (needed,) = judged.needed()
    assert needed.key == "pass-leave"
    assert float(str(needed.params["m2"])) == pytest.approx(400.0, rel=1e-3)
    assert float(str(needed.params["m2"])) * 100 == judged.case.within("STBHHX")
    judged = ask(GOOD, place(CZKFBJ=plain(strip(400.0), GHFQDM="410")), **FACTS)
    (needed,) = judged.needed()
    assert needed.key == "pass-enter"
    assert float(str(needed.params["m2"])) == pytest.approx(SIZE / 100 - 400.0, rel=1e-3)


def test_features_of_a_layer_that_overlap_are_counted_once() -> None:
    twice = plain(strip(400.0), strip(300.0), strip(400.0))
    judged = ask(GOOD, place(SYDYJBHQ=twice), **FACTS)
    assert len(judged.case.overlaps["SYDYJBHQ"]) == 3
    assert judged.case.within("SYDYJBHQ") == pytest.approx(40_000, rel=1e-3)
    (needed,) = judged.needed()
    assert float(str(needed.params["m2"])) == pytest.approx(400.0, rel=1e-3)


def test_sectors_that_a_flag_exempts() -> None:
    for layer, sector, grade in (
        ("SYDYJBHQ", "民生", "does-not-conform"),
        ("SYDYJBHQ", "水利", "conditional"),
        ("BJGKD", "民生", "conditional"),
        ("BJGKD", "国防", "conforms"),
    ):
        judged = ask(GOOD, place(**{layer: plain(OVER)}), **{**FACTS, "sector": sector})
        assert (said(judged, "P9"), grades(judged)["P9"]) == (["flag"], grade)


def test_outside_the_boundary() -> None:
    where = place(CZKFBJ=plain(block(6, 2, 9, 6), GHFQDM="410"))
    for facts, key, grade in (
        ({"siting": "单独选址"}, "boundary-separate", "conforms"),
        ({"sector": "交通"}, "boundary-free", "conforms"),
        ({"sector": None, "siting": None}, "boundary-unknown", "conditional"),
        ({"sector": None}, "boundary-outside", "does-not-conform"),
    ):
        judged = ask(GOOD, where, **{**FACTS, **facts})
        assert (said(judged, "P5"), grades(judged)["P5"]) == ([key], grade)


def test_a_site_that_nobody_lists(good_place: Grounds) -> None:
    unlisted = {**FACTS, "number": "X-1"}
    assert grades(ask(GOOD, good_place, **unlisted))["P11"] == "conforms"
    where = place(CZKFBJ=plain(block(6, 2, 9, 6), GHFQDM="410"))
    assert said(ask(GOOD, where, **unlisted), "P11") == ["list-missing"]
    by_name = {**unlisted, "name": "项目1"}
    assert ask(GOOD, where, **by_name).case.listed


def test_codes_that_a_drawing_states(good_place: Grounds) -> None:
    for codes, key, grade in (
        ({"land_classes": ("0701",)}, "link-codes-agree", "conforms"),
        ({"land_classes": ("070000",)}, "link-codes-agree", "conforms"),
        ({"land_classes": ("10",)}, "link-codes-differ", "conditional"),
        ({"land_classes": ("0799",)}, "link-unknown-code", "does-not-conform"),
        ({"zones": ("400",)}, "link-codes-agree", "conforms"),
        ({"zones": ("520",)}, "link-codes-differ", "conditional"),
    ):
        site = site_of(Project(**FACTS), np.array([GOOD]), np.array([np.nan]), **codes)
        judged = asked(site, good_place)
        assert (said(judged, "P12"), grades(judged)["P12"]) == ([key], grade), codes


def test_a_point_is_judged_by_what_it_lies_in(good_place: Grounds) -> None:
    point = shapely.Point(CORNER[0] + 0.5 * PITCH, CORNER[1] + 4.5 * PITCH)
    judged = ask(point, good_place, **FACTS)
    assert judged.case.site.form is Form.INDICATIVE
    assert judged.case.within("STBHHX") == SIZE, "all of the declared area"
    assert {"P2", "P5", "P6"} <= {k for k, v in grades(judged).items() if v == "does-not-conform"}
    undeclared = ask(point, good_place, **{**FACTS, "declared": None})
    assert grades(undeclared) == grades(judged)
    fine = ask(shapely.centroid(GOOD), good_place, **FACTS)
    assert fine.verdict is Verdict.CONDITIONAL, "a point proves nothing"
    assert [name for name, grade in grades(fine).items() if grade != "conforms"] == ["P1"]


def test_a_project_that_is_not_placed(good_place: Grounds) -> None:
    for flaw, verdict in (
        ("", Verdict.NOT_PLACED),
        ("no-width", Verdict.NOT_PLACED),
        ("empty", Verdict.NOT_PLACED),
        ("invalid", Verdict.FAILS),
        ("kind", Verdict.FAILS),
    ):
        judged = asked(Site(Project(**FACTS), Form.NONE, flaw=flaw), good_place)
        assert judged.verdict is verdict
        assert [reason.key for reason in judged.needed()] == ["pass-place"]
        assert all(judged.answers["P1"].reasons[0].text(lang) for lang in LANGUAGES)


def test_a_layer_that_the_plan_lacks_is_no_pass() -> None:
    lacking = ("STBHHX", "YJJBNT", "ZXCQGHYDYH", "ZXCQCSLVX", "ZXCQCSHX", "ZXCQCSLX", "ZXCQCSZX")
    where = place(**dict.fromkeys(lacking))
    found = grades(ask(GOOD, where, **FACTS))
    missing = {name for name, grade in found.items() if grade == "not-applicable"}
    assert missing == {"P2", "P3", "P7", "P8"}


def test_land_of_the_central_area_without_a_planned_use(good_place: Grounds) -> None:
    """Parcel (7, 4) of the toy city has none; its neighbour (6, 4) is planned for trade, 0901."""
    within = ask(block(7.3, 4.3, 7.7, 4.7), good_place, **FACTS)
    assert (said(within, "P7"), grades(within)["P7"]) == (["use-unplanned"], "not-applicable")
    half = ask(block(6.7, 4.75, 7.3, 4.8), good_place, **FACTS)
    assert said(half, "P7") == ["use", "use-unplanned", "use-fits"]
    away = ask(block(10.2, 4.3, 10.7, 4.7), good_place, **FACTS)
    assert said(away, "P7") == ["use-elsewhere"]


def test_an_implied_width_is_told() -> None:
    line = shapely.LineString([(0, 0), (300, 0), (300, 400)])
    project = Project("P-01", declared=700 * 12 * 100)
    site = site_of(project, np.array([line]), np.array([np.nan]))
    assert (site.form, site.width, site.implied) == (Form.CORRIDOR, 12.0, True)
    # Flat ends, mitred corner: two boxes that share a square, and the corner outside.
    assert site.shape is not None
    assert site.shape.area == pytest.approx(700 * 12)
    bare = site_of(Project("P-01"), np.array([line]), np.array([np.nan]))
    assert (bare.form, bare.flaw) == (Form.NONE, "no-width")


def test_areas_and_corridors_of_one_project_are_united() -> None:
    line = shapely.LineString([(0, 50), (200, 50)])
    shapes = np.array([shapely.box(0, 0, 100, 100), line, shapely.Point(0, 0)], dtype=object)
    site = site_of(Project("P-01"), shapes, np.array([np.nan, 10.0, np.nan]))
    assert site.shape is not None
    assert (site.form, site.shape.area, site.beside) == (Form.AREA, 11_000.0, 1)


def test_permits() -> None:
    assert zone_permit("412", "产业") == "conditional", "the longest prefix decides"
    assert zone_permit("410", "产业") == "allowed"
    assert zone_permit("999", "产业") == "forbidden"
    assert zone_permit("410", None) == "allowed"
    assert zone_permit("520", None) == "depends"
    assert line_permit("redline", Project("1", sector="口岸")).permit == "forbidden"
    assert line_permit("redline", Project("1", sector="口岸", level="国家")).permit == "conditional"
    assert line_permit("redline", Project("1")).permit == "forbidden"
    assert line_permit("yellow", Project("1", sector="电网")).permit == "allowed"


def test_the_tables_are_whole() -> None:
    table = standard.load()
    sectors = set(table.sectors)
    assert set(table.planned_uses) == sectors
    prefixes = {row.zone for row in table.zone_permits}
    assert {(row.zone, row.sector) for row in table.zone_permits} == {
        (zone, sector) for zone in prefixes for sector in sectors
    }
    assert all(code.startswith(tuple(prefixes)) for code in table.zones)
    for line in ("redline", "basic_farmland", "green", "yellow", "blue", "purple"):
        line_permit(line, Project("1"))
    for rule in table.planned_uses.values():
        assert all(table.knows("land_classes", code) for code in (*rule.fits, *rule.conditional))
    assert all(set(row.exempt) <= sectors for row in table.flag_layers.values())
    for sector, code in table.sector_classes.items():
        rule = table.planned_uses[sector]
        assert code.startswith((*rule.fits, *rule.conditional)), "what land for it becomes"


def test_every_check_has_a_text() -> None:
    assert list(RULES) == [f"P{number}" for number in range(1, 13)]
    assert all(title(name, lang) for name in RULES for lang in LANGUAGES)
    assert all(rule.check.__doc__ for rule in RULES.values())


def test_several_points_of_one_project_share_its_area(good_place: Grounds) -> None:
    """Three points: one in the redline, one in the boundary, one outside the region."""
    at = [(0.5, 4.5), (4.5, 4.3), (20.0, 20.0)]
    points = [shapely.Point(CORNER[0] + PITCH * x, CORNER[1] + PITCH * y) for x, y in at]
    one = site_of(Project("A", declared=3001), np.array(points), np.full(3, np.nan))
    other = site_of(Project("B", declared=500), np.array(points[:1]), np.full(1, np.nan))
    first, second = check_sites(good_place, [one, other]).judged
    assert first.case.within("STBHHX") == first.case.within("CZKFBJ") == 1000
    assert first.case.within("XZQX") == 2000
    assert second.case.within("STBHHX") == 500
    assert second.case.overlaps["STBHHX"][0].area == 500
