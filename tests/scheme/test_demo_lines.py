"""City lines of the demo: no net loss, facilities kept, blue lines untouched; by GEOS's overlay.

And what the change set does not touch: identical, record by record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from tests.scheme.ellipsoid import ground_area
from tests.scheme.written import LEDGER, Written, standard_rows

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

GREEN, YELLOW, BLUE, PURPLE = "ZXCQCSLVX", "ZXCQCSHX", "ZXCQCSLX", "ZXCQCSZX"
KIND = {GREEN: "LX", YELLOW: "SSLX"}
PLAN = "ZXCQGHYDYH"
HAIR = 0.01
"""m² that GEOS's overlay may leave along edges; the layers share their vertices."""


@pytest.fixture(scope="module")
def written(demo: Path) -> Written:
    return Written(demo / "scheme")


def kinds(written: Written, layer: str, when: str) -> dict[str, shapely.Geometry]:
    frame = written.layer(when, layer)
    return {str(kind): part.union_all() for kind, part in frame.groupby(KIND[layer])}


@pytest.mark.parametrize("layer", [GREEN, YELLOW])
def test_no_net_loss(written: Written, layer: str) -> None:
    """In total and by kind; and the areas that proof, page and level of the change tell of."""
    before, after = (kinds(written, layer, when) for when in ("before", "after"))
    assert set(before) == set(after)
    told, level = written.proof("C9.area"), written.proof("C3.level")
    size = {
        when: dict(zip(held, ground_area(list(held.values())), strict=True))
        for when, held in (("before", before), ("after", after))
    }
    for kind in before:
        assert size["after"][kind] >= size["before"][kind] - HAIR
        for when in ("before", "after"):
            number = told[f"{layer}:{kind}_{when}_dm2"]
            assert number / 100 == pytest.approx(size[when][kind], abs=LEDGER)
        assert told[f"{layer}:{kind}_after_dm2"] >= told[f"{layer}:{kind}_before_dm2"]
    totals = {when: sum(size[when].values()) for when in size}
    assert totals["after"] > totals["before"]
    moved = [shapely.symmetric_difference(before[kind], after[kind]) for kind in before]
    moved_m2 = ground_area([shapely.union_all(moved)])[0]
    assert moved_m2 > totals["after"] - totals["before"]
    name = f"city-lines:_{layer}"
    for key, expected in (
        (f"{name}_changed_dm2", moved_m2),
        (f"{name}_before_dm2", totals["before"]),
        (f"{name}_after_dm2", totals["after"]),
    ):
        assert level[key] / 100 == pytest.approx(expected, abs=LEDGER)


def test_facilities_are_kept(written: Written) -> None:
    """Of each kind as many as before; for each that went one that is no smaller."""
    told = written.proof("C9.facilities")
    before, after = (written.layer(when, YELLOW) for when in ("before", "after"))
    counts = [frame["SSLX"].value_counts() for frame in (before, after)]
    assert (counts[1] - counts[0]).min() >= 0
    seen = set()
    for kind, count in counts[0].items():
        old, new = (frame[frame["SSLX"] == kind] for frame in (before, after))
        gone, fresh = apart(old, new), apart(new, old)
        name = f"{YELLOW}:{kind}"
        assert (told[f"{name}_before"], told[f"{name}_gone"]) == (count, len(gone))
        assert told[f"{name}_new"] == len(fresh)
        sizes = [sorted(ground_area(frame.geometry), reverse=True) for frame in (gone, fresh)]
        assert len(fresh) >= len(gone)
        assert all(b >= a - HAIR for a, b in zip(*sizes, strict=False))
        seen |= {kind} if len(gone) else set()
    assert seen, "the case has a facility that had to go"


def apart(frame: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the features that share no land with any of another frame."""
    shared = shapely.intersection(frame.geometry.to_numpy(), other.union_all())
    return frame[shapely.area(shared) < HAIR]


def test_blue_lines_are_identical_and_purple_ones_stay_away(written: Written) -> None:
    assert same(written, BLUE).all()
    told = written.proof("C9.frozen-lines")
    assert told == {f"{BLUE}_features": len(written.layer("before", BLUE))}
    for when in ("before", "after"):
        assert PURPLE not in written.layers(when), "the demo has none"


def test_parks_reach_as_many_homes(written: Written) -> None:
    """Every planned home to every park of the green lines, straight."""
    told = written.proof("C9.coverage")
    classes = tuple(row["land_class"] for row in standard_rows("home_classes"))
    plan = written.layer("before", PLAN)
    homes = plan[plan["YDYHFLDM"].str.startswith(classes)]
    size = ground_area(homes.geometry)
    reach = {
        row["kind"]: float(row["reach_m"])
        for row in standard_rows("line_kinds")
        if row["line"] == "green" and float(row["reach_m"])
    }
    near = {}
    for when in ("before", "after"):
        parks = written.layer(when, GREEN)
        parks = parks[parks["LX"].isin(reach)]
        far = shapely.distance(homes.geometry.to_numpy()[:, None], parks.geometry.to_numpy())
        near[when] = (far <= parks["LX"].map(reach).to_numpy()).any(axis=1)
        assert told[f"{when}_dm2"] / 100 == pytest.approx(size[near[when]].sum(), abs=LEDGER)
    assert told["homes_dm2"] / 100 == pytest.approx(size.sum(), abs=LEDGER)
    lost = size[near["before"] & ~near["after"]].sum()
    assert told["lost_dm2"] / 100 == pytest.approx(lost, abs=LEDGER)
    assert size[near["after"]].sum() >= size[near["before"]].sum()


def same(written: Written, layer: str) -> pd.Series:
    """Return of each record, by identifier, whether every field and every vertex is the same."""
    before, after = (written.layer(when, layer) for when in ("before", "after"))
    ids = before.index.union(after.index)
    texts = [
        frame.drop(columns="geometry")
        .assign(shape=shapely.to_wkb(frame.geometry.to_numpy(), hex=True))
        .astype("string")
        .fillna("")
        .reindex(ids, fill_value="missing")
        for frame in (before, after)
    ]
    assert list(texts[0].columns) == list(texts[1].columns)
    return (texts[0] == texts[1]).all(axis=1)


def test_what_no_piece_touches_is_identical(written: Written) -> None:
    """Layer by layer: a record that differs lies on, or beside, a piece of the change set."""
    pieces = written.layer("decisions", "pieces")
    assert sorted(written.layers("before")) == sorted(written.layers("after"))
    identical = changed = 0
    for layer in written.layers("before"):
        before, after = (written.layer(when, layer) for when in ("before", "after"))
        own = pieces[pieces["layer"] == layer].union_all()
        away = [frame[~frame.intersects(own)].index for frame in (before, after)]
        assert away[0].equals(away[1])
        kept = same(written, layer)
        assert kept[away[0]].all(), layer
        if layer not in set(pieces["layer"]):
            assert kept.all()
        identical += int(kept.sum())
        changed += int((~kept).sum())
    told = written.proof("W.identical")
    assert (told["identical"], told["changed"]) == (identical, changed)


def test_pieces_have_the_area_that_they_tell(written: Written) -> None:
    pieces = written.layer("decisions", "pieces")
    np.testing.assert_allclose(
        pieces["area_dm2"].astype(float) / 100, ground_area(pieces.geometry), atol=LEDGER
    )
