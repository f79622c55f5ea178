"""Defects planted in a clean layer: ten kinds, seeded, none touching another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planloop.geometry.defect import Defect

TOLD: dict[str, frozenset[str]] = {
    "overlap": frozenset({"overlap"}),
    "gap": frozenset({"gap"}),
    "missing": frozenset({"gap"}),
    "duplicate": frozenset({"duplicate"}),
    "crossing": frozenset({"self-crossing"}),
    # A spike shorter than it may be wide is no more than a point where the outline is retraced.
    "spike out": frozenset({"spike", "self-crossing"}),
    "spike in": frozenset({"spike", "self-crossing"}),
    "sliver": frozenset({"sliver"}),
    # Off its neighbour's line means over it or short of it.
    "vertex": frozenset({"overlap", "gap"}),
    "shifted": frozenset({"overlap", "gap"}),
}
"""The ten kinds, and as what each may be told."""

LENGTH = 2.0
"""Shortest edge at which a defect is planted, metres."""

FOLD = 1e-3
"""Narrowest bow tie, metres: where the outline hardly bends, it would be a spike."""

NEAR = 0.1
"""How far from where it was planted a defect may be told, metres."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A defect that was planted.

    Parameters
    ----------
    kind
        One of :data:`TOLD`.
    place
        Where.
    size
        How far vertices were moved, or how long a spike, how wide a sliver or a bow tie is, metres;
        of polygons that are missing or there twice their area, m².
    polygon
        Number of the polygon that is wrong; of a missing one -1.
    host
        The outline as it was before.
    """

    kind: str
    place: shapely.Geometry
    size: float
    polygon: int
    host: shapely.Geometry

    def is_told(self, defects: Sequence[Defect]) -> bool:
        """Return whether one of the defects is this one."""
        return any(
            defect.kind in TOLD[self.kind]
            and (self.polygon in defect.polygons or (self.polygon < 0 and bool(defect.polygons)))
            and shapely.dwithin(defect.place, self.place, NEAR)
            for defect in defects
        )


def plant(
    polygons: NDArray[np.object_],
    seed: int,
    each: int = 20,
    sizes: tuple[float, float] = (1e-3, 1.0),
) -> tuple[NDArray[np.object_], list[Planted]]:
    """Return a layer with defects, its polygons in another order, and what was planted.

    Parameters
    ----------
    polygons
        A clean layer, shape (n,). Only polygons with others all around are changed, at most one
        among each one's neighbours.
    seed
        Of the choice of places and sizes.
    each
        How many defects of each kind.
    sizes
        The least and the largest size, metres; its logarithm is drawn evenly. A sliver is at most
        8 mm wide.
    """
    random = np.random.default_rng(seed)
    tree = shapely.STRtree(polygons)
    layer = list(polygons)
    taken = np.zeros(len(polygons), dtype=bool)
    planted: list[Planted] = []
    wanted = [kind for kind in TOLD for _ in range(each)]
    for host in random.permutation(len(polygons)):
        if len(planted) == len(wanted):
            break
        around = tree.query(polygons[host], predicate="intersects")
        if taken[around].any() or not _is_enclosed(polygons[host], polygons[around]):
            continue
        size = float(10.0 ** random.uniform(*np.log10(sizes)))
        made = _made(polygons[host], wanted[len(planted)], size, random)
        if made is None:
            continue
        other, defect = made
        taken[around] = True
        if defect.kind in {"duplicate", "sliver"}:
            planted.append(replace(defect, polygon=len(layer)))
            layer.append(other)
        else:
            planted.append(replace(defect, polygon=int(host)))
            layer[host] = other
    if len(planted) < len(wanted):
        text = f"no room for more than {len(planted)} defects"
        raise ValueError(text)
    return _shuffled(layer, planted, random)


def _shuffled(
    layer: list[shapely.Geometry | None], planted: list[Planted], random: np.random.Generator
) -> tuple[NDArray[np.object_], list[Planted]]:
    """Return the polygons that are left in random order, and the planted renumbered."""
    order = np.array([k for k in random.permutation(len(layer)) if layer[k] is not None])
    number = np.full(len(layer), -1)
    number[order] = np.arange(len(order))
    result = np.array(layer, dtype=object)[order]
    return result, [replace(item, polygon=int(number[item.polygon])) for item in planted]


def _is_enclosed(polygon: shapely.Geometry, around: NDArray[np.object_]) -> bool:
    """Return whether a polygon without holes has neighbours all around it."""
    if polygon.geom_type != "Polygon" or len(polygon.interiors):
        return False
    return bool(shapely.contains_properly(shapely.union_all(around), polygon))


def _made(
    polygon: shapely.Polygon, kind: str, size: float, random: np.random.Generator
) -> tuple[shapely.Geometry | None, Planted] | None:
    """Return what is put into the layer, and the defect, or nothing where it finds no room."""

    def defect(place: shapely.Geometry, how_large: float = size) -> Planted:
        return Planted(kind, place, how_large, -1, polygon)

    if kind == "missing":
        return None, defect(polygon, polygon.area)
    if kind == "duplicate":
        start = int(random.integers(len(polygon.exterior.coords) - 1))
        ring = np.roll(shapely.get_coordinates(polygon)[:-1], start, axis=0)
        return shapely.Polygon(ring), defect(polygon, polygon.area)
    angle = random.uniform(0.0, 2.0 * np.pi)
    if kind == "shifted":
        move = size * np.array([np.cos(angle), np.sin(angle)])
        return shapely.transform(polygon, lambda xy: xy + move), defect(polygon)
    return _drawn(polygon, kind, size, random)


def _drawn(
    polygon: shapely.Polygon, kind: str, size: float, random: np.random.Generator
) -> tuple[shapely.Geometry, Planted] | None:
    """Return the outline drawn otherwise at one of its vertices, and the defect."""
    ring = shapely.get_coordinates(shapely.orient_polygons(polygon))[:-1]
    at = _corner(ring, random)
    if at is None:
        return None
    ring = np.roll(ring, 1 - at, axis=0)
    before, corner, after = ring[:3]
    along, ahead = _unit(after - before), _unit(after - corner)
    out = size * np.array([along[1], -along[0]])
    aside = np.array([ahead[1], -ahead[0]])
    middle = (corner + after) / 2.0
    place: Any = shapely.Point(corner)
    if kind == "overlap":
        ring[1] += out
    elif kind == "gap":
        ring[1] -= out
    elif kind == "vertex":
        vertex = middle + float(random.choice([-size, size])) * aside
        ring, place = np.insert(ring, 2, vertex, axis=0), shapely.Point(vertex)
    elif kind == "sliver":
        size = min(size, 8e-3)
        ring = np.array([corner, middle + size * aside, after, middle - size * aside])
        place = shapely.LineString([corner, after])
    elif kind == "crossing":
        # Two vertices change places: the edges before and after them cross.
        ring[[1, 2]] = ring[[2, 1]]
        one, other = shapely.linestrings([ring[[0, 1]], ring[[2, 3]]])
        place = shapely.intersection(one, other)
        if shapely.is_empty(place):
            return None
        size = _width(np.vstack([place.coords, ring[1:3]]))
    else:
        tip = corner + (out if kind == "spike out" else -out)
        # Half of them run back where they came from, half have a width.
        beside = corner + along * float(random.choice([0.0, min(size / 40.0, 5e-4)]))
        ring, place = np.insert(ring, 2, [tip, beside], axis=0), shapely.LineString([corner, tip])
    other = shapely.Polygon(ring)
    wrong = kind in {"crossing", "spike out", "spike in"}
    if (kind == "crossing" and size < FOLD) or not (wrong or other.is_valid):
        return None
    return other, Planted(kind, place, size, -1, polygon)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / np.hypot(*vector))


def _width(ring: NDArray[np.float64]) -> float:
    """Return the mean width of a polygon, metres."""
    polygon = shapely.Polygon(ring)
    return float(2.0 * polygon.area / polygon.length)


def _corner(ring: NDArray[np.float64], random: np.random.Generator) -> int | None:
    """Return a vertex between two edges that are long enough, where the outline bends little."""
    back, ahead = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    lengths = np.hypot(*np.stack([back, ahead]).transpose(2, 0, 1))
    straight = (back * ahead).sum(axis=1) > 0.7 * lengths.prod(axis=0)
    fit = np.flatnonzero((lengths.min(axis=0) >= LENGTH) & straight)
    return int(random.choice(fit)) if len(fit) else None
