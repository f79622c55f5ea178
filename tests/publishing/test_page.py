"""The page: both languages, every number named, nothing that asks the network, no markup let in."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from planloop.messages import LANGUAGES
from planloop.plan.figures import figures
from tests.publishing.toy_scheme import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.scheme import Scheme

VOID = {"meta", "link", "input", "img", "br", "hr"}


class Outline(HTMLParser):
    """Collects elements with their attributes and what text stands in them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[list[tuple[str, dict[str, str | None]]], str]] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop()[0] != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((list(self.open), data.strip()))


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    return (folder / "summary.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Outline:
    reader = Outline()
    reader.feed(text)
    reader.close()
    return reader


def test_well_formed(page: Outline) -> None:
    assert page.wrong == []
    assert page.open == []
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in page.elements:
        if tag == "a" and str(attrs["href"]).startswith("#"):
            assert str(attrs["href"])[1:] in ids
        if tag == "label":
            assert attrs["for"] in ids
        if tag == "img":
            assert attrs["alt"]


def test_every_figure_is_shown_by_name(page: Outline, scheme: Scheme) -> None:
    shown = {attrs["data-name"] for tag, attrs in page.elements if tag == "data"}
    assert shown == set(figures(scheme))


def test_no_number_without_a_name(page: Outline) -> None:
    """Digits stand in named elements, in names of files, and in words that are ours."""
    ours = re.compile(r"0\.01|0\.1 mm|0\.1 毫米|2 位小数|2 decimals|SHA-256|19 项|EPSG:4490")
    for above, words in page.texts:
        tags = [tag for tag, _ in above]
        if {"data", "style", "code", "title"} & set(tags):
            continue
        rest = ours.sub("", words)
        assert not re.search(r"\d", rest) or tags[-1] in {"a", "td", "summary", "span"}, words


def test_nothing_is_asked_of_the_network(page: Outline, text: str) -> None:
    assert "://" not in re.sub(r"<data[^>]*>.*?</data>", "", text)
    for tag, attrs in page.elements:
        assert tag not in {"script", "link", "iframe", "object"}
        for name in ("src", "href"):
            assert "//" not in str(attrs.get(name, ""))
        assert not any(name.startswith("on") for name in attrs)
    assert "default-src 'none'" in text


def test_files_are_linked_and_there(page: Outline, folder: Path) -> None:
    from urllib.parse import unquote  # noqa: PLC0415  # only here

    linked = {unquote(str(attrs["href"])) for tag, attrs in page.elements if tag == "a"}
    names = {item.name for item in folder.iterdir()}
    assert names <= linked
    assert {name for name in linked if not name.startswith("#")} == names


def test_names_from_data_are_escaped(text: str, page: Outline) -> None:
    assert "<script" not in text
    assert any(words == HOSTILE for _, words in page.texts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_is_whole(page: Outline, lang: str) -> None:
    """What is shown in one language has no word of the other, but for names and codes."""
    tag = {"zh": "zh-CN", "en": "en"}[lang]
    mine = [
        words
        for above, words in page.texts
        if any(attrs.get("lang") == tag for name, attrs in above if name != "html")
        and not any(name == "data" and "lang" not in attrs for name, attrs in above)
    ]
    assert len(mine) > 100
    # A field may be followed by its Chinese name in brackets.
    chinese = [words for words in mine if re.search("[一-鿿]", re.sub(r"\(.*?\)", "", words))]
    if lang == "en":
        assert chinese == []
    else:
        assert len(chinese) > 0.8 * len(mine)


def test_synthetic_data_are_called_so(text: str) -> None:
    assert "本方案使用合成的演示数据" in text
    assert "This scheme is made from synthetic data" in text


def test_attestation_is_shown(page: Outline) -> None:
    named = [attrs for tag, attrs in page.elements if tag == "data"]
    ours = {str(attrs["data-name"]) for attrs in named if attrs["value"] == "ours"}
    assert any(name.startswith("proofs.C2.reasons") for name in ours)
    assert any(name.startswith("unsettled.") for name in ours)


def test_no_colour_alone_says_how_a_proof_ends(page: Outline, scheme: Scheme) -> None:
    words = [item for _, item in page.texts]
    ends = Counter(str(proof.outcome) for proof in scheme.proofs)
    assert words.count("✓") == ends["holds"] > 0
    assert words.count("–") >= ends["not applicable"] > 0
    assert words.count("成立") >= ends["holds"]
