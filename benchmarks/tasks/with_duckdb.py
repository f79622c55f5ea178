"""The peer DuckDB with its spatial extension: a spatial join and ST_Intersection."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import duckdb_extension_spatial

from benchmarks.tasks.queries import QUERY, answer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock


def tabulated(clock: Clock, a: str, b: str) -> dict[str, NDArray[Any]]:
    """Read two layers, intersect them, and sum by pair and class."""
    clock.facts["version"] = f"DuckDB {duckdb.__version__}"
    package = Path(str(duckdb_extension_spatial.__file__)).parent
    (extension,) = package.rglob("spatial.duckdb_extension")
    with clock.phase("query"):
        connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
        connection.load_extension(str(extension))
        for name, path in (("a", a), ("b", b)):
            rows = f"select * from read_parquet('{path}')"  # noqa: S608  # our own file
            connection.sql(f"create table {name} as {rows}")
        frame = connection.sql(QUERY).df()
    return answer(frame)
