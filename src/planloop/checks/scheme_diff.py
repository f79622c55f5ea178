"""Two written schemes side by side: what moved from one to the other, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.checks.diffs.decisions import decision_changes
from planloop.checks.diffs.document import document_changes
from planloop.checks.diffs.land import LAND_COLUMNS, land_changes
from planloop.checks.diffs.side import read_side
from planloop.checks.diffs.tables import table_changes
from planloop.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd

    from planloop.checks.diffs.change import Change, Part
    from planloop.checks.diffs.decisions import DecisionChange
    from planloop.checks.diffs.side import Side


@dataclass(frozen=True, slots=True, eq=False)
class SchemeDiff:
    """What differs between two written schemes.

    Parameters
    ----------
    a, b
        The schemes.
    changes
        Digests, settings, inputs, proofs and accounts that differ, and every level of the
        objective.
    decisions
        Parcels and projects whose decision differs.
    land
        Land that only one scheme changes, or that both change otherwise; columns are
        :data:`~planloop.checks.diffs.land.LAND_COLUMNS`.
    """

    a: Side
    b: Side
    changes: tuple[Change, ...]
    decisions: tuple[DecisionChange, ...]
    land: gpd.GeoDataFrame

    @property
    def same(self) -> bool:
        """Whether the schemes have the same content, whatever their input files are called."""
        return self.a.document.digest == self.b.document.digest

    def of(self, part: Part) -> tuple[Change, ...]:
        """Return the values of one part that differ."""
        return tuple(item for item in self.changes if item.part == part and item.differs)

    def items(self) -> Iterator[dict[str, object]]:
        """Yield everything as plain data, each with the part that it belongs to."""
        for change in self.changes:
            yield change.to_json()
        for decision in self.decisions:
            yield decision.to_json()
        plain = self.land[list(LAND_COLUMNS)].astype(object)
        for row in plain.where(plain.notna(), None).to_dict("records"):
            yield {"part": "land", **row, "area_dm2": int(row["area_dm2"])}


def compare(a: Path, b: Path) -> SchemeDiff:
    """Compare the schemes in two folders.

    The files are read and checked against their digests, but not proved again: that is what
    :func:`~planloop.checks.verify.verify` is for.

    Raises
    ------
    InputError
        A folder holds no scheme, a file of it is missing, unreadable or not what was written; or
        the schemes are of different regions or in different coordinate systems.
    """
    one, two = read_side(a), read_side(b)
    regions = [(side.document.region.code, side.document.region.epsg) for side in (one, two)]
    if regions[0] != regions[1]:
        told, found = (f"{code}, EPSG:{epsg}" for code, epsg in regions)
        raise InputError("diff.other-region", path=b, told=told, found=found)
    return SchemeDiff(
        a=one,
        b=two,
        changes=(
            *document_changes(one.document, two.document),
            *table_changes(one.cells(), two.cells()),
        ),
        decisions=decision_changes(one.decisions, two.decisions, {**one.names, **two.names}),
        land=land_changes(one.pieces, two.pieces, regions[0][1]),
    )
