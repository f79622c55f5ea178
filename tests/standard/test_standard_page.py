"""The page on the standard: it names every table, and its examples do what it says."""

from __future__ import annotations

import csv
import re
from importlib import resources
from pathlib import Path

from planloop.standard import Attestation, load

PAGE = (Path(__file__).parents[2] / "docs" / "standard.md").read_text(encoding="utf-8")


def fenced(language: str) -> str:
    """Return the text of the page's example in a language."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)
    assert found
    return found[1]


def test_every_table_is_described() -> None:
    tables = resources.files("planloop.standard").joinpath("tables").iterdir()
    described = set(re.findall(r"^\| `(\w+)`", PAGE, flags=re.MULTILINE))
    columns = {"edition", "attestation", "source"}
    assert described - columns == {item.name.rpartition(".")[0] for item in tables}


def test_the_example_says_what_the_loader_says() -> None:
    lines = [line for line in fenced("python").splitlines() if line.startswith("standard.")]
    assert len(lines) == 4
    standard = load()
    assert standard.layer("CZKFBJFWCSLX").code == "ZXCQCSLX"
    assert standard.land_class("010000").name("zh") == "耕地"
    assert standard.in_group("100100", "town", "201") is True
    assert standard.parameter("scattered_patch_ha").attestation is Attestation.OURS


def test_the_pack_of_the_page_works(tmp_path: Path) -> None:
    (tmp_path / "zones.csv").write_text(fenced("csv"), encoding="utf-8")
    zones = load(str(tmp_path)).zones
    assert zones["700"].name_zh == "其他保护利用区"
    assert zones["710"].parent == "700"
    assert len(zones) == len(load().zones) + 1


def test_every_source_is_explained() -> None:
    (table,) = re.findall(r"^\| `source` begins with .*?\n\n", PAGE, flags=re.MULTILINE | re.DOTALL)
    names = tuple(
        name.strip()
        for row in table.splitlines()[2:]
        if row
        for name in row.split("|")[1].split(",")
    )
    assert "ghbox" in names
    found = set()
    for item in resources.files("planloop.standard").joinpath("tables").iterdir():
        if item.name.endswith(".csv"):
            rows = csv.DictReader(item.read_text(encoding="utf-8").splitlines())
            found |= {part for row in rows for part in row["source"].split("; ")}
    assert [part for part in sorted(found) if not part.startswith(names)] == []
