"""What differs in each layer, by kind: its land, its vertices alone, its attributes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from planloop.checks.layer_areas import unchanged
from planloop.checks.records import differing
from planloop.plan.code_fields import CLASS_CODE, ZONE_CODE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.layer import Layer


@dataclass(frozen=True, slots=True)
class LayerChange:
    """Features of one layer that differ, each in one of three kinds.

    Parameters
    ----------
    layer
        Code of the layer.
    land
        Features that hold other land, or the same land under another code; new and lost ones.
    redrawn
        Features that hold the same land with other vertices.
    renamed
        Features of which attributes differ and nothing else.
    """

    layer: str
    land: tuple[str, ...] = ()
    redrawn: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()


def layer_changes(evidence: Evidence) -> Mapping[str, LayerChange]:
    """Return what differs, by layer; layers that are the same are left out."""
    before, after = evidence.before.layers, evidence.after.layers
    found = {}
    for code in sorted({*before, *after}):
        if unchanged(evidence, code):
            continue
        change = _change(code, before.get(code), after.get(code), evidence.maintained.get(code))
        if change.land and code in evidence.maintained and not land_moved(evidence, code).any():
            redrawn = tuple(sorted({*change.land, *change.redrawn}))
            change = LayerChange(code, (), redrawn, change.renamed)
        if change != LayerChange(code):
            found[code] = change
    return found


def land_moved(evidence: Evidence, code: str) -> NDArray[np.bool_]:
    """Return the faces whose code in a maintained layer differs, shape (n,)."""
    was, now = (evidence.code(code, when) for when in ("before", "after"))
    return np.array([one != other for one, other in zip(was, now, strict=True)], dtype=bool)


def _change(code: str, one: Layer | None, other: Layer | None, field: str | None) -> LayerChange:
    if one is None or other is None:
        held = one or other
        return LayerChange(code, () if held is None else tuple(map(str, held.ids)))
    shared = one.frame.index.intersection(other.frame.index)
    lonely = set(one.frame.index) ^ set(other.frame.index)
    old, new = one.frame.loc[shared], other.frame.loc[shared]
    different = pd.Index(differing(old, new))
    left, right = old.loc[different], new.loc[different]
    shapes = [np.asarray(frame.geometry.array, dtype=object) for frame in (left, right)]
    same_vertices = shapely.equals_exact(*shapes, tolerance=0.0)
    moved = ~same_vertices
    moved[moved] = ~shapely.equals(shapes[0][moved], shapes[1][moved])
    moved |= _other_code(left, right, field)
    return LayerChange(
        code,
        tuple(sorted({*different[moved], *lonely})),
        tuple(different[~moved & ~same_vertices]),
        tuple(different[~moved & same_vertices]),
    )


def _other_code(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, field: str | None) -> np.ndarray:
    """Return the records whose code differs, or that have one in one frame alone."""
    differs = np.zeros(len(left), dtype=bool)
    for name in {field, ZONE_CODE, CLASS_CODE} - {None}:
        held = [frame[name] if name in frame.columns else None for frame in (left, right)]
        if held[0] is None and held[1] is None:
            continue
        if held[0] is None or held[1] is None:
            return np.ones(len(left), dtype=bool)
        differs |= ((held[0] != held[1]) & ~(held[0].isna() & held[1].isna())).to_numpy(dtype=bool)
    return differs
