"""Claims with a table of indicators."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from tests.checks.toy_city import Claim


def with_table(made: Claim, *rows: dict[str, object]) -> Claim:
    """Return the claim with these rows as its table of indicators, before and after."""
    columns = ["number", "base", "target", "after"]
    table = pd.DataFrame([{name: row.get(name) for name in columns} for row in rows])
    before, after = (
        replace(plan, tables={**plan.tables, "indicators": table})
        for plan in (made.before, made.after)
    )
    return replace(made, before=before, after=after)
