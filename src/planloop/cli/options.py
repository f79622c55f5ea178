"""Arguments and options that several verbs take."""

from __future__ import annotations

from pathlib import Path

import click

SETTINGS = click.argument("settings", type=click.Path(path_type=Path, dir_okay=False))
"""The settings file."""

OUT = click.option(
    "--out",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the results; written all or nothing.",
)
"""The folder that is written."""
