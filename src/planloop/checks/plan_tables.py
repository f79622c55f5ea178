"""Tables on what the change does to the plan: its level, indicators, clauses, pace, near term."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.change_level import change_level
from planloop.checks.clauses import clause_table, clauses
from planloop.checks.indicators.evaluate import indicator_table, indicators
from planloop.checks.near_term import near_term, near_term_table, sector_table
from planloop.checks.pace import pace, period_table, uses, year_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planloop.checks.evidence import Evidence
    from planloop.plan.accounts import Table
    from planloop.plan.decision import Decision


def plan_tables(evidence: Evidence, decisions: Sequence[Decision]) -> dict[str, Table]:
    """Return the tables by name."""
    results = evidence.once(indicators)
    ledger = pace(evidence.before, uses(evidence.before, decisions))
    listed = near_term(evidence.before, decisions, evidence.settings.swap.near_term)
    return {
        "level": change_level(evidence, results).table(),
        "indicators": indicator_table(results),
        "clauses": clause_table(clauses(evidence, results)),
        "near_term_sectors": sector_table(listed),
        "near_term": near_term_table(listed),
        "pace_periods": period_table(ledger),
        "pace_years": year_table(ledger),
    }
