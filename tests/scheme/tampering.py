"""Small, quiet changes to written files, as someone would make them who hopes nobody looks."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

STEP = 1e-4
ENVELOPE = (0, 32, 48, 48, 64)
"""Bytes of the envelope in a GeoPackage's geometry, by its kind."""


def _open(path: Path) -> sqlite3.Connection:
    """Open a GeoPackage for editing, without the triggers that need GDAL's functions."""
    base = sqlite3.connect(path)
    names = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        base.execute(f'DROP TRIGGER "{name}"')
    return base


def move_vertex(path: Path, layer: str, where: str) -> str:
    """Move the second vertex of a polygon by one grid step in x; return the feature's identifier.

    Parameters
    ----------
    path, layer
        A GeoPackage and its layer.
    where
        SQL condition; the first feature that meets it is changed.
    """
    with closing(_open(path)) as base:
        query = f'SELECT fid, planloop_id, geom FROM "{layer}" WHERE {where} ORDER BY fid'  # noqa: S608  # our own test
        fid, name, blob = base.execute(query).fetchone()
        start = 8 + ENVELOPE[blob[3] >> 1 & 7]
        order = "<" if blob[start] else ">"
        (kind,) = struct.unpack_from(f"{order}I", blob, start + 1)
        assert kind == 3, "a polygon"
        at = start + 1 + 4 + 4 + 4 + 16
        (x,) = struct.unpack_from(f"{order}d", blob, at)
        changed = bytearray(blob)
        struct.pack_into(f"{order}d", changed, at, round((x + STEP) * 1e4) / 1e4)
        base.execute(f'UPDATE "{layer}" SET geom = ? WHERE fid = ?', (bytes(changed), fid))  # noqa: S608  # our own test
        base.commit()
    return str(name)


def relabel(path: Path, layer: str, field: str, value: str, where: str) -> str:
    """Change one text of one feature; return the feature's identifier."""
    with closing(_open(path)) as base:
        query = f'SELECT fid, planloop_id FROM "{layer}" WHERE {where} ORDER BY fid'  # noqa: S608  # our own test
        fid, name = base.execute(query).fetchone()
        base.execute(f'UPDATE "{layer}" SET "{field}" = ? WHERE fid = ?', (value, fid))  # noqa: S608  # our own test
        base.commit()
    return str(name)
