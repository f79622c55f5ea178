"""The conflicts of sites as layers: where on the ground each of them lies."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop.geometry.grid import snap_geometry
from planloop.geometry.polygons import polygonal
from planloop.messages import render
from planloop.plan.layer import Layer, canonical
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from planloop.checks.conformity.answer import Conflict
    from planloop.checks.conformity.checking import Conformity
    from planloop.checks.conformity.grounds import Grounds
    from planloop.checks.conformity.verdict import Judged

CONFLICTS, SITES = "conflicts", "sites"
"""Names of the layers."""

SITE_COLUMNS = ("number", "name", "sector", "form", "verdict", "verdict_zh", "area_m2")
CONFLICT_COLUMNS = (
    "number",
    "name",
    "check",
    "grade",
    "layer",
    "feature",
    "code",
    "outside",
    "area_m2",
)
"""Columns of the layers."""


def conflict_layers(grounds: Grounds, conformity: Conformity) -> tuple[Layer, Layer]:
    """Return the sites with their verdicts, and the land of each conflict, in the working CRS.

    Sites without a usable drawing have no geometry and are left out here; they stand in the report.
    """
    crs = f"EPSG:{grounds.epsg}"
    placed = [item for item in conformity.judged if item.case.site.shape is not None]
    rows = [_site(item) for item in placed]
    shapes = [item.case.site.shape for item in placed]
    pieces: list[dict[str, Any]] = []
    lands: list[shapely.Geometry] = []
    for item in placed:
        for check, conflict in item.conflicts:
            land = conflict_land(grounds, item, conflict)
            if land is not None:
                pieces.append(_conflict(item, check, conflict))
                lands.append(land)
    return _layer(SITES, rows, shapes, crs), _layer(CONFLICTS, pieces, lands, crs)


def _site(item: Judged) -> dict[str, Any]:
    project = item.case.site.project
    return {
        "number": project.number,
        "name": project.name,
        "sector": project.sector,
        "form": str(item.case.site.form),
        "verdict": str(item.verdict),
        "verdict_zh": render(f"conformity.verdict-{item.verdict}", {}, "zh"),
        "area_m2": item.case.own / SQUARE_METRE,
    }


def _conflict(item: Judged, check: str, conflict: Conflict) -> dict[str, Any]:
    return {
        "number": item.number,
        "name": item.case.site.project.name,
        "check": check,
        "grade": str(conflict.grade),
        "layer": conflict.layer,
        "feature": conflict.feature or None,
        "code": conflict.code or None,
        "outside": int(conflict.outside),
        "area_m2": conflict.area / SQUARE_METRE,
    }


def conflict_land(grounds: Grounds, item: Judged, conflict: Conflict) -> shapely.Geometry | None:
    """Return the part of a site that a conflict is about; None where it has no area."""
    site = item.case.site.shape
    index = grounds.layers[conflict.layer]
    if item.case.indicative:
        return site
    if conflict.outside:
        near = index.tree.query(site, predicate="intersects")
        part = shapely.difference(site, shapely.union_all(index.shapes[near]))
    else:
        place = bisect_left(index.ids, conflict.feature)
        part = shapely.intersection(site, index.shapes[place])
    whole = polygonal(np.array([part], dtype=object))
    land = polygonal(shapely.make_valid(snap_geometry(whole)))[0]
    return None if shapely.is_empty(land) else land


def _layer(code: str, rows: list[dict[str, Any]], shapes: list[Any], crs: str) -> Layer:
    ids = pd.Index([f"{number:06d}" for number in range(1, len(rows) + 1)], name="fid")
    columns = SITE_COLUMNS if code == SITES else CONFLICT_COLUMNS
    table = pd.DataFrame(rows, columns=list(columns), index=ids)
    frame = gpd.GeoDataFrame(table, geometry=np.array(shapes, dtype=object), crs=crs)
    return Layer(code, canonical(frame))
