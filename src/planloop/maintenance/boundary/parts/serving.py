"""Projects get their land, and land goes in only for a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.maintenance.boundary.parts.part import Part
from planloop.maintenance.boundary.problem import WHOLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Draft
    from planloop.maintenance.boundary.problem import Aim


class Serving(Part):
    """Serve projects with all of their land, or with a share of it.

    For every project p with the cells C_p and the share φ_p (per mille)::

        s_c ≥ z_p                          for every c in C_p, if φ_p = 1000
        Σ 1000 a_c s_c ≥ φ_p Σ a_c z_p     over C_p, otherwise
        s_c ≤ Σ_p z_p                      a cell goes in only for a project (unless a lock puts it
                                           in, or it is filler)
    """

    def columns(self, draft: Draft) -> None:
        """Add z_p for every project."""
        for demand in self.problem.demands:
            draft.column(f"serve:{demand.number}")

    def rows(self, draft: Draft) -> None:
        """Add the rows above."""
        problem = self.problem
        cells: dict[str, list[int]] = {demand.number: [] for demand in problem.demands}
        for index, cell in enumerate(problem.ins):
            for number in cell.projects:
                cells[number].append(index)
            if not (cell.locked or cell.filler):
                wanted = {draft.number[f"serve:{number}"]: -1 for number in cell.projects}
                draft.row(f"only-for:{index}", {index: 1} | wanted, None, 0)
        for demand in problem.demands:
            served, mine = draft.number[f"serve:{demand.number}"], cells[demand.number]
            if demand.share >= WHOLE:
                for index in mine:
                    draft.row(f"need:{demand.number}:{index}", {index: 1, served: -1}, 0, None)
                continue
            terms = {index: WHOLE * problem.ins[index].area for index in mine}
            needed = demand.share * sum(problem.ins[index].area for index in mine)
            draft.row(f"share:{demand.number}", terms | {served: -needed}, 0, None, unit="dm²·‰")

    def cost(self, draft: Draft, aim: Aim, costs: NDArray[np.int64]) -> int:
        """Take off what serving a project is worth."""
        for number, worth in aim.serve.items():
            costs[draft.number[f"serve:{number}"]] -= worth
        return 0
