"""A digest is of content: nothing that is not content changes it, and every bit that is does."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import hypothesis
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planloop.plan.digest import combine, digest_data, digest_layer, digest_table
from planloop.plan.layer import Layer, canonical
from tests.examples import examples
from tests.plan.frames import EPSG, IDS, layer, records

if TYPE_CHECKING:
    from collections.abc import Callable


def turned(ring: shapely.LinearRing, start: int, *, back: bool) -> shapely.LinearRing:
    """Return a ring that starts elsewhere, and runs back."""
    points = np.roll(shapely.get_coordinates(ring)[:-1], start, axis=0)
    points = points[::-1] if back else points
    return shapely.LinearRing(np.vstack([points, points[:1]]))


@given(data=st.data(), ids=IDS)
@hypothesis.settings(max_examples=examples(80))
def test_order_and_drawing_do_not_count(data: st.DataObject, ids: list[str]) -> None:
    """Rows, columns, starts and directions of rings may be any."""
    frame = data.draw(records(ids))
    rows = data.draw(st.permutations(list(frame.index)))
    columns = data.draw(st.permutations(["BZ", "N", "MJ"]))
    start, back = data.draw(st.integers(0, 3)), data.draw(st.booleans())
    other = frame.loc[rows, [*columns, "geometry"]]
    shapes = [
        shapely.Polygon(
            turned(shape.exterior, start, back=back),
            [turned(ring, start, back=not back) for ring in shape.interiors],
        )
        for shape in other.geometry
    ]
    other = other.set_geometry(np.array(shapes, dtype=object), crs=frame.crs)
    assert digest_layer(layer(other)) == digest_layer(layer(frame))
    assert digest_layer(layer(canonical(other))) == digest_layer(layer(frame))
    table = pd.DataFrame(frame.drop(columns="geometry")).reset_index()
    shuffled = table.sample(frac=1.0, random_state=start)[[*columns, "fid"]]
    assert digest_table(shuffled) == digest_table(table)


def example() -> gpd.GeoDataFrame:
    shapes = [shapely.box(400_000 + 10 * n, 5_000_000, 400_009 + 10 * n, 5_000_009) for n in (0, 1)]
    table = gpd.GeoDataFrame(
        {"BZ": ["甲", "乙"], "N": [1, 2], "MJ": [81.0, 81.5]}, geometry=shapes, crs=f"EPSG:{EPSG}"
    )
    return canonical(table.set_index(pd.Index(["a", "b"], name="fid")))


def stepped(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    def move(points: np.ndarray) -> np.ndarray:
        moved = points.copy()
        moved[2, 0] = np.rint(moved[2, 0] * 1e4 + 1) / 1e4
        return moved

    shapes = np.array(frame.geometry.array, dtype=object)
    shapes[1] = shapely.transform(shapes[1], move)
    return frame.set_geometry(shapes, crs=frame.crs)


def put(field: str, value: object) -> Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]:
    def change(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        frame = frame.copy()
        frame[field] = frame[field].where(frame.index != "b", value)
        return frame

    return change


CHANGES: dict[str, Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]] = {
    "one grid step": stepped,
    "one character": put("BZ", "己"),
    "a space": put("BZ", "乙 "),
    "text lost": put("BZ", None),
    "text empty": put("BZ", ""),
    "one": put("N", 3),
    "last bit": put("MJ", float(np.nextafter(81.5, 82))),
    "number lost": put("MJ", np.nan),
    "whole as float": lambda frame: frame.assign(N=frame["N"].astype("float64")),
    "whole as text": lambda frame: frame.assign(N=frame["N"].astype("str")),
    "column named otherwise": lambda frame: frame.rename(columns={"BZ": "BX"}),
    "columns exchanged": lambda frame: frame.assign(N=[2, 1]),
    "column more": lambda frame: frame.assign(NEW=1.0),
    "column less": lambda frame: frame.drop(columns="MJ"),
    "identifier": lambda frame: frame.rename(index={"b": "c"}),
    "identifiers exchanged": lambda frame: frame.rename(index={"a": "b", "b": "a"}),
    "feature more": lambda frame: pd.concat([frame, frame.rename(index={"b": "c"}).loc[["c"]]]),
    "feature less": lambda frame: frame.iloc[:1],
    "other zone": lambda frame: frame.set_crs("EPSG:4538", allow_override=True),
    "collinear vertex": lambda frame: frame.set_geometry(
        shapely.segmentize(np.array(frame.geometry.array), 5.0), crs=frame.crs
    ),
}


def test_every_change_of_content_counts() -> None:
    digests = {name: digest_layer(layer(change(example()))) for name, change in CHANGES.items()}
    digests["nothing"] = digest_layer(layer(example()))
    digests["code"] = digest_layer(Layer("YDYHGHFQ", example()))
    assert len(set(digests.values())) == len(digests)
    assert all(len(digest) == 64 for digest in digests.values())


def test_tables_likewise() -> None:
    def table(frame: gpd.GeoDataFrame) -> pd.DataFrame:
        return pd.DataFrame(frame.drop(columns="geometry")).reset_index()

    unseen = {"one grid step", "other zone", "collinear vertex"}
    chosen = {name: change for name, change in CHANGES.items() if name not in unseen}
    digests = {name: digest_table(table(change(example()))) for name, change in chosen.items()}
    digests["nothing"] = digest_table(table(example()))
    # Rows of a table have no identifiers of their own: exchanged, they are exchanged values.
    assert len(set(digests.values())) == len(digests)


def test_both_zeros_and_every_nan_count_as_one() -> None:
    def of(value: float) -> str:
        return digest_table(pd.DataFrame({"x": [value]}))

    other_nan = float(np.array([0x7FF8000000000001], dtype="<u8").view("<f8")[0])
    assert of(0.0) == of(-0.0)
    assert of(float("nan")) == of(other_nan)
    assert of(0.0) != of(5e-324)


def test_content_cannot_play_a_column() -> None:
    """What stands in a cell cannot make a table look like one of other cells or columns."""
    tables = [
        pd.DataFrame({"a": ["x"], "b": ["y"]}),
        pd.DataFrame({"a": ["xb|s\nsy"]}),
        pd.DataFrame({"a": ["x", "y"]}),
        pd.DataFrame({"a": ["x\x1fsy"]}),
        pd.DataFrame({"a": ["x\x1f"], "b": ["y"]}),
        pd.DataFrame({"a": ["x"], "b": ["\x1fy"]}),
        pd.DataFrame({"a": pd.Series([], dtype="str")}),
        pd.DataFrame({"a": [None]}, dtype="str"),
        pd.DataFrame({"a": ["n"]}),
        pd.DataFrame({"a": [""]}),
        pd.DataFrame(),
    ]
    assert len({digest_table(table) for table in tables}) == len(tables)


def test_rows_may_be_the_same() -> None:
    one = pd.DataFrame({"a": ["x", "x", "y"]})
    assert digest_table(one) == digest_table(one[::-1])
    assert digest_table(one) != digest_table(one[1:])


def test_plain_data() -> None:
    """The order of keys does not count; the digest is that of compact, sorted JSON in UTF-8."""
    told = {"b": [1, None, "乙"], "a": {"y": 1.5, "x": True}}
    text = '{"a":{"x":true,"y":1.5},"b":[1,null,"乙"]}'
    assert digest_data(told) == hashlib.sha256(text.encode()).hexdigest()
    assert combine({"b": "2", "a": "1"}) == combine({"a": "1", "b": "2"})
    assert combine({"a": "1"}) != combine({"a": "2"})


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_same_in_another_process(seed: str) -> None:
    """Python's own hashes differ from process to process; digests do not."""
    code = "from tests.plan.test_digest import *; print(digest_layer(layer(example())))"
    result = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == digest_layer(layer(example()))


def test_a_layer_without_coordinate_system_and_without_features() -> None:
    empty: Any = example().iloc[:0]
    assert digest_layer(layer(empty)) != digest_layer(layer(empty.drop(columns="BZ")))
    free = example().set_crs(None, allow_override=True)
    assert digest_layer(layer(free)) != digest_layer(layer(example()))
