"""What goes out and what goes in balance in each township."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.maintenance.boundary.parts.part import Part
from planloop.maintenance.boundary.rule_names import TOWNSHIPS

if TYPE_CHECKING:
    from planloop.maintenance.boundary.model import Draft

DM2 = "dm²"


class Townships(Part):
    """Hold the surplus of each township between limits of its own.

    For every township t, with the part a_it of the area of cell i that lies in it::

        least_t ≤ Σ a_dt (1 - s_d) - Σ a_ct s_c ≤ most_t

    over the cells d that may go out and c that may go in.
    """

    rule = TOWNSHIPS

    def rows(self, draft: Draft) -> None:
        """Add two rows for each township."""
        for number, item in enumerate(self.problem.townships):
            out = sum(item.outs)
            terms = dict(enumerate([*item.ins, *item.outs]))
            for name, least, most in (
                (f"township-least:{number}", None, out - item.least),
                (f"township-most:{number}", out - item.most, None),
            ):
                draft.row(name, terms, least, most, unit=DM2, rule=self.rule)
