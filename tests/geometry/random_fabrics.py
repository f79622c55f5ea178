"""Seeded inputs of a Fabric: parcels, zones, a region and sites, from tame to nasty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely
from hypothesis import strategies as st

from planloop.geometry.fabric import Fabric
from tests.geometry.random_layers import EPSG, jittered, merged, rectangles, region, stars, voronoi

if TYPE_CHECKING:
    from numpy.typing import NDArray

Layer: TypeAlias = "tuple[list[str], NDArray[np.object_]]"


def named(prefix: str, polygons: NDArray[np.object_]) -> Layer:
    """Return a layer with identifiers."""
    return [f"{prefix}{number}" for number in range(len(polygons))], polygons


@dataclass(frozen=True)
class Inputs:
    """Layers to build a Fabric of."""

    partition: dict[str, Layer]
    overlapping: dict[str, Layer]

    @property
    def layers(self) -> dict[str, Layer]:
        """Return all layers by name."""
        return self.partition | self.overlapping

    def build(self) -> Fabric:
        """Return the Fabric, hosted by the parcels."""
        return Fabric.build(self.partition, self.overlapping, epsg=EPSG, host="parcels")

    def polygon(self, layer: str, fid: str) -> shapely.Geometry:
        """Return a feature's polygon."""
        ids, polygons = self.layers[layer]
        return polygons[ids.index(fid)]


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    """Draw parcels, a zone layer that crosses or follows them, a region, sites that overlap."""
    seed = draw(st.integers(0, 2**31))
    parcels = voronoi(seed, draw(st.integers(2, 12)))
    zones = (
        voronoi(seed + 1, draw(st.integers(1, 4)))
        if draw(st.booleans())
        else merged(parcels, draw(st.integers(1, 4)), seed)
    )
    if draw(st.booleans()):
        # A layer with gaps: some land lies in no zone.
        zones = zones[1:]
    kind = draw(st.sampled_from(["stars", "rectangles", "fine rectangles", "none"]))
    sites = {
        "stars": lambda: stars(seed, 3),
        "rectangles": lambda: rectangles(seed, 3),
        "fine rectangles": lambda: rectangles(seed, 3, 1e-4),
        "none": lambda: stars(seed, 0),
    }[kind]()
    return Inputs(
        {
            "parcels": named("p", parcels),
            "zones": named("z", zones),
            "region": named("r", np.array([region()], dtype=object)),
        },
        {"sites": named("s", sites)},
    )


def nearly_agreeing(seed: int) -> Inputs:
    """Return parcels with a copy of them, and of half of them, up to 0.3 mm beside."""
    parcels = voronoi(seed, 8)
    return Inputs(
        {"parcels": named("p", parcels), "zones": named("z", jittered(parcels, seed, 3e-4))},
        {"sites": named("s", jittered(parcels[:4], seed + 1, 3e-4))},
    )


def membership(fabric: Fabric, layer: str) -> NDArray[np.bool_]:
    """Return for each face and feature of a layer whether the Fabric says that it lies there."""
    if layer in fabric.relations:
        relation = fabric.relations[layer]
        inside = np.zeros((len(fabric), len(relation.ids)), dtype=bool)
        inside[relation.face, relation.feature] = True
        return inside
    labels = fabric.labels[layer]
    inside = np.zeros((len(fabric), len(labels.ids)), dtype=bool)
    held = np.flatnonzero(labels.of_face >= 0)
    inside[held, labels.of_face[held]] = True
    inside[labels.overlaps[:, 0], labels.overlaps[:, 1]] = True
    return inside


def given_back(fabric: Fabric) -> Inputs:
    """Return the layers that dissolving the Fabric yields, features without a face left out."""
    result = []
    for layers in (fabric.labels, fabric.relations):
        found = {}
        for name, layer in layers.items():
            inside = membership(fabric, name)
            there = np.flatnonzero(inside.any(axis=0))
            shapes = [shapely.coverage_union_all(fabric.faces[inside[:, k]]) for k in there]
            normal = shapely.normalize(np.array(shapes, dtype=object))
            found[name] = ([str(layer.ids[k]) for k in there], normal)
        result.append(found)
    return Inputs(*result)
