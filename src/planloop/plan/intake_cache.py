"""Intakes of earlier runs, kept in a folder: taken again only where nothing at all differs.

Each stands in a folder of its own that is named by the digest of everything it depends on
(:func:`~planloop.plan.intake_key.intake_key`), and says the bytes of its files. One that is
damaged, or of another program, is not used; one that cannot be kept is not. So a cache can be
deleted at any time, and a run with one ends as a run without.
"""

from __future__ import annotations

import shutil
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from planloop.errors import PlanloopError
from planloop.plan.digest import digest_data
from planloop.plan.drawings import read_drawings
from planloop.plan.formats.staging import staged_folder
from planloop.plan.intake import intake
from planloop.plan.intake_key import intake_key
from planloop.plan.intake_parts import read_parts, write_parts
from planloop.plan.written import file_digest, json_text, read_json

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.intake import Intake
    from planloop.plan.settings import SchemeSettings
    from planloop.progress import Progress

FURTHER = ("locks", "locks_layer", "locks_crs", "locks_datum", "near")
"""Settings of the inputs that no intake reads: of the drawn locks, and the earlier scheme."""

SEAL = "bytes.json"
"""What each file's bytes are."""

UNUSABLE = (
    OSError,
    PlanloopError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)
"""What reading raises where something is wrong with what is kept; it is not used, then."""

MOST = 4
"""Intakes that are kept; the ones used longest ago go first."""


def cached_intake(folder: Path, settings: SchemeSettings, progress: Progress) -> Intake:
    """Return the intake of an earlier run that had the very same inputs, or a new one.

    Drawn locks, which change from run to run, are read in any case.

    Parameters
    ----------
    folder
        Where intakes are kept; made where it is missing.
    settings
        The settings.
    progress
        Told of the steps.

    Raises
    ------
    InputError, SettingsError
        As :func:`~planloop.plan.intake.intake` does. A cache that cannot be read or written is no
        error.
    """
    plain = settings.inputs.model_copy(update=dict.fromkeys(FURTHER))
    undrawn = settings.model_copy(update={"inputs": plain})
    key = intake_key(undrawn)
    place = folder / key
    found = _kept(place, settings)
    if found is None:
        found = intake(undrawn, progress)
        # Files that changed while they were read are nobody's intake.
        if intake_key(undrawn) == key:
            _keep(place, found, settings)
    region = found.plan.region
    around = found.plan.layer(settings.roles.region).geometry
    drawings = read_drawings(settings.inputs, region, around)
    return found if drawings is None else found.with_drawings(drawings)


def _kept(place: Path, settings: SchemeSettings) -> Intake | None:
    """Return what is kept in a folder if every byte of it is as it was written."""
    if not (place / SEAL).is_file():
        return None
    try:
        told = read_json(place / SEAL)
        names = sorted(item.name for item in place.iterdir() if item.name != SEAL)
        if told != {name: file_digest(place / name) for name in names}:
            return None
        found = read_parts(place, settings)
        (place / SEAL).touch()
    except UNUSABLE:
        return None
    return found


class _NotTheSameError(Exception):
    """What was read back is not what was written."""


def _keep(place: Path, taken: Intake, settings: SchemeSettings) -> None:
    """Keep an intake, if what is read back is what was written."""
    with suppress(_NotTheSameError, *UNUSABLE):
        with staged_folder(place, overwrite=True) as aside:
            write_parts(taken, aside)
            if _said(read_parts(aside, settings)) != _said(taken):
                raise _NotTheSameError
            bytes_of = {item.name: file_digest(item) for item in sorted(aside.iterdir())}
            (aside / SEAL).write_text(json_text(bytes_of), encoding="utf-8")
        _tidy(place.parent)


def _tidy(folder: Path) -> None:
    """Remove the intakes used longest ago."""
    seals = sorted(folder.glob(f"*/{SEAL}"), key=lambda path: path.stat().st_mtime_ns)
    for seal in seals[:-MOST]:
        shutil.rmtree(seal.parent, ignore_errors=True)


def _said(taken: Intake) -> str:
    """Return a digest of everything that an intake says."""
    fabric = taken.fabric
    arrays = [fabric.area, *(getattr(fabric.neighbours, name) for name in ("left", "right"))]
    arrays += [fabric.neighbours.length, fabric.neighbours.outer]
    for labels in fabric.labels.values():
        arrays += [labels.of_face, labels.overlaps]
    for relation in fabric.relations.values():
        arrays += [relation.face, relation.feature]
    return digest_data(
        {
            "plan": taken.plan.digest(),
            "columns": {
                code: [list(layer.frame.columns), [str(kind) for kind in layer.frame.dtypes]]
                for code, layer in taken.plan.layers.items()
            },
            "faces": [face.wkb_hex for face in fabric.faces],
            "arrays": [[str(item.dtype), item.tolist()] for item in map(np.asarray, arrays)],
            "names": [
                [name, list(held.ids)]
                for held_by in (fabric.labels, fabric.relations)
                for name, held in held_by.items()
            ],
            "host": fabric.host,
            "certificate": repr(taken.certificate),
            "findings": repr(taken.findings),
            "inputs": list(taken.inputs.items()),
        }
    )
