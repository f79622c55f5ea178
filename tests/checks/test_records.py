"""Records compared as they stand, against answers by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planloop.checks.records import differing

NAN = float("nan")


def frame(**changed: object) -> gpd.GeoDataFrame:
    """Return three records, the columns `changed` in the place of their own."""
    columns = {"text": ["a", None, "c"], "size": [1.0, NAN, 3.0], "count": [1, 2, 3]}
    columns["geometry"] = [shapely.box(at, 0, at + 1, 1) for at in range(3)]
    columns |= changed
    made = gpd.GeoDataFrame(columns, index=["1", "2", "3"], crs=4523)
    return made.astype({"text": "str"})


def moved() -> list[shapely.Geometry]:
    """Return the same land, but the last outline with one vertex more."""
    last = shapely.Polygon([(2, 0), (2.5, 0), (3, 0), (3, 1), (2, 1)])
    return [shapely.box(at, 0, at + 1, 1) for at in range(2)] + [last]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (frame(), []),
        (frame(text=["a", None, ""]), ["3"]),
        (frame(text=["a", "b", "c"]), ["2"]),
        (frame(size=[1.0, NAN, np.nextafter(3.0, 4.0)]), ["3"]),
        (frame(size=[1.0, 2.0, NAN]), ["2", "3"]),
        (frame(count=[7, 2, 3]), ["1"]),
        (frame(count=[1.0, 2.0, 3.0]), []),
        (frame(geometry=moved()), ["3"]),
        (frame().rename(columns={"size": "area"}), ["1", "2", "3"]),
        (frame().set_crs(4524, allow_override=True), ["1", "2", "3"]),
        (frame().iloc[1:], ["1"]),
        (frame().set_axis(["1", "2", "4"], axis=0), ["3", "4"]),
        (frame().iloc[[2, 0, 1]], []),
        (frame(count=[9, 2, 3]).iloc[[2, 0, 1]], ["1"]),
        (None, ["1", "2", "3"]),
    ],
)
def test_every_difference_is_named(other: gpd.GeoDataFrame | None, expected: list[str]) -> None:
    assert differing(frame(), other) == expected
    if other is not None:
        assert differing(other, frame()) == expected
        assert differing(other, other) == []
