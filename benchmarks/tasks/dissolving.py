"""Ways to dissolve parcels by class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from benchmarks.tasks.files import read
from benchmarks.tasks.packed import packed
from planloop.geometry.fabric import dissolve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock


def dissolved(clock: Clock, path: str, method: str) -> dict[str, NDArray[Any]]:
    """Dissolve a layer by class, by planloop or by one of shapely's functions."""
    layer = read(Path(path))
    groups = np.unique(layer.classes)
    with clock.phase("dissolve"):
        if method == "planloop":
            by_class = dissolve(layer.polygons, layer.classes)
            unions = [by_class[int(group)] for group in groups]
        else:
            union = getattr(shapely, method)
            unions = [union(layer.polygons[layer.classes == group]) for group in groups]
    return packed(shapely.normalize(np.array(unions, dtype=object)))
