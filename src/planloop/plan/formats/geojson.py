"""GeoJSON in longitude and latitude, exact on the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio

from planloop.plan.crs import GEOGRAPHIC, transform
from planloop.plan.formats.shapefile import table_with_id
from planloop.plan.formats.staging import staged

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.layer import Layer

DECIMALS = 12
"""Decimals of a degree: a tenth of a micrometre, so that the 0.1 mm grid comes back exactly."""


def write_geojson(path: Path, layer: Layer) -> None:
    """Write a layer to a new GeoJSON file in EPSG:4490, which the file names.

    Parameters
    ----------
    path
        File to write; must not exist.
    layer
        Layer in canonical form, in the working CRS. Identifiers go into the field BSM.

    Raises
    ------
    OutputError
        The file exists or cannot be written; nothing is left behind.
    """
    epsg = int(layer.frame.crs.to_epsg() or 0)
    frame = gpd.GeoDataFrame(
        table_with_id(layer),
        geometry=transform(layer.geometry, epsg, GEOGRAPHIC),
        crs=f"EPSG:{GEOGRAPHIC}",
    )
    with staged(path, features=len(layer)) as aside:
        pyogrio.write_dataframe(
            frame,
            aside,
            layer=layer.code,
            driver="GeoJSON",
            layer_options={"COORDINATE_PRECISION": str(DECIMALS), "RFC7946": "NO"},
        )
