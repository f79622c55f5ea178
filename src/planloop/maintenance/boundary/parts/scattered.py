"""Scattered patches go out as a whole rather than in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.maintenance.boundary.parts.part import Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Draft
    from planloop.maintenance.boundary.problem import Aim


class Scattered(Part):
    """Tell whether a patch is touched, and whether it is gone.

    For every cell d of the scattered patch k, with t_k touched and f_k gone as a whole::

        f_k ≤ 1 - s_d ≤ t_k

    A torn patch costs t_k - f_k times what the aim says.
    """

    @property
    def patches(self) -> list[int]:
        """Numbers of the patches."""
        return sorted({cell.patch for cell in self.problem.outs if cell.patch is not None})

    def columns(self, draft: Draft) -> None:
        """Add t_k and f_k for every patch."""
        for patch in self.patches:
            draft.column(f"touched:{patch}")
            draft.column(f"whole:{patch}")

    def rows(self, draft: Draft) -> None:
        """Add the rows above."""
        for index, cell in enumerate(self.problem.outs, start=len(self.problem.ins)):
            if cell.patch is not None:
                touched = draft.number[f"touched:{cell.patch}"]
                whole = draft.number[f"whole:{cell.patch}"]
                draft.row(f"touched:{index}", {touched: 1, index: 1}, 1, None)
                draft.row(f"whole:{index}", {whole: 1, index: 1}, None, 1)

    def cost(self, draft: Draft, aim: Aim, costs: NDArray[np.int64]) -> int:
        """Add what torn patches cost."""
        if aim.torn:
            for patch in self.patches:
                costs[draft.number[f"touched:{patch}"]] += aim.torn
                costs[draft.number[f"whole:{patch}"]] -= aim.torn
        return 0
