"""A File Geodatabase with one feature class changed, everything else as it was."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FINE = {"XYSCALE": "1e12", "XORIGIN": "-400", "YORIGIN": "-400", "XYTOLERANCE": "1e-11"}


def rewrite_class(path: Path, name: str, change: Callable[[Any], None]) -> str:
    """Write the geodatabase anew with one class changed; return the BSM of its first feature."""
    classes = {
        str(layer): gpd.read_file(path, layer=str(layer))
        for layer in pyogrio.list_layers(path)[:, 0]
    }
    change(classes[name])
    shutil.rmtree(path)
    for layer, frame in classes.items():
        pyogrio.write_dataframe(
            frame,
            path,
            layer=layer,
            driver="OpenFileGDB",
            append=path.exists(),
            geometry_type="MultiPolygon",
            layer_options=FINE,
        )
    return str(classes[name]["BSM"].iloc[0])
