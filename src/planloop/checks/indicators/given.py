"""What the table of indicators gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop import standard
from planloop.errors import InputError
from planloop.plan.cells import as_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.plan.plan import Plan

TABLE = "indicators"


@dataclass(frozen=True, slots=True)
class Given:
    """One row of the table; None where a cell is empty.

    Parameters
    ----------
    base, target, after
        Value of the base year, target, and value after the maintenance.
    """

    base: float | None = None
    target: float | None = None
    after: float | None = None

    @property
    def planned(self) -> float | None:
        """Return the value that the plan is made for: the target, else after, else the base."""
        return next(
            (item for item in (self.target, self.after, self.base) if item is not None), None
        )


def given(plan: Plan) -> Mapping[str, Given]:
    """Return the rows of the plan's table of indicators by number; none where it has no table.

    Raises
    ------
    InputError
        A number is not in the standard.
    """
    if TABLE not in plan.tables:
        return {}
    known, rows = standard.load().indicators, {}
    for record in plan.tables[TABLE].to_dict("records"):
        number = str(record["number"])
        if number not in known:
            raise InputError("plan.unknown-indicator", number=number, known=", ".join(known))
        rows[number] = Given(*(as_number(record.get(name)) for name in ("base", "target", "after")))
    return rows
