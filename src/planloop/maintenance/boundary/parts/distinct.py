"""Plans that differ from others in the projects that they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.maintenance.boundary.parts.part import Part
from planloop.maintenance.boundary.problem import WHOLE
from planloop.maintenance.boundary.rule_names import UNLIKE

if TYPE_CHECKING:
    from planloop.maintenance.boundary.model import Draft


class Distinct(Part):
    """Keep away from plans that are known.

    For every set S of projects that a known plan serves, and the distance d asked for::

        Σ_{p in S} (1 - z_p) + Σ_{p not in S} z_p ≥ d

    And, if there is any such set, for every project p with the cells C_p, their area A_p and the
    share φ_p (per mille), so that nobody has land without being called served::

        Σ s_c - z_p ≤ |C_p| - 1                                         over C_p, if φ_p = 1000
        Σ 1000 a_c s_c - (1000 A_p - φ_p A_p + 1) z_p ≤ φ_p A_p - 1     over C_p, otherwise
    """

    def rows(self, draft: Draft) -> None:
        """Add the rows above."""
        problem = self.problem
        if not problem.unlike:
            return
        for demand in problem.demands:
            mine = [i for i, cell in enumerate(problem.ins) if demand.number in cell.projects]
            served = draft.number[f"serve:{demand.number}"]
            name = f"has-land:{demand.number}"
            if demand.share >= WHOLE:
                terms = dict.fromkeys(mine, 1) | {served: -1}
                draft.row(name, terms, None, len(mine) - 1)
                continue
            whole = sum(problem.ins[i].area for i in mine)
            needed = demand.share * whole
            terms = {i: WHOLE * problem.ins[i].area for i in mine}
            terms[served] = -(WHOLE * whole - needed + 1)
            draft.row(name, terms, None, needed - 1, unit="dm²·‰")
        for place, other in enumerate(problem.unlike):
            signs = {
                draft.number[f"serve:{item.number}"]: -1 if item.number in other.served else 1
                for item in problem.demands
            }
            least = other.distance - len(other.served)
            draft.row(f"{UNLIKE}:{place}", signs, least, None, rule=UNLIKE)
