"""What our functions say to an operation of the XML suites of GEOS and JTS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np
import shapely

from planloop.errors import InputError
from planloop.geometry.loops.rings import MULTIPOLYGON, POLYGON
from planloop.geometry.overlay import overlay
from planloop.geometry.polygons import checked
from planloop.geometry.tabulate import tabulate
from planloop.geometry.topology import topology
from tests.geometry.xml_frame import Frame
from tests.geometry.xml_overlay import area_test_differs, overlay_differs, union_differs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tests.geometry.xml_suite import Operation

JUDGED = frozenset(
    {
        "isvalid",
        *("intersection", "union", "difference", "symdifference"),
        *("areatest", "overlayareatest", "unionarea", "unionlength"),
    }
)
"""Operations that are ours; the others buffer, relate, simplify, measure distances."""

BROKEN = ("self-crossing", "spike")
"""Kinds of defect that make a single polygon invalid."""

Verdict: TypeAlias = Literal["agrees", "no polygon", "invalid", "finer", "differs"]


class Outcome(NamedTuple):
    """What came of an operation.

    Parameters
    ----------
    verdict
        ``agrees``; ``no polygon`` and ``invalid``: we refuse such an argument, by the right error;
        ``finer``: an argument is valid only between the points of our grid, so we refuse it on the
        grid, and agree once it is repaired there; ``differs``.
    detail
        How we differ.
    """

    verdict: Verdict
    detail: str = ""


def judge(operation: Operation) -> Outcome:
    """Run one operation through our functions and compare."""
    if operation.name == "isvalid":
        return _validity(operation)
    layers = [np.array([argument], dtype=object) for argument in operation.arguments]
    if len(layers) == 1:
        # The union of a collection in itself: its parts are a layer.
        layers = [shapely.get_parts(layers[0])]
    together = np.concatenate(layers)
    if not np.isin(shapely.get_type_id(together), (POLYGON, MULTIPOLYGON)).all():
        return _refusal(layers, "geometry.no-polygon", "no polygon")
    if not shapely.is_valid(together).all():
        return _refusal(layers, "geometry.invalid", "invalid")
    frame = Frame.of(together.tolist())
    assert frame is not None
    placed, finer = _placed(frame, together)
    if len(layers) == 1:
        detail = union_differs(operation, frame, placed)
    elif operation.name in {"areatest", "overlayareatest"}:
        detail = area_test_differs(*placed)
    else:
        detail = overlay_differs(operation, frame, *placed)
    if detail:
        return Outcome("differs", detail)
    return Outcome("finer" if finer else "agrees")


def _refusal(layers: Sequence[NDArray[np.object_]], key: str, verdict: Verdict) -> Outcome:
    """Check that we refuse arguments, by this error."""
    for function in (overlay, tabulate):
        try:
            function(layers[0], layers[-1])
        except InputError as error:
            if error.key != key:
                return Outcome("differs", f"{function.__name__} refuses by {error.key}")
        else:
            return Outcome("differs", f"{function.__name__} does not refuse")
    return Outcome(verdict)


def _validity(operation: Operation) -> Outcome:
    """Compare with what `checked` lets pass and with what `topology` finds."""
    geometry = operation.arguments[0]
    layer = np.array([geometry], dtype=object)
    if shapely.get_type_id(geometry) not in {POLYGON, MULTIPOLYGON}:
        try:
            topology(layer)
        except InputError:
            return _refusal([layer], "geometry.no-polygon", "no polygon")
        return Outcome("differs", "topology does not refuse")
    frame = Frame.of([geometry])
    finer = False
    if frame is not None:
        if shapely.is_valid(geometry):
            layer, finer = _placed(frame, layer)
        else:
            layer[0] = frame.metres(geometry)
    try:
        checked(layer)
    except InputError:
        passes = False
    else:
        passes = True
    kinds: list[str]
    try:
        kinds = sorted({defect.kind for defect in topology(layer)} & set(BROKEN))
    except InputError as error:
        # Where a coordinate is no number, nothing can be looked for.
        kinds = [error.key]
    expected = operation.expected == "true"
    if not passes == expected == (not kinds):
        detail = f"valid: {expected}; passes: {passes}; topology finds {kinds}"
        return Outcome("differs", detail)
    return Outcome("finer" if finer else "agrees")


def _placed(frame: Frame, geometries: NDArray[np.object_]) -> tuple[NDArray[np.object_], bool]:
    """Return valid geometries on the grid, and whether one had to be repaired there."""
    layer = np.array([frame.metres(geometry) for geometry in geometries], dtype=object)
    wrong = np.flatnonzero(~shapely.is_valid(layer))
    for index in wrong:
        assert not frame.exact
        assert _refusal([layer, layer], "geometry.invalid", "invalid").verdict == "invalid"
        layer[index] = frame.repaired(geometries[index])
    return layer, len(wrong) > 0
