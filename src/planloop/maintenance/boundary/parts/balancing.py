"""What goes out and what goes in balance, and the quotas hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.maintenance.boundary.parts.part import Part
from planloop.maintenance.boundary.rule_names import BALANCE, MULTIPLE, QUOTA, TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planloop.maintenance.boundary.model import Draft

DM2 = "dm²"


class _Area(Part):
    """A row over the growth ``Σ a_c s_c - Σ a_d (1 - s_d)`` = ``Σ a s - Σ a_d``, in dm²."""

    rule = ""

    def limit(self, draft: Draft, lower: int | None, upper: int | None) -> None:
        """Hold the growth of the boundary between two limits."""
        problem = self.problem
        ins, outs = ([cell.area for cell in cells] for cells in (problem.ins, problem.outs))
        self.held(draft, ins, outs, lower, upper)

    def held(
        self,
        draft: Draft,
        ins: Sequence[int],
        outs: Sequence[int],
        lower: int | None,
        upper: int | None,
    ) -> None:
        """Hold the growth of some measure of the cells between two limits."""
        out = sum(outs)
        least, most = (None if limit is None else limit + out for limit in (lower, upper))
        draft.row(self.rule, dict(enumerate([*ins, *outs])), least, most, unit=DM2, rule=self.rule)


class Balance(_Area):
    """What goes out exceeds what goes in by the margin at least: ``growth ≤ -margin``."""

    rule = BALANCE

    def rows(self, draft: Draft) -> None:
        """Add the row."""
        self.limit(draft, None, -self.problem.margin)


class Tolerance(_Area):
    """It exceeds it by the tolerance at most: ``growth ≥ -tolerance``."""

    rule = TOLERANCE

    def rows(self, draft: Draft) -> None:
        """Add the row."""
        self.limit(draft, -self.problem.tolerance, None)


class Quota(_Area):
    """The boundary does not outgrow the issued area: ``growth ≤ issued - before``."""

    rule = QUOTA

    def rows(self, draft: Draft) -> None:
        """Add the row."""
        self.limit(draft, None, self.problem.growth)


class CountedQuota(_Area):
    """Nor the issued multiple, by the land that it counts: ``Σ b s - Σ b_d ≤ issued - before``."""

    rule = MULTIPLE

    def rows(self, draft: Draft) -> None:
        """Add the row, where the binding reading counts land."""
        problem = self.problem
        if problem.counted_growth is not None:
            ins, outs = ([cell.counted for cell in cells] for cells in (problem.ins, problem.outs))
            self.held(draft, ins, outs, None, problem.counted_growth)
