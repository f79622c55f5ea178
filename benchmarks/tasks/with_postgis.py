"""The peer PostGIS: zones loaded, indexed, analysed and cut beforehand, then a spatial join."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
import shapely

from benchmarks.tasks.files import read
from benchmarks.tasks.server import server

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock

PAIRS = """
    create table pairs as
    select a.id as a, b.id as b, a.class as class_a, b.class as class_b,
           st_area(case when st_covers(b.geometry, a.geometry) then a.geometry
                        else st_intersection(a.geometry, b.geometry) end) as area
    from a join {table} b on st_intersects(b.geometry, a.geometry)
"""
"""The areas of all intersections, which are not built where one polygon covers the other."""

SUBDIVIDE = """
    create table pieces as
    select id, class, st_subdivide(geometry, {most:d}) as geometry from b
"""
WARM = "select sum(st_npoints(geometry)) from {name}"
"""Brings a table into memory, where a user's data would be."""


def tabulated(clock: Clock, a: str, b: str, *, most: int = 256) -> dict[str, NDArray[Any]]:
    """Tabulate two layers in the phase ``query``; loading and cutting are phases of their own.

    Parameters
    ----------
    clock
        Counts the server's processes, too.
    a, b
        Files of the layers.
    most
        Vertices of the pieces that `b` is cut to; 0 leaves it whole.
    """
    with (
        server() as postgres,
        psycopg.connect(
            host="127.0.0.1",
            port=postgres.port,
            user="postgres",
            password=postgres.password,
            dbname="postgres",
            autocommit=True,
        ) as connection,
        connection.cursor() as cursor,
    ):
        clock.outside = postgres.cpu
        cursor.execute("create extension postgis")
        with clock.phase("load"):
            _load(cursor, "a", Path(a))
            _load(cursor, "b", Path(b))
        if most:
            with clock.phase("subdivide"):
                cursor.execute(SUBDIVIDE.format(most=most))
                _index(cursor, "pieces")
        table = "pieces" if most else "b"
        for name in ("a", table):
            cursor.execute(WARM.format(name=name))
        with clock.phase("query"), postgres.watched() as memory:
            cursor.execute(PAIRS.format(table=table))
            cursor.execute("select class_a, class_b, sum(area) from pairs group by 1, 2")
            classes = np.array(cursor.fetchall(), dtype=np.float64).reshape(-1, 3)
        cursor.execute("select a, b, sum(area) from pairs group by 1, 2")
        pairs = np.array(cursor.fetchall(), dtype=np.float64).reshape(-1, 3)
        cursor.execute("select version(), postgis_lib_version(), postgis_geos_version()")
        told = cursor.fetchone()
        clock.outside = lambda: 0.0
    clock.facts["peak"] = memory[0]
    if told:
        name, postgis, geos = told
        clock.facts["version"] = f"PostGIS {postgis} (GEOS {geos}) on {' '.join(name.split()[:2])}"
    return {
        "a": pairs[:, 0].astype(np.int64),
        "b": pairs[:, 1].astype(np.int64),
        "area": pairs[:, 2],
        "class_a": classes[:, 0].astype(np.int64),
        "class_b": classes[:, 1].astype(np.int64),
        "class_area": classes[:, 2],
    }


def _load(cursor: psycopg.Cursor[Any], table: str, path: Path) -> None:
    """Copy a layer into a table with an index."""
    layer = read(path)
    cursor.execute(f"create table {table} (id integer, class integer, geometry geometry)")
    lines = io.StringIO()
    texts = shapely.to_wkb(layer.polygons, hex=True)
    for row in zip(layer.ids, layer.classes, texts, strict=True):
        lines.write("\t".join(map(str, row)) + "\n")
    with cursor.copy(f"copy {table} from stdin") as copy:
        copy.write(lines.getvalue())
    _index(cursor, table)


def _index(cursor: psycopg.Cursor[Any], table: str) -> None:
    cursor.execute(f"create index on {table} using gist (geometry)")
    cursor.execute(f"vacuum analyze {table}")
