"""The shipped fonts: what they hold, and that they are what the tool cuts."""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from matplotlib.font_manager import findfont

from planloop.publishing.font import MISSING, font, font_file, printable
from tools.subset_font import characters, cut

WEIGHTS = pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
FONTS = font_file().parent


@cache
def held(*, bold: bool) -> frozenset[int]:
    """Return the characters of a font file, read by fontTools."""
    with TTFont(font_file(bold=bold)) as opened:
        return frozenset(opened.getBestCmap())


def texts() -> str:
    """Return all texts of the package that people get to read."""
    package = Path(str(resources.files("planloop")))
    parts = []
    for path in sorted((package / "messages").glob("*.toml")):
        entries = tomllib.loads(path.read_text(encoding="utf-8")).values()
        parts += [text for entry in entries for text in entry.values()]
    for folder in ("standard/tables", "publishing"):
        for path in sorted((package / folder).glob("*.csv")):
            rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
            parts += ["".join(row) for row in rows]
    for path in sorted((package / "standard/tables").glob("*.toml")):
        parts.append(path.read_text(encoding="utf-8").replace("\n", ""))
    return "".join(parts)


@WEIGHTS
def test_every_character_of_our_texts_is_there(*, bold: bool) -> None:
    read = texts()
    assert len(read) > 20_000, "the texts were found"
    assert {letter for letter in read if ord(letter) not in held(bold=bold)} == set()


@WEIGHTS
def test_gb2312_and_the_signs_of_tables_are_there(*, bold: bool) -> None:
    """GB 2312 has 6,763 characters of two levels and 682 signs: rows 1 to 9 and 16 to 87."""
    rows = [*range(1, 10), *range(16, 88)]
    pairs = [bytes([0xA0 + row, 0xA0 + cell]) for row in rows for cell in range(1, 95)]
    letters = {pair.decode("gb2312", errors="ignore") for pair in pairs} - {""}
    assert len(letters) == 6_763 + 682
    wanted = letters | set("—…·–‘’“”m²m³π×÷≤≥−✓✗〓ÄÖÜäöüßéèñç（），：；！？％")
    assert {letter for letter in wanted if ord(letter) not in held(bold=bold)} == set()


@WEIGHTS
def test_names_of_real_places_are_there(*, bold: bool) -> None:
    """Characters of townships that GB 2312 lacks."""
    for letter in "滘垟埗塱埇栟":
        assert ord(letter) in held(bold=bold), letter


@WEIGHTS
def test_a_cross_is_drawn_as_a_multiplication_sign(*, bold: bool) -> None:
    with TTFont(font_file(bold=bold)) as opened:
        names = opened.getBestCmap()
        assert names[ord("✗")] == names[ord("×")]


@WEIGHTS
def test_outlines_are_truetype_and_may_be_embedded(*, bold: bool) -> None:
    with TTFont(font_file(bold=bold)) as opened:
        assert "glyf" in opened
        assert "CFF " not in opened
        assert opened["OS/2"].fsType == 0, "installable embedding"
        assert opened["OS/2"].usWeightClass == (700 if bold else 400)


def test_cutting_again_changes_nothing() -> None:
    """The same input gives the same bytes, and the shipped files are what the tool makes."""
    shipped = font_file().read_bytes()
    assert hashlib.sha256(cut(shipped)).digest() == hashlib.sha256(shipped).digest()
    with TTFont(font_file()) as opened:
        assert set(opened.getBestCmap()) <= characters()


def test_the_readme_names_the_shipped_bytes() -> None:
    told = dict(
        re.findall(r"`([\w.-]+)` \| `([0-9a-f]{64})`", (FONTS / "README.md").read_text("utf-8"))
    )
    files = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "OFL.txt")
    assert told == {name: hashlib.sha256((FONTS / name).read_bytes()).hexdigest() for name in files}


def test_the_licence_goes_with_the_fonts() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text("utf-8")
    notice = (Path(__file__).parents[2] / "NOTICE").read_text("utf-8")
    assert "Noto Sans SC" in notice
    assert "SIL Open Font License" in notice


@WEIGHTS
def test_matplotlib_takes_this_file_and_no_other(*, bold: bool) -> None:
    assert Path(findfont(font(9, bold=bold))) == font_file(bold=bold)


def test_what_the_font_lacks_becomes_visible() -> None:
    assert printable("阿拉山口 35 m²") == "阿拉山口 35 m²"
    assert printable("㐂蓮") == MISSING * 2
    assert MISSING == "〓"
