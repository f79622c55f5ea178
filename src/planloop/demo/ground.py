"""The ground of the demo city: one partition into survey parcels, each with what it is."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from planloop.demo.frame import EPSG, PRECISION, survey_geometry
from planloop.demo.natural import natural_lines
from planloop.demo.parcels import between, joined
from planloop.geometry.fabric import dissolve
from planloop.geometry.neighbours import Neighbours, neighbours_of
from planloop.geometry.ordering import in_canonical_order
from planloop.geometry.places import Places
from planloop.plan.crs import transform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.demo.corridors import Section
    from planloop.demo.scattered import Patch
    from planloop.demo.town import Town

SMALLEST_LAKE = 1e6
"""Water bodies smaller than this, in m², are too coarse in the source to be shown."""

OPEN, ROADS, PARTS, PIECES, OVERLAYS = (number * 10_000_000 for number in range(1, 6))
"""Units are numbered from here on, by what they are."""

SHORE = 50.0
"""Natural lines end this far in the lake, m."""

FOREIGN, COUNTRY, TOWN, LAKE = -1, 0, 1, 2
"""Sides: parcels too small join a neighbour of their own side, if there is one."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The survey parcels and the real things under them; arrays of shape (n,).

    Parameters
    ----------
    city, lake
        Administrative area with the corners of its parcels, and the lake within it.
    town, patches
        The main body of the boundary, and the patches away from it.
    parcels
        Polygons of a valid coverage of the city.
    kind
        What each is: a district, ``street``, ``canal``, ``bank``, ``belt``, ``rail``, ``road``,
        ``patch``, ``lake`` or ``open``.
    piece, patch
        Index of each parcel's piece of the town and of its patch, or -1.
    size
        Planar area, m².
    points
        A point inside each, shape (n, 2).
    near
        Which parcels share an edge.
    """

    city: shapely.Polygon
    lake: shapely.Geometry
    town: Town
    patches: list[Patch]
    parcels: NDArray[np.object_]
    kind: NDArray[np.object_]
    piece: NDArray[np.int64]
    patch: NDArray[np.int64]
    size: NDArray[np.float64]
    points: NDArray[np.float64]
    near: Neighbours

    def where(self, *kinds: str) -> NDArray[np.int64]:
        """Return the parcels of some kinds."""
        return np.flatnonzero(np.isin(self.kind, kinds))

    def patches_for(self, *uses: str) -> list[NDArray[np.int64]]:
        """Return the parcels of each patch of some uses."""
        return [
            np.flatnonzero(self.patch == number)
            for number, patch in enumerate(self.patches)
            if patch.use in uses
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What is laid out before the land is surveyed: the city and what people have built on it."""

    city: shapely.Polygon
    lake: shapely.Geometry
    town: Town
    patches: list[Patch]
    corridors: list[Section]

    @property
    def parts(self) -> NDArray[np.object_]:
        """The survey parcels of all patches, in the order of the patches."""
        return np.concatenate([patch.parts for patch in self.patches])

    @property
    def pieces(self) -> NDArray[np.object_]:
        """Outlines of the town's pieces."""
        return np.array([piece.shape for piece in self.town.pieces], dtype=object)


@dataclass(frozen=True, slots=True, eq=False)
class _Faces:
    """Faces of the arrangement, with what each lies in."""

    shapes: NDArray[np.object_]
    kind: NDArray[np.object_]
    unit: NDArray[np.int64]
    piece: NDArray[np.int64]
    part: NDArray[np.int64]


def real(name: str) -> NDArray[np.object_]:
    """Return the geometries of a data file in the demo's zone, on whole centimetres."""
    source = resources.files("planloop.demo").joinpath("data").joinpath(f"{name}.geojson")
    with source.open("rb") as file:
        frame = gpd.read_file(file)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    return survey_geometry(transform(shapes, 4490, EPSG))


def real_city() -> tuple[shapely.Polygon, shapely.Geometry]:
    """Return the city's area and the lake within it."""
    city = shapely.get_parts(real("boundary"))[0]
    water = shapely.get_parts(shapely.intersection(shapely.union_all(real("water")), city))
    lakes = survey_geometry(water[shapely.area(water) > SMALLEST_LAKE])
    return city, shapely.multipolygons(lakes)


def build_ground(layout: Layout, random: np.random.Generator) -> Ground:
    """Partition the city into survey parcels."""
    town = layout.town
    laid = np.concatenate(
        [
            shapely.get_parts(town.body),
            np.array([section.shape for section in layout.corridors], dtype=object),
            np.array([patch.shape for patch in layout.patches], dtype=object),
            shapely.get_parts(layout.lake),
        ]
    )
    land = shapely.difference(layout.city, shapely.buffer(layout.lake, -SHORE))
    lines = _around(natural_lines(land, random), laid)
    over = np.array([town.avenue, town.realigned, town.canal, town.banks], dtype=object)
    over = shapely.intersection(over, town.body)
    city = np.array([layout.city], dtype=object)
    outlines = np.concatenate([laid, layout.parts, layout.pieces, over, city])
    shapes = _arrangement(np.concatenate([lines, shapely.boundary(outlines)]))
    return _parcels(layout, _labelled(layout, Places.of(shapes)), neighbours_of(shapes))


def _around(lines: NDArray[np.object_], laid: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the lines without what lies on land that is laid out."""
    touched = np.unique(shapely.STRtree(lines).query(laid, predicate="intersects")[1])
    left = np.ones(len(lines), dtype=bool)
    left[touched] = False
    cut = shapely.difference(lines[touched], shapely.union_all(laid))
    return np.concatenate([lines[left], cut[~shapely.is_empty(cut)]])


def _arrangement(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    noded = shapely.union_all(lines, grid_size=PRECISION)
    faces = shapely.get_parts(shapely.polygonize(survey_geometry(shapely.get_parts(noded))))
    return in_canonical_order(shapely.normalize(faces))


def _labelled(layout: Layout, places: Places) -> _Faces:
    """Say of every face what it is, and to which unit it belongs."""
    kind = np.full(len(places), "open", dtype=object)
    unit = OPEN + np.arange(len(places))
    kind[_within(places, shapely.get_parts(layout.lake)) >= 0] = "lake"
    corridors = layout.corridors
    corridor = _within(places, np.array([section.shape for section in corridors], dtype=object))
    on = corridor >= 0
    kind[on] = [corridors[index].kind for index in corridor[on]]
    unit[on] = ROADS + corridor[on]
    part = _within(places, layout.parts)
    kind[part >= 0] = "patch"
    unit[part >= 0] = PARTS + part[part >= 0]
    piece = _within(places, layout.pieces)
    _label_town(layout.town, places, piece, kind, unit)
    foreign = _within(places, np.array([layout.city], dtype=object)) < 0
    kind[foreign], unit[foreign] = "", OPEN + np.flatnonzero(foreign)
    return _Faces(places.faces, kind, unit, piece, part)


def _label_town(
    town: Town,
    places: Places,
    piece: NDArray[np.int64],
    kind: NDArray[np.object_],
    unit: NDArray[np.int64],
) -> None:
    """Write kind and unit of the faces in the town; what is laid over gives way to streets."""
    on = piece >= 0
    keys = {key: number for number, key in enumerate(dict.fromkeys(p.key for p in town.pieces))}
    role = np.array([item.role for item in town.pieces], dtype=object)
    district = np.array([item.district for item in town.pieces], dtype=object)
    kind[on] = np.where(role[piece[on]] == "street", "street", district[piece[on]])
    unit[on] = PIECES + np.array([keys[town.pieces[index].key] for index in piece[on]])
    plot = on & (np.append(role, "")[piece] == "plot")
    overlays = (
        (town.banks, "bank"),
        (town.canal, "canal"),
        (town.avenue, "street"),
        (town.realigned, "street"),
    )
    for number, (shape, name) in enumerate(overlays):
        over = plot & (_within(places, np.array([shape], dtype=object)) >= 0)
        kind[over], unit[over] = name, OVERLAYS + number


def _within(places: Places, polygons: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the first polygon that each face lies in, or -1."""
    face, polygon = places.within(polygons)
    first = np.full(len(places), -1, dtype=np.int64)
    first[face[::-1]] = polygon[::-1]
    return first


def _parcels(layout: Layout, faces: _Faces, near: Neighbours) -> Ground:
    kind = faces.kind
    in_town = (faces.piece >= 0) | (faces.part >= 0)
    side = np.select([kind == "", kind == "lake", in_town], [FOREIGN, LAKE, TOWN], COUNTRY)
    label = joined(faces.shapes, near, faces.unit, side)
    label = np.where(kind == "", -1, label)
    shapes = dissolve(faces.shapes, label)
    first = np.array(list(shapes), dtype=np.int64)
    number = np.full(len(label), -1, dtype=np.int64)
    number[first] = np.arange(len(first))
    parcel = np.where(label >= 0, number[label], -1)
    parcels = np.array(list(shapes.values()), dtype=object)
    counts = [len(patch.parts) for patch in layout.patches]
    owner = np.repeat(np.arange(len(counts)), counts)
    return Ground(
        city=shapely.coverage_union_all(parcels),
        lake=layout.lake,
        town=layout.town,
        patches=layout.patches,
        parcels=parcels,
        kind=kind[first],
        piece=faces.piece[first],
        patch=np.append(owner, -1)[faces.part[first]],
        size=shapely.area(parcels),
        points=shapely.get_coordinates(shapely.point_on_surface(parcels)),
        near=between(near, parcel, len(parcels)),
    )
