"""An intake as files, and back: tables as Parquet, arrays as npz, the rest as JSON."""

from __future__ import annotations

from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop.geometry.fabric import Fabric, Labels, Relation
from planloop.geometry.neighbours import Neighbours
from planloop.plan.certificate import IntakeCertificate, LayerIntake
from planloop.plan.finding import Finding, Severity
from planloop.plan.intake import Intake, quota_of
from planloop.plan.layer import Layer
from planloop.plan.plan import Plan
from planloop.plan.region import Region
from planloop.plan.written import json_text, read_json

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from planloop.plan.settings import SchemeSettings

TOLD = "intake.json"
ARRAYS = "fabric.npz"
NEIGHBOURS = ("left", "right", "length", "outer")


def write_parts(taken: Intake, folder: Path) -> None:
    """Write an intake without drawn locks into an empty folder."""
    for number, layer in enumerate(taken.plan.layers.values()):
        layer.frame.to_parquet(folder / f"layer-{number:03d}.parquet")
    for number, table in enumerate(taken.plan.tables.values()):
        table.to_parquet(folder / f"table-{number:03d}.parquet")
    fabric, told = taken.fabric, taken.certificate
    _, points, (rings, polygons) = shapely.to_ragged_array(fabric.faces)
    arrays: dict[str, NDArray[Any]] = {
        "points": points,
        "rings": rings,
        "polygons": polygons,
        "area": fabric.area,
        **{name: getattr(fabric.neighbours, name) for name in NEIGHBOURS},
    }
    for number, labels in enumerate(fabric.labels.values()):
        arrays[f"of_face-{number}"], arrays[f"overlaps-{number}"] = labels.of_face, labels.overlaps
    for number, relation in enumerate(fabric.relations.values()):
        arrays[f"face-{number}"], arrays[f"feature-{number}"] = relation.face, relation.feature
    np.savez(folder / ARRAYS, allow_pickle=False, **arrays)
    data = {
        "region": asdict(taken.plan.region),
        "layers": list(taken.plan.layers),
        "tables": list(taken.plan.tables),
        "labels": {name: list(labels.ids) for name, labels in fabric.labels.items()},
        "relations": {name: list(held.ids) for name, held in fabric.relations.items()},
        "host": fabric.host,
        "certificate": {
            "epsg": told.epsg,
            "zone_shares": [[zone, share] for zone, share in told.zone_shares.items()],
            "layers": [asdict(item) for item in told.layers],
            "gaps": list(told.gaps),
            "overlaps": list(told.overlaps),
        },
        "findings": [item.to_json() for item in taken.findings],
        "inputs": taken.inputs,
    }
    (folder / TOLD).write_text(json_text(data), encoding="utf-8")


def read_parts(folder: Path, settings: SchemeSettings) -> Intake:
    """Read back what :func:`write_parts` wrote.

    Raises
    ------
    Exception
        Anything, where the files are not what was written: check their bytes first.
    """
    told = read_json(folder / TOLD)
    region = Region(**told["region"])
    layers = {
        code: Layer(code, gpd.read_parquet(folder / f"layer-{number:03d}.parquet"))
        for number, code in enumerate(told["layers"])
    }
    tables = {
        name: pd.read_parquet(folder / f"table-{number:03d}.parquet")
        for number, name in enumerate(told["tables"])
    }
    plan = Plan(region, layers, tables, quota_of(settings))
    inputs: dict[str, str] = told["inputs"]
    return Intake(
        plan=plan,
        fabric=_fabric(folder, told, region.epsg),
        certificate=_certificate(told["certificate"]),
        findings=tuple(_finding(item) for item in told["findings"]),
        inputs=inputs,
    )


def _fabric(folder: Path, told: dict[str, Any], epsg: int) -> Fabric:
    with np.load(folder / ARRAYS, allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    offsets = arrays["rings"], arrays["polygons"]
    faces = shapely.from_ragged_array(shapely.GeometryType.POLYGON, arrays["points"], offsets)
    labels = {
        name: Labels(
            np.array(ids, dtype=object), arrays[f"of_face-{number}"], arrays[f"overlaps-{number}"]
        )
        for number, (name, ids) in enumerate(told["labels"].items())
    }
    relations = {
        name: Relation(
            np.array(ids, dtype=object), arrays[f"face-{number}"], arrays[f"feature-{number}"]
        )
        for number, (name, ids) in enumerate(told["relations"].items())
    }
    return Fabric(
        epsg=epsg,
        faces=faces,
        area=arrays["area"],
        labels=MappingProxyType(labels),
        relations=MappingProxyType(relations),
        neighbours=Neighbours(*(arrays[name] for name in NEIGHBOURS)),
        host=told["host"],
    )


def _certificate(told: dict[str, Any]) -> IntakeCertificate:
    return IntakeCertificate(
        epsg=told["epsg"],
        zone_shares={int(zone): share for zone, share in told["zone_shares"]},
        layers=tuple(LayerIntake(**item) for item in told["layers"]),
        gaps=tuple(told["gaps"]),
        overlaps=tuple(told["overlaps"]),
    )


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(
        code=told["code"],
        severity=Severity(told["severity"]),
        layer=told["layer"],
        features=tuple(told["features"]),
        at=None if told["at"] is None else tuple(told["at"]),
        numbers=told["numbers"],
    )
