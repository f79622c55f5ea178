"""The survey of the demo city: real outline, sound geometry, an intake that moves nothing."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from planloop.plan.scheme import Scheme
    from tests.demo.built_city import Built


def test_outline_is_the_real_one(built: Built) -> None:
    data = resources.files("planloop.demo") / "data" / "boundary.geojson"
    with data.open("rb") as file:
        real = gpd.read_file(file).to_crs(4537).union_all()
    # Rounded to whole centimetres, so off by less than one along the whole outline.
    difference = shapely.symmetric_difference(built.city.ground.city, real).area
    assert difference < 0.01 * real.length


def test_no_spikes(built: Built) -> None:
    """The clearance of every parcel is far above the 0.1 mm grid (GEOS's own measure)."""
    assert shapely.minimum_clearance(built.city.ground.parcels).min() > 0.002


def test_intake_moves_nothing(scheme: Scheme) -> None:
    layers = {item.code: item for item in scheme.intake.layers}
    assert [item.code for item in layers.values() if item.moved] == []
    assert scheme.intake.gaps == (0, 0.0)
    assert scheme.intake.overlaps == (0, 0.0)
    assert layers["XZYDYH"].identical > 0.85 * layers["XZYDYH"].features


def test_findings_are_those_planted(built: Built, scheme: Scheme) -> None:
    """Stored areas are official ones; the encoding is guessed once; one area is overstated.

    And one parcel is cut so that the swap balances, among plans that leave enough for a cut.
    """
    found = {item.code: item for item in scheme.findings}
    assert sorted((item.code, item.layer) for item in scheme.findings) == [
        ("balance-cut", "XZYDYH"),
        ("balance-roomier", "CZKFBJ"),
        ("encoding-guessed", "YPXM"),
        ("line-homes-lost", "ZXCQCSLVX"),
        ("line-sliver", "ZXCQCSHX"),
        ("line-sliver", "ZXCQCSLVX"),
        ("line-use-unknown", "ZXCQCSLVX"),
        ("project-area", "JQZDXMM"),
    ]
    assert found["project-area"].numbers["number"] == built.city.planted["area-differs"][0]
    least, most = (
        float(str(found["balance-roomier"].numbers[name])) for name in ("least_m2", "most_m2")
    )
    assert least <= float(str(found["balance-cut"].numbers["before_m2"])) <= most
    assert scheme.solver.window == (round(100 * least), round(100 * most))


def test_patches_lie_apart(built: Built) -> None:
    """Scattered patches touch neither each other nor the town."""
    shapes = [patch.shape for patch in built.city.ground.patches]
    shapes.append(built.city.ground.town.body)
    tree = shapely.STRtree(shapes)
    one, other = tree.query(np.array(shapes, dtype=object), predicate="dwithin", distance=100.0)
    assert (one == other).all()


def test_every_proof_holds(scheme: Scheme) -> None:
    assert scheme.broken == ()
