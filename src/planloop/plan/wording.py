"""How values of the accounts are said: titles of columns, names of codes, shown figures."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from planloop import standard
from planloop.errors import InputError
from planloop.geometry.apportion import apportion
from planloop.messages import render
from planloop.plan.accounts import CITY, TOTAL
from planloop.plan.decided import piece_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from planloop.plan.accounts import Table, Value
    from planloop.standard.records import Named

    Sayer: TypeAlias = Callable[[Mapping[str, Value], str, str], str]

HECTARE = 6
"""One hectare is 10⁶ dm²."""

AREA = "_dm2"

MULTIPLE_DIGITS = 4
"""Decimals of expansion multiples."""

NUMBERS = frozenset(
    {
        *("before", "after", "issued", "margin"),
        *("base_value", "value_before", "value_after", "target", "value_difference"),
        *("least", "most", "radius_m"),
        *("projects", "served", "inside", "outside", "start", "end"),
    }
)
"""Columns of numbers that are no areas: multiples, counts, or texts with their digits."""

NUMBER_ENDS = (AREA, "_percent", "_person")
"""What the names of further columns of numbers end in."""

WORDS = frozenset({"attestation", "measure", "method", "verdict"})
"""Columns that hold one of a few words, each with its text ``tables.<column>-<word>``."""


def title(key: str, lang: str) -> str:
    """Return the title of a column or a total of the accounts."""
    return render(f"tables.{key.replace('_', '-')}", {}, lang)


def is_number(key: str) -> bool:
    """Return whether a column holds numbers: areas, multiples, shares, counts."""
    return key in NUMBERS or key.endswith(NUMBER_ENDS)


def proof_number(key: str, lang: str) -> str:
    """Return what a number of a proof is called: ``"410_before_dm2"`` is ``"410 before"``.

    Keys are words and codes joined by ``_``, or by ``:`` after what the rest is a part of. The
    longest words that have a text come first; layers have their name; the rest stays as it is.
    """
    parts = key.removesuffix(AREA).replace(":_", ":").replace(":", ":_").split("_")
    said: list[str] = []
    while parts:
        size, text = next(
            (size, text)
            for size in range(len(parts), 0, -1)
            if (text := _word(" ".join(parts[:size]), lang)) or size == 1
        )
        said.append(text or parts[0])
        del parts[:size]
    return " ".join(said)


def _word(name: str, lang: str) -> str:
    """Return what a number's word is called; empty where it has no text."""
    if name.endswith(":"):
        text = _word(name[:-1], lang)
        return f"{text}:" if text else ""
    layers = standard.load().layers
    if name in layers:
        return layers[name].name_zh if lang == "zh" else layers[name].name_en
    try:
        return render(f"numbers.{name.replace(' ', '-')}", {}, lang)
    except KeyError:
        return ""


def proof_value(key: str, value: object, lang: str) -> str:
    """Return a number of a proof as it is shown: areas in hectares, to 0.01 m²."""
    if key == "why":
        return render(str(value), {}, lang)
    if key.endswith(AREA) and isinstance(value, int):
        return f"{value / 10**HECTARE:,.{HECTARE}f} {render('tables.hectare', {}, lang)}"
    if key in WORDS:
        return render(f"tables.{key}-{value}", {}, lang)
    return "–" if value is None else str(value)


def said_numbers(numbers: Iterable[tuple[str, object]], lang: str) -> str:
    """Return named numbers in one cell: ``"in = 1.250000 ha; pieces = 3"``, or why none."""
    return "; ".join(
        proof_value(name, value, lang)
        if name == "why"
        else f"{proof_number(name, lang)} = {proof_value(name, value, lang)}"
        for name, value in numbers
    )


def numbers_text(numbers: Mapping[str, object]) -> str:
    """Return named numbers as a value of the accounts: ``"in_dm2 = 1250000; pieces = 3"``."""
    return "; ".join(f"{name} = {value}" for name, value in numbers.items())


def _numbers_of(text: str) -> Iterator[tuple[str, object]]:
    for part in filter(None, text.split("; ")):
        name, _, value = part.partition(" = ")
        yield name, int(value) if name.endswith(AREA) else value


def units(values: Sequence[Value], digits: int, *, total: bool) -> list[int | None]:
    """Return areas as whole shown units that add up.

    Parameters
    ----------
    values
        Areas in dm², None where there is none.
    digits
        Decimals of a hectare that are shown: the unit is 10⁻ᵈⁱᵍⁱᵗˢ ha.
    total
        The last value is the sum of the others; it is rounded half up, the others by the largest
        remainder, so that what is shown adds up.
    """
    unit = 10 ** (HECTARE - digits)
    whole = [None if value is None else (int(value) + unit // 2) // unit for value in values]
    if total and whole[:-1] and None not in whole:
        parts = np.array([int(value or 0) for value in values[:-1]], dtype=np.int64)
        group = np.zeros(len(parts), dtype=np.int64)
        shown = apportion(parts / unit, group, np.array([whole[-1]], dtype=np.int64))
        return [*shown.tolist(), whole[-1]]
    return whole


def column_units(table: Table, key: str, digits: int) -> list[int | None]:
    """Return a column of areas as whole shown units that add up where the table has a total.

    A row that sums up others is rounded on its own, and adds nothing to the total.
    """
    values = table.column(key)
    if not has_total(table):
        return units(values, digits, total=False)
    summed = [row[0] == CITY for row in table.rows]
    parts = iter(
        units([v for v, out in zip(values, summed, strict=True) if not out], digits, total=True)
    )
    return [
        units([value], digits, total=False)[0] if out else next(parts)
        for value, out in zip(values, summed, strict=True)
    ]


def has_total(table: Table) -> bool:
    """Return whether the last row of a table holds the sums of the others."""
    return bool(table.rows) and table.rows[-1][0] == TOTAL


def hectares(value: int, digits: int) -> str:
    """Return whole shown units of area as text: ``"1,234.50"``."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 10**digits)
    return f"{sign}{whole:,}.{rest:0{digits}d}"


def number(value: float, digits: int) -> str:
    """Return a number with a fixed count of decimals."""
    return f"{value:,.{digits}f}"


def zone(code: str, lang: str) -> str:
    """Return a zone code with its name: ``"520 一般农业区"``; the bare code where unknown."""
    zones = standard.load().zones
    return f"{code} {zones[code].name(lang)}" if code in zones else code


def land_class(code: str, lang: str) -> str:
    """Return a land class with its name; the bare code where unknown."""
    name = land_class_name(code, lang)
    return f"{code} {name}" if name else code


def land_class_name(code: str, lang: str) -> str:
    """Return the name of a land class, empty where unknown."""
    try:
        return standard.load().land_class(code).name(lang)
    except InputError:
        return ""


def sector(code: str, lang: str) -> str:
    """Return the name of a sector of projects."""
    sectors = standard.load().sectors
    return sectors[code].name(lang) if code in sectors else code


def outcome(name: str, lang: str) -> str:
    """Return how a decision or a proof ended; the bare word where unknown."""
    try:
        return render(f"tables.outcome-{name.replace('_', '-').replace(' ', '-')}", {}, lang)
    except KeyError:
        return name


def cell(key: str, row: Mapping[str, Value], lang: str) -> str:
    """Return a value of a table that is no area, as text.

    Parameters
    ----------
    key
        Column.
    row
        The whole row by column: names depend on its code, sentences on its reason.
    lang
        ``"zh"`` or ``"en"``.
    """
    text = "" if row[key] is None else str(row[key])
    if text in {TOTAL, CITY}:
        return render(f"tables.{text}", {}, lang)
    if key in WORDS and text:
        return render(f"tables.{key}-{text}", {}, lang)
    return SAID[key](row, text, lang) if key in SAID and text else text


def _row_name(key: str, code: str, lang: str) -> str:
    """Return the name of the standard's row that a column's code stands for."""
    table = standard.load()
    rows: Mapping[str, Named] = table.structure_ranges if key == "group" else table.service_kinds
    return rows[code].name(lang) if code in rows else code


def _name(row: Mapping[str, Value], text: str, lang: str) -> str:
    table = standard.load()
    for key, rows in (
        ("code", table.zones),
        ("reading", table.multiples),
        ("indicator", table.indicators),
    ):
        if key in row and str(row[key]) in rows:
            return rows[str(row[key])].name(lang)
    for key in ("land_class", "class"):
        if key in row:
            return land_class_name(str(row[key]), lang)
    return text


def _trigger(_: Mapping[str, Value], text: str, lang: str) -> str:
    row = standard.load().change_triggers[text]
    return row.text_zh if lang == "zh" else row.text_en


def _listed(say: Callable[[str, str], str]) -> Sayer:
    return lambda _, text, lang: ", ".join(say(code, lang) for code in text.split(", "))


SAID: Mapping[str, Sayer] = MappingProxyType(
    {
        "binding": lambda _, text, lang: render(
            "tables.no" if text == "0" else "tables.yes", {}, lang
        ),
        "group": lambda _, text, lang: _row_name("group", text, lang),
        "kind": lambda _, text, lang: _row_name("kind", text, lang),
        "land_classes": _listed(land_class),
        "name": _name,
        "numbers": lambda _, text, lang: said_numbers(_numbers_of(text), lang),
        "outcome": lambda _, text, lang: outcome(text, lang),
        "reason": lambda row, _, lang: piece_text(row, lang),
        "sector": lambda _, text, lang: sector(text, lang),
        "trigger": _trigger,
        "zone_after": _listed(zone),
        "zone_before": _listed(zone),
    }
)
"""How the text of a column is said: from the row, the text and the language."""
