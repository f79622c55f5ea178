"""Archives (.zip): what one holds, and whether it may be opened."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from planloop.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_ENTRIES = 10_000
MOST_BYTES = 20 * 1024**3
"""Limits of an archive: number of entries, and bytes when unpacked."""

FILES = (".gpkg", ".geojson", ".json")
"""Suffixes of sources that are one file."""

UTF8 = 0x800
"""Flag of an entry whose name is in UTF-8."""

CHUNK = 2**20
BROKEN = (
    zipfile.BadZipFile,
    OSError,
    EOFError,
    NotImplementedError,  # a compression that Python does not know
    RuntimeError,  # a password
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Archived:
    """The one source that an archive holds.

    Parameters
    ----------
    name
        What GDAL opens; for shapefiles their folder.
    shapefiles
        Layer → the ``.shp`` inside the archive; empty for other sources.
    """

    name: str
    shapefiles: Mapping[str, zipfile.Path]


def open_archive(path: Path) -> Archived:
    """Find the source in an archive, after looking whether it is whole and harmless.

    A source is a File Geodatabase, a GeoPackage, a GeoJSON file, or the shapefiles of one folder.
    Nothing is unpacked.

    Raises
    ------
    InputError
        The archive is damaged, leads outside, is too large, or holds no source or several.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except BROKEN as error:
        raise InputError("read.unreadable", path=path, reason=error) from error
    _check_harmless(path, entries)
    names = [item.filename for item in entries if not _hidden(item.filename)]
    found = sorted({source for name in names if (source := _source(name)) is not None})
    if len(found) != 1:
        present = ", ".join(_shown(name) for name in found) or "–"
        raise InputError("read.which-source", path=path, present=present)
    (source,) = found
    inside = source.removesuffix("*.shp")
    state = path.stat()
    _check_whole(path, inside, state.st_size, state.st_mtime_ns)
    shapefiles = {}
    if source.endswith("*.shp"):
        flags = {item.filename: item.flag_bits for item in entries}
        root = zipfile.Path(path)
        shapefiles = {
            PurePosixPath(_shown(name, flags[name])).stem: root / name
            for name in names
            if _source(name) == source
        }
    return Archived(inside_name(path, inside), shapefiles)


def inside_name(path: Path, member: str) -> str:
    """Return GDAL's name of a member of an archive."""
    return f"/vsizip/{{{path}}}/{member}".rstrip("/")


def _source(name: str) -> str | None:
    """Return the source that an entry belongs to: ``folder/*.shp`` for a shapefile."""
    parts = name.split("/")
    for depth, part in enumerate(parts[:-1], start=1):
        if part.lower().endswith(".gdb"):
            return "/".join(parts[:depth])
    if name.lower().endswith(".shp"):
        return name[: len(name) - len(parts[-1])] + "*.shp"
    return name if name.lower().endswith(FILES) else None


def _hidden(name: str) -> bool:
    """Return whether an entry is one that file managers add."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _check_harmless(path: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    names = [item.filename for item in entries]
    outside = any(
        ".." in name.replace("\\", "/").split("/") or name[:1] in {"/", "\\"} or name[1:2] == ":"
        for name in names
    )
    if (
        outside
        or len(names) > MOST_ENTRIES
        or len(set(names)) != len(names)  # which of two is meant is anybody's guess
        or sum(item.file_size for item in entries) > MOST_BYTES
    ):
        raise InputError("read.bad-archive", path=path, entries=len(names))


@lru_cache(maxsize=64)
def _check_whole(path: Path, inside: str, size: int, modified: int) -> None:
    """Check the sums of the entries of a source, once for each state (`size`, `modified`)."""
    del size, modified
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith(inside) and not _hidden(name):
                    with archive.open(name) as part:
                        while part.read(CHUNK):
                            pass
    except BROKEN as error:
        raise InputError("read.unreadable", path=path, reason=error) from error


def _shown(name: str, flags: int = 0) -> str:
    """Return the name that people see: many programs write GBK, or UTF-8 without its flag."""
    if flags & UTF8 or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name
