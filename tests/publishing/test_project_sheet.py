"""The page of a project: self-contained, with all that the checks say, in both languages."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from planloop.checks.conformity.answer import hectares
from planloop.checks.conformity.checking import RULES, check_projects
from planloop.errors import OutputError
from planloop.messages import LANGUAGES
from planloop.publishing.project_sheet import project_sheet, write_sheets
from planloop.publishing.site_picture import HEIGHT, WIDTH, picture
from tests.checks.judged_town import COUNT, ask, grounds
from tests.checks.toy_city import block

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.checks.conformity.checking import Conformity


@pytest.fixture(scope="module")
def conformity() -> Conformity:
    return check_projects(grounds())


class Tags(HTMLParser):
    """Check that tags close in the order in which they open, and gather the text."""

    VOID = frozenset({"meta", "link", "br", "img", "path", "circle"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not any(name in {"src", "href"} for name, _ in attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("turn", range(COUNT))
def test_a_page_says_what_the_checks_say(conformity: Conformity, turn: int) -> None:
    judged = conformity.judged[turn]
    page = project_sheet(grounds(), judged)
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    for reason in judged.needed():
        assert all(reason.text(lang) in tags.text for lang in LANGUAGES)
    for name in RULES:
        for reason in judged.answers[name].reasons:
            assert reason.text("zh") in tags.text
    for layer in judged.case.overlaps:
        for area in judged.by_code(layer).values():
            assert hectares(area) in tags.text
    siting = judged.case.site.project.siting or ""
    assert ("不是许可文件" in tags.text) == ("单独选址" in siting)
    assert ("<svg" in page) == (judged.case.site.shape is not None)
    assert page == project_sheet(grounds(), judged), "the same page every time"


def test_names_of_strangers_are_escaped() -> None:
    judged = ask(block(4.2, 4.2, 4.8, 4.4), name="<script>alert(1)</script>", basis='"><b>')
    page = project_sheet(grounds(), judged)
    assert "<script" not in page
    assert "<b>" not in page


def test_the_picture_shows_the_site_where_it_is(conformity: Conformity) -> None:
    judged = conformity.judged[0]
    drawn = picture(grounds(), judged)
    assert drawn is not None
    root = ET.fromstring(drawn.svg)  # noqa: S314  # our own
    paths = root.findall("{*}path")
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", paths[-2].attrib["d"])]
    x, y = numbers[::2], numbers[1::2]
    assert 0 < min(x) < max(x) < WIDTH
    assert 0 < min(y) < max(y) < HEIGHT
    west, south, east, north = judged.case.site.shape.bounds  # type: ignore[union-attr]  # placed
    assert (max(x) - min(x)) / (max(y) - min(y)) == pytest.approx(
        (east - west) / (north - south), rel=0.02
    )
    assert (min(x) + max(x)) / 2 == pytest.approx(WIDTH / 2, abs=0.2)
    assert drawn.bar in {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0}


def test_a_folder_of_pages(conformity: Conformity, tmp_path: Path) -> None:
    folder = write_sheets(grounds(), conformity, tmp_path / "sheets")
    names = sorted(item.name for item in folder.iterdir())
    assert len(names) == COUNT
    assert names[0] == "01-P-01.html"
    with pytest.raises(OutputError):
        write_sheets(grounds(), conformity, folder)
