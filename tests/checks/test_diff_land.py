"""Land that two schemes change differently: against parcels by label, and against plain shapely."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from planloop.checks.diffs.land import LAND_COLUMNS, land_changes
from planloop.errors import InputError
from planloop.geometry.area import area_dm2
from tests.checks.toy_city import EPSG, ZONE_OF, City, Claim, Swap, claim, moves
from tests.examples import examples

FREE = sorted(place for place, code in ZONE_OF.items() if code == "520")
HELD = sorted(place for place, code in ZONE_OF.items() if code.startswith("4"))
CELLS = st.sets(st.sampled_from(FREE), max_size=6), st.sets(st.sampled_from(HELD), max_size=6)
NOTHING = np.zeros(0, dtype=np.int64)


def swapped(toy: City, into: set[tuple[int, int]], out: set[tuple[int, int]], part: str) -> Claim:
    """Return a claim in which some parcels go in, as a part of the boundary, and others out."""
    faces = toy.faces(*sorted(into)) if into else NOTHING
    left = toy.faces(*sorted(out)) if out else NOTHING
    swap: Swap = moves(faces, part, part) + moves(left, None, "520")
    return claim(toy, swap)


def after(made: Claim, layer: str, toy: City) -> list[str | None]:
    """Return the code of each face of the toy city after the change, by point in polygon."""
    frame = made.after.layer(layer).frame
    tree = shapely.STRtree(frame.geometry.array)
    middle = shapely.point_on_surface(toy.fabric.faces)
    codes: list[str | None] = [None] * len(middle)
    for face, feature in tree.query(middle, predicate="within").T:
        codes[face] = str(frame["GHFQDM"].iloc[feature])
    return codes


@given(a=st.tuples(*CELLS), b=st.tuples(*CELLS), part=st.sampled_from(["410", "430"]))
@hypothesis.settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_against_parcels_by_label(
    toy: City,
    a: tuple[set[tuple[int, int]], set[tuple[int, int]]],
    b: tuple[set[tuple[int, int]], set[tuple[int, int]]],
    part: str,
) -> None:
    """Every face whose code after differs is land that differs, with its whole area; no other."""
    one, two = swapped(toy, *a, "410"), swapped(toy, *b, part)
    found = land_changes(one.changes.pieces, two.changes.pieces, EPSG)
    for layer in ("CZKFBJ", "GHFQ"):
        codes = after(one, layer, toy), after(two, layer, toy)
        wanted: Counter[tuple[str | None, str | None]] = Counter()
        faces: dict[tuple[str | None, str | None], list[shapely.Geometry]] = {}
        for face, key in enumerate(zip(*codes, strict=True)):
            if key[0] != key[1]:
                wanted[key] += int(toy.fabric.area[face])
                faces.setdefault(key, []).append(toy.fabric.faces[face])
        told: Counter[tuple[str | None, str | None]] = Counter()
        shapes: dict[tuple[str | None, str | None], list[shapely.Geometry]] = {}
        for row in found[found["layer"] == layer].to_dict("records"):
            one_code, two_code = (
                row[name] if isinstance(row[name], str) else None for name in ("code_a", "code_b")
            )
            key = one_code, two_code
            told[key] += row["area_dm2"]
            shapes.setdefault(key, []).append(row["geometry"])
        assert set(told) == set(wanted)
        for key, size in wanted.items():
            # Parts of pieces are measured; whole pieces are what their parcels add up to.
            assert abs(told[key] - size) <= len(faces[key])
            left = shapely.union_all(shapes[key]), shapely.union_all(faces[key])
            assert shapely.symmetric_difference(*left).area == 0.0
    for layer in ("CZKFBJ", "GHFQ"):
        rows = found[found["layer"] == layer]
        only = [int(rows["area_dm2"][rows["changed"] == side].sum()) for side in ("a", "b")]
        whole = [int(made.changes.of(layer)["area_dm2"].sum()) for made in (one, two)]
        assert only[0] - only[1] == whole[0] - whole[1]


def pieces(*rows: tuple[str, str, str | None, str | None, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Return pieces: layer, kind, code before, code after, shape in units of 100 m."""
    base = np.array([383_000.0, 5_003_000.0])
    shapes = [shapely.transform(row[4], lambda xy: xy * 100.0 + base) for row in rows]
    names = ("layer", "kind", "code_before", "code_after")
    columns = {
        name: pd.Series([row[place] for row in rows], dtype="str")
        for place, name in enumerate(names)
    }
    table = gpd.GeoDataFrame(columns, geometry=shapes, crs=f"EPSG:{EPSG}")
    table["area_dm2"] = area_dm2(np.array(shapes, dtype=object), epsg=EPSG)
    return table.set_index(pd.Index([f"p{n}" for n in range(len(rows))], name="piece"))


BOX = shapely.box
IN, OUT = ("CZKFBJ", "1", None, "410"), ("CZKFBJ", "3", "410", None)


def told(found: gpd.GeoDataFrame) -> list[tuple[object, ...]]:
    rows = found[[*LAND_COLUMNS]].to_dict("records")
    return [
        tuple(value if isinstance(value, str) else None for value in row.values())[:-1]
        for row in rows
    ]


def test_the_same_in_other_pieces_is_no_difference() -> None:
    one = pieces((*IN, BOX(0, 0, 2, 1)), (*OUT, BOX(5, 0, 6, 1)))
    two = pieces((*OUT, BOX(5, 0, 6, 1)), (*IN, BOX(1, 0, 2, 1)), (*IN, BOX(0, 0, 1, 1)))
    assert land_changes(one, two, EPSG).empty


def test_each_way_in_which_land_can_differ() -> None:
    """1 × 2 only in A, 1 × 1 only in B, 1 × 1 in both but as another part; patches are apart."""
    one = pieces((*IN, BOX(0, 0, 3, 1)), (*IN, BOX(8, 0, 9, 1)), (*OUT, BOX(5, 0, 6, 1)))
    two = pieces(("CZKFBJ", "1", None, "430", BOX(2, 0, 3, 1)), (*OUT, BOX(5, 0, 7, 1)))
    found = land_changes(one, two, EPSG)
    assert told(found) == [
        ("CZKFBJ", "a", "1", None, "410", None),
        ("CZKFBJ", "a", "1", None, "410", None),
        ("CZKFBJ", "b", "3", "410", "410", None),
        ("CZKFBJ", "both", "1", None, "410", "430"),
    ]
    assert [round(shape.area) for shape in found.geometry] == [20_000, 10_000, 10_000, 10_000]
    assert found["area_dm2"].tolist() == pytest.approx(
        [2_000_000, 1_000_000, 1_000_000, 1_000_000], rel=1e-3
    )


def test_pieces_on_each_other_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        land_changes(pieces((*IN, BOX(0, 0, 2, 1)), (*IN, BOX(1, 0, 3, 1))), pieces(), EPSG)
    assert caught.value.key == "diff.overlap"


def test_pieces_that_are_no_polygons_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        land_changes(pieces((*IN, shapely.Point(0, 0))), pieces(), EPSG)
    assert caught.value.key == "read.wrong-geometry"


def test_nothing_beside_nothing() -> None:
    found = land_changes(pieces(), pieces(), EPSG)
    assert found.empty
    assert list(found.columns) == [*LAND_COLUMNS, "geometry"]
