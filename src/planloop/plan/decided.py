"""What was decided, as layers and a table: the content of ``decisions.gpkg``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from planloop.errors import InputError
from planloop.messages import LANGUAGES, render
from planloop.plan.change_set import PIECE_COLUMNS
from planloop.plan.formats.geopackage import canonical_table
from planloop.plan.layer import Layer, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planloop.plan.decision import Decision

PIECES, PARCELS, PROJECTS = "pieces", "parcels", "projects"
"""Two layers and a table."""


def piece_text(piece: Mapping[str, object], lang: str) -> str:
    """Return why a piece changed, as a sentence; the bare reason where no text is known for it."""
    params = {"evidence": piece["evidence"], "projects": piece["project"]}
    try:
        return render(f"reasons.{piece['reason']}", params, lang)
    except KeyError:
        return str(piece["reason"])


def piece_layer(pieces: gpd.GeoDataFrame) -> Layer:
    """Return the pieces of a change set as a layer, with their sentences in ``zh`` and ``en``."""
    rows = pieces.to_dict("records")
    texts = {
        lang: pd.Series([piece_text(row, lang) for row in rows], index=pieces.index, dtype="str")
        for lang in LANGUAGES
    }
    return Layer(PIECES, canonical(pieces.assign(**texts)))


def pieces_of(layer: Layer) -> gpd.GeoDataFrame:
    """Return the pieces that :func:`piece_layer` made a layer of.

    Raises
    ------
    InputError
        A column is missing, or the areas are no whole numbers.
    """
    frame = layer.frame
    for name in PIECE_COLUMNS:
        if name not in frame.columns:
            present = ", ".join(map(str, frame.columns))
            raise InputError("read.missing-field", layer=PIECES, field=name, present=present)
    if frame["area_dm2"].dtype.kind != "i":
        raise InputError("read.not-whole", layer=PIECES, column="area_dm2", value="-")
    texts = {name: "str" for name in PIECE_COLUMNS if name != "area_dm2"}
    table = frame[[*PIECE_COLUMNS, frame.geometry.name]].astype(texts)
    table.index = pd.Index(frame.index, name="piece", dtype="str")
    return gpd.GeoDataFrame(table, crs=frame.crs)


def parcel_layer(decisions: Iterable[Decision], parcels: Layer) -> Layer:
    """Return the decisions on parcels, each with the geometry of its survey parcel.

    Identifiers are serials in the order of the decisions: a parcel may be decided on in parts.
    ``area_dm2`` is the area of the part concerned. Decisions on unknown parcels are left out.
    """
    place = {str(fid): number for number, fid in enumerate(parcels.ids)}
    chosen = [item for item in decisions if item.subject == "parcel" and item.id in place]
    table = _table(chosen, "parcel")
    table["projects"] = pd.Series([", ".join(item.projects) for item in chosen], dtype="str")
    table.index = pd.Index([f"{number:06d}" for number in range(1, len(chosen) + 1)], dtype="str")
    shapes = parcels.geometry[np.array([place[item.id] for item in chosen], dtype=np.int64)]
    return Layer(
        PARCELS, canonical(gpd.GeoDataFrame(table, geometry=shapes, crs=parcels.frame.crs))
    )


def project_table(decisions: Iterable[Decision], projects: pd.DataFrame) -> pd.DataFrame:
    """Return the decisions on projects with the projects' names, in the order of the decisions."""
    names = dict(zip(projects["number"].astype(str), projects["name"].astype(str), strict=True))
    chosen = [item for item in decisions if item.subject == "project"]
    table = _table(chosen, "number")
    table.insert(1, "name", pd.Series([names.get(item.id) for item in chosen], dtype="str"))
    return canonical_table(table)


def _table(chosen: list[Decision], key: str) -> pd.DataFrame:
    texts = {
        key: [item.id for item in chosen],
        "outcome": [item.outcome for item in chosen],
        "reason": [item.reason for item in chosen],
        **{lang: [item.text(lang) for item in chosen] for lang in LANGUAGES},
        "evidence": [", ".join(item.evidence) for item in chosen],
    }
    table = pd.DataFrame({name: pd.Series(column, dtype="str") for name, column in texts.items()})
    table["area_dm2"] = pd.Series([int(item.area) for item in chosen], dtype="int64")
    return table
