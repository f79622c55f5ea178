"""The peer SedonaDB: a spatial join and ST_Intersection."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sedonadb

from benchmarks.tasks.queries import QUERY, answer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock


def tabulated(clock: Clock, a: str, b: str) -> dict[str, NDArray[Any]]:
    """Read two layers, intersect them, and sum by pair and class."""
    clock.facts["version"] = f"SedonaDB {version('sedonadb')}"
    with clock.phase("query"):
        connection = sedonadb.connect()
        connection.read_parquet(a).to_view("a")
        connection.read_parquet(b).to_view("b")
        frame = pa.table(connection.sql(QUERY)).to_pandas()
    return answer(frame)
