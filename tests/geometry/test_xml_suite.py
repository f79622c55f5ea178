"""The XML test suites of GEOS and JTS, through our functions: overlays and validity.

They are fetched by ``tools/fetch_xml_suite.sh`` and are no part of the repository.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shapely

from tests.geometry.exact_plane import shared_area
from tests.geometry.random_layers import box
from tests.geometry.xml_explained import explained
from tests.geometry.xml_frame import Frame
from tests.geometry.xml_judge import JUDGED, Outcome, judge
from tests.geometry.xml_suite import Operation, read_file

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).resolve().parents[2] / "build" / "xml-suite"

WITHOUT = {"jts/robust/MagnifyTopology.xml"}
"""Files that state no operation."""

SUITE = """
<run><precisionModel scale="10"/><case>
<a>POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))</a><b>POLYGON ((2 2, 6 2, 6 6, 2 6, 2 2))</b>
<test><op name="intersection" arg1="A" arg2="B">{}</op></test>
</case></run>
"""


@pytest.fixture(scope="module")
def operations() -> Mapping[str, list[Operation]]:
    """Return the operations of each file that are ours; one that both suites have, once."""
    folder = Path(os.environ.get("PLANLOOP_XML_SUITE", HERE))
    files = sorted(folder.rglob("*.xml"))
    if not files:
        pytest.skip("fetch the XML suites of GEOS and JTS: sh tools/fetch_xml_suite.sh")
    found = {str(path.relative_to(folder)): path for path in files}
    known: set[object] = set()
    result = {}
    for file, path in found.items():
        everything = read_file(path, file)
        assert (len(everything) == 0) == (file in WITHOUT), file
        ours = [operation for operation in everything if operation.name in JUDGED]
        result[file] = [operation for operation in ours if operation.content not in known]
        known |= {operation.content for operation in ours}
    return result


@pytest.fixture(scope="module")
def outcomes(operations: Mapping[str, list[Operation]]) -> dict[str, tuple[Operation, Outcome]]:
    """Return what comes of each operation, by its place."""
    found = {}
    for operation in (operation for listed in operations.values() for operation in listed):
        try:
            outcome = judge(operation)
        except Exception as error:  # of any kind: none is right  # noqa: BLE001
            outcome = Outcome("differs", f"{type(error).__name__}: {error}")
        found[operation.place] = (operation, outcome)
    return found


def test_each_operation_agrees_or_is_explained(
    outcomes: dict[str, tuple[Operation, Outcome]],
) -> None:
    ours = {
        place: outcome
        for place, (_, outcome) in outcomes.items()
        if outcome.verdict not in {"agrees", "no polygon"}
    }
    known = explained()
    unexplained = [
        f"{place}: {outcome.verdict} {outcome.detail}"
        for place, outcome in ours.items()
        if outcome.verdict != known.get(place)
    ]
    assert not unexplained, "\n".join(unexplained)
    assert sorted(known) == sorted(ours)


def test_nothing_was_left_out(outcomes: dict[str, tuple[Operation, Outcome]]) -> None:
    counts = Counter((operation.name, result.verdict) for operation, result in outcomes.values())
    for (name, verdict), count in sorted(counts.items()):
        print(f"{name:16} {verdict:12} {count:5}")  # noqa: T201  # the totals, with -s or -rP
    names = Counter(operation.name for operation, _ in outcomes.values())
    assert names == {
        "areatest": 33,
        "difference": 284,
        "intersection": 302,
        "isvalid": 928,
        "overlayareatest": 2047,
        "symdifference": 179,
        "union": 211,
        "unionarea": 10,
        "unionlength": 12,
    }


def test_a_result_that_is_wrong_is_told(tmp_path: Path) -> None:
    path = tmp_path / "suite.xml"
    verdicts = []
    for text in ("POLYGON ((2 2, 4 2, 4 4, 2 4, 2 2))", "POLYGON ((2 2, 4 2, 4 4, 2 3, 2 2))"):
        path.write_text(SUITE.format(text), encoding="utf-8")
        (operation,) = read_file(path, path.name)
        assert (operation.name, operation.cell) == ("intersection", 0.1)
        verdicts.append(judge(operation).verdict)
    assert verdicts == ["agrees", "differs"]


@pytest.mark.parametrize(("valid", "verdict"), [("true", "differs"), ("false", "agrees")])
def test_a_validity_that_is_wrong_is_told(valid: str, verdict: str) -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    operation = Operation("file", 1, 1, "isvalid", (bow,), valid, None)
    assert judge(operation).verdict == verdict


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text('<!DOCTYPE run [<!ENTITY a "b">]><run>&a;</run>', encoding="utf-8")
    with pytest.raises(ValueError, match="document type"):
        read_file(path, path.name)


def test_a_frame_keeps_numbers_with_digits_and_says_when_it_cannot() -> None:
    fine = shapely.Polygon([(0.1, 0.2), (700.3, 0.2), (0.1, 400.025)])
    frame = Frame.of([fine])
    assert frame is not None
    assert frame.exact
    # 700.2 of them over at most 500 km: a thousandth of a grid step each.
    assert frame.step == pytest.approx(1e-6)
    assert shapely.area(frame.metres(fine)) == pytest.approx(shapely.area(fine) * 1e4, rel=1e-12)
    third = Frame.of([shapely.Point(1 / 3, 0), shapely.Point(1000, 0)])
    assert third is not None
    assert not third.exact
    assert Frame.of([shapely.Point(float("nan"), 0.0)]) is None


def test_fractions_give_the_area_that_two_squares_share() -> None:
    assert shared_area(box(0, 0, 10, 10), box(5, 5, 15, 15)) == 25.0
    tilted = shapely.Polygon([(0, 0), (3, 1), (2, 4), (-1, 3)])
    assert shared_area(tilted, tilted) == 10.0
    assert shared_area(tilted, box(50, 50, 60, 60)) == 0.0
