"""Intake: projected, gridded sources become the plan `before`, noded together, once, certified."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop import standard
from planloop.errors import InputError
from planloop.geometry.area import area
from planloop.geometry.fabric import Fabric, dissolve
from planloop.geometry.grid import STEP
from planloop.plan.alignment import align_layers
from planloop.plan.certificate import IntakeCertificate, LayerIntake
from planloop.plan.code_fields import code_fields
from planloop.plan.digest import digest_layer, digest_table
from planloop.plan.drawings import TABLE as LOCKS
from planloop.plan.drawings import read_drawings
from planloop.plan.finding import Finding, Severity
from planloop.plan.layer import Layer, canonical
from planloop.plan.participants import participants
from planloop.plan.plan import Plan
from planloop.plan.quota import Quota
from planloop.plan.read import read_sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from planloop.plan.drawings import Drawings
    from planloop.plan.read import SourceLayer
    from planloop.plan.settings import SchemeSettings
    from planloop.progress import Progress

HALF_DIAGONAL = STEP * 0.7072
"""Farthest that rounding to the grid can move a point, m."""


AREA_FIELDS = ("MJ", "TBMJ")
EXACT = 2**53
"""Largest whole number up to which float64 holds every one."""


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """What the intake yields.

    Parameters
    ----------
    plan
        The plan before maintenance.
    fabric
        The common partition of the layers that take part, labelled with the plan's features.
    certificate
        What was done to each layer.
    findings
        What was found on the way.
    inputs
        Logical digest of each source layer, projected and on the grid, and of each table.
    drawings
        Drawn locks, where there is a file of them.
    """

    plan: Plan
    fabric: Fabric
    certificate: IntakeCertificate
    findings: tuple[Finding, ...]
    inputs: dict[str, str]
    drawings: Drawings | None = None

    def with_drawings(self, drawings: Drawings) -> Intake:
        """Return the intake with the drawn locks that it had none of."""
        return replace(
            self,
            findings=_in_order((*self.findings, *drawings.findings)),
            inputs=self.inputs | {LOCKS: drawings.digest},
            drawings=drawings,
        )


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda item: (item.code, str(item.to_json()))))


def intake(settings: SchemeSettings, progress: Progress) -> Intake:
    """Read all inputs of a scheme and make them one plan on one fabric.

    Raises
    ------
    InputError
        A file, table, geometry, code or coordinate system cannot be used; or a layer that covers
        everything overlaps itself.
    """
    sources = read_sources(settings, progress)
    layers = {code: item.layer for code, item in sources.layers.items()}
    around = layers[settings.roles.region].geometry
    drawings = read_drawings(settings.inputs, sources.region, around)
    progress("fabric", 0, 1)
    inputs = {code: digest_layer(layer) for code, layer in layers.items()}
    layers, ledger = align_layers(layers, settings.align)
    partition, overlapping = participants(layers, settings.roles)
    fabric = Fabric.build(
        {code: (layers[code].ids, layers[code].geometry) for code in partition},
        {code: (layers[code].ids, layers[code].geometry) for code in overlapping},
        epsg=sources.region.epsg,
        host=settings.roles.parcels,
    )
    progress("fabric", 1, 1)
    overlaps, overlap_findings = _overlaps(fabric, partition)
    gaps, gap_findings = _gaps(fabric, settings)
    noded = {
        code: _noded(fabric, layers[code], overlaps=code in overlapping)
        for code in (*partition, *overlapping)
    }
    whole = {code: _with_numbers(layer) for code, layer in (layers | noded).items()}
    for code in code_fields(settings.roles, whole):
        whole[code] = _with_room(whole[code])
    certificate = IntakeCertificate(
        epsg=sources.region.epsg,
        zone_shares=sources.zone_shares,
        layers=tuple(
            _certify(sources.layers[code], noded.get(code, layers[code]))
            for code in sorted(sources.layers)
        ),
        gaps=gaps,
        overlaps=overlaps,
    )
    plan = Plan(
        region=sources.region,
        layers=whole,
        tables={
            name: table.sort_values("number", kind="stable", ignore_index=True)
            for name, table in sources.tables.items()
        },
        quota=quota_of(settings),
    )
    findings = (*sources.findings, *ledger, *overlap_findings, *gap_findings, *_areas(plan))
    inputs |= {f"table:{name}": digest_table(table) for name, table in sources.tables.items()}
    taken = Intake(plan, fabric, certificate, _in_order(findings), inputs)
    return taken if drawings is None else taken.with_drawings(drawings)


def quota_of(settings: SchemeSettings) -> Quota:
    """Return the issued quota of the settings in whole dm²."""
    quota = settings.quota
    return Quota(
        issued_area=round(quota.issued_area_ha * 1e6),
        issued_multiple=quota.issued_multiple,
        base_town_area=round(quota.base_town_area_ha * 1e6),
        multiple_reading=quota.multiple_reading,
    )


def _noded(fabric: Fabric, layer: Layer, *, overlaps: bool) -> Layer:
    """Return the layer with every feature made of the faces it covers."""
    if overlaps:
        relation = fabric.relations[layer.code]
        shapes = dissolve(fabric.faces[relation.face], relation.feature)
    else:
        shapes = fabric.dissolve(fabric.labels[layer.code].of_face.astype(np.int64))
    for number, fid in enumerate(layer.ids):
        if number not in shapes:
            at = shapely.get_coordinates(layer.geometry[number])[0]
            place = (float(at[0]), float(at[1]))
            raise InputError("intake.vanished", layer=layer.code, feature=str(fid), at=place)
    geometry = np.array([shapes[number] for number in range(len(layer))], dtype=object)
    frame = layer.frame.drop(columns=layer.frame.geometry.name)
    return Layer(
        layer.code,
        canonical(gpd.GeoDataFrame(frame, geometry=geometry, crs=layer.frame.crs)),
    )


def _with_numbers(layer: Layer) -> Layer:
    """Return the layer with its fields of area as numbers, as the standard has them.

    Raises
    ------
    InputError
        A field of area holds something else.
    """
    frame = layer.frame
    for field in AREA_FIELDS:
        if field not in frame.columns or frame[field].dtype == np.float64:
            continue
        numbers = pd.to_numeric(frame[field], errors="coerce").astype("float64")
        wrong = (numbers.isna() & frame[field].notna()).to_numpy()
        if wrong.any():
            key, at = "read.not-a-number", int(np.argmax(wrong))
            cell = {"column": field, "value": frame[field].iloc[at]}
            raise InputError(key, layer=layer.code, feature=str(layer.ids[at]), **cell)
        frame = frame.assign(**{field: numbers})
    return Layer(layer.code, frame)


def _with_room(layer: Layer) -> Layer:
    """Return a layer that gets new features with its columns able to say that nothing is known.

    Whole numbers cannot; they become float64, or text where that would change them.
    """
    frame = layer.frame
    for name, column in frame.drop(columns=frame.geometry.name).items():
        if column.dtype == np.int64:
            exact = (column.abs() <= EXACT).all()
            frame = frame.assign(**{str(name): column.astype("float64" if exact else "str")})
    return Layer(layer.code, frame)


def _certify(source: SourceLayer, noded: Layer) -> LayerIntake:
    layer, after = source.layer, noded.geometry
    same = shapely.equals_exact(layer.geometry, after, tolerance=0.0)
    old, new = layer.geometry[~same], after[~same]
    shift = np.maximum(_farthest(old, new), _farthest(new, old)) if len(old) else np.zeros(0)
    epsg = int(layer.frame.crs.to_epsg() or 0)
    change = float(np.abs(area(new, epsg=epsg) - area(old, epsg=epsg)).sum()) if len(old) else 0.0
    moved = int((shift > HALF_DIAGONAL).sum())
    return LayerIntake(
        code=layer.code,
        source=source.source,
        crs=source.crs,
        features=len(layer),
        identical=int(same.sum()),
        noded=int((~same).sum()) - moved,
        moved=moved,
        exploded=source.exploded,
        largest_shift=float(shift.max(initial=0.0)),
        area_change=change,
    )


def _farthest(points_of: NDArray[np.object_], lines_of: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return how far the vertices of each polygon lie from the outline of its counterpart, m."""
    coordinates, owner = shapely.get_coordinates(points_of, return_index=True)
    # Most are vertices of the counterpart, too: those have not moved.
    there, whose = shapely.get_coordinates(lines_of, return_index=True)
    place = np.append(owner, whose).astype(np.int64)
    for column in np.concatenate([coordinates, there]).T:
        values, rank = np.unique(column, return_inverse=True)
        place = np.unique(place * len(values) + rank, return_inverse=True)[1]
    off = np.flatnonzero(~np.isin(place[: len(owner)], place[len(owner) :]))
    outlines = shapely.boundary(lines_of)
    shapely.prepare(outlines)
    distance = shapely.distance(shapely.points(coordinates[off]), outlines[owner[off]])
    farthest = np.zeros(len(points_of))
    np.maximum.at(farthest, owner[off], distance)
    return farthest


def _overlaps(
    fabric: Fabric, partition: tuple[str, ...]
) -> tuple[tuple[int, float], list[Finding]]:
    limit = float(standard.load().parameter("overlap_error_m2").value)
    count, total, findings = 0, 0.0, []
    for code in partition:
        labels = fabric.labels[code]
        for first, second in np.unique(
            np.column_stack([labels.of_face[labels.overlaps[:, 0]], labels.overlaps[:, 1]]), axis=0
        ):
            faces = labels.overlaps[labels.overlaps[:, 1] == second, 0]
            faces = faces[labels.of_face[faces] == first]
            size = float(fabric.area[faces].sum()) / 100.0
            place = shapely.point_on_surface(fabric.faces[faces[0]])
            at = (float(place.x), float(place.y))
            ids = (str(labels.ids[first]), str(labels.ids[second]))
            if size > limit:
                feature = " × ".join(ids)
                raise InputError(
                    "intake.overlap", layer=code, feature=feature, at=at, area=f"{size:.2f}"
                )
            count, total = count + 1, total + size
            findings.append(Finding("overlap", Severity.WARNING, code, ids, at, {"area": size}))
    return (count, total), findings


def _gaps(fabric: Fabric, settings: SchemeSettings) -> tuple[tuple[int, float], list[Finding]]:
    """Find land of the region that a full-coverage layer leaves out, and the other way round."""
    roles = settings.roles
    inside = fabric.labels[roles.region].of_face >= 0
    count, total, findings = 0, 0.0, []
    for code in (roles.parcels, roles.zones):
        held = fabric.labels[code].of_face >= 0
        for rule, faces in (("gap", inside & ~held), ("outside-region", held & ~inside)):
            for group in fabric.patches(faces):
                size = float(fabric.area[group].sum()) / 100.0
                place = shapely.point_on_surface(fabric.faces[group[0]])
                at = (float(place.x), float(place.y))
                findings.append(Finding(rule, Severity.WARNING, code, (), at, {"area": size}))
                if rule == "gap":
                    count, total = count + 1, total + size
    return (count, total), findings


def _areas(plan: Plan) -> list[Finding]:
    """Compare the stored areas with the official area of the geometry."""
    findings = []
    parameters = standard.load().parameters
    absolute = float(parameters["area_tolerance_m2"].value)
    relative = float(parameters["area_tolerance_relative"].value)
    for layer in plan.layers.values():
        for field in AREA_FIELDS:
            if field not in layer.frame.columns or not shapely.area(layer.geometry).any():
                continue
            stored = layer.frame[field].to_numpy(dtype=np.float64)
            official = area(layer.geometry, epsg=plan.region.epsg)
            off = np.abs(stored - official)
            wrong = off > absolute + relative * official
            if wrong.any():
                worst = int(np.argmax(np.where(wrong, off, -1.0)))
                numbers = {
                    "field": field,
                    "count": int(wrong.sum()),
                    "stored": float(stored[worst]),
                    "official": round(float(official[worst]), 2),
                }
                ids = (str(layer.ids[worst]),)
                findings.append(
                    Finding("stored-area", Severity.WARNING, layer.code, ids, None, numbers)
                )
    return findings
