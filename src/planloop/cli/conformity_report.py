"""What the verbs on conformity print for people, and the options that they share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planloop.messages import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planloop.checks.conformity.checking import Conformity
    from planloop.checks.conformity.verdict import Judged

MARKS = {"conforms": "✓", "conditional": "!", "does-not-conform": "✗", "not-placed": "–"}
GRADES = {"conforms": "✓", "conditional": "!", "does-not-conform": "✗", "not-applicable": "–"}

PLAN = click.option(
    "--plan",
    "plan",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder of a written scheme (its plan after), or a scheme.toml (its inputs).",
)
"""The plan to check against."""

CONFLICTS = click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="GeoPackage to write: sites with their verdicts, and the land of each conflict.",
)
"""The file of conflicts."""

SHEETS = click.option(
    "--sheets",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write: a page for each site, with a picture and what would make it pass.",
)
"""The folder of pages."""


def report_lines(conformity: Conformity, lang: str) -> Iterator[str]:
    """Yield the report on all sites, line by line, and how many end with which verdict."""
    for item in conformity.judged:
        yield from site_lines(item, lang)
    counts = conformity.counts()
    told = {
        "conforms": counts["conforms"],
        "conditional": counts["conditional"],
        "fails": counts["does-not-conform"],
        "unplaced": counts["not-placed"],
    }
    yield render("conformity.report-sum", told, lang)


def site_lines(item: Judged, lang: str) -> Iterator[str]:
    """Yield what there is to say of a site: its verdict, each check, what it would need."""
    from planloop.checks.conformity.answer import hectares  # noqa: PLC0415  # keeps help instant

    told = {
        "mark": MARKS[item.verdict],
        "number": item.number,
        "name": item.name,
        "verdict": render(f"conformity.verdict-{item.verdict}", {}, lang),
        "ha": hectares(item.case.own),
    }
    yield render("conformity.report-site", told, lang)
    for name, answer in item.answers.items():
        said = " ".join(reason.text(lang) for reason in answer.reasons)
        yield f"    {GRADES[answer.grade]} {name:<4}{said} [{item.attestations[name]}]"
    for reason in item.needed():
        yield "    " + render("conformity.report-needed", {"text": reason.text(lang)}, lang)
