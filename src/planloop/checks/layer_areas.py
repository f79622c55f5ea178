"""The land of a layer before and after, both in the same ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop import standard
from planloop.geometry.area import area_dm2
from planloop.geometry.grid import STEP

if TYPE_CHECKING:
    from planloop.checks.evidence import Evidence
    from planloop.plan.layer import Layer
    from planloop.plan.settings import RolesSection


def layer_code(roles: RolesSection, name: str) -> str:
    """Return the layer that a table of the standard means: by its role, or by its code."""
    return str(getattr(roles, name, name))


def layer_areas(evidence: Evidence, code: str) -> tuple[int, int] | None:
    """Return the land of a layer before and after, dm².

    A layer that maintenance may change is measured by its faces. Any other is measured by its
    features: their own official areas added up where the standard says that they do not overlap,
    the area of their union where they may.

    Returns
    -------
    tuple of int, or None
        None where neither plan has the layer; 0 for a plan that lacks it.
    """
    before, after = (plan.layers.get(code) for plan in (evidence.before, evidence.after))
    if before is None and after is None:
        return None
    if code in evidence.maintained:
        one, other = (
            evidence.area(evidence.covered([evidence.name(code, when)]))
            for when in ("before", "after")
        )
        return one, other
    size = _own_area(before, evidence.fabric.epsg)
    return size, size if unchanged(evidence, code) else _own_area(after, evidence.fabric.epsg)


def unchanged(evidence: Evidence, code: str) -> bool:
    """Return whether both plans have a layer, and the same one, by its digest."""
    one, other = (plan.layers.get(code) for plan in (evidence.before, evidence.after))
    if one is None or other is None:
        return False
    return one is other or one.digest == other.digest


def _own_area(layer: Layer | None, epsg: int) -> int:
    if layer is None or not len(layer):
        return 0
    shapes = layer.geometry
    if standard.load().layer(layer.code).coverage == "free":
        shapes = np.array([shapely.union_all(shapes, grid_size=STEP)], dtype=object)
    return int(area_dm2(shapes, epsg=epsg).sum())
