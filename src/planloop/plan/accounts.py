"""The accounts: every number that a report, a table or a map shows, held once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Value: TypeAlias = str | int | float | None

TOTAL = "total"
"""First cell of a table's last row where that row holds the sums of the others."""

CITY = "city"
"""First cell of the row that sums up city construction land: part of what is in other rows."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the accounts.

    Parameters
    ----------
    columns
        Column keys (titles are ``tables.<key>`` of the messages); keys ending in ``_dm2`` hold
        areas as whole 0.01 m², shown in hectares; ``_m2`` areas in m²; others text or counts.
    rows
        One tuple of values for each row, in the order of the columns.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def column(self, key: str) -> list[Value]:
        """Return the values of one column."""
        index = self.columns.index(key)
        return [row[index] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Accounts:
    """All tables and single numbers of a scheme.

    Parameters
    ----------
    totals
        Single numbers by key (``boundary_before_dm2``, ``multiple_after`` …).
    tables
        Tables by name (``zones``, ``townships``, ``transfer_in``, ``transfer_out``,
        ``transition``, ``multiples``, ``occupied`` …).
    """

    totals: Mapping[str, Value]
    tables: Mapping[str, Table]

    def to_json(self) -> dict[str, object]:
        """Return the accounts as plain data."""
        tables = {
            name: {"columns": list(table.columns), "rows": [list(row) for row in table.rows]}
            for name, table in self.tables.items()
        }
        return {"totals": dict(self.totals), "tables": tables}
