"""Write a scheme as the files that people need: all of them, or none."""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING

from planloop.plan import written
from planloop.plan.decided import PROJECTS, parcel_layer, piece_layer, project_table
from planloop.plan.formats.geopackage import replace_layers, write_layers
from planloop.plan.formats.geopackage_check import check_stored
from planloop.plan.formats.maintenance_gdb import (
    check_maintenance_gdb,
    maintained,
    write_maintenance_gdb,
)
from planloop.plan.formats.staging import check_replaceable, staged_folder
from planloop.plan.optimality import optimality_text
from planloop.plan.scheme_document import SchemeDocument
from planloop.plan.scheme_lines import line_of
from planloop.plan.sheets import sheets
from planloop.progress import silent
from planloop.publishing.beside import beside
from planloop.publishing.map import draw_maps
from planloop.publishing.page import page
from planloop.publishing.workbook import workbook

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    import pandas as pd

    from planloop.plan.layer import Layer
    from planloop.plan.scheme import Scheme
    from planloop.progress import Progress


def publish(
    scheme: Scheme, directory: Path, *, progress: Progress = silent, overwrite: bool = False
) -> Path:
    """Write every file of a scheme into a folder, all or nothing, and return the folder.

    Parameters
    ----------
    scheme
        The scheme.
    directory
        Folder to be made.
    progress
        Told how far the writing is.
    overwrite
        Replace the folder where it holds an earlier scheme or nothing.

    Raises
    ------
    OutputError
        The folder exists, or holds something else than a scheme; or a file could not be written
        whole. Nothing is left behind.
    """
    if overwrite:
        check_replaceable(directory, written.DOCUMENT)
    with staged_folder(directory, overwrite=overwrite) as aside:
        with beside(partial(draw_maps, scheme, aside)):
            for step, write in enumerate(WRITERS):
                progress("write", step, STEPS)
                write(scheme, aside)
            progress("write", STEPS - 2, STEPS)
        progress("write", STEPS - 1, STEPS)
        _document(scheme, aside)
    progress("write", STEPS, STEPS)
    return directory


def _plan_before(scheme: Scheme, folder: Path) -> None:
    plan = scheme.before
    _geopackage(folder / written.BEFORE, plan.layers.values(), plan.tables)


def _plan_after(scheme: Scheme, folder: Path) -> None:
    """Write the plan after as the plan before with other layers: most are the very same."""
    plan, path = scheme.after, folder / written.AFTER
    old = scheme.before.layers
    changed = [layer for code, layer in plan.layers.items() if layer is not old.get(code)]
    shutil.copyfile(folder / written.BEFORE, path)
    replace_layers(path, changed)
    check_stored(path, plan.layers.values(), plan.tables)


def _decisions(scheme: Scheme, folder: Path) -> None:
    parcels = scheme.before.layer(scheme.settings.roles.parcels)
    layers = (piece_layer(scheme.changes.pieces), parcel_layer(scheme.decisions, parcels))
    table = project_table(scheme.decisions, scheme.before.tables["projects"])
    _geopackage(folder / written.DECISIONS, layers, {PROJECTS: table})


def _geopackage(path: Path, layers: Collection[Layer], tables: Mapping[str, pd.DataFrame]) -> None:
    write_layers(path, layers, tables)
    check_stored(path, layers, tables)


def _geodatabase(scheme: Scheme, folder: Path) -> None:
    path = folder / written.geodatabase_name(scheme.settings)
    classes = maintained(scheme.before, scheme.after, scheme.changes, scheme.settings)
    write_maintenance_gdb(path, classes)
    check_maintenance_gdb(path, classes)


def _texts(scheme: Scheme, folder: Path) -> None:
    chosen = scheme.settings.scheme
    decisions = written.lines_text(line_of(item) for item in scheme.decisions)
    findings = written.lines_text(line_of(item) for item in scheme.findings)
    book = workbook(sheets(scheme), title=chosen.name, dated=chosen.dated)
    (folder / written.DECISION_LINES).write_text(decisions, encoding="utf-8", newline="\n")
    (folder / written.FINDING_LINES).write_text(findings, encoding="utf-8", newline="\n")
    told = optimality_text(scheme.optimality)
    (folder / written.CERTIFICATE).write_text(told, encoding="utf-8", newline="\n")
    (folder / written.PAGE).write_text(page(scheme), encoding="utf-8", newline="\n")
    (folder / written.WORKBOOK).write_bytes(book)


def _document(scheme: Scheme, folder: Path) -> None:
    """Write ``scheme.json``, last: it states the bytes of the others."""
    digests = {name: written.file_digest(folder / name) for name in written.HASHED}
    document = SchemeDocument.of(scheme, digests)
    text = written.json_text(document.to_json())
    (folder / written.DOCUMENT).write_text(text, encoding="utf-8", newline="\n")


WRITERS = (_plan_before, _plan_after, _decisions, _geodatabase, _texts)
"""What is written while the maps are drawn."""

STEPS = len(WRITERS) + 2
"""Those, the maps, and the document."""
