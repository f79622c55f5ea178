"""What every part of the model does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.model import Draft
    from planloop.maintenance.boundary.problem import Aim, Problem


class Part:
    """One part of the model; what it does not say, it does not do."""

    def __init__(self, problem: Problem) -> None:
        """Take the problem."""
        self.problem = problem

    def columns(self, draft: Draft) -> None:
        """Add columns of its own."""

    def rows(self, draft: Draft) -> None:
        """Add rows."""

    def cost(  # most parts cost nothing
        self,
        draft: Draft,  # noqa: ARG002  # see above
        aim: Aim,  # noqa: ARG002  # see above
        costs: NDArray[np.int64],  # noqa: ARG002  # see above
    ) -> int:
        """Add to the cost of the columns what the aim says of this part; return the constant."""
        return 0
