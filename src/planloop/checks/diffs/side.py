"""One of two written schemes that are compared: what of its files is read for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.checks.delivered import plan_of, read_decided, region_of
from planloop.errors import InputError
from planloop.plan import written
from planloop.plan.decided import PIECES
from planloop.plan.digest import digest_layer
from planloop.plan.formats.workbook import read_cells
from planloop.plan.layer import Layer
from planloop.plan.scheme_document import read_document
from planloop.plan.scheme_lines import read_decisions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd

    from planloop.plan.decision import Decision
    from planloop.plan.finding import Finding
    from planloop.plan.formats.workbook import Cell
    from planloop.plan.plan import Plan
    from planloop.plan.scheme_document import SchemeDocument
    from planloop.plan.settings import SchemeSettings


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A written scheme, as far as a comparison reads it.

    Parameters
    ----------
    folder
        Where it stands.
    document
        What it says of itself.
    settings
        Its settings.
    decisions
        What was decided on each parcel and each project.
    pieces
        The pieces of its change set, all layers.
    names
        Name of each project, by number.
    """

    folder: Path
    document: SchemeDocument
    settings: SchemeSettings
    decisions: tuple[Decision, ...]
    pieces: gpd.GeoDataFrame
    names: Mapping[str, str]

    def cells(self) -> Mapping[str, Sequence[Sequence[Cell]]]:
        """Read its tables: sheet → rows."""
        return read_cells(self.folder / written.WORKBOOK)

    def before(self) -> Plan:
        """Read the plan before maintenance.

        Raises
        ------
        InputError
            The file is missing, unreadable, or its boundary is not the one that was written.
        """
        path = self.folder / written.BEFORE
        found: list[Finding] = []
        plan = plan_of(path, region_of(self.settings, self.document), self.settings, found)
        code = self.settings.roles.boundary
        if plan is None or digest_layer(plan.layer(code)) != self.document.layers.before.get(code):
            raise InputError("diff.touched", path=path)
        return plan


def read_side(folder: Path) -> Side:
    """Read a written scheme for a comparison.

    Raises
    ------
    InputError
        The folder holds no scheme, a file of it is missing or unreadable, or what is compared is
        not what was written.
    """
    if not folder.is_dir():
        raise InputError("read.missing-file", path=folder)
    path = folder / written.DOCUMENT
    document = read_document(path)
    if document.seal != document.sealed():
        raise InputError("diff.touched", path=path)
    for name in (written.DECISION_LINES, written.WORKBOOK):
        _check_bytes(folder / name, document.files.get(name))
    written.check_archive(folder / written.WORKBOOK)
    settings = document.scheme_settings(path)
    path = folder / written.DECISIONS
    decided = read_decided(path, region_of(settings, document), [])
    if (
        decided is None
        or digest_layer(Layer(PIECES, decided.piece_frame)) != document.layers.pieces
    ):
        raise InputError("diff.touched", path=path)
    listed = decided.projects.to_dict("records")
    return Side(
        folder=folder,
        document=document,
        settings=settings,
        decisions=read_decisions(folder / written.DECISION_LINES),
        pieces=decided.pieces,
        names={str(row.get("number")): str(row.get("name") or "") for row in listed},
    )


def _check_bytes(path: Path, told: str | None) -> None:
    if not path.is_file():
        raise InputError("read.missing-file", path=path)
    if written.file_digest(path) != told:
        raise InputError("diff.touched", path=path)
