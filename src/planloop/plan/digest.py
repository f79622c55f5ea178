"""Logical digests: a hash of content, independent of file bytes, row order and column order."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.plan.layer import Layer


def digest_layer(layer: Layer) -> str:
    """Return the SHA-256 of a layer: code, CRS, schema, and rows in the order of identifiers.

    Geometries count in their normal form, so where a ring starts and how it turns do not.
    """
    frame = layer.frame.sort_index(kind="stable")
    epsg = None if frame.crs is None else frame.crs.to_epsg()
    digest = hashlib.sha256(f"planloop layer 2|{layer.code}|{epsg}\n".encode())
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index()
    _update_columns(digest, table, np.arange(len(table)))
    shapes = shapely.normalize(np.asarray(frame.geometry.array, dtype=object))
    wkb = shapely.to_wkb(shapes, output_dimension=2, byte_order=1, flavor="iso")
    _update_items(digest, wkb)
    return digest.hexdigest()


def digest_table(table: pd.DataFrame) -> str:
    """Return the SHA-256 of a table without geometry: schema, and rows in the order of content."""
    digest = hashlib.sha256(b"planloop table 2\n")
    plain = table.reset_index(drop=True)
    encoded = [_encoded(plain[name])[1] for name in sorted(map(str, plain.columns))]
    rows = list(zip(*encoded, strict=True))
    order = np.array(sorted(range(len(rows)), key=rows.__getitem__), dtype=np.int64)
    _update_columns(digest, plain, order)
    return digest.hexdigest()


def digest_data(data: object) -> str:
    """Return the SHA-256 of plain data (anything JSON can hold), independent of key order."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def combine(digests: Mapping[str, str]) -> str:
    """Return the digest of named digests."""
    return digest_data(dict(digests))


def _update_columns(digest: hashlib._Hash, table: pd.DataFrame, order: NDArray[np.int64]) -> None:
    """Feed the columns by name, their cells in an order; every length is told before its bytes."""
    for name in sorted(map(str, table.columns)):
        kind, cells = _encoded(table[name])
        _update_items(digest, [name.encode(), kind])
        _update_items(digest, [cells[index] for index in order])


def _update_items(digest: hashlib._Hash, items: Sequence[bytes]) -> None:
    digest.update(len(items).to_bytes(8, "little"))
    digest.update(b"".join(len(item).to_bytes(8, "little") + item for item in items))


def _encoded(column: pd.Series) -> tuple[bytes, list[bytes]]:
    """Return the kind of a column (i, f or s) and its cells as bytes.

    Every NaN and both zeros count as one; a missing text differs from an empty one.
    """
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else "O"
    if kind in "iu":
        return b"i", [cell.tobytes() for cell in column.to_numpy(dtype="<i8")]
    if kind == "f":
        values = column.to_numpy(dtype="<f8") + 0.0
        values = np.where(np.isnan(values), np.nan, values).astype("<f8")
        return b"f", [cell.tobytes() for cell in values]
    missing = column.isna().to_numpy()
    return b"s", [
        b"n" if gone else b"s" + str(cell).encode()
        for cell, gone in zip(column.to_numpy(dtype=object), missing, strict=True)
    ]
