"""The parts of a shapefile, and in which encoding the texts of its table are."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, cast

from planloop.errors import InputError

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    Part = Path | zipfile.Path
    """A file on the disk or in an archive."""

HEADER = 32
"""Bytes of the table's header, and of each field's description."""

END_OF_FIELDS = 0x0D
ROWS = 4096
GUESS = "GBK"
"""What a table is in that does not say and is not UTF-8."""


def find_parts(path: Path, shapefile: Part) -> Mapping[str, Part]:
    """Return the files that together are a shapefile, by suffix in lower case.

    Parameters
    ----------
    path
        File that the user named, for the error.
    shapefile
        The ``.shp``.

    Raises
    ------
    InputError
        The index or the table is missing, or the table is empty: GDAL would give the shapes
        without their fields, and that is not what was meant.
    """
    folder = cast("Part", shapefile.parent)  # typeshed knows less of an archive's paths
    stem = shapefile.name[: -len(".shp")]
    parts = {
        item.name[len(stem) :].lower(): item
        for item in folder.iterdir()
        if item.name.startswith(stem + ".")
    }
    for suffix in (".shx", ".dbf"):
        if suffix not in parts:
            raise InputError("read.unreadable", path=path, reason=f"{stem}{suffix} is missing")
    with parts[".dbf"].open("rb") as table:
        if len(table.read(HEADER)) < HEADER:
            raise InputError("read.unreadable", path=path, reason=f"{stem}.dbf has no header")
    return parts


def guess_encoding(parts: Mapping[str, Part]) -> str | None:
    """Return the encoding of a shapefile that does not say it, or None where there is no doubt.

    There is none where a ``.cpg`` names it, or where all texts are plain ASCII. Otherwise UTF-8
    where every text is, and GBK where not.
    """
    if ".cpg" in parts:
        return None
    with parts[".dbf"].open("rb") as table:
        header = table.read(HEADER)
        size, width = (int.from_bytes(header[start : start + 2], "little") for start in (8, 10))
        fields = table.read(max(size - HEADER, 0))
        texts = list(_text_fields(fields))
        encodings = {_of_text(name) for name, _, _ in texts}
        while width and (rows := table.read(width * ROWS)):
            if not rows.isascii():
                encodings |= _of_rows(rows, width, texts)
    if GUESS in encodings:
        return GUESS
    return "UTF-8" if "UTF-8" in encodings else None


def _text_fields(fields: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, first byte in the row and width of each field; width 0 where it is no text."""
    at = 1  # before the first field stands the mark of deletion
    for start in range(0, len(fields), HEADER):
        field = fields[start : start + HEADER]
        if len(field) < HEADER or field[0] == END_OF_FIELDS:
            return
        yield field[:11].split(b"\0")[0], at, field[16] if field[11:12] == b"C" else 0
        at += field[16]


def _of_rows(rows: bytes, width: int, texts: list[tuple[bytes, int, int]]) -> set[str | None]:
    found: set[str | None] = set()
    for row in range(0, len(rows), width):
        for _, at, size in texts:
            found.add(_of_text(rows[row + at : row + at + size]))
        if GUESS in found:
            break
    return found


def _of_text(text: bytes) -> str | None:
    """Return the encoding of a text, None for plain ASCII; a last character may be cut off."""
    if text.isascii():
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(text.rstrip(b" \0"))
    except UnicodeDecodeError:
        return GUESS
    return "UTF-8"
