"""The result of one project on one page: picture, overlaps, checks, what would make it pass."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import jinja2

from planloop.checks.conformity.answer import CodeName, LayerName, hectares
from planloop.checks.conformity.checking import title
from planloop.checks.conformity.rules.boundary import SEPARATE
from planloop.messages import LANGUAGES, render
from planloop.plan.formats.staging import staged_folder
from planloop.publishing.page import TAGS, Html
from planloop.publishing.site_picture import picture

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.checks.conformity.checking import Conformity
    from planloop.checks.conformity.grounds import Grounds
    from planloop.checks.conformity.verdict import Judged

KINDS = {
    "zones": "zones",
    "boundary": "zones",
    "parcels": "land_classes",
    "land_use": "land_classes",
}
"""Role of a layer → the code list of its codes."""


def project_sheet(grounds: Grounds, judged: Judged) -> str:
    """Return the page of one project as HTML, Chinese and English, with nothing from outside.

    A project that is sited on its own (单独选址) gets the draft of an opinion of conformity, which
    is a draft: people decide.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("planloop.publishing", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    drawn = picture(grounds, judged)
    project = judged.case.site.project
    return environment.get_template("project_sheet.html").render(
        judged=judged,
        project=project,
        picture=None if drawn is None else Html(drawn.svg),
        legend=() if drawn is None else drawn.legend,
        bar="" if drawn is None else f"{drawn.bar:g} m",
        region=grounds.plan.region,
        overlaps=[
            _overlap(grounds, judged, layer, code, area) for layer, code, area in _all(judged)
        ],
        languages=[(lang, TAGS[lang]) for lang in LANGUAGES],
        say=_say,
        title=title,
        hectares=hectares,
        verdict=f"verdict-{judged.verdict}",
        grades={name: f"grade-{answer.grade}" for name, answer in judged.answers.items()},
        founded={name: f"attestation-{mark}" for name, mark in judged.attestations.items()},
        opinion=f"opinion-{judged.verdict}" if SEPARATE in (project.siting or "") else "",
    )


def write_sheets(grounds: Grounds, conformity: Conformity, directory: Path) -> Path:
    """Write a page for each site into a new folder, all or nothing, and return the folder.

    Raises
    ------
    OutputError
        The folder exists, or cannot be written.
    """
    with staged_folder(directory) as folder:
        width = len(str(len(conformity.judged)))
        for turn, judged in enumerate(conformity.judged, start=1):
            stem = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", judged.number)[:60]
            path = folder / f"{turn:0{width}d}-{stem}.html"
            path.write_text(project_sheet(grounds, judged), encoding="utf-8")
    return directory


def _say(key: str, lang: str, **params: object) -> str:
    return render(f"project_sheet.{key}", params, lang)


def _all(judged: Judged) -> list[tuple[str, str, int]]:
    return [
        (layer, code, area)
        for layer in judged.case.overlaps
        for code, area in judged.by_code(layer).items()
    ]


def _overlap(
    grounds: Grounds, judged: Judged, layer: str, code: str, area: int
) -> dict[str, object]:
    kind = next((KINDS[role] for role in KINDS if grounds.role(role) == layer), "")
    own = judged.case.own
    name = CodeName(kind, code) if kind else None
    return {
        "layer": {lang: LayerName(layer).text(lang) for lang in LANGUAGES},
        "code": {lang: name.text(lang) if name else code for lang in LANGUAGES},
        "ha": hectares(area),
        "percent": f"{100 * area / own:.2f}" if own else "–",
    }
