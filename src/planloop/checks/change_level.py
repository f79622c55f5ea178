"""How far a scheme reaches into the plan, and so who has to approve it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop import standard
from planloop.checks.change_triggers import DETECTORS, Case
from planloop.errors import InputError
from planloop.plan.accounts import Table
from planloop.plan.wording import numbers_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planloop.checks.change_triggers import Found
    from planloop.checks.evidence import Evidence
    from planloop.checks.indicators.result import IndicatorResult
    from planloop.plan.accounts import Value
    from planloop.standard.records import ChangeTrigger


@dataclass(frozen=True, slots=True)
class Fired:
    """A trigger that was set off.

    Parameters
    ----------
    row
        Its row of the standard: level, mandatory content, path of approval, attestation.
    found
        The numbers and the evidence.
    """

    row: ChangeTrigger
    found: Found

    def to_json(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "trigger": self.row.trigger,
            "level": self.row.level,
            "mandatory": self.row.mandatory,
            "numbers": dict(self.found.numbers),
            "evidence": list(self.found.evidence),
            "attestation": str(self.row.attestation),
        }


@dataclass(frozen=True, slots=True)
class ChangeLevel:
    """The level of a scheme.

    Parameters
    ----------
    level
        ``L0`` a correction, ``L1`` dynamic maintenance, ``L2`` an amendment of the plan.
    fired
        Every trigger that was set off, in the order of the table.
    """

    level: str
    fired: tuple[Fired, ...]

    @property
    def deciding(self) -> tuple[Fired, ...]:
        """The triggers of the level itself."""
        return tuple(item for item in self.fired if item.row.level == self.level)

    @property
    def mandatory(self) -> tuple[str, ...]:
        """Numbers of the mandatory content that is touched."""
        return tuple(sorted({item.row.mandatory for item in self.fired} - {""}))

    def path(self, lang: str) -> str:
        """Return the path of approval, in ``"zh"`` or ``"en"``."""
        rows = [item.row for item in self.deciding] or [
            row for row in standard.load().change_triggers.values() if row.level == self.level
        ]
        return "; ".join(dict.fromkeys(row.path(lang) for row in rows))

    def to_json(self) -> dict[str, object]:
        """Return the level as plain data."""
        return {
            "level": self.level,
            "mandatory": list(self.mandatory),
            "triggers": [item.to_json() for item in self.fired],
        }

    def table(self) -> Table:
        """Return the triggers as a table of the accounts."""
        rows: list[tuple[Value, ...]] = [
            (
                item.row.trigger,
                item.row.level,
                item.row.mandatory,
                numbers_text(item.found.numbers),
                ", ".join(item.found.evidence),
                str(item.row.attestation),
            )
            for item in self.fired
        ]
        columns = ("trigger", "change_level", "mandatory", "numbers", "evidence", "attestation")
        return Table(columns, tuple(rows))


def highest(rows: Iterable[ChangeTrigger]) -> str:
    """Return the highest level of triggers; of none, the lowest level that the standard knows."""
    known = {row.level for row in standard.load().change_triggers.values()}
    return max((row.level for row in rows), default=min(known))


def change_level(evidence: Evidence, indicators: Sequence[IndicatorResult]) -> ChangeLevel:
    """Return the level of a scheme, with what put it there.

    Every trigger of the standard is tried; the highest level of those that are set off is that of
    the scheme. Source: three levels by what a change touches, ours; the mandatory content is that
    of the guide to city plans (2020).

    Parameters
    ----------
    evidence
        The scheme.
    indicators
        Its indicators.

    Raises
    ------
    InputError
        The standard names a detector that does not exist.
    """
    case = Case(evidence, indicators)
    fired = []
    for row in standard.load().change_triggers.values():
        if row.detector not in DETECTORS:
            raise InputError("plan.unknown-detector", trigger=row.trigger, name=row.detector)
        found = DETECTORS[row.detector](case, row)
        if found is not None:
            fired.append(Fired(row, found))
    return ChangeLevel(highest(item.row for item in fired), tuple(fired))
