"""The workbook as typed cells: what publishing paints and what verifying compares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from planloop.messages import render
from planloop.plan import wording
from planloop.plan.unsettled import unsettled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planloop.plan.accounts import Table, Value
    from planloop.plan.proof import Proof
    from planloop.plan.scheme import Scheme

Cell: TypeAlias = str | int | float | Decimal | None
"""What stands in a cell; a Decimal is a number with the digits that are shown."""

DIGITS = 4
"""Decimals of hectares."""

LONGEST = 32_000
"""Characters of a text; the format holds 32,767."""

FURTHER = {
    "structure": "note-structure",
    "structure_ranges": "note-structure-ranges",
    "services": "note-services",
    "unserved": "note-unserved",
    "level": "note-level",
    "indicators": "note-indicators",
    "clauses": "note-clauses",
    "near_term_sectors": "note-near-term",
    "near_term": "note-near-term",
    "pace_periods": "note-pace",
    "pace_years": "note-pace",
}
"""Tables that a plan may have, with what one must know of each; empty ones get no sheet."""

LONG = frozenset(
    {"reason", "land_classes", "evidence", "numbers", "exemption", "text_before", "text_after"}
)
"""Columns of sentences and lists."""

NUMBER = re.compile(r"-?\d+(\.\d+)?")

HEADER_ROW = 3
"""Index of the header: title, note in Chinese, note in English stand above it."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its title in both languages, and what its cells are.

    Parameters
    ----------
    zh, en
        Titles.
    kind
        ``"text"``, ``"long"`` (a sentence), ``"area"`` (ha), ``"number"`` or ``"mixed"``.
    """

    zh: str
    en: str
    kind: str

    @property
    def header(self) -> str:
        """Title as it stands in the cell: Chinese, and English below."""
        return f"{self.zh}\n{self.en}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Parameters
    ----------
    name
        Its name, Chinese.
    title
        Chinese and English.
    note
        What one must know, Chinese and English.
    columns, rows
        The table.
    total
        The last row holds sums.
    """

    name: str
    title: str
    note: tuple[str, str]
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False

    def grid(self) -> list[list[Cell]]:
        """Return every cell of the sheet from its upper left corner, rows as long as they need.

        Numbers are those that a reader of the file gets.
        """
        header: list[Cell] = [column.header for column in self.columns]
        notes: list[list[Cell]] = [[note] for note in self.note]
        return [[self.title], *notes, header, *(list(map(_read, row)) for row in self.rows)]


def sheets(scheme: Scheme) -> tuple[Sheet, ...]:
    """Return all sheets of the workbook in order."""
    tables = scheme.accounts.tables
    areas = ("zones", "townships", "sub_zones", "transfer_in", "transfer_out")
    further = [name for name in FURTHER if name in tables and tables[name].rows]
    return (
        _cover(scheme),
        *(_table(name, tables[name], "note-area") for name in areas),
        _table("multiples", tables["multiples"], "note-multiples"),
        _matrix(tables["transition"]),
        _table("occupied", tables["occupied"], "note-area"),
        *(_table(name, tables[name], FURTHER[name]) for name in further),
        _projects(scheme),
        _proofs(scheme.proofs),
        _unsettled(scheme),
    )


def _read(cell: Cell) -> Cell:
    return float(cell) if isinstance(cell, Decimal) else cell


def _sheet(
    key: str,
    note: tuple[str, str],
    columns: Sequence[SheetColumn],
    rows: Iterable[tuple[Cell, ...]],
    *,
    total: bool = False,
) -> Sheet:
    zh, en = (render(f"sheets.{key.replace('_', '-')}", {}, lang) for lang in ("zh", "en"))
    cut = tuple(tuple(_fitting(cell) for cell in row) for row in rows)
    return Sheet(zh, f"{zh}  {en}", note, tuple(columns), cut, total)


def _fitting(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell if len(cell) <= LONGEST else cell[:LONGEST] + "…"
    return cell


def _note(key: str) -> tuple[str, str]:
    return render(f"sheets.{key}", {}, "zh"), render(f"sheets.{key}", {}, "en")


def _column(key: str, kind: str) -> SheetColumn:
    zh, en = (wording.title(key, lang) for lang in ("zh", "en"))
    if kind == "area":
        zh, en = f"{zh}（公顷）", f"{en} (ha)"
    return SheetColumn(zh, en, kind)


def _cover(scheme: Scheme) -> Sheet:
    chosen, region = scheme.settings.scheme, scheme.before.region
    lines: list[tuple[str, Cell]] = [
        ("sheets.scheme", chosen.name),
        ("sheets.region", f"{region.code} {region.name}"),
        ("sheets.year", chosen.year),
        ("sheets.date", chosen.dated.isoformat()),
        ("sheets.crs", f"EPSG:{region.epsg}"),
        ("sheets.digest", scheme.digest()),
    ]
    rows: list[tuple[Cell, ...]] = [
        (render(key, {}, "zh"), render(key, {}, "en"), value, "") for key, value in lines
    ]
    for key, value in scheme.accounts.totals.items():
        unit = "公顷 ha" if key.endswith(wording.AREA) else ""
        shown = _hectares(value) if unit else value
        rows.append((wording.title(key, "zh"), wording.title(key, "en"), shown, unit))
    if chosen.synthetic:
        rows.insert(0, (*_note("synthetic"), None, ""))
    columns = [_column("item", "text"), _column("item_en", "text"), _column("value", "mixed")]
    return _sheet("cover", _note("note-cover"), [*columns, _column("unit", "text")], rows)


def _table(name: str, table: Table, note: str) -> Sheet:
    total = wording.has_total(table)
    columns, parts = [], []
    for key in table.columns:
        kind = _kind(key)
        columns.append(_column(key, kind))
        values = table.column(key)
        if kind == "area":
            parts.append([_shown(size) for size in wording.column_units(table, key, DIGITS)])
        elif kind == "number":
            parts.append([_number(value) for value in values])
        else:
            rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
            parts.append([wording.cell(key, row, "zh") for row in rows])
    return _sheet(name, _note(note), columns, zip(*parts, strict=True), total=total)


def _kind(key: str) -> str:
    if key.endswith(wording.AREA):
        return "area"
    if wording.is_number(key):
        return "number"
    return "long" if key in LONG else "text"


def _number(value: Value) -> Cell:
    """Return a number with the digits that are shown; a text that is none as it is."""
    if isinstance(value, float):
        return Decimal(f"{value:.{wording.MULTIPLE_DIGITS}f}")
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return Decimal(value)
    return value


def _hectares(value: Value) -> Cell:
    """Return dm² as hectares with 4 decimals."""
    return _shown(wording.units([value], DIGITS, total=False)[0])


def _matrix(table: Table) -> Sheet:
    """Return the transition of zones as a matrix: before down, after across."""
    pairs = table.rows[:-1] if wording.has_total(table) else table.rows
    sizes = wording.units([row[2] for row in (*pairs, table.rows[-1])], DIGITS, total=True)
    held = {
        (str(row[0]), str(row[1])): int(size or 0) for row, size in zip(pairs, sizes, strict=False)
    }
    old, new = (sorted({key[side] for key in held}) for side in (0, 1))
    rows: list[tuple[Cell, ...]] = []
    for before in old:
        line = [held.get((before, after)) for after in new]
        sums = [*line, sum(size or 0 for size in line)]
        rows.append((wording.zone(before, "zh"), *map(_shown, sums)))
    below = [sum(held.get((before, after), 0) for before in old) for after in new]
    rows.append((render("tables.total", {}, "zh"), *map(_shown, [*below, sum(below)])))
    columns = [
        _column("matrix_corner", "text"),
        *(SheetColumn(wording.zone(code, "zh"), wording.zone(code, "en"), "area") for code in new),
        SheetColumn(render("tables.total", {}, "zh"), render("tables.total", {}, "en"), "area"),
    ]
    return _sheet("transition", _note("note-matrix"), columns, rows, total=True)


def _shown(size: int | None) -> Cell:
    return None if size is None else size / 10**DIGITS


def _projects(scheme: Scheme) -> Sheet:
    listed = scheme.before.tables["projects"].to_dict("records")
    known = {str(row["number"]): row for row in listed}
    rows = []
    for item in scheme.decisions:
        if item.subject == "project":
            told = known.get(item.id, {})
            area = _hectares(item.area)
            rows.append(
                (
                    item.id,
                    _text(told.get("name")),
                    _text(told.get("sector")),
                    _text(told.get("level")),
                    _outcome(item.outcome),
                    area,
                    item.text("zh"),
                    item.text("en"),
                    ", ".join(item.evidence),
                )
            )
    kinds = {"area_dm2": "area", "reason": "long", "reason_en": "long", "evidence": "long"}
    keys = ("number", "name", "sector", "level", "outcome", "area_dm2", "reason", "reason_en")
    columns = [_column(key, kinds.get(key, "text")) for key in (*keys, "evidence")]
    return _sheet("projects", _note("note-projects"), columns, rows)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _outcome(outcome: str) -> str:
    return wording.outcome(outcome, "zh")


def _proofs(proofs: Iterable[Proof]) -> Sheet:
    rows = [
        (
            item.name,
            _outcome(str(item.outcome)),
            item.title("zh"),
            item.title("en"),
            wording.said_numbers(item.numbers.items(), "zh"),
            "; ".join(item.broken_at),
            render(f"tables.attestation-{item.attestation}", {}, "zh"),
        )
        for item in proofs
    ]
    keys = ("proof", "outcome", "promise", "promise_en", "numbers", "broken_at", "attestation")
    long = {"promise", "promise_en", "numbers", "broken_at"}
    columns = [_column(key, "long" if key in long else "text") for key in keys]
    return _sheet("proofs", _note("note-proofs"), columns, rows)


def _unsettled(scheme: Scheme) -> Sheet:
    rows = [
        (
            render(f"tables.kind-{item.kind}", {}, "zh"),
            item.name,
            item.zh,
            item.en,
            item.value,
            item.unit,
            render(f"tables.attestation-{item.attestation}", {}, "zh"),
            item.source,
        )
        for item in unsettled(scheme)
    ]
    keys = ("kind", "item", "text", "text_en", "value", "unit", "attestation", "source")
    columns = [_column(key, "long" if key in {"text", "text_en"} else "text") for key in keys]
    return _sheet("unsettled", _note("note-unsettled"), columns, rows)
