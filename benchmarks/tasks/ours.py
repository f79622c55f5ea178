"""planloop: tabulate and overlay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from benchmarks.ground import EPSG
from benchmarks.tasks.files import Layer, read
from benchmarks.tasks.packed import packed
from planloop.geometry.area import area
from planloop.geometry.loops.rings import Rings
from planloop.geometry.overlay import overlay
from planloop.geometry.tabulate import Table, tabulate
from planloop.geometry.topology import topology

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.tasks.clock import Clock


def tabulated(clock: Clock, a: str, b: str, *, official: bool = False) -> dict[str, NDArray[Any]]:
    """Read two layers, tabulate them, and sum by class."""
    with clock.phase("read"):
        one, other = read(Path(a)), read(Path(b))
    with clock.phase("tabulate"):
        table = tabulate(one.polygons, other.polygons, epsg=EPSG if official else None)
        sums = table.by_class(one.classes, other.classes)
    return {**_pairs(table, one, other), **_classes(sums)}


def in_memory(
    clock: Clock, a: str, b: str, *, official: bool = False, times: int = 3
) -> dict[str, NDArray[Any]]:
    """Tabulate layers that are in memory as the kernel holds them, several times."""
    with clock.phase("read"):
        one, other = read(Path(a)), read(Path(b))
    with clock.phase("convert"):
        first, second = Rings.of(one.polygons), Rings.of(other.polygons)
    epsg = EPSG if official else None
    for number in range(times):
        with clock.phase(f"call {number}"):
            table = tabulate(first, second, epsg=epsg)
    clock.facts["vertices"] = len(first.x) + len(second.x)
    return _pairs(table, one, other)


def first_and_second(clock: Clock, job: str, a: str, b: str) -> dict[str, NDArray[Any]]:
    """Do one job twice in this process: the first time, compiled code is read or made."""
    one, other = read(Path(a)).polygons, read(Path(b)).polygons
    work: dict[str, Callable[[], object]] = {
        "tabulate": lambda: tabulate(one, other, epsg=EPSG),
        "overlay": lambda: overlay(one, other),
        "topology": lambda: topology(one),
        "area": lambda: area(one, epsg=EPSG),
    }
    for name in ("first", "second"):
        with clock.phase(name):
            work[job]()
    return {}


def overlaid(clock: Clock, a: str, b: str) -> dict[str, NDArray[Any]]:
    """Read two layers and build the intersections."""
    with clock.phase("read"):
        one, other = read(Path(a)), read(Path(b))
    with clock.phase("overlay"):
        pieces = overlay(one.polygons, other.polygons)
    # Whatever was not cut is passed through, the object that it was.
    cut = np.not_equal(pieces.geometry, one.polygons[pieces.a], dtype=object).astype(bool)
    cut &= np.not_equal(pieces.geometry, other.polygons[pieces.b], dtype=object).astype(bool)
    return {
        "a": one.ids[pieces.a],
        "b": other.ids[pieces.b],
        "cut": np.flatnonzero(cut),
        **packed(pieces.geometry),
    }


def cut_and_measured(clock: Clock, a: str, b: str) -> dict[str, NDArray[Any]]:
    """Build the intersections and measure each, planar and ellipsoidal."""
    one, other = read(Path(a)), read(Path(b))
    pieces = overlay(one.polygons, other.polygons)
    with clock.phase("area"):
        official = area(pieces.geometry, epsg=EPSG)
    planar = shapely.area(pieces.geometry)
    return {"a": one.ids[pieces.a], "b": other.ids[pieces.b], "area": planar, "official": official}


def _pairs(table: Table, one: Layer, other: Layer) -> dict[str, NDArray[Any]]:
    found = {"a": one.ids[table.a], "b": other.ids[table.b], "area": table.planar_area}
    return found if table.area is None else {**found, "official": table.area}


def _classes(sums: Table) -> dict[str, NDArray[Any]]:
    return {"class_a": sums.a, "class_b": sums.b, "class_area": sums.planar_area}
