"""Write the alternatives as files: all of them, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.messages import render
from planloop.plan.formats.staging import check_replaceable, staged_folder
from planloop.plan.written import json_text
from planloop.progress import silent
from planloop.publishing.alternatives_sheet import draw_alternatives
from planloop.publishing.alternatives_tables import document, sheets
from planloop.publishing.workbook import workbook

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.maintenance.alternatives import Alternatives
    from planloop.progress import Progress

DOCUMENT, WORKBOOK = "alternatives.json", "alternatives.xlsx"
STEPS = 3


def publish_alternatives(
    made: Alternatives, directory: Path, *, progress: Progress = silent, overwrite: bool = False
) -> Path:
    """Write the picture, the tables and the data into a folder, all or nothing, and return it.

    Parameters
    ----------
    made
        The alternatives.
    directory
        Folder to be made.
    progress
        Told how far the writing is.
    overwrite
        Replace the folder where it holds earlier alternatives or nothing.

    Raises
    ------
    OutputError
        The folder exists, or holds something else; or a file could not be written. Nothing is left
        behind.
    """
    if overwrite:
        check_replaceable(directory, DOCUMENT)
    chosen = made.settings.scheme
    with staged_folder(directory, overwrite=overwrite) as aside:
        progress("write", 0, STEPS)
        draw_alternatives(made, aside)
        progress("write", 1, STEPS)
        title = f"{chosen.name} {render('alternatives.title', {}, 'zh')}"
        book = workbook(sheets(made), title=title, dated=chosen.dated)
        (aside / WORKBOOK).write_bytes(book)
        progress("write", 2, STEPS)
        text = json_text(document(made))
        (aside / DOCUMENT).write_text(text, encoding="utf-8", newline="\n")
    progress("write", STEPS, STEPS)
    return directory
