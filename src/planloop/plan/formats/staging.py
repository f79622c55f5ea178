"""Write aside, and put in place only what is whole: a file, a shapefile, or a whole folder.

Whatever happens (an error, a full disk, a process that is killed, a power cut), what stands under
the name asked for is the old or the new, never a part: what is new is written beside it under a
hidden name, synced to the disk, and renamed.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from planloop.errors import InputError, OutputError
from planloop.plan.formats.vector import read_layer

if TYPE_CHECKING:
    from collections.abc import Iterator

FAILURES = (OSError, DataLayerError, DataSourceError)
"""What the writers raise that cannot write."""


@contextmanager
def staged(path: Path, *, features: int) -> Iterator[Path]:
    """Give a path to write to; when the writing is over and found whole, move it to `path`.

    Parameters
    ----------
    path
        Where the file is to be; must not exist. Its companions (other suffixes) move along.
    features
        How many features the file must hold when it is read back.

    Raises
    ------
    OutputError
        The file exists, cannot be written, or is not whole; nothing is left behind.
    """
    with staged_file(path) as aside:
        yield aside
        _check_whole(aside, path, features)


@contextmanager
def staged_file(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a path to write to; when the writing is over and on the disk, move it to `path`.

    Parameters
    ----------
    path
        Where the file is to be. Its companions (other suffixes) move along; they must not exist.
    overwrite
        Replace a file that is there, once the new one is written.

    Raises
    ------
    OutputError
        The file exists and may not be replaced, or cannot be written; nothing is left behind.
    """
    if path.exists() and not overwrite:
        raise OutputError("write.exists", path=path)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent) as folder:
            aside = Path(folder) / path.name
            yield aside
            _sync(Path(folder))
            _move(aside, path)
            _sync_entry(path.parent)
    except FAILURES as error:
        raise _failed(path, error) from error


@contextmanager
def staged_folder(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give an empty folder to write to; when the writing is over, make it the folder `path`.

    The folder stands beside `path` as ``.{name}-…``, and is renamed as a whole when every file in
    it is on the disk. Folders above `path` that are missing are made.

    Parameters
    ----------
    path
        Where the folder is to be.
    overwrite
        Replace a folder that is there. It is moved aside first, put back if the new one cannot
        take its place, and removed after.

    Raises
    ------
    OutputError
        Something stands there and may not be replaced, or the folder cannot be written; nothing
        is left behind, and what stood there still does.
    """
    place = path.resolve()
    if place.exists() and not (overwrite and place.is_dir()):
        raise OutputError("write.exists", path=path)
    missing = [folder for folder in place.parents if not folder.exists()]
    aside = place.with_name(f".{place.name}-{secrets.token_hex(4)}")
    try:
        aside.mkdir(parents=True)
        yield aside
        _sync(aside)
        _replace(aside, place)
        _sync_entry(place.parent)
    except FAILURES as error:
        _remove(aside, missing)
        raise _failed(path, error) from error
    except BaseException:
        _remove(aside, missing)
        raise


def check_replaceable(path: Path, mark: str) -> None:
    """Refuse to replace a folder that is neither empty nor an earlier result.

    Parameters
    ----------
    path
        The folder; it may be missing.
    mark
        Name of a file that every such result holds.

    Raises
    ------
    OutputError
        The folder holds files, and not that one.
    """
    if path.is_dir() and any(path.iterdir()) and not (path / mark).is_file():
        raise OutputError("write.no-result", path=path, mark=mark)


def _failed(path: Path, error: Exception) -> OutputError:
    return OutputError("write.failed", path=path, reason=" ".join(str(error).split())[:300])


def _check_whole(aside: Path, path: Path, features: int) -> None:
    """Read the file back: a full disk does not always make the writing fail."""
    try:
        frame, _ = read_layer(aside)
    except InputError as error:
        raise OutputError("write.failed", path=path, reason=error.text("en")) from error
    shapes = np.asarray(frame.geometry.array, dtype=object)
    if len(frame) != features or shapely.is_missing(shapes).any():
        raise OutputError("write.not-whole", path=path, written=len(frame), features=features)


def _move(aside: Path, path: Path) -> None:
    """Move the companions first, so that the file itself is never there without them."""
    companions = sorted(item for item in aside.parent.iterdir() if item != aside)
    for item in companions:
        if (path.parent / item.name).exists():
            raise OutputError("write.exists", path=path.parent / item.name)
    moved: list[Path] = []
    try:
        for item in (*companions, aside):
            moved.append(item.rename(path.parent / item.name))  # noqa: PERF401  # one may fail
    except OSError:
        for item in moved:
            item.unlink()
        raise


def _replace(aside: Path, place: Path) -> None:
    """Rename a folder into its place, putting what stood there away, or back where that fails."""
    if not place.exists():
        aside.rename(place)
        return
    old = place.with_name(f".{place.name}-{secrets.token_hex(4)}")
    place.rename(old)
    try:
        aside.rename(place)
    except BaseException:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _remove(aside: Path, missing: list[Path]) -> None:
    """Remove what was written, and the folders above it that were made for it."""
    shutil.rmtree(aside, ignore_errors=True)
    with suppress(OSError):
        for folder in missing:
            folder.rmdir()


def _sync(folder: Path) -> None:
    """Wait until every file and folder in `folder`, and itself, is on the disk."""
    for inner in sorted(folder.rglob("*")):
        _sync_entry(inner)
    _sync_entry(folder)


def _sync_entry(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
