"""Geometries as plain arrays, so that a task can hand them back."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


def packed(geometries: NDArray[np.object_]) -> dict[str, NDArray[Any]]:
    """Return geometries as two arrays: their well-known binary, and where each begins."""
    texts = shapely.to_wkb(geometries)
    size = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    data = np.frombuffer(b"".join(texts), dtype=np.uint8)
    return {"binary": data, "offsets": np.concatenate([[0], np.cumsum(size)])}


def unpacked(arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.object_]:
    """Return the geometries that :func:`packed` packed."""
    data, offsets = arrays["binary"].tobytes(), arrays["offsets"]
    texts = [data[start:stop] for start, stop in pairwise(offsets)]
    return np.asarray(shapely.from_wkb(np.array(texts, dtype=object)), dtype=object)
