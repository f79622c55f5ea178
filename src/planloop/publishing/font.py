"""The one font of everything that planloop draws: Noto Sans SC, shipped, never the system's."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

MISSING = "〓"
"""What typesetters print for a character that the font lacks."""


def font_file(*, bold: bool = False) -> Path:
    """Return the path of the font's file."""
    name = "NotoSansSC-Bold.ttf" if bold else "NotoSansSC-Regular.ttf"
    return Path(str(resources.files("planloop.publishing").joinpath("fonts", name)))


def font(size: float, *, bold: bool = False) -> FontProperties:
    """Return the font in a size, in points.

    The properties name the file itself, so that no search among installed fonts takes place.
    """
    return FontProperties(fname=font_file(bold=bold), size=size)


def printable(text: str) -> str:
    """Return a text with 〓 in the place of each character that the font lacks."""
    held = _held()
    return "".join(letter if ord(letter) in held else MISSING for letter in text)


@cache
def _held() -> frozenset[int]:
    """Return the code points that both weights hold."""
    maps = [FT2Font(font_file(bold=bold)).get_charmap() for bold in (False, True)]
    return frozenset(maps[0]) & frozenset(maps[1])
