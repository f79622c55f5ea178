"""A scheme built by hand: a region far from the demo, with nothing but what a plan must have."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop.plan.accounts import Accounts
from planloop.plan.certificate import IntakeCertificate, SolverCertificate
from planloop.plan.change_set import PIECE_COLUMNS, ChangeSet
from planloop.plan.layer import Layer, canonical
from planloop.plan.plan import Plan
from planloop.plan.quota import Quota
from planloop.plan.region import Region
from planloop.plan.scheme import Scheme
from planloop.plan.settings import parse_settings
from tests.publishing.toy_certificate import toy_certificate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planloop.plan.change_set import LayerDelta

EPSG, EAST, NORTH = 4549, 520_000.0, 2_600_000.0
"""The zone of 120° E, in the south."""

TOTALS: dict[str, Any] = {
    "transferred_in_dm2": 123_456_789,
    "transferred_out_dm2": 123_466_789,
    "surplus_dm2": 10_000,
    "boundary_before_dm2": 2_345_678_901,
    "boundary_after_dm2": 2_345_668_901,
    "pieces_in": 1,
    "pieces_out": 2,
    "multiple_after": 1.2345,
}


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a rectangle, in km from the corner of the region."""
    return shapely.box(
        EAST + west * 1e3, NORTH + south * 1e3, EAST + east * 1e3, NORTH + north * 1e3
    )


REGION, TOWN = box(0, 0, 40, 30), box(18, 12, 23, 17)
NEAR, OUT, FAR = box(23, 14, 24, 15), box(15, 13, 15.5, 13.5), box(38, 28, 38.3, 28.3)
"""A piece that goes in beside the town, one that goes out near it, one far away."""


def layer(code: str, shapes: Sequence[shapely.Geometry], **fields: Sequence[str] | str) -> Layer:
    """Return a layer in the canonical form."""
    index = pd.Index([f"{code}-{number}" for number in range(len(shapes))], name="fid")
    columns = {
        name: list(value) if not isinstance(value, str) else [value] * len(shapes)
        for name, value in fields.items()
    }
    table = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=f"EPSG:{EPSG}", index=index)
    return Layer(code, canonical(table))


def plan(*boundary: shapely.Geometry, more: Sequence[Layer] = ()) -> Plan:
    """Return a plan whose boundary consists of these polygons; everything else is farmland zone."""
    rest = shapely.difference(REGION, shapely.union_all(list(boundary)))
    layers = [
        layer("XZQX", [REGION], XZQMC="远方县"),
        layer("XZYDYH", [REGION], YDYHFLDM="010300"),
        layer("CZKFBJ", boundary, GHFQDM="410"),
        layer("GHFQ", [*boundary, rest], GHFQDM=["410"] * len(boundary) + ["520"]),
        *more,
    ]
    quota = Quota(3_000_000_000, 1.3, 1_900_000_000)
    region = Region("350999", "远方县", EPSG)
    return Plan(region, {item.code: item for item in layers}, {}, quota)


def pieces(*kinds: tuple[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Return pieces of the boundary, each of a kind."""
    columns: dict[str, Any] = {name: [""] * len(kinds) for name in PIECE_COLUMNS}
    columns |= {"layer": ["CZKFBJ"] * len(kinds), "kind": [kind for kind, _ in kinds]}
    shapes = np.array([shape for _, shape in kinds], dtype=object)
    index = pd.Index([f"CZKFBJ-{number}" for number in range(len(kinds))], name="piece")
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=f"EPSG:{EPSG}", index=index)


def scheme(  # noqa: PLR0913  # the parts of a scheme
    before: Plan,
    after: Plan,
    changed: gpd.GeoDataFrame,
    totals: Mapping[str, Any] | None = None,
    *,
    name: str = "远方县国土空间总体规划动态维护方案",
    synthetic: bool = False,
) -> Scheme:
    """Return a scheme of which only what documents show is filled in."""
    settings = parse_settings(
        {
            "scheme": {
                "name": name,
                "year": 2027,
                "date": dt.date(2027, 3, 4),
                "synthetic": synthetic,
            },
            "region": {"code": "350999", "name": "远方县"},
            "inputs": {"mapping": "mapping.toml", "projects": "projects.xlsx"},
            "quota": {
                "issued_area_ha": 3000.0,
                "issued_multiple": 1.3,
                "base_town_area_ha": 1900.0,
            },
        }
    )
    deltas: dict[str, LayerDelta] = {}
    return Scheme(
        settings=settings,
        inputs={},
        before=before,
        changes=ChangeSet(changed, deltas),
        after=after,
        decisions=(),
        intake=IntakeCertificate(EPSG, {}, (), (0, 0.0), (0, 0.0)),
        solver=SolverCertificate("none", 0, 0, (), (0, 0)),
        optimality=toy_certificate(),
        accounts=Accounts(TOTALS if totals is None else totals, {}),
        proofs=(),
        findings=(),
    )


def swapped() -> Scheme:
    """Return a scheme that takes one piece in and two out, one of them far away."""
    return scheme(
        plan(TOWN, OUT, FAR),
        plan(shapely.union(TOWN, NEAR)),
        pieces(("1", NEAR), ("3", OUT), ("3", FAR)),
    )


def unchanged() -> Scheme:
    """Return a scheme that changes nothing."""
    zero = dict.fromkeys(TOTALS, 0) | {"multiple_after": None}
    return scheme(plan(TOWN), plan(TOWN), pieces(), zero)
