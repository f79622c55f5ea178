"""A GeoPackage of several layers, written whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from planloop.errors import InputError, OutputError
from planloop.plan.formats.geopackage import read_layers, write_layers
from planloop.plan.formats.staging import FAILURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planloop.plan.layer import Layer


def write_package(path: Path, layers: Sequence[Layer]) -> Path:
    """Write layers to a new GeoPackage: aside, read back, then put in place.

    Parameters
    ----------
    path
        File to write; must not exist.
    layers
        Layers in canonical form.

    Raises
    ------
    OutputError
        The file exists, cannot be written, or is not whole; nothing is left behind.
    """
    if path.exists():
        raise OutputError("write.exists", path=path)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent) as folder:
            aside = Path(folder) / path.name
            write_layers(aside, layers)
            found = read_layers(aside)
            for layer in layers:
                count = len(found[layer.code]) if layer.code in found else 0
                if count != len(layer):
                    raise OutputError(
                        "write.not-whole", path=path, written=count, features=len(layer)
                    )
            aside.replace(path)
    except (InputError, *FAILURES) as error:
        reason = " ".join(str(error).split())[:300]
        raise OutputError("write.failed", path=path, reason=reason) from error
    return path
