"""Read a layer from any vector file that people have."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import pyogrio
import shapely

from planloop.errors import InputError
from planloop.plan.formats.archive import inside_name, open_archive
from planloop.plan.formats.dbase import find_parts, guess_encoding

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator, Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

FAILURES = (RuntimeError, OSError, ValueError, LookupError, shapely.errors.GEOSException)
"""What GDAL and its readers raise on a file that they cannot read (pyogrio's are RuntimeErrors)."""

ARCS = range(8, 15)
HEIGHTS, MEASURES = (1, 3), (2, 3)
"""Codes of geometries with arcs, and the thousands that are added to a code for heights and
measures, by ISO/IEC 13249-3."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """What GDAL opens; for shapefiles each layer's ``.shp``."""

    name: str
    shapefiles: Mapping[str, Path | zipfile.Path] = field(default_factory=dict)


def list_layers(path: Path) -> list[str]:
    """Return the names of the layers in a file.

    Raises
    ------
    InputError
        The file is missing, unreadable or truncated, or an archive that may not be opened.
    """
    return _names(path, _open(path))


def read_layer(
    path: Path, layer: str | None = None, *, encoding: str | None = None
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Read one layer as it stands in the file.

    Parameters
    ----------
    path
        A folder or file: .gdb, .gpkg, .shp, .geojson, .json, or a .zip of one of these.
    layer
        Name of the layer; may be None where the file holds only one.
    encoding
        Encoding of a shapefile's texts. Without it the .cpg decides; without that, UTF-8 where it
        fits and GBK otherwise.

    Returns
    -------
    GeoDataFrame
        Features with two-dimensional geometry, in the file's CRS, in the order of the file.
    tuple of str
        Notes: entries of ``messages/findings.toml``.

    Raises
    ------
    InputError
        The file is missing, unreadable or truncated, the layer is missing, its texts cannot be
        decoded, or a geometry has arcs.
    """
    opened = _open(path)
    names = _names(path, opened)
    if layer is None:
        if len(names) != 1:
            raise InputError("read.which-layer", path=path, present=", ".join(names))
        layer = names[0]
    if layer not in names:
        raise InputError("read.missing-layer", path=path, layer=layer, present=", ".join(names))
    notes: tuple[str, ...] = ()
    name = opened.name
    inside: str | None = layer
    if layer in opened.shapefiles:
        shapefile = opened.shapefiles[layer]
        parts = find_parts(path, shapefile)
        if encoding is None:
            encoding = guess_encoding(parts)
            notes = ("encoding-guessed",) if encoding == "GBK" else ()
        if not isinstance(shapefile, Path):
            # its own name may be in an encoding that GDAL does not know
            name, inside = inside_name(path, shapefile.at), None
    frame, dropped = _read(path, layer, name, inside, encoding)
    return frame, (*notes, *dropped)


def _open(path: Path) -> _Opened:
    if not path.exists():
        raise InputError("read.missing-file", path=path)
    if path.suffix.lower() == ".zip":
        archived = open_archive(path)
        return _Opened(archived.name, archived.shapefiles)
    return _Opened(str(path), {path.stem: path} if path.suffix.lower() == ".shp" else {})


def _names(path: Path, opened: _Opened) -> list[str]:
    if opened.shapefiles:
        return list(opened.shapefiles)
    try:
        with _no_word_on_measures():
            return [str(name) for name in pyogrio.list_layers(opened.name)[:, 0]]
    except FAILURES as error:
        raise InputError("read.unreadable", path=path, reason=_words(error)) from error


def _read(
    path: Path, layer: str, name: str, inside: str | None, encoding: str | None
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return a layer in two dimensions, and notes on what was dropped."""
    try:
        with _no_word_on_measures():
            info = pyogrio.read_info(
                name, layer=inside, encoding=encoding, force_feature_count=True
            )
            if info["geometry_type"] is None:
                raise InputError("read.no-geometry", path=path, layer=layer)
            kinds = _kinds(name, inside)
            arcs = np.flatnonzero(np.isin(kinds % 1000, ARCS))
            if len(arcs):
                raise InputError("read.curves", path=path, layer=layer, row=int(arcs[0]) + 1)
            frame = pyogrio.read_dataframe(name, layer=inside, encoding=encoding)
    except FAILURES as error:
        raise InputError("read.unreadable", path=path, layer=layer, reason=_words(error)) from error
    if len(frame) != info["features"]:
        raise InputError("read.truncated", path=path, layer=layer)
    heights, measures = (np.isin(kinds // 1000, codes).any() for codes in (HEIGHTS, MEASURES))
    if heights or measures:
        shapes = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object))
        frame = frame.set_geometry(shapes, crs=frame.crs)
    dropped = {"height-dropped": heights, "measure-dropped": measures}
    return frame, tuple(note for note, told in dropped.items() if told)


def _kinds(name: str, inside: str | None) -> NDArray[np.uint32]:
    """Return the type codes of a layer's geometries, shape (n,), 0 where there is none.

    GDAL's frames replace an arc by many short edges and drop measures without a word; its Arrow
    stream does not.
    """
    found = [np.zeros(0, dtype=np.uint32)]
    with pyogrio.open_arrow(name, layer=inside, columns=[], use_pyarrow=True) as (meta, stream):
        for batch in stream:
            # well-known binary: one byte for the order of bytes, then the code
            codes = pc.binary_slice(batch[meta["geometry_name"] or "wkb_geometry"], 1, 5)
            found.append(np.frombuffer(b"".join(codes.fill_null(b"\0" * 4).to_pylist()), "<u4"))
    return np.concatenate(found)


@contextmanager
def _no_word_on_measures() -> Iterator[None]:
    """Keep pyogrio from warning on stderr that it drops measures; we say it ourselves."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Measured", category=UserWarning)
        yield


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
