"""The query that the SQL peers get, and what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


QUERY = """
    select a.id as a, b.id as b, a.class as class_a, b.class as class_b,
           sum(st_area(st_intersection(a.geometry, b.geometry))) as area
    from a join b on st_intersects(a.geometry, b.geometry)
    group by 1, 2, 3, 4
"""
"""The areas of all intersections of tables `a` and `b`, by pair, with their classes."""


def answer(frame: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """Return pairs and sums by class."""
    sums = frame.groupby(["class_a", "class_b"])["area"].sum()
    classes = np.array(sums.index.to_list(), dtype=np.int64).reshape(-1, 2)
    return {
        "a": frame["a"].to_numpy(dtype=np.int64),
        "b": frame["b"].to_numpy(dtype=np.int64),
        "area": frame["area"].to_numpy(dtype=np.float64),
        "class_a": classes[:, 0],
        "class_b": classes[:, 1],
        "class_area": sums.to_numpy(),
    }
