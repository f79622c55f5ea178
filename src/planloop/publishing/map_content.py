"""What a map shows of a plan and of its change: geometries, each under its style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop import standard
from planloop.publishing.map_style import styles, zone_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planloop.plan.layer import Layer
    from planloop.plan.plan import Plan
    from planloop.plan.scheme import Scheme
    from planloop.plan.settings import RolesSection
    from planloop.publishing.map_style import Style

CODE, LAND_CLASS = "GHFQDM", "YDYHFLDM"
"""Fields of the zone code and of the land class."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Features of one style.

    Parameters
    ----------
    style
        How they look.
    shapes
        Polygons or lines, shape (n,), working CRS.
    """

    style: Style
    shapes: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A name and what it names, a polygon or a point."""

    style: Style
    text: str
    shape: shapely.Geometry


def plan_content(plan: Plan, roles: RolesSection) -> list[Drawn]:
    """Return what both panels show of a plan, the lowest first; nothing without features."""
    found = [*_zones(plan, roles), *_boundary(plan, roles)]
    outline = shapely.union_all(shapely.boundary(plan.layer(roles.region).geometry))
    taken: dict[str, set[str]] = {}
    for style in styles().values():
        if style.take == "class" and roles.parcels in plan.layers:
            layer = plan.layers[roles.parcels]
            chosen = _starts(layer.values(LAND_CLASS), style.of)
            found.append(Drawn(style, _joined(layer.geometry[chosen])))
        elif style.take == "role":
            code = str(getattr(roles, style.of))
            if code in plan.layers:
                found.append(Drawn(style, plan.layers[code].geometry))
        elif style.take == "borders":
            code = str(getattr(roles, style.of))
            if code in plan.layers:
                found.append(Drawn(style, _borders(plan.layers[code].geometry, outline)))
        elif style.take == "layer":
            shapes = [
                _unclaimed(plan.layers[code], style.match, taken.setdefault(code, set()))
                for code in style.of.split()
                if code in plan.layers
            ]
            if shapes:
                found.append(Drawn(style, np.concatenate(shapes)))
    return sorted((item for item in found if len(item.shapes)), key=lambda item: item.style.draw)


def change_content(scheme: Scheme) -> list[Drawn]:
    """Return the pieces of the boundary that were transferred, the lowest first."""
    found = []
    for style in styles().values():
        if style.take == "pieces":
            pieces = scheme.changes.of(scheme.settings.roles.boundary, style.of)
            shapes = np.asarray(pieces.geometry.array, dtype=object)
            if len(shapes):
                found.append(Drawn(style, shapes))
    return sorted(found, key=lambda item: item.style.draw)


def names(plan: Plan, roles: RolesSection) -> list[Name]:
    """Return the names of townships and places, those of the largest features first."""
    found = []
    for style in styles().values():
        if style.take == "role-name":
            codes = [str(getattr(roles, style.of))]
        elif style.take == "layer-name":
            codes = style.of.split()
        else:
            continue
        for code in codes:
            if code in plan.layers:
                layer = plan.layers[code]
                pairs = zip(layer.values(style.match), layer.geometry, strict=True)
                found += [Name(style, str(text), shape) for text, shape in pairs if text]
    return sorted(found, key=lambda item: (-item.style.text_size, -item.shape.area, item.text))


def _zones(plan: Plan, roles: RolesSection) -> Iterator[Drawn]:
    zones = standard.load().zones
    for code, shapes in _by_code(plan, roles.zones):
        yield Drawn(zone_style(zones.get(code), code), shapes)


def _boundary(plan: Plan, roles: RolesSection) -> Iterator[Drawn]:
    """Return the parts of the boundary; the first style in the table whose code fits counts."""
    parts = [style for style in styles().values() if style.take == "boundary"]
    found: dict[str, list[NDArray[np.object_]]] = {}
    for code, shapes in _by_code(plan, roles.boundary):
        style = next(style for style in parts if code.startswith(style.of))
        found.setdefault(style.key, []).append(shapes)
    for key, groups in found.items():
        yield Drawn(styles()[key], np.concatenate(groups))


def _by_code(plan: Plan, layer_code: str) -> Iterator[tuple[str, NDArray[np.object_]]]:
    if layer_code not in plan.layers:
        return
    layer = plan.layers[layer_code]
    codes = np.array([str(code or "") for code in layer.values(CODE)], dtype=object)
    for code in sorted(set(codes)):
        yield code, _joined(layer.geometry[codes == code])


def _joined(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the connected unions of polygons, so that no line is drawn between neighbours."""
    if not len(shapes):
        return shapes
    parts: NDArray[np.object_] = shapely.get_parts(shapely.coverage_union_all(shapes))
    return parts


def _borders(shapes: NDArray[np.object_], outline: shapely.Geometry) -> NDArray[np.object_]:
    """Return the lines between neighbours, each once, without those on the region's outline."""
    lines = shapely.line_merge(shapely.union_all(shapely.boundary(shapes)))
    inner: NDArray[np.object_] = shapely.get_parts(shapely.difference(lines, outline))
    return inner


def _starts(codes: NDArray[np.object_], prefix: str) -> NDArray[np.bool_]:
    return np.array([str(code or "").startswith(prefix) for code in codes], dtype=bool)


def _unclaimed(layer: Layer, match: str, taken: set[str]) -> NDArray[np.object_]:
    """Return the features that no style before has taken and one of whose texts holds `match`."""
    texts = [
        layer.values(str(name)) for name in layer.frame.columns if layer.frame[name].dtype == "str"
    ]
    chosen = []
    for row, fid in enumerate(layer.ids):
        if str(fid) in taken:
            continue
        if not match or any(match in str(values[row] or "") for values in texts):
            taken.add(str(fid))
            chosen.append(row)
    return layer.geometry[np.array(chosen, dtype=np.int64)]
