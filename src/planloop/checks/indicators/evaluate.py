"""All indicators of the standard, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop import standard
from planloop.checks.indicators.computations import COMPUTATIONS
from planloop.checks.indicators.given import Given, given
from planloop.checks.indicators.result import COMPUTED, GIVEN, NO_DATA, IndicatorResult
from planloop.checks.multiples import readings
from planloop.errors import InputError
from planloop.plan.accounts import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planloop.checks.evidence import Evidence
    from planloop.plan.accounts import Value
    from planloop.standard.records import Indicator

MULTIPLE = "multiple"
"""The computation whose target has been issued."""


def indicators(evidence: Evidence) -> tuple[IndicatorResult, ...]:
    """Return every indicator of the standard, in its order.

    What follows from the layers is computed. The rest is taken from the plan's table of indicators:
    it stays as in the base year unless the table says what it is after. What is missing there is no
    data.

    Raises
    ------
    InputError
        The table names an indicator that the standard does not have, or the standard a computation
        that does not exist.
    """
    people = given(evidence.before)
    found = []
    for number, row in standard.load().indicators.items():
        if row.computation not in COMPUTATIONS:
            raise InputError("plan.unknown-computation", number=number, name=row.computation)
        before, after = COMPUTATIONS[row.computation](evidence, row, people)
        found.append(_result(evidence, row, people.get(number, Given()), before, after))
    return tuple(found)


def _result(
    evidence: Evidence, row: Indicator, told: Given, before: float | None, after: float | None
) -> IndicatorResult:
    target = told.target
    if target is None and row.computation == MULTIPLE:
        # The issued multiple binds in the reading that it was issued for, where that is a ratio.
        target = readings(evidence)[evidence.before.quota.multiple_reading].issued
    if before is not None or after is not None:
        return IndicatorResult(row, COMPUTED, before, after, told.base, target, told.after)
    after = told.base if told.after is None else told.after
    basis = NO_DATA if after is None else GIVEN
    return IndicatorResult(row, basis, told.base, after, told.base, target)


def indicator_table(results: Iterable[IndicatorResult]) -> Table:
    """Return the indicators as a table of the accounts: texts with the digits of each."""
    rows: list[tuple[Value, ...]] = [
        (
            item.row.code,
            item.row.name_zh,
            item.row.unit,
            item.row.nature,
            item.row.level,
            item.basis,
            item.text(item.base),
            item.text(item.before),
            item.text(item.after),
            item.text(item.target),
            item.text(item.difference),
            str(item.row.attestation),
        )
        for item in results
    ]
    columns = (
        "indicator",
        "name",
        "unit",
        "nature",
        "extent",
        "method",
        "base_value",
        "value_before",
        "value_after",
        "target",
        "value_difference",
        "attestation",
    )
    return Table(columns, tuple(rows))
