"""The clauses of the plan text that a change touches, before and after."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop import standard
from planloop.errors import InputError
from planloop.plan.accounts import Table
from planloop.plan.codes import starts_with
from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planloop.checks.evidence import Evidence
    from planloop.checks.indicators.result import IndicatorResult

TABLE = "clauses"
PLACE = re.compile(r"\{([^{}]*)\}")
"""A place for a figure: ``{boundary}``, ``{zone-200}``, ``{indicator-5}``."""

DIGITS = 2
"""Decimals of hectares."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause whose figures differ.

    Parameters
    ----------
    number
        Its number in the plan text.
    before, after
        Its text with the figures before and after.
    """

    number: str
    before: str
    after: str


def clause_figures(
    evidence: Evidence, indicators: Sequence[IndicatorResult]
) -> dict[str, tuple[str, str]]:
    """Return what may stand in a clause, before and after, by its key.

    ``boundary`` is the area of the urban development boundary and ``zone-…`` that of a zone with
    those below it, both in hectares with two decimals; ``indicator-…`` an indicator in its unit and
    with its digits, ``"–"`` where there is no data.
    """

    def hectares(size: int) -> str:
        return f"{size / HECTARE:.{DIGITS}f}"

    times = ("before", "after")
    one, other = (hectares(evidence.area(evidence.inside(when))) for when in times)
    figures = {"boundary": (one, other)}
    zone = {when: evidence.zone(when) for when in times}
    for code in standard.load().zones:
        prefix = code.rstrip("0")
        one, other = (hectares(evidence.area(starts_with(zone[when], [prefix]))) for when in times)
        figures[f"zone-{code}"] = (one, other)
    for item in indicators:
        figures[f"indicator-{item.row.code}"] = (item.text(item.before), item.text(item.after))
    return figures


def clauses(evidence: Evidence, indicators: Sequence[IndicatorResult]) -> tuple[Clause, ...]:
    """Return the clauses of the plan's table whose text differs, in its order.

    Raises
    ------
    InputError
        A clause has a place for a figure that does not exist.
    """
    table = evidence.before.tables.get(TABLE)
    if table is None:
        return ()
    figures = clause_figures(evidence, indicators)
    found = []
    for row in table.to_dict("records"):
        number, text = str(row["number"]), str(row["text"])
        for key in PLACE.findall(text):
            if key not in figures:
                raise InputError("plan.unknown-figure", number=number, figure=key)
        before, after = (_filled(text, figures, when) for when in (0, 1))
        if before != after:
            found.append(Clause(number, before, after))
    return tuple(found)


def _filled(text: str, figures: Mapping[str, tuple[str, str]], when: int) -> str:
    return PLACE.sub(lambda match: figures[match[1]][when], text)


def clause_table(found: Sequence[Clause]) -> Table:
    """Return the clauses as a table of the accounts."""
    rows = tuple((item.number, item.before, item.after) for item in found)
    return Table(("clause", "text_before", "text_after"), rows)
