"""The page about a scheme: Chinese and English in one file that asks nothing of the network."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import jinja2

from planloop import standard
from planloop.messages import LANGUAGES, render
from planloop.plan import wording
from planloop.plan.figures import OUTCOMES, figures
from planloop.plan.sheets import FURTHER
from planloop.plan.unsettled import unsettled
from planloop.plan.written import (
    AFTER,
    BEFORE,
    CERTIFICATE,
    DECISION_LINES,
    DECISIONS,
    DOCUMENT,
    FINDING_LINES,
    MAP_IMAGE,
    MAP_PRINT,
    PAGE,
    WORKBOOK,
    geodatabase_name,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.plan.accounts import Table
    from planloop.plan.figures import Figure
    from planloop.plan.scheme import Scheme

TAGS = {"zh": "zh-CN", "en": "en"}

SECTIONS = {
    "central": ("structure", "structure_ranges", "services", "unserved"),
    "plan": ("level", "indicators", "clauses"),
    "near-term": ("near_term_sectors", "near_term", "pace_periods", "pace_years"),
}
"""Sections of the page → tables of the accounts that stand there, where there are any."""


class Html(str):
    """Text that is HTML already; the template does not escape it again."""

    __slots__ = ()

    def __html__(self) -> Html:
        """Return the text itself: the sign that templates look for."""
        return self


class _Voice:
    """Says figures by name, and texts by key, in both languages.

    Every figure stands in ``<data data-name="…" value="…">``; what differs between the languages
    stands twice, each with its language.
    """

    def __init__(self, found: Mapping[str, Figure]) -> None:
        self.found = found

    def has(self, name: str) -> bool:
        """Return whether there is such a figure."""
        return name in self.found

    def say(self, name: str) -> Html:
        """Return a figure; nothing where there is none."""
        figure = self.found.get(name)
        if figure is None:
            return Html()
        if figure.zh == figure.en:
            return Html(self._one(name, figure, "zh"))
        return Html("".join(self._one(name, figure, lang) for lang in LANGUAGES))

    @staticmethod
    def _one(name: str, figure: Figure, lang: str) -> str:
        tongue = "" if figure.zh == figure.en else f' lang="{TAGS[lang]}"'
        text = html.escape(figure.zh if lang == "zh" else figure.en)
        held = f'data-name="{html.escape(name)}" value="{html.escape(figure.value)}"'
        return f"<data{tongue} {held}>{text}</data>"

    def text(self, key: str, **names: str) -> Html:
        """Return a text in both languages, with figures in its places: place → figure's name."""
        parts = []
        marks = {place: f"\x00{place}\x00" for place in names}
        for lang in LANGUAGES:
            said = html.escape(render(key, marks, lang))
            for place, name in names.items():
                said = said.replace(marks[place], self._one(name, self.found[name], lang))
            parts.append(f'<span lang="{TAGS[lang]}">{said}</span>')
        return Html("".join(parts))

    @staticmethod
    def named(key: str) -> Html:
        """Return what a number of a proof is called, in both languages."""
        parts = [
            f'<span lang="{TAGS[lang]}">{html.escape(wording.proof_number(key, lang))}</span>'
            for lang in LANGUAGES
        ]
        return Html("".join(parts))

    @staticmethod
    def plain(key: str) -> str:
        """Return a text for an attribute, both languages in one."""
        return " / ".join(render(key, {}, lang) for lang in LANGUAGES)


def page(scheme: Scheme) -> str:
    """Return the page as HTML."""
    voice = _Voice(figures(scheme))
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("planloop.publishing", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css, _, _ = jinja2.PackageLoader("planloop.publishing", "templates").get_source(
        environment, "summary.css"
    )
    zones = standard.load().zones
    projects = [item for item in scheme.decisions if item.subject == "project"]
    held = {name for name, table in scheme.accounts.tables.items() if table.rows}
    further = [
        (section, [name for name in names if name in held]) for section, names in SECTIONS.items()
    ]
    return environment.get_template("summary.html").render(
        css=Html(css),
        say=voice.say,
        has=voice.has,
        text=voice.text,
        plain=voice.plain,
        named=voice.named,
        numeric=wording.is_number,
        scheme=scheme,
        tables=scheme.accounts.tables,
        further=further,
        shown=[name for name, parts in further if parts],
        notes=FURTHER,
        filled={name: _filled(table) for name, table in scheme.accounts.tables.items()},
        groups=[
            (outcome, [place for place, item in enumerate(projects) if item.outcome == outcome])
            for outcome in OUTCOMES
        ],
        colours={code: "#{:02x}{:02x}{:02x}".format(*zone.rgb) for code, zone in zones.items()},
        image=MAP_IMAGE,
        print_map=MAP_PRINT,
        files=_files(scheme),
        unsettled=unsettled(scheme),
    )


def _filled(table: Table) -> list[str]:
    """Return the columns of a table in which anything stands."""
    return [
        key for key in table.columns if any(value not in {None, ""} for value in table.column(key))
    ]


def _files(scheme: Scheme) -> list[tuple[str, str]]:
    """Return every file of the folder with the key of its description."""
    return [
        (PAGE, "summary.file-page"),
        (MAP_IMAGE, "summary.file-map"),
        (MAP_PRINT, "summary.file-map-print"),
        (WORKBOOK, "summary.file-workbook"),
        (geodatabase_name(scheme.settings), "summary.file-geodatabase"),
        (BEFORE, "summary.file-before"),
        (AFTER, "summary.file-after"),
        (DECISIONS, "summary.file-decisions"),
        (DECISION_LINES, "summary.file-decision-lines"),
        (FINDING_LINES, "summary.file-finding-lines"),
        (CERTIFICATE, "summary.file-certificate"),
        (DOCUMENT, "summary.file-document"),
    ]
