"""No more goes in than one maintenance may take in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.maintenance.boundary.parts.part import Part
from planloop.maintenance.boundary.rule_names import MOST_IN

if TYPE_CHECKING:
    from planloop.maintenance.boundary.model import Draft

DM2 = "dm²"


class MostIn(Part):
    """Hold what goes in to a limit: ``Σ a_c s_c ≤ most`` over the cells c that may go in.

    This is the planner's own limit, not the pace of 自然资发〔2023〕193号. That pace (35 % and 25 %
    of the increment kept for the two five-year periods, 80 % of their yearly average) binds the new
    town construction land that is released inside the boundary, in a ledger over the years. Land
    that changes sides of the boundary is not yet released, so the pace sets no limit here.
    """

    rule = MOST_IN

    def rows(self, draft: Draft) -> None:
        """Add the row, where there is a limit."""
        problem = self.problem
        if problem.most_in is not None:
            areas = dict(enumerate(cell.area for cell in problem.ins))
            draft.row(self.rule, areas, None, problem.most_in, unit=DM2, rule=self.rule)
