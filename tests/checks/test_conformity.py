"""P1 to P12 of twenty projects of a toy plan, against queries written by hand."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from planloop.checks.conformity.checking import RULES, Conformity, check_projects
from tests.checks.judged_town import COUNT, grounds, site_frames, town_layers, twenty
from tests.checks.site_queries import ALLOWED, CLOSE, FORBIDDEN, NOTHING, Queries, worst
from tests.checks.toy_city import EPSG


@cache
def queries() -> Queries:
    layers = {code: item.reset_index() for code, item in town_layers().items()}
    return Queries(layers, *twenty(), EPSG)


@cache
def expected(number: str) -> dict[str, str]:
    return queries().expected(number)


@pytest.fixture(scope="module")
def conformity() -> Conformity:
    return check_projects(grounds())


NUMBERS = [f"P-{turn:02d}" for turn in range(1, COUNT + 1)]


@pytest.mark.parametrize("number", NUMBERS)
def test_every_check_agrees_with_the_query(conformity: Conformity, number: str) -> None:
    (judged,) = [item for item in conformity.judged if item.number == number]
    found = {name: str(answer.grade) for name, answer in judged.answers.items()}
    assert found == expected(number)
    grade = worst(list(found.values()))
    if grade == FORBIDDEN or number in twenty()[1]:
        assert judged.verdict == (ALLOWED if grade == NOTHING else grade)
    else:
        assert judged.verdict == "not-placed"


@pytest.mark.parametrize("number", sorted(twenty()[1]))
def test_areas_agree_with_the_query(conformity: Conformity, number: str) -> None:
    (judged,) = [item for item in conformity.judged if item.number == number]
    case = judged.case
    assert case.own / 100 == pytest.approx(queries().own(number), abs=CLOSE)
    for code in queries().layers:
        if code not in grounds().layers:
            continue
        hit = queries().pieces(number, code)
        whole = queries().total(number, code)
        assert case.within(code) / 100 == pytest.approx(whole, abs=CLOSE), code
        wanted = dict(zip(hit["fid"], hit["m2"], strict=True)) if "fid" in hit else {}
        found = {item.feature: item.area / 100 for item in case.overlaps.get(code, ())}
        for feature in wanted.keys() | found.keys():
            one, other = found.get(feature, 0.0), wanted.get(feature, 0.0)
            assert one == pytest.approx(other, abs=CLOSE), (code, feature)


def test_the_twenty_meet_every_grade() -> None:
    """The comparison shows something only where answers differ."""
    grades: dict[str, set[str]] = {name: set() for name in RULES}
    for number in NUMBERS:
        for name, grade in expected(number).items():
            grades[name].add(grade)
    several = {name: found - {NOTHING} for name, found in grades.items()}
    assert {name for name, found in several.items() if len(found) < 2} <= {"P12"}
    assert all(FORBIDDEN in several[name] for name in ("P2", "P5", "P6", "P7", "P8"))


def test_one_pass_for_all_is_one_for_each(conformity: Conformity) -> None:
    from planloop.checks.conformity.checking import check_sites  # noqa: PLC0415  # as used here

    for site, judged in zip(grounds().sites, conformity.judged, strict=True):
        alone = check_sites(grounds(), [site], foreign=False).judged[0]
        assert dict(alone.case.overlaps) == dict(judged.case.overlaps)
        assert dict(alone.case.totals) == dict(judged.case.totals)


def test_layers_of_full_coverage_share_a_site_out(conformity: Conformity) -> None:
    """Zones and parcels cover the toy city: their pieces add up to the site, to rounding."""
    for judged in conformity.judged:
        case = judged.case
        if case.indicative or case.site.shape is None or case.leaves("XZQX"):
            continue
        for layer in ("GHFQ", "XZYDYH"):
            parts = case.overlaps[layer]
            assert abs(sum(item.area for item in parts) - case.own) <= 5 + len(parts)


def test_the_sites_are_drawn_as_the_query_has_them() -> None:
    assert sum(map(len, site_frames().values())) == COUNT - 1
    assert np.isclose(
        pd.Series({number: shape.area for number, shape in queries().shapes.items()}).sum(),
        sum(site.shape.area for site in grounds().sites if site.shape is not None),
    )
