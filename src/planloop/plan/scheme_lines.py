"""``decisions.jsonl`` and ``findings.jsonl``: one line for each decision or finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from planloop.errors import InputError
from planloop.messages import LANGUAGES
from planloop.plan.decision import Decision
from planloop.plan.finding import Finding, Severity
from planloop.plan.written import Part, parsed, read_lines

if TYPE_CHECKING:
    from pathlib import Path


class _DecisionLine(Part):
    subject: Literal["project", "parcel", "line", "line_site", "plot"]
    id: str
    outcome: str
    reason: str
    numbers: dict[str, Any]
    area_dm2: int
    evidence: list[str]
    projects: list[str]
    zh: str
    en: str


class _FindingLine(Part):
    code: str
    severity: Literal["error", "warning", "info"]
    layer: str
    features: list[str]
    at: list[float] | None
    numbers: dict[str, Any]
    zh: str
    en: str


def line_of(item: Decision | Finding) -> dict[str, object]:
    """Return a decision or finding as plain data with its sentences in Chinese and English."""
    return {**item.to_json(), "zh": item.text("zh"), "en": item.text("en")}


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Read ``decisions.jsonl``.

    Raises
    ------
    InputError
        The file is missing, unreadable, of another form, or a sentence is not that of its reason.
    """
    found = []
    for row, data in enumerate(read_lines(path), start=1):
        told = parsed(_DecisionLine, data, path, row)
        item = Decision(
            subject=told.subject,
            id=told.id,
            outcome=told.outcome,
            reason=told.reason,
            numbers=told.numbers,
            area=told.area_dm2,
            evidence=tuple(told.evidence),
            projects=tuple(told.projects),
        )
        _check_sentences(item, told, path, row)
        found.append(item)
    return tuple(found)


def read_findings(path: Path) -> tuple[Finding, ...]:
    """Read ``findings.jsonl``; errors as in :func:`read_decisions`."""
    found = []
    for row, data in enumerate(read_lines(path), start=1):
        told = parsed(_FindingLine, data, path, row)
        if told.at is not None and len(told.at) != len("xy"):
            raise InputError("written.not-a-scheme", path=path, row=row, field="at", reason="x, y")
        item = Finding(
            code=told.code,
            severity=Severity(told.severity),
            layer=told.layer,
            features=tuple(told.features),
            at=None if told.at is None else (told.at[0], told.at[1]),
            numbers=told.numbers,
        )
        _check_sentences(item, told, path, row)
        found.append(item)
    return tuple(found)


def _check_sentences(
    item: Decision | Finding, told: _DecisionLine | _FindingLine, path: Path, row: int
) -> None:
    for lang in LANGUAGES:
        try:
            text = item.text(lang)
        except (AttributeError, LookupError, ValueError) as error:
            key = "written.not-a-scheme"
            raise InputError(key, path=path, row=row, field="reason", reason=error) from error
        if text != getattr(told, lang):
            raise InputError(
                "written.sentence", path=path, row=row, told=getattr(told, lang), found=text
            )
