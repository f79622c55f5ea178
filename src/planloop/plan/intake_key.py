"""What an intake depends on, as one digest: files, settings, and the program itself."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from planloop.plan.digest import digest_data
from planloop.plan.mapping import read_mapping
from planloop.plan.written import file_digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planloop.plan.settings import SchemeSettings

SECTIONS = ("region", "inputs", "quota", "roles", "align")
"""Sections of the settings that an intake reads."""

ROOMS = ("geometry", "plan", "standard")
"""Packages whose code an intake runs."""

LIBRARIES = ("geopandas", "numba", "numpy", "pandas", "pyarrow", "pyogrio", "pyproj", "shapely")


def intake_key(settings: SchemeSettings) -> str:
    """Return a digest that is another one where anything differs that an intake depends on.

    Raises
    ------
    InputError, SettingsError
        The mapping cannot be read.
    """
    chosen = settings.model_dump(mode="json", include=set(SECTIONS))
    files = settings.inputs.files
    chosen["inputs"] |= {name: path.name for name, path in files.items()}
    sources = dict.fromkeys(source.path for source in read_mapping(settings.inputs.mapping).source)
    return digest_data(
        {
            "settings": chosen,
            "inputs": {name: _bytes(path) for name, path in files.items()},
            "sources": [[path.name, _bytes(path)] for path in sources],
            "program": program(),
        }
    )


@cache
def program() -> str:
    """Return a digest of the code that an intake runs and of the libraries that it calls."""
    root = Path(__file__).parents[1]
    files = [path for room in ROOMS for path in (root / room).rglob("*") if _is_code(path)]
    code = {path.relative_to(root).as_posix(): file_digest(path) for path in files}
    libraries = {name: version(name) for name in LIBRARIES}
    return digest_data({"code": code, "libraries": libraries, "python": platform.python_version()})


def _is_code(path: Path) -> bool:
    return path.suffix in {".py", ".csv", ".toml"} and path.is_file()


def _bytes(path: Path) -> dict[str, str]:
    """Return the digests of a file and its companions, or of everything in a folder."""
    if path.is_dir():
        found: Iterable[Path] = path.rglob("*")
        base = path
    else:
        base = path.parent
        found = (
            item
            for item in (base.iterdir() if base.is_dir() else ())
            if item.name.startswith((f"{path.stem}.", path.name))
        )
    return {
        item.relative_to(base).as_posix(): file_digest(item)
        for item in sorted(found)
        if item.is_file()
    }
