"""A written scheme: the names of its files, and how those that are plain text are read.

What is read may come from anybody: sizes are limited, and whatever is not as it should be is an
error that names the file.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from planloop import standard
from planloop.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from planloop.plan.settings import SchemeSettings

DOCUMENT = "scheme.json"
BEFORE, AFTER = "before.gpkg", "after.gpkg"
DECISIONS, DECISION_LINES = "decisions.gpkg", "decisions.jsonl"
FINDING_LINES = "findings.jsonl"
WORKBOOK = "tables.xlsx"
PAGE = "summary.html"
CERTIFICATE = "certificate.json"
MAP_IMAGE, MAP_PRINT = "before_after.png", "before_after.pdf"

HASHED = (CERTIFICATE, DECISION_LINES, FINDING_LINES, MAP_PRINT, MAP_IMAGE, PAGE, WORKBOOK)
"""Files whose bytes ``scheme.json`` states; of the others (and of these) it states the content."""

MOST_BYTES = 256 * 2**20
"""Largest text file, and largest unpacked workbook, that is read."""

M = TypeVar("M", bound=BaseModel)


class Part(BaseModel):
    """A part of a written document: no other fields, no other types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def geodatabase_name(settings: SchemeSettings) -> str:
    """Return the name of the maintenance geodatabase, as a name for one file."""
    region = settings.region
    name = standard.load().naming.geodatabase_name(region.code, region.name, settings.scheme.year)
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name)


def file_names(settings: SchemeSettings) -> tuple[str, ...]:
    """Return the names of all files of a written scheme, sorted."""
    names = {DOCUMENT, BEFORE, AFTER, DECISIONS, geodatabase_name(settings), *HASHED}
    return tuple(sorted(names))


def json_text(data: object) -> str:
    """Return plain data as the text of a JSON file: keys as they come, one line for each value."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def lines_text(items: Iterable[Mapping[str, object]]) -> str:
    """Return plain data as JSON lines."""
    return "".join(json.dumps(item, ensure_ascii=False, allow_nan=False) + "\n" for item in items)


def read_text(path: Path) -> str:
    """Read a text file.

    Raises
    ------
    InputError
        The file is missing, too large, or not UTF-8.
    """
    if not path.is_file():
        raise InputError("read.missing-file", path=path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError("written.too-large", path=path, limit=MOST_BYTES // 2**20)
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError("read.unreadable", path=path, reason=error.strerror) from error
    except UnicodeDecodeError as error:
        raise InputError("written.not-json", path=path, reason="UTF-8") from error


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds one object.

    Raises
    ------
    InputError
        The file is missing, too large, or not such a file.
    """
    return _object(read_text(path), path, None)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON lines, each an object; a last line without its end is an error.

    Raises
    ------
    InputError
        The file is missing, too large, cut off, or not such a file.
    """
    text = read_text(path)
    if text and not text.endswith("\n"):
        raise InputError("read.truncated", path=path)
    return [_object(line, path, row) for row, line in enumerate(text.split("\n")[:-1], start=1)]


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_archive(path: Path) -> None:
    """Refuse a workbook that unpacks to more than is ever read.

    Raises
    ------
    InputError
        The file is missing, no archive, or too large when unpacked.
    """
    if not path.is_file():
        raise InputError("read.missing-file", path=path)
    room = MOST_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    while chunk := part.read(2**20):
                        room -= len(chunk)
                        if room < 0:
                            limit = MOST_BYTES // 2**20
                            raise InputError("written.too-large", path=path, limit=limit)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError("read.unreadable", path=path, reason=error) from error
    except zlib.error as error:
        raise InputError("read.unreadable", path=path, reason=error) from error


def _object(text: str, path: Path, row: int | None) -> dict[str, Any]:
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        json.dumps(data, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError("written.not-json", path=path, row=row, reason=reason) from error
    if not isinstance(data, dict):
        raise InputError("written.not-json", path=path, row=row, reason="no object")
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: which of the two counts is anybody's guess."""
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a key stands twice"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> float:
    message = f"{name} is no number"
    raise ValueError(message)


def parsed(model: type[M], data: dict[str, Any], path: Path, row: int | None = None) -> M:
    """Check plain data against the model of its document.

    Raises
    ------
    InputError
        The data are of another form; the error names the field.
    """
    try:
        return model.model_validate(data)
    except (ValidationError, RecursionError) as error:
        field, reason = "", str(error)
        if isinstance(error, ValidationError):
            first = error.errors(include_url=False, include_input=False)[0]
            field, reason = ".".join(map(str, first["loc"])), first["msg"]
        key = "written.not-a-scheme"
        raise InputError(key, path=path, row=row, field=field, reason=reason) from error
