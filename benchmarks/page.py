"""What stays of docs/performance.md where only some of the benchmarks were run anew."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MACHINE = re.compile(r"^Machine: (.+)\.$", re.MULTILINE)
VERSIONS = re.compile(r"^Versions: (.+)\.$", re.MULTILINE)
LAYERS = re.compile(r"^\| layer \| (.+) \|\n\|.+\n((?:\|.+\n)+)", re.MULTILINE)
SKIPPED = re.compile(r"^Not measured, as not installed:\n\n((?:- .+\n)+)", re.MULTILINE)
# A comma in brackets does not end the name of a library.
COMMA = re.compile(r", (?![^(]*\))")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a page holds that was written before.

    Parameters
    ----------
    sections
        Title → the section's lines, heading included.
    machines, versions, skipped
        What is said of them, each once.
    layers
        Name → what is counted in it.
    """

    sections: dict[str, list[str]] = field(default_factory=dict)
    machines: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    layers: dict[str, dict[str, int]] = field(default_factory=dict)


def kept(text: str, fresh: Iterable[str]) -> Kept:
    """Return what stays of a page.

    Parameters
    ----------
    text
        The page.
    fresh
        Titles of the sections that are written anew.

    Returns
    -------
    Kept
        The other sections, and what the page says of machines, versions and layers; nothing where
        all sections are written anew.
    """
    opening, *parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    by_title = {part.partition("\n")[0].removeprefix("## "): part for part in parts}
    # The first section says how it was measured, and is always written anew.
    method = opening + (parts[0] if parts else "")
    old = {
        title: [*part.rstrip().split("\n"), ""]
        for title, part in list(by_title.items())[1:]
        if title not in set(fresh)
    }
    if not old:
        return Kept()
    machine, versions = MACHINE.search(method), VERSIONS.search(method)
    skipped = SKIPPED.search(method)
    return Kept(
        sections=old,
        machines=machine[1].split(" and ") if machine else [],
        versions=COMMA.split(versions[1]) if versions else [],
        skipped=[line.removeprefix("- ") for line in skipped[1].splitlines()] if skipped else [],
        layers=_layers(method),
    )


def _layers(text: str) -> dict[str, dict[str, int]]:
    found = LAYERS.search(text)
    if not found:
        return {}
    names = found[1].split(" | ")
    layers = {}
    for line in found[2].splitlines():
        layer, *cells = line.strip("| ").split(" | ")
        counts = (int(cell.replace(",", "")) for cell in cells)
        layers[layer] = dict(zip(names, counts, strict=True))
    return layers
