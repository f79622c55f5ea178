"""What there is to fuzz, each a function of bytes that raises when a promise is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from fuzz.decode import PITCHES, Source, anything, layers, rings
from tests.geometry import invariants

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


SHORT = PITCHES[:8]
"""Pitches up to 100 m: official areas divide every edge of 70 m, and plain loops are slow."""


def pairs(data: bytes) -> None:
    """Tabulate and overlay two valid layers."""
    a, b, covered = layers(Source(data))
    invariants.pairs_agree(a, b)
    if covered:
        invariants.pairs_close(a, b)


def official(data: bytes) -> None:
    """Tabulate two valid layers on the ellipsoid."""
    a, b, _ = layers(Source(data), SHORT)
    invariants.official_pairs_agree(a, b)


def free_pairs(data: bytes) -> None:
    """Tabulate and overlay polygons of any rings: the valid ones right, the others refused."""
    source = Source(data)
    pitch = (1, 4, 100, 1_000_000)[source.below(4)]
    one, other = rings(source, pitch), rings(source, pitch)
    invariants.refused_or_right(one)
    invariants.pairs_agree(one[shapely.is_valid(one)], other[shapely.is_valid(other)])


def topology(data: bytes) -> None:
    """Look for defects in coverages, which have none, and in any rings."""
    source = Source(data)
    if source.below(2):
        a, b, _ = layers(source)
        invariants.coverage_is_clean(a)
        invariants.topology_tells(np.concatenate([a, b]))
    else:
        invariants.topology_tells(anything(source))


def repair(data: bytes) -> None:
    """Repair layers that lie on each other, and any rings."""
    source = Source(data)
    if source.below(2):
        a, b, _ = layers(source)
        invariants.repair_keeps_its_word(np.concatenate([a, b]))
    else:
        invariants.repair_keeps_its_word(anything(source))


def noding(data: bytes) -> None:
    """Node any rings, and layers that nearly coincide."""
    source = Source(data)
    if source.below(2):
        a, b, _ = layers(source)
        invariants.noding_is_a_fixed_point(np.concatenate([a, b]))
    else:
        invariants.noding_is_a_fixed_point(rings(source, (1, 3, 64, 100_000)[source.below(4)]))


def fabric(data: bytes) -> None:
    """Build a Fabric of two layers, and again of what comes out of it."""
    a, b, _ = layers(Source(data), SHORT)
    invariants.fabric_gives_back(a, b)


def area(data: bytes) -> None:
    """Measure polygons of layers and of any valid rings."""
    source = Source(data)
    a, b, _ = layers(source, SHORT)
    free = rings(source, 100)
    invariants.area_is_direction_free(np.concatenate([a, b, free[shapely.is_valid(free)]]))


def intake(data: bytes) -> None:
    """Hand over what a file may hold: every function works or says by a clear error why not."""
    polygons = anything(Source(data))
    invariants.refused_or_right(polygons)
    invariants.topology_tells(polygons)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    function.__name__: function
    for function in (pairs, official, free_pairs, topology, repair, noding, fabric, area, intake)
}
"""All targets by name."""
