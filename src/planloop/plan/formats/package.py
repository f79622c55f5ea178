"""A GeoPackage of several layers, written whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.errors import InputError, OutputError
from planloop.plan.formats.geopackage import read_layers, write_layers
from planloop.plan.formats.staging import staged_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
    with staged_file(path) as aside:
        write_layers(aside, layers)
        try:
            found = read_layers(aside)
        except InputError as error:
            raise OutputError("write.failed", path=path, reason=error.text("en")) from error
        for layer in layers:
            count = len(found[layer.code]) if layer.code in found else 0
            if count != len(layer):
                raise OutputError("write.not-whole", path=path, written=count, features=len(layer))
    return path
