"""Everything that the page says of a scheme, by name: numbers with their values, and sentences.

The page shows each figure with its name, so that a reader's program, and ``scheme verify``, can
read it back.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.messages import render
from planloop.plan import wording
from planloop.plan.optimality import provers
from planloop.plan.proof import Outcome
from planloop.plan.unsettled import unsettled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planloop.plan.accounts import Table
    from planloop.plan.certificate import SolveLevel
    from planloop.plan.decision import Decision
    from planloop.plan.proof import Proof
    from planloop.plan.scheme import Scheme

DIGITS = 2
"""Decimals of hectares that the page shows; the value beside them is exact."""

SQUARE_METRES = frozenset({"surplus_dm2", "surplus_features_dm2"})
"""Totals that are shown in m²: in hectares nothing of them would be seen."""

OUTCOMES = ("served", "not_chosen", "blocked", "inside", "not_needed")
"""How projects end, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that the page says.

    Parameters
    ----------
    value
        The exact value as text (areas in dm²), empty where the figure is words.
    zh, en
        What is shown in Chinese and in English.
    """

    value: str
    zh: str
    en: str


def figures(scheme: Scheme) -> dict[str, Figure]:
    """Return every figure of the page by name."""
    found: dict[str, Figure] = {}
    found.update(_heading(scheme))
    found.update(_totals(scheme))
    found.update(_counts(scheme))
    for name, table in scheme.accounts.tables.items():
        found.update(_table(name, table))
    for proof in scheme.proofs:
        found.update(_proof(proof))
    projects = [item for item in scheme.decisions if item.subject == "project"]
    names = _names(scheme)
    for place, item in enumerate(projects):
        found.update(_project(place, item, names.get(item.id, "")))
    found.update(_solver(scheme))
    found.update(_intake(scheme))
    found.update(_unsettled(scheme))
    for place, finding in enumerate(scheme.findings):
        texts = (finding.text("zh"), finding.text("en"))
        found[f"findings.{place}.text"] = Figure("", *texts)
    return found


def _plain(value: object) -> Figure:
    text = str(value)
    return Figure(text, text, text)


def _words(text: str) -> Figure:
    return Figure("", text, text)


def _said(key: str) -> Figure:
    return Figure("", render(key, {}, "zh"), render(key, {}, "en"))


def _area(value: int, shown: int) -> Figure:
    text = wording.hectares(shown, DIGITS)
    return Figure(str(value), text, text)


def _number(value: float, digits: int) -> Figure:
    text = wording.number(value, digits)
    return Figure(str(value), text, text)


def _heading(scheme: Scheme) -> Iterator[tuple[str, Figure]]:
    chosen, region = scheme.settings.scheme, scheme.before.region
    yield "scheme.name", _words(chosen.name)
    yield "scheme.year", _plain(chosen.year)
    yield "scheme.date", _plain(chosen.dated.isoformat())
    yield "region.name", _words(region.name)
    yield "region.code", _plain(region.code)
    yield "region.epsg", _plain(region.epsg)
    yield "digest", _words(scheme.digest())


def _totals(scheme: Scheme) -> Iterator[tuple[str, Figure]]:
    for key, value in scheme.accounts.totals.items():
        name = f"totals.{key}"
        if value is None:
            continue
        if key in SQUARE_METRES:
            yield name, Figure(str(value), *[wording.hectares(int(value), DIGITS)] * 2)
        elif key.endswith(wording.AREA):
            (shown,) = wording.units([value], DIGITS, total=False)
            yield name, _area(int(value), int(shown or 0))
        elif isinstance(value, float):
            yield name, _number(value, wording.MULTIPLE_DIGITS)
        else:
            yield name, _plain(value)


def _counts(scheme: Scheme) -> Iterator[tuple[str, Figure]]:
    ends = Counter(str(proof.outcome) for proof in scheme.proofs)
    yield "counts.proofs", _plain(len(scheme.proofs))
    for end in Outcome:
        yield f"counts.proofs_{end.replace(' ', '_')}", _plain(ends[str(end)])
    projects = Counter(item.outcome for item in scheme.decisions if item.subject == "project")
    parcels = Counter(item.outcome for item in scheme.decisions if item.subject == "parcel")
    yield "counts.projects", _plain(projects.total())
    for outcome in OUTCOMES:
        yield f"counts.projects_{outcome}", _plain(projects[outcome])
    for outcome in ("transfer_in", "transfer_out", "kept"):
        yield f"counts.parcels_{outcome}", _plain(parcels[outcome])
    yield "counts.findings", _plain(len(scheme.findings))


def _table(name: str, table: Table) -> Iterator[tuple[str, Figure]]:
    """Return the cells of a table; areas add up as shown."""
    for key in table.columns:
        area = key.endswith(wording.AREA)
        shown = wording.column_units(table, key, DIGITS) if area else [None] * len(table.rows)
        for place, (row, units) in enumerate(zip(table.rows, shown, strict=True)):
            cells = dict(zip(table.columns, row, strict=True))
            value = cells[key]
            if value is None or value == "":
                continue
            if area:
                figure = _area(int(value), int(units or 0))
            elif isinstance(value, float):
                figure = _number(value, wording.MULTIPLE_DIGITS)
            else:
                texts = [wording.cell(key, cells, lang) for lang in ("zh", "en")]
                figure = Figure(str(value) if key != "reason" else "", *texts)
            yield f"tables.{name}.{place}.{key}", figure


def _proof(proof: Proof) -> Iterator[tuple[str, Figure]]:
    base = f"proofs.{proof.name}"
    texts = [wording.outcome(proof.outcome, lang) for lang in ("zh", "en")]
    yield f"{base}.outcome", Figure(str(proof.outcome), *texts)
    yield f"{base}.title", Figure("", proof.title("zh"), proof.title("en"))
    yield f"{base}.attestation", _attestation(str(proof.attestation))
    for key, value in proof.numbers.items():
        exact = "" if key == "why" or value is None else str(value)
        texts = [wording.proof_value(key, value, lang) for lang in ("zh", "en")]
        yield f"{base}.numbers.{key}", Figure(exact, *texts)
    if proof.broken_at:
        yield f"{base}.broken_at", _words("; ".join(proof.broken_at))


def _attestation(name: str) -> Figure:
    texts = [render(f"tables.attestation-{name}", {}, lang) for lang in ("zh", "en")]
    return Figure(name, *texts)


def _names(scheme: Scheme) -> dict[str, str]:
    table = scheme.before.tables["projects"]
    return {str(row["number"]): str(row["name"]) for row in table.to_dict("records")}


def _project(place: int, item: Decision, name: str) -> Iterator[tuple[str, Figure]]:
    base = f"projects.{place}"
    (shown,) = wording.units([item.area], DIGITS, total=False)
    yield f"{base}.number", _words(item.id)
    yield f"{base}.name", _words(name)
    yield f"{base}.area", _area(item.area, int(shown or 0))
    yield f"{base}.reason", Figure("", item.text("zh"), item.text("en"))


def _solver(scheme: Scheme) -> Iterator[tuple[str, Figure]]:
    told = scheme.solver
    yield "solver.name", _words(told.solver)
    yield "solver.columns", _plain(told.columns)
    yield "solver.rows", _plain(told.rows)
    for key, limit in zip(("least", "most"), told.window, strict=True):
        yield f"solver.window_{key}", Figure(str(limit), *[wording.hectares(limit, DIGITS)] * 2)
    certified = _certified(scheme)
    for task, levels in told.tasks.items():
        for place, level in enumerate(levels):
            yield from _level(f"solver.{task}.{place}", level)
    for place, level in enumerate(told.levels):
        base = f"solver.{place}"
        yield from _level(base, level)
        if level.name in certified:
            by, land = certified[level.name]
            said = f"summary.by-{by}"
            yield f"{base}.by", Figure(by, render(said, {}, "zh"), render(said, {}, "en"))
            yield f"{base}.land", Figure(repr(land), *[f"{land:.4g}"] * 2)


def _level(base: str, level: SolveLevel) -> Iterator[tuple[str, Figure]]:
    yield f"{base}.name", _said(f"levels.{level.name}")
    status = f"summary.status-{level.status.replace(' ', '-')}"
    yield (
        f"{base}.status",
        Figure(level.status, render(status, {}, "zh"), render(status, {}, "en")),
    )
    for key in ("value", "bound", "gap"):
        yield f"{base}.{key}", _plain(_rational(getattr(level, key)))
    yield f"{base}.nodes", _plain(level.nodes)


def _certified(scheme: Scheme) -> dict[str, tuple[str, float]]:
    """Return of each level who proves it, and what one hectare more would be worth by it."""
    told = scheme.optimality
    by = provers(told, {level.name: level for level in scheme.solver.levels})
    return {
        part.name: (by[part.name], told.price_of_land(solved) / part.unit)
        for solved in told.levels
        for part in solved.parts
    }


def _rational(value: float) -> str:
    """Return a number of the solver; a dash where it is not finite."""
    return f"{value:.10g}" if math.isfinite(value) else "–"


def _intake(scheme: Scheme) -> Iterator[tuple[str, Figure]]:
    told = scheme.intake
    for name, (count, size) in (("gaps", told.gaps), ("overlaps", told.overlaps)):
        yield f"intake.{name}.count", _plain(count)
        yield f"intake.{name}.area_m2", _plain(f"{size:.2f}")
    for place, item in enumerate(told.layers):
        base = f"intake.{place}"
        yield f"{base}.code", _words(item.code)
        yield f"{base}.source", _words(item.source)
        for key in ("features", "identical", "noded", "moved", "exploded"):
            yield f"{base}.{key}", _plain(getattr(item, key))
        yield f"{base}.largest_shift_m", _plain(f"{item.largest_shift:.6f}")


def _unsettled(scheme: Scheme) -> Iterator[tuple[str, Figure]]:
    for place, item in enumerate(unsettled(scheme)):
        base = f"unsettled.{place}"
        kind = f"tables.kind-{item.kind}"
        yield f"{base}.kind", Figure(item.kind, render(kind, {}, "zh"), render(kind, {}, "en"))
        yield f"{base}.name", _words(item.name)
        yield f"{base}.text", Figure("", item.zh, item.en)
        if item.value:
            unit = f"{item.value} {item.unit}".strip()
            yield f"{base}.value", Figure(item.value, unit, unit)
        yield f"{base}.attestation", _attestation(item.attestation)
        if item.source:
            yield f"{base}.source", _words(item.source)
