"""Maintaining a Fabric: relabelling conserves everything, and is undone without a trace."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planloop.geometry.fabric import Fabric, Labels, dissolve
from tests.examples import examples
from tests.geometry.random_layers import EPSG, merged, stars, voronoi

IDS = ["z0", "z1", "z2", "new", None]


@cache
def county(seed: int) -> Fabric:
    """Return some 40 faces of parcels, of zones that follow and cross them, and of sites."""
    parcels, sites = voronoi(seed, 12), stars(seed, 2)
    zones = voronoi(seed + 1, 3) if seed % 2 else merged(parcels, 3, seed)
    names = [
        [f"{prefix}{k}" for k in range(len(shapes))]
        for prefix, shapes in (("p", parcels), ("z", zones), ("s", sites))
    ]
    return Fabric.build(
        {"parcels": (names[0], parcels), "zones": (names[1], zones)},
        {"sites": (names[2], sites)},
        epsg=EPSG,
        host="parcels",
    )


def same(one: Labels, other: Labels) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(Labels)
    )


@st.composite
def relabelling(draw: st.DrawFn) -> tuple[Fabric, list[tuple[np.ndarray, np.ndarray]]]:
    """Draw a Fabric and one to three relabellings of some of its faces."""
    fabric = county(draw(st.integers(0, 11)))
    steps = []
    for _ in range(draw(st.integers(1, 3))):
        random = np.random.default_rng(draw(st.integers(0, 2**31)))
        faces = np.flatnonzero(random.random(len(fabric)) < random.random())
        features = np.array(
            [IDS[k] for k in random.integers(0, len(IDS), len(faces))], dtype=object
        )
        steps.append((faces, features))
    return fabric, steps


@settings(max_examples=examples(1000))
@given(case=relabelling())
def test_any_relabelling_keeps_coverage_and_area_and_can_be_undone(
    case: tuple[Fabric, list[tuple[np.ndarray, np.ndarray]]],
) -> None:
    fabric, steps = case
    edited = fabric
    expected = fabric.label("zones").copy()
    trail = []
    for faces, features in steps:
        trail.append((faces, edited.label("zones")[faces]))
        edited = edited.relabel("zones", faces, features)
        expected[faces] = features
    assert edited.label("zones").tolist() == expected.tolist()

    # Nothing else has changed: not the faces, not their areas, no other layer.
    assert edited.faces is fabric.faces
    assert edited.area is fabric.area
    assert edited.labels["parcels"] is fabric.labels["parcels"]
    assert edited.relations is fabric.relations

    # The layer that comes out is a valid coverage of the very same ground, to the last 0.01 m².
    labels = edited.labels["zones"]
    group = labels.of_face.astype(np.int64)
    zones = dissolve(edited.faces, group)
    shapes = np.array([*zones.values(), *fabric.faces[group < 0]], dtype=object)
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()
    held = [int(edited.area[labels.faces(index)].sum()) for index in zones]
    assert sum(held) + int(edited.area[group < 0].sum()) == int(fabric.area.sum())
    for index, shape in zones.items():
        members = fabric.faces[labels.faces(index)]
        np.testing.assert_allclose(shape.area, shapely.area(members).sum(), atol=1e-7)

    # Back, last first.
    for faces, features in reversed(trail):
        edited = edited.relabel("zones", faces, features)
    assert edited.label("zones").tolist() == fabric.label("zones").tolist()
    before, after = fabric.labels["zones"], edited.labels["zones"]
    assert np.array_equal(after.of_face, before.of_face)
    assert after.ids[: len(before.ids)].tolist() == before.ids.tolist()


def test_relabelling_nothing_changes_nothing() -> None:
    fabric = county(0)
    none = fabric.relabel("zones", np.array([], dtype=np.int64), np.array([], dtype=object))
    assert same(none.labels["zones"], fabric.labels["zones"])


def test_a_new_feature_comes_after_those_there_are() -> None:
    fabric = county(0)
    edited = fabric.relabel("zones", np.array([0, 1]), np.array(["b", "a"], dtype=object))
    assert edited.labels["zones"].ids.tolist() == [*fabric.labels["zones"].ids, "b", "a"]
    assert edited.label("zones")[:2].tolist() == ["b", "a"]


@settings(max_examples=examples(100))
@given(seed=st.integers(0, 11), choice=st.integers(0, 2**31))
def test_patches_are_the_connected_parts(seed: int, choice: int) -> None:
    """The parts that GEOS's union of the chosen faces falls into, once points are cut."""
    fabric = county(seed)
    random = np.random.default_rng(choice)
    chosen = random.random(len(fabric)) < random.random()
    patches = fabric.patches(chosen)
    assert sorted(np.concatenate([[], *patches]).tolist()) == np.flatnonzero(chosen).tolist()
    assert [patch[0] for patch in patches] == sorted(patch.min() for patch in patches)
    union = shapely.union_all(fabric.faces[chosen])
    parts = shapely.get_parts(union)
    parts = parts[shapely.area(parts) > 0.0]
    assert len(patches) == len(parts)
    for patch in patches:
        whole = shapely.union_all(fabric.faces[patch])
        assert any(shapely.equals(whole, part) for part in parts)
