"""How values of the accounts are said: titles of columns, names of codes, shown figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.errors import InputError
from planloop.geometry.apportion import apportion
from planloop.messages import render
from planloop.plan.accounts import CITY, TOTAL
from planloop.plan.decided import piece_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planloop.plan.accounts import Table, Value

HECTARE = 6
"""One hectare is 10⁶ dm²."""

AREA = "_dm2"

MULTIPLES = frozenset({"before", "after", "issued", "margin"})
"""Columns that hold expansion multiples."""


WORDS = frozenset({"attestation", "measure", "method", "verdict"})
"""Columns that hold one of a few words, each with its text ``tables.<column>-<word>``."""


def title(key: str, lang: str) -> str:
    """Return the title of a column or a total of the accounts."""
    return render(f"tables.{key.replace('_', '-')}", {}, lang)


def proof_number(key: str, lang: str) -> str:
    """Return what a number of a proof is called: ``"410_before_dm2"`` is ``"410 before"``.

    Keys are words, or a code (of a zone or layer) and a word; a word without text stays as it is.
    """
    name = key.removesuffix(AREA)
    code, _, word = name.partition("_")
    if code.isupper() or code.isdigit() or ":" in code:
        return f"{code} {_word(word, lang)}".strip()
    return _word(name, lang)


def _word(name: str, lang: str) -> str:
    try:
        return render(f"numbers.{name.replace('_', '-')}", {}, lang)
    except KeyError:
        return name.replace("_", " ")


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
    """Return a value of a table that is no area and no multiple, as text.

    Parameters
    ----------
    key
        Column.
    row
        The whole row by column: names depend on its code, sentences on its reason.
    lang
        ``"zh"`` or ``"en"``.
    """
    value = row[key]
    text = "" if value is None else str(value)
    if text == TOTAL:
        text = render("tables.total", {}, lang)
    elif text == CITY:
        text = render("tables.city", {}, lang)
    elif key in {"zone_before", "zone_after"}:
        text = _listed(text, zone, lang)
    elif key == "land_classes":
        text = _listed(text, land_class, lang)
    elif key == "binding":
        text = render("tables.yes" if value else "tables.no", {}, lang)
    elif key == "reason" and text:
        text = piece_text(row, lang)
    elif key == "name" and text:
        text = _name(row, text, lang)
    elif key in WORDS and text:
        text = render(f"tables.{key}-{text}", {}, lang)
    elif key == "trigger" and text:
        row_of = standard.load().change_triggers[text]
        text = row_of.text_zh if lang == "zh" else row_of.text_en
    return text


def _name(row: Mapping[str, Value], text: str, lang: str) -> str:
    table = standard.load()
    for key, rows in (("code", table.zones), ("reading", table.multiples)):
        if key in row and str(row[key]) in rows:
            return rows[str(row[key])].name(lang)
    if "land_class" in row:
        return land_class_name(str(row["land_class"]), lang)
    return text


def _listed(text: str, say: Callable[[str, str], str], lang: str) -> str:
    return ", ".join(say(code, lang) for code in text.split(", "))
