"""The pieces of a change: one row for each patch of land whose code changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop.geometry.fabric import union
from planloop.plan.change_set import PIECE_COLUMNS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.geometry.fabric import Fabric


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """What changed in one layer, face by face; arrays of shape (k,).

    Parameters
    ----------
    layer
        Layer code.
    kind
        Kind of maintenance of every face, as in WHLX.
    faces
        Face indices.
    before_id, after_id, code_before, code_after
        Feature and code before and after, None where there is none.
    reason, evidence, project
        Why, by what, for which project; text, empty where there is none.
    township
        Name of the township, empty where unknown.
    """

    layer: str
    kind: NDArray[np.object_]
    faces: NDArray[np.int64]
    before_id: NDArray[np.object_]
    after_id: NDArray[np.object_]
    code_before: NDArray[np.object_]
    code_after: NDArray[np.object_]
    reason: NDArray[np.object_]
    evidence: NDArray[np.object_]
    project: NDArray[np.object_]
    township: NDArray[np.object_]


def pieces_of(fabric: Fabric, moves: Sequence[Moved], date: dt.date) -> gpd.GeoDataFrame:
    """Return the pieces of all layers, numbered within each layer.

    Pieces are ordered by kind, then by the first of their faces, so that the same change gives the
    same numbers.
    """
    rows: list[dict[str, object]] = []
    names: list[str] = []
    for moved in moves:
        found = sorted(_patches(fabric, moved), key=lambda item: (item[0]["kind"], item[1][0]))
        for serial, (row, faces) in enumerate(found, start=1):
            names.append(f"{moved.layer}-{date:%Y%m%d}{serial:06d}")
            shape = shapely.normalize(union(fabric.faces[faces]))
            rows.append(row | {"area_dm2": int(fabric.area[faces].sum()), "geometry": shape})
    columns = {
        name: pd.Series([row[name] for row in rows], dtype="int64" if name == "area_dm2" else "str")
        for name in PIECE_COLUMNS
    }
    table = pd.DataFrame(columns)
    table.index = pd.Index(names, name="piece", dtype="str")
    geometry = np.array([row["geometry"] for row in rows], dtype=object)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=f"EPSG:{fabric.epsg}")


def _patches(fabric: Fabric, moved: Moved) -> list[tuple[dict[str, object], NDArray[np.int64]]]:
    keys = [name for name in PIECE_COLUMNS if name not in {"layer", "area_dm2"}]
    grouped: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, face in enumerate(moved.faces):
        grouped[tuple(getattr(moved, name)[index] for name in keys)].append(int(face))
    found = []
    for values, faces in grouped.items():
        mask = np.zeros(len(fabric), dtype=bool)
        mask[faces] = True
        row = dict(zip(keys, values, strict=True)) | {"layer": moved.layer}
        found += [(row, patch) for patch in fabric.patches(mask)]
    return found
