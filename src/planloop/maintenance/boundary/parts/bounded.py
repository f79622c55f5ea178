"""Plans that cost no more than so much by an aim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.maintenance.boundary.parts.outlines import Outlines
from planloop.maintenance.boundary.parts.part import Part
from planloop.maintenance.boundary.parts.scattered import Scattered
from planloop.maintenance.boundary.parts.serving import Serving
from planloop.maintenance.boundary.rule_names import AT_MOST

if TYPE_CHECKING:
    from planloop.maintenance.boundary.model import Draft

COSTING = (Serving, Scattered, Outlines)
"""The parts that know what an aim costs."""


class Bounded(Part):
    """Hold aims below a cost: ``constant + costs · columns ≤ most``, costs as of a level.

    That the columns of outlines and patches may lie above what they stand for does no harm: of a
    plan that costs no more, they can lie where they belong.
    """

    def rows(self, draft: Draft) -> None:
        """Add one row for each bounded aim."""
        parts = [part(self.problem) for part in COSTING]
        for place, bound in enumerate(self.problem.at_most):
            costs = np.zeros(len(draft.names), dtype=np.int64)
            constant = sum(part.cost(draft, bound.aim, costs) for part in parts)
            terms = {int(column): int(costs[column]) for column in np.flatnonzero(costs)}
            name = f"{AT_MOST}:{place}:{bound.aim.name}"
            draft.row(name, terms, None, bound.most - constant, rule=AT_MOST)
