"""Nothing but the imports: what every task of planloop's takes before it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import planloop.geometry.fabric
import planloop.geometry.tabulate
import planloop.geometry.topology

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock

IMPORTED = (
    planloop.geometry.fabric.Fabric,
    planloop.geometry.tabulate.tabulate,
    planloop.geometry.topology.topology,
)


def imported(clock: Clock) -> dict[str, NDArray[Any]]:
    """Do nothing."""
    clock.facts["imported"] = len(IMPORTED)
    return {}
