"""The README and its Chinese twin: the same shape, the same commands, links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = (ROOT / name for name in ("README.md", "README.zh-CN.md"))
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)


def shape(page: Path) -> dict[str, list[str]]:
    """Return what the twins must share: heading levels, links, code without comments, files."""
    text = page.read_text(encoding="utf-8")
    code = [re.sub(r"\s*#.*", "", body) for _, body in BLOCK.findall(text)]
    links = [link for link in LINK.findall(text) if not link.startswith("README")]
    return {
        "headings": re.findall(r"^(#+) ", BLOCK.sub("", text), flags=re.MULTILINE),
        "links": links,
        "code": code,
        "files": re.findall(r"^\| `[^|]*", text, flags=re.MULTILINE),
    }


def test_the_twins_have_one_shape() -> None:
    english, chinese = shape(ENGLISH), shape(CHINESE)
    assert english["headings"] == chinese["headings"]
    assert english["links"] == chinese["links"]
    assert english["code"] == chinese["code"]
    assert len(english["files"]) == len(chinese["files"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_the_pictures_are_there() -> None:
    pictures = [link for link in shape(ENGLISH)["links"] if link.endswith(".png")]
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")
