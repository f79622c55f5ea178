"""What the planner has decided beforehand holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.maintenance.boundary.parts.part import Part
from planloop.maintenance.boundary.rule_names import MUST_IN, MUST_OUT, MUST_SERVE

if TYPE_CHECKING:
    from planloop.maintenance.boundary.model import Draft


class Locks(Part):
    """Fix what a lock decides: ``z_p = 1``, ``s_c = 1`` going in, ``s_d = 0`` going out."""

    def rows(self, draft: Draft) -> None:
        """Add one row for each locked project and cell."""
        problem = self.problem
        for demand in problem.demands:
            if demand.must:
                column = draft.number[f"serve:{demand.number}"]
                draft.row(f"lock:{demand.number}", {column: 1}, 1, 1, rule=MUST_SERVE)
        for index, cell in enumerate(problem.ins):
            if cell.locked:
                draft.row(f"lock:{index}", {index: 1}, 1, 1, rule=MUST_IN)
        for index, out in enumerate(problem.outs, start=len(problem.ins)):
            if out.locked:
                draft.row(f"lock:{index}", {index: 1}, 0, 0, rule=MUST_OUT)
