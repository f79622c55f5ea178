"""The accounts of a claim, and the check that every table of them adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planloop.checks.accounting import accounts
from planloop.checks.evidence import Evidence
from planloop.plan.accounts import TOTAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.plan.accounts import Accounts, Table
    from tests.checks.toy_city import Claim


def rows_of(table: Table) -> list[tuple[Any, ...]]:
    """Return the rows of a table, to reckon with."""
    return list(table.rows)


def of(made: Claim) -> Accounts:
    """Return the accounts of a claim."""
    return accounts(Evidence.build(made.before, made.after, made.changes, made.settings), ())


def closes(told: Accounts) -> None:
    """Check that every table and total adds up, in whole numbers."""
    for name, table in told.tables.items():
        for index, key in enumerate(table.columns):
            values = [row[index] for row in rows_of(table)]
            if key.endswith("_dm2"):
                assert all(item is None or isinstance(item, int) for item in values)
            if key.endswith("_dm2") and table.rows and table.rows[-1][0] == TOTAL:
                assert sum(values[:-1]) == values[-1], (name, key)
    totals: Mapping[str, Any] = told.totals
    assert totals["boundary_after_dm2"] == (
        totals["boundary_before_dm2"] - totals["transferred_out_dm2"] + totals["transferred_in_dm2"]
    )
    for row in rows_of(told.tables["zones"]):
        _, _, before, lost, gained, after = row
        assert before - lost + gained == after
    for name, places in (("sub_zones", 3), ("townships", 2)):
        for row in rows_of(told.tables[name]):
            before, entering, leaving, after = row[places:]
            assert before + entering - leaving == after
    last = {name: rows_of(table)[-1] for name, table in told.tables.items() if table.rows}
    assert last["sub_zones"][3:] == last["townships"][2:]
    assert last["sub_zones"][3] == totals["boundary_before_dm2"]
    assert last["zones"][2] == last["zones"][5] == last["transition"][2] == totals["region_dm2"]
    assert last["townships"][1] == totals["region_dm2"]
    assert last["transfer_in"][2] == last["occupied"][2] == totals["transferred_in_dm2"]
    assert last["transfer_out"][2] == totals["transferred_out_dm2"]
    assert last["transfer_in"][3] == totals["transferred_in_features_dm2"]
    moved = sum(row[2] for row in rows_of(told.tables["transition"])[:-1] if row[0] != row[1])
    assert moved == last["zones"][3] == last["zones"][4]
