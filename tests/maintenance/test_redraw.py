"""What becomes of features when faces change hands: the rules of ``lineage.toml``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from planloop import standard
from planloop.maintenance.redraw import Redrawn, Relabelling, redraw
from planloop.plan.layer import Layer, canonical
from planloop.plan.region import Region
from tests.checks.toy_city import EPSG, serial
from tests.maintenance.board import board, box, faces_in, size, square

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planloop.maintenance.situation import Situation

NAMES = {code: zone.name_zh for code, zone in standard.load().zones.items()}
REGION = Region("652702", "棋盘市", EPSG)
STRIP = "520 520 520 520 410"
NINE = "520 520 520 410\n520 520 520 410\n520 520 520 410"


def change(
    place: Situation,
    layer: Layer,
    moves: Sequence[tuple[shapely.Polygon, str | None, str]],
) -> tuple[Redrawn, Layer]:
    """Relabel the faces in shapes to a code, for a group; return the layer after, too."""
    faces, code, group = [], [], []
    for shape, to, why in moves:
        inside = faces_in(place, shape)
        faces += inside.tolist()
        code += [to] * len(inside)
        group += [why] * len(inside)
    order = np.argsort(faces)
    drawn = redraw(
        place.fabric,
        REGION,
        Relabelling(
            layer=layer,
            faces=np.array(faces, dtype=np.int64)[order],
            code=np.array(code, dtype=object)[order],
            group=np.array(group, dtype=object)[order],
            code_field="GHFQDM",
            name_field="GHFQMC",
            names=NAMES,
        ),
    )
    return drawn, drawn.delta.apply(layer)


def rich(layer: Layer) -> Layer:
    """Return a layer with more fields: a text, a number and a missing one on each feature."""
    frame = layer.frame
    count = np.arange(1, len(frame) + 1)
    extra = {
        "BZ": [f"备注{n}" for n in count],
        "XZQDM": "652702",
        "XZQMC": "旧名",
        "YSDM": "2090020100",
        "RATE": count / 8.0,
        "EMPTY": pd.Series([None] * len(frame), index=frame.index, dtype="str"),
    }
    return Layer(layer.code, canonical(frame.assign(**extra)))


def by_place(layer: Layer, *shapes: shapely.Polygon) -> list[pd.Series]:
    """Return the record of the feature that is exactly each shape."""
    rows = []
    for shape in shapes:
        same = shapely.equals(layer.geometry, shape)
        assert same.sum() == 1, shape
        rows.append(layer.frame.iloc[int(np.argmax(same))])
    return rows


def test_the_largest_part_keeps_its_identifier_and_parts_inherit() -> None:
    place = board(STRIP)
    layer = rich(place.plan.layer("GHFQ"))
    (source,) = by_place(layer, box(0, 0, 4, 1))
    drawn, after = change(place, layer, [(square(1, 0), "410", "")])
    east, west, middle = by_place(after, box(2, 0, 4, 1), square(0, 0), square(1, 0))
    assert east.name == source.name, "two squares of the three that are left"
    highest = int(layer.ids[-1][-8:])
    # New ones in descending order of area; of two of the same size the western comes first.
    first, second = (west, middle) if size(square(0, 0)) >= size(square(1, 0)) else (middle, west)
    assert [first.name, second.name] == [serial(highest + 1), serial(highest + 2)]
    for record, shape in ((east, box(2, 0, 4, 1)), (west, square(0, 0))):
        assert record["MJ"] == size(record.geometry) / 100
        assert record["MJ"] == pytest.approx(size(shape) / 100, abs=0.011), "noded edges"
        assert record["BSM"] == record.name
        for field in ("GHFQDM", "GHFQMC", "BZ", "XZQDM", "XZQMC", "YSDM", "RATE"):
            assert record[field] == source[field], field
        assert pd.isna(record["EMPTY"])
    assert (drawn.after_id == middle.name).all()


def test_land_that_enters_gets_the_fields_of_the_layer() -> None:
    place = board(STRIP)
    layer = rich(place.plan.layer("GHFQ"))
    _, after = change(place, layer, [(square(1, 0), "410", "")])
    (middle,) = by_place(after, square(1, 0))
    assert middle["GHFQDM"] == "410"
    assert middle["GHFQMC"] == "城镇集中建设区"
    assert (middle["XZQDM"], middle["XZQMC"]) == ("652702", "棋盘市")
    assert middle["YSDM"] == "2090020610", "the standard's code of planning zones"
    assert pd.isna(middle["BZ"])
    assert pd.isna(middle["RATE"])
    assert middle["MJ"] == size(square(1, 0)) / 100


def test_transferred_land_is_never_merged() -> None:
    """Land for two projects side by side, beside land of the same code: three features."""
    place = board("410 520 520 520 410")
    layer = place.plan.layer("GHFQ")
    moves = [(square(1, 0), "410", "project A"), (box(2, 0, 4, 1), "410", "project B")]
    drawn, after = change(place, layer, moves)
    by_place(after, square(0, 0), square(1, 0), box(2, 0, 4, 1), square(4, 0))
    assert len(after) == 4
    assert len(set(drawn.after_id)) == 2


def test_every_feature_is_a_single_part() -> None:
    """Land of one group that hangs together by a corner only is two features."""
    place = board(NINE)
    layer = place.plan.layer("GHFQ")
    corner = [(square(0, 0), "510", "a"), (square(1, 1), "510", "a"), (square(2, 2), "510", "a")]
    _, after = change(place, layer, corner)
    by_place(after, square(0, 0), square(1, 1), square(2, 2))
    assert set(shapely.get_type_id(after.geometry)) == {3}
    assert shapely.coverage_is_valid(after.geometry)
    assert len(after) == 6, "three, the town, and the rest in two: north-west and south-east"


def test_a_hole_is_left() -> None:
    place = board(NINE)
    _, after = change(place, place.plan.layer("GHFQ"), [(square(1, 1), "510", "")])
    ring, middle = by_place(after, box(0, 0, 3, 3).difference(square(1, 1)), square(1, 1))
    (old,) = by_place(place.plan.layer("GHFQ"), box(0, 0, 3, 3))
    assert ring.name == old.name
    assert middle.name == serial(3)


def test_a_feature_that_goes_altogether() -> None:
    place = board("410 520 410")
    layer = place.plan.layer("CZKFBJ")
    drawn, after = change(place, layer, [(square(2, 0), None, "")])
    assert len(after) == 1
    assert shapely.equals(after.geometry[0], square(0, 0))
    assert list(drawn.after_id) == [None]
    assert len(drawn.delta.new) == 0


def test_identifiers_after_the_maximum_whatever_there_is() -> None:
    """Identifiers without a serial count for nothing; a serial is the last eight digits."""
    place = board(STRIP)
    layer = place.plan.layer("GHFQ")
    for ids, expected in (
        (["a", "b"], serial(1)),
        (["6527020000" + "00000417", "x"], serial(418)),
        (["12", "7"], serial(13)),
    ):
        frame = layer.frame.set_axis(pd.Index(ids, name="fid"), axis=0).assign(BSM=ids)
        renamed = Layer("GHFQ", canonical(frame))
        again = dict(zip(ids, layer.ids, strict=True))
        numbers = [list(layer.ids).index(again[fid]) for fid in renamed.ids]
        labels = place.fabric.labels["GHFQ"]
        of_face = np.array([numbers.index(n) for n in range(len(numbers))])[labels.of_face]
        moved = replace(labels, ids=renamed.ids, of_face=of_face.astype(np.int32))
        fabric = replace(place.fabric, labels={**place.fabric.labels, "GHFQ": moved})
        drawn, _ = change(replace(place, fabric=fabric), renamed, [(square(0, 0), "510", "")])
        assert set(drawn.after_id) == {expected}


def test_only_touched_features_stand_in_the_delta() -> None:
    place = board(STRIP)
    layer = place.plan.layer("GHFQ")
    drawn, after = change(place, layer, [(square(0, 0), "510", "")])
    assert list(drawn.delta.old.index) == [layer.ids[list(layer.values("GHFQDM")).index("520")]]
    kept = layer.ids[list(layer.values("GHFQDM")).index("410")]
    pd.testing.assert_frame_equal(layer.frame.loc[[kept]], after.frame.loc[[kept]])


def test_the_result_is_in_canonical_form() -> None:
    place = board(NINE)
    layer = rich(place.plan.layer("GHFQ"))
    _, after = change(place, layer, [(box(0, 0, 2, 2), "510", "a"), (square(2, 2), "540", "b")])
    again = canonical(after.frame)
    assert shapely.to_wkb(again.geometry.array).tolist() == shapely.to_wkb(after.geometry).tolist()
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(after.frame))
    pd.testing.assert_series_equal(again.dtypes, layer.frame.dtypes)
    assert isinstance(after.frame, gpd.GeoDataFrame)
    assert after.frame.crs == layer.frame.crs


@pytest.mark.parametrize("seed", range(10))
def test_against_plain_overlay(seed: int) -> None:
    """The union of every code after is what shapely's overlay of squares says."""
    random = np.random.default_rng(seed)
    text = "\n".join(" ".join(random.choice(["520", "510", "410"], 5)) for _ in range(5))
    place = board(text)
    layer = place.plan.layer("GHFQ")
    cells = [(int(c), int(r)) for c, r in random.integers(0, 5, (8, 2))]
    moves = {cell: str(random.choice(["510", "540", "410"])) for cell in cells}
    _, after = change(
        place,
        layer,
        [(square(*cell), code, str(n % 2)) for n, (cell, code) in enumerate(moves.items())],
    )
    moved = shapely.union_all([square(*cell) for cell in moves])
    for code in ("520", "510", "410", "540"):
        old = shapely.union_all(layer.geometry[layer.values("GHFQDM") == code])
        new = [square(*cell) for cell, to in moves.items() if to == code]
        expected = shapely.union_all([shapely.difference(old, moved), *new])
        found = shapely.union_all(after.geometry[after.values("GHFQDM") == code])
        assert shapely.symmetric_difference(expected, found).area < 1e-3
    assert shapely.coverage_is_valid(after.geometry)
    assert len(set(after.ids)) == len(after)
