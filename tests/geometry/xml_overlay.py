"""In what our overlays differ from the XML suites of GEOS and JTS.

Each function returns a sentence for a person, empty where we agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.geometry.fabric import Fabric
from planloop.geometry.grid import STEP
from planloop.geometry.overlay import overlay
from planloop.geometry.tabulate import tabulate
from tests.geometry.exact_plane import shared_area
from tests.geometry.xml_frame import Frame, areas_of
from tests.geometry.xml_suite import read_geometry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.geometry.xml_suite import Operation

EPSG = 4537
"""Any zone: what is official about an area is no matter of the suites."""

LESS_THAN_A_TRIANGLE = 0.25 * STEP**2
"""The least area of a triangle on the grid is twice that, m²."""

ULP = 2e-9
"""A crossing, once a floating number of 4,000 km, is this far off at most, metres."""


def overlay_differs(
    operation: Operation, frame: Frame, a: shapely.Geometry, b: shapely.Geometry
) -> str:
    """Compare areas by `tabulate`, geometry by `overlay`, and both by dissolving a Fabric.

    Parameters
    ----------
    operation
        An intersection, union, difference or symmetric difference.
    frame
        By which it was placed on the grid.
    a, b
        Its arguments there.
    """
    # What rounding to a cell can move: half its diagonal, along all outlines.
    cell = STEP if operation.cell is None else max(1.0, operation.cell / frame.step) * STEP
    bound = cell * float(shapely.length(a) + shapely.length(b))
    pieces, table = overlay(_one(a), _one(b)), tabulate(_one(a), _one(b))
    shared = float(table.planar_area.sum())
    area_a, area_b = float(shapely.area(a)), float(shapely.area(b))
    size = {
        "intersection": shared,
        "union": area_a + area_b - shared,
        "difference": area_a - shared,
        "symdifference": area_a + area_b - 2.0 * shared,
    }[operation.name]
    found = pieces.geometry[0] if len(pieces) else shapely.Polygon()
    if not shapely.is_valid(found):
        return "overlay yields an invalid polygon"
    if operation.expected:
        expected = frame.unrounded(_areas(operation.expected))
        if abs(size - shapely.area(expected)) > bound:
            return f"area {size}, not {shapely.area(expected)}"
        if operation.name == "intersection" and _apart(found, expected) > bound:
            return f"overlay differs by {_apart(found, expected)} m²"
    return _fabric_differs(operation, a, b)


def _fabric_differs(operation: Operation, a: shapely.Geometry, b: shapely.Geometry) -> str:
    """Compare with the faces of a Fabric, its grid as wide as the suite's where it has one."""
    frame = Frame.of(operation.arguments, operation.cell)
    assert frame is not None
    bound = STEP * float(shapely.length(a) + shapely.length(b))
    if operation.cell is not None:
        a, b = (frame.repaired(argument) for argument in operation.arguments)
        bound = LESS_THAN_A_TRIANGLE
    fabric = Fabric.build({"a": (["a"], _one(a)), "b": (["b"], _one(b))}, epsg=EPSG)
    of_a, of_b = (fabric.labels[name].of_face >= 0 for name in "ab")
    chosen = {
        "intersection": of_a & of_b,
        "union": of_a | of_b,
        "difference": of_a & ~of_b,
        "symdifference": of_a ^ of_b,
    }[operation.name]
    found = fabric.dissolve(np.where(chosen, 0, -1)).get(0, shapely.Polygon())
    if not shapely.is_valid(found):
        return "fabric yields an invalid polygon"
    if operation.expected:
        expected = frame.unrounded(_areas(operation.expected))
        if _apart(found, expected) > bound:
            return f"fabric differs by {_apart(found, expected)} m²"
    return ""


def area_test_differs(a: shapely.Geometry, b: shapely.Geometry) -> str:
    """Check that areas close: ours with each other, with GEOS, and with the faces of a Fabric.

    Where GEOS parts from us, fractions decide: it falls back on moving lines where floating
    numbers fail it, which is what most of these cases are about.
    """
    outlines, sizes = float(shapely.length(a) + shapely.length(b)), shapely.area([a, b])
    strict = 1e-6 + 1e-15 * float(sizes.sum())
    pieces, table = overlay(_one(a), _one(b)), tabulate(_one(a), _one(b))
    shared = float(table.planar_area.sum())
    if abs(shapely.area(shapely.intersection(a, b)) - shared) > strict + ULP * outlines:
        exact = shared_area(a, b)
        if abs(exact - shared) > strict:
            return f"{shared}, not {exact}"
    fabric = Fabric.build({"a": (["a"], _one(a)), "b": (["b"], _one(b))}, epsg=EPSG)
    of_a, of_b = (fabric.labels[name].of_face >= 0 for name in "ab")
    faces = shapely.area(fabric.faces)
    for name, found, known, bound in (
        ("overlay", shapely.area(pieces.geometry).sum(), shared, strict + ULP * outlines),
        ("faces of a and b", faces[of_a & of_b].sum(), shared, STEP * outlines),
        ("faces of a", faces[of_a].sum(), sizes[0], STEP * outlines),
        ("faces of b", faces[of_b].sum(), sizes[1], STEP * outlines),
    ):
        if abs(found - known) > bound:
            return f"{name}: {found}, not {known}"
    return ""


def union_differs(operation: Operation, frame: Frame, parts: NDArray[np.object_]) -> str:
    """Compare the union of polygons that may overlap: all faces of a Fabric, dissolved."""
    names = [str(number) for number in range(len(parts))]
    fabric = Fabric.build({}, {"parts": (names, parts)}, epsg=EPSG)
    found = fabric.dissolve(np.zeros(len(fabric), dtype=np.int64)).get(0, shapely.Polygon())
    bound = STEP * float(shapely.length(parts).sum())
    if not shapely.is_valid(found):
        return "fabric yields an invalid polygon"
    if operation.name == "unionarea":
        known = float(operation.expected) * (STEP / frame.step) ** 2
        # The suite states three digits.
        if abs(shapely.area(found) - known) > max(bound, 1e-3 * known):
            return f"area {shapely.area(found)}, not {known}"
    elif operation.expected:
        apart = _apart(found, frame.unrounded(_areas(operation.expected)))
        if apart > bound:
            return f"fabric differs by {apart} m²"
    return ""


def _areas(text: str) -> shapely.Geometry:
    """Return the polygons of a result: we have no lines and points where areas touch."""
    return areas_of(read_geometry(text))


def _apart(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Return the planar area that only one of two geometries covers, m²."""
    return float(shapely.area(shapely.symmetric_difference(one, other)))


def _one(geometry: shapely.Geometry | None) -> NDArray[np.object_]:
    return np.array([geometry], dtype=object)
