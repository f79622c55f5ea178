"""Build the demo city and write its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.demo.city import City, make_city
from planloop.demo.files import write_layers, write_settings
from planloop.demo.tables import write_tables
from planloop.plan.formats.staging import check_replaceable, staged_folder
from planloop.progress import silent

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.progress import Progress

SEED = 20260601
STEPS = 3


def build(directory: Path, *, seed: int = SEED, progress: Progress = silent) -> City:
    """Write the demo city's input files, ``mapping.toml`` and ``scheme.toml`` into a folder.

    Parameters
    ----------
    directory
        Folder to write; an earlier city in it is replaced.
    seed
        Seed of everything that is invented.
    progress
        Called after each step.

    Returns
    -------
    City
        What the files hold, and the planted cases.

    Raises
    ------
    OutputError
        The files cannot be written; nothing is left behind, and an earlier folder stays.
    """
    check_replaceable(directory, "scheme.toml")
    progress("demo", 0, STEPS)
    city = make_city(seed)
    progress("demo", 1, STEPS)
    with staged_folder(directory, overwrite=True) as aside:
        sources = write_layers(city, aside)
        progress("demo", 2, STEPS)
        write_tables(city, aside)
        write_settings(sources, aside)
    progress("demo", STEPS, STEPS)
    return city
