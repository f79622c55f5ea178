"""Land that two schemes change differently, on the common faces of their pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop.checks.diffs.ledger import settled
from planloop.errors import InputError
from planloop.geometry.area import area
from planloop.geometry.fabric import Fabric, union
from planloop.plan.layer import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Place: TypeAlias = tuple[str | None, ...]

Changed: TypeAlias = Literal["a", "b", "both"]

LAND_COLUMNS = ("layer", "changed", "kind", "code_before", "code_a", "code_b", "area_dm2")
"""Columns of the land that differs, beside the geometry.

``changed`` says which scheme changes it: ``a`` or ``b`` alone, or ``both``, but otherwise;
``kind`` is that of the change (of scheme `a`'s where both), as in WHLX. ``code_a`` and ``code_b``
are the codes after maintenance, missing where the land then lies in no feature of the layer.
"""


def land_changes(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame, epsg: int) -> gpd.GeoDataFrame:
    """Return the land that only one of two schemes changes, or that both change otherwise.

    Parameters
    ----------
    a, b
        Pieces of each scheme, all layers, with :data:`~planloop.plan.change_set.PIECE_COLUMNS`.
    epsg
        Their CRS, a Gauss-Krüger zone.

    Returns
    -------
    GeoDataFrame
        One row for each connected patch of one layer and one change, with :data:`LAND_COLUMNS`,
        in canonical form: by layer, then `changed`, kind, codes and place.

    Raises
    ------
    InputError
        A piece is no polygon, or pieces of one layer lie on each other.

    Notes
    -----
    Pieces are noded together, layer by layer. Schemes of one plan share their vertices, so nothing
    moves; of different plans, lines move by less than half a step of the grid. The parts of a piece
    add up to the area that its scheme states; so, for schemes of one plan, what only `a` changes
    less what only `b` changes is all that `a` changes less all that `b` does, to 0.01 m².
    """
    rows: list[dict[str, object]] = []
    for layer in sorted({*a["layer"], *b["layer"]}):
        sides = [side[side["layer"] == layer] for side in (a, b)]
        rows += _layer(layer, sides, epsg)
    index = pd.Index([f"{number:06d}" for number in range(1, len(rows) + 1)], dtype="str")
    columns = {
        name: pd.Series(
            [row[name] for row in rows],
            dtype="int64" if name == "area_dm2" else "str",
            index=index,
        )
        for name in LAND_COLUMNS
    }
    shapes = np.array([row["geometry"] for row in rows], dtype=object)
    return canonical(gpd.GeoDataFrame(columns, geometry=shapes, crs=f"EPSG:{epsg}", index=index))


def _layer(layer: str, sides: Sequence[gpd.GeoDataFrame], epsg: int) -> Iterator[dict[str, object]]:
    """Yield the rows of one layer."""
    for side in sides:
        _check_polygons(layer, side)
    features = {
        name: (
            side.index.to_numpy(dtype=object),
            np.asarray(side.geometry.array, dtype=object),
        )
        for name, side in zip(("a", "b"), sides, strict=True)
    }
    fabric = Fabric.build(features, epsg=epsg)
    for labels in fabric.labels.values():
        if len(labels.overlaps):
            feature = str(labels.ids[labels.overlaps[0, 1]])
            raise InputError("diff.overlap", layer=layer, feature=feature)
    piece = [labels.of_face.astype(np.int64) for labels in fabric.labels.values()]
    exact = area(fabric.faces, epsg=epsg) * 100.0
    size = settled(exact, piece, [side["area_dm2"].to_numpy(dtype=np.int64) for side in sides])
    groups: dict[Place, list[int]] = {}
    told = [_told(side) for side in sides]
    for face in range(len(fabric)):
        one, two = (
            rows[number[face]] if number[face] >= 0 else None
            for rows, number in zip(told, piece, strict=True)
        )
        if one != two:
            groups.setdefault(_place(one, two), []).append(face)
    for key in sorted(groups, key=lambda key: tuple(part or "" for part in key)):
        chosen = np.zeros(len(fabric), dtype=bool)
        chosen[groups[key]] = True
        for patch in fabric.patches(chosen):
            yield {
                **dict(zip(LAND_COLUMNS, (layer, *key), strict=False)),
                "area_dm2": int(size[patch].sum()),
                "geometry": shapely.normalize(union(fabric.faces[patch])),
            }


def _check_polygons(layer: str, side: gpd.GeoDataFrame) -> None:
    kinds = side.geometry.geom_type
    wrong = ~kinds.isin(["Polygon", "MultiPolygon"]).to_numpy()
    if wrong.any():
        first = int(np.argmax(wrong))
        raise InputError(
            "read.wrong-geometry",
            layer=layer,
            feature=str(side.index[first]),
            found=str(kinds.iloc[first]),
            wanted="Polygon",
        )


def _told(side: gpd.GeoDataFrame) -> list[Place]:
    """Return of each piece what it does: kind, code before, code after."""
    columns = [
        [value if isinstance(value, str) else None for value in side[name]]
        for name in ("kind", "code_before", "code_after")
    ]
    return list(zip(*columns, strict=True))


def _place(one: Place | None, two: Place | None) -> Place:
    """Return which scheme changes a face, the kind, and its codes before and after in each."""
    if one is not None and two is not None:
        return ("both", *one, two[2])
    if one is not None:
        return ("a", *one, one[1])
    kind, before, after = two or (None, None, None)
    return ("b", kind, before, before, after)
