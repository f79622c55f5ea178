"""Layers that disagree by centimetres: left alone, unless the settings say who follows whom."""

from __future__ import annotations

import hypothesis
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planloop.errors import InputError, SettingsError
from planloop.messages import LANGUAGES
from planloop.plan.alignment import aligned
from planloop.plan.intake import intake
from planloop.plan.settings import AlignSection, SchemeSettings, parse_settings
from tests.examples import examples
from tests.plan.county import SOUTH, WEST, Bureau, box, layer, quiet

ALIGN = {"layer": "GHFQ", "to": "CZKFBJ", "tolerance_m": 0.05}


def shifted(bureau: Bureau, by: float) -> None:
    """Draw the line between town and field some metres off the boundary's."""
    line = WEST + 1000.0 + by
    town = shapely.box(WEST, SOUTH, line, SOUTH + 2000)
    field = shapely.box(line, SOUTH, WEST + 3000, SOUTH + 2000)
    shapes = [town, field, box(30, 0, 40, 20)]
    bureau.layers["GHFQ"] = layer("GHFQ", shapes, GHFQDM=["410", "520", "100"])


def with_align(bureau: Bureau, **changes: object) -> SchemeSettings:
    wish = AlignSection.model_validate(ALIGN | changes)
    return bureau.write().model_copy(update={"align": (wish,)})


def test_nothing_is_aligned_by_itself(bureau: Bureau) -> None:
    shifted(bureau, 0.03)
    found = intake(bureau.write(), quiet)
    assert shapely.area(found.plan.layer("GHFQ").geometry[0]) == pytest.approx(2e6 + 60, abs=1e-6)
    assert not [item for item in found.findings if item.code == "aligned"]
    assert len(found.fabric) == 9 + 2, "two slivers, one in each parcel of the field"


def test_a_zone_follows_the_boundary(bureau: Bureau) -> None:
    """3 cm over 2 km: the town loses 60 m², the field gains them, the redline does not move."""
    shifted(bureau, 0.03)
    found = intake(with_align(bureau), quiet)
    zones = found.plan.layer("GHFQ")
    assert shapely.equals(zones.geometry[0], found.plan.layer("CZKFBJ").geometry[0])
    assert shapely.equals(zones.geometry[1], box(10, 0, 30, 20))
    assert len(found.fabric) == 9
    (ledger,) = [item for item in found.findings if item.code == "aligned"]
    assert (ledger.layer, ledger.features) == ("GHFQ", ("GHFQ1", "GHFQ2"))
    told = ledger.numbers
    assert (told["to"], told["tolerance"], told["count"], told["largest"]) == (
        "CZKFBJ",
        0.05,
        2,
        0.03,
    )
    # On the ellipsoid a little less than the 60 m² of the plane.
    assert told["lost"] == pytest.approx(60.0, abs=0.1)
    assert told["gained"] == pytest.approx(60.0, abs=0.1)
    for lang in LANGUAGES:
        assert "CZKFBJ" in ledger.text(lang)
    (item,) = [item for item in found.certificate.layers if item.code == "GHFQ"]
    assert (item.identical, item.noded, item.moved) == (0, 1, 2)
    assert item.largest_shift == pytest.approx(0.03, abs=1e-6)
    assert item.area_change == pytest.approx(120.0, abs=0.2)


def test_beyond_the_tolerance_nothing_moves(bureau: Bureau) -> None:
    shifted(bureau, 0.06)
    found = intake(with_align(bureau), quiet)
    assert shapely.area(found.plan.layer("GHFQ").geometry[0]) == pytest.approx(2e6 + 120, abs=1e-6)
    (ledger,) = [item for item in found.findings if item.code == "aligned"]
    assert ledger.numbers["count"] == 0


def test_the_inputs_are_those_that_were_read(bureau: Bureau) -> None:
    shifted(bureau, 0.03)
    plain = intake(bureau.write(), quiet).inputs
    assert intake(with_align(bureau), quiet).inputs == plain


@pytest.mark.parametrize("code", ["layer", "to"])
def test_a_layer_that_is_missing(bureau: Bureau, code: str) -> None:
    with pytest.raises(InputError) as caught:
        intake(with_align(bureau, **{code: "LSWHBHX"}), quiet)
    assert caught.value.key == "plan.missing-layer"


def test_a_feature_that_would_vanish(bureau: Bureau) -> None:
    """A site of 10 cm beside the boundary, drawn onto it from 30 cm around, is nothing any more."""
    thin = shapely.box(WEST + 1000.1, SOUTH + 100, WEST + 1000.2, SOUTH + 300)
    bureau.layers["JQZDXMM"] = layer("JQZDXMM", [box(10, 0, 12, 10), thin], XMBH=["P-1", "P-1"])
    with pytest.raises(InputError) as caught:
        intake(with_align(bureau, layer="JQZDXMM", tolerance_m=0.3), quiet)
    assert caught.value.key == "intake.align-invalid"
    assert caught.value.where["feature"] == "JQZDXMM2"


@pytest.mark.parametrize("tolerance", [0.0, -0.1, 1.5])
def test_tolerances_are_centimetres(bureau: Bureau, tolerance: float) -> None:
    data = bureau.write().model_dump(mode="json") | {"align": [ALIGN | {"tolerance_m": tolerance}]}
    with pytest.raises(SettingsError) as caught:
        parse_settings(data)
    assert "align" in caught.value.text("en")


@given(
    seed=st.integers(0, 10_000),
    steps=st.integers(1, 400),
)
@hypothesis.settings(max_examples=examples(60))
def test_a_disturbed_copy_comes_back(seed: int, steps: int) -> None:
    """A copy of which every vertex moved by up to 4 cm, and some are missing, is the original."""
    random = np.random.default_rng(seed)
    angles = np.sort(random.uniform(0, 2 * np.pi, 12))
    radius = random.uniform(40, 60, 12)
    ring = np.column_stack([radius * np.cos(angles), radius * np.sin(angles)]) + 500_000.0
    original = shapely.set_precision(shapely.Polygon(ring), 1e-4)
    hypothesis.assume(original.geom_type == "Polygon" and original.is_valid)
    hypothesis.assume(np.hypot(*np.diff(shapely.get_coordinates(original), axis=0).T).min() > 1.0)
    dense = shapely.transform(
        shapely.segmentize(original, 20.0), lambda xy: np.rint(xy * 1e4) / 1e4
    )
    noise = random.integers(-steps, steps + 1, shapely.get_coordinates(original).shape) / 1e4
    noise[-1] = noise[0]
    copy = shapely.transform(original, lambda xy: np.rint((xy + noise) * 1e4) / 1e4)
    (found,) = aligned(np.array([copy]), np.array([dense]), 0.08)
    assert shapely.equals(shapely.normalize(found), shapely.normalize(dense))
    (same,) = aligned(np.array([dense]), np.array([dense]), 0.08)
    assert shapely.equals_exact(same, dense, tolerance=0.0)


def test_neighbours_stay_neighbours() -> None:
    """Two zones along a boundary that bends 4 cm off their common line: no gap, no overlap."""
    x, y = 500_000.0, 5_000_000.0
    zones = np.array(
        [shapely.box(x, y, x + 100, y + 100), shapely.box(x + 100, y, x + 200, y + 100)]
    )
    bend = [(x, y), (x + 100, y), (x + 100.04, y + 50), (x + 100, y + 100), (x, y + 100)]
    found = aligned(zones, np.array([shapely.Polygon(bend)]), 0.05)
    assert shapely.equals(found[0], shapely.Polygon(bend))
    assert shapely.coverage_is_valid(found)
    assert shapely.area(found).sum() == pytest.approx(20_000.0)


def test_nothing_near() -> None:
    here = np.array([shapely.box(0, 0, 10, 10)])
    there = np.array([shapely.box(100, 0, 110, 10)])
    assert shapely.equals_exact(aligned(here, there, 1.0), here, tolerance=0.0).all()
    assert len(aligned(here[:0], there, 1.0)) == 0
    assert aligned(here, there[:0], 1.0) is here
