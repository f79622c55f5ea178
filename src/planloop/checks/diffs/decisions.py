"""Projects, parcels and whatever else two schemes decide on differently."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planloop.plan.decision import Decision

FIRST = ("project", "parcel")
"""The subjects that are told first; others follow by name."""


@dataclass(frozen=True, slots=True)
class DecisionChange:
    """A subject whose decision differs in outcome, reason or area.

    Parameters
    ----------
    subject, id, name
        Whom it concerns, as in :class:`~planloop.plan.decision.Decision`; the name of a project,
        empty for others.
    a, b
        What was decided in each scheme: a parcel may be decided on in parts; empty where the
        scheme decides nothing on it.
    """

    subject: str
    id: str
    name: str
    a: tuple[Decision, ...]
    b: tuple[Decision, ...]

    @property
    def area(self) -> int:
        """The larger of the areas concerned, dm²."""
        return max(sum(item.area for item in side) for side in (self.a, self.b))

    def to_json(self) -> dict[str, object]:
        """Return the change as plain data."""
        keys = ("outcome", "reason", "area_dm2")
        sides = {
            side: [{key: item.to_json()[key] for key in keys} for item in items]
            for side, items in (("a", self.a), ("b", self.b))
        }
        return {"part": self.subject, "id": self.id, "name": self.name, **sides}


def decision_changes(
    a: Iterable[Decision], b: Iterable[Decision], names: Mapping[str, str]
) -> tuple[DecisionChange, ...]:
    """Return the projects, parcels and other subjects on which two schemes decide differently.

    Numbers, evidence and projects that a reason only tells of do not count.

    Parameters
    ----------
    a, b
        The decisions of each scheme.
    names
        Names of projects by number.

    Returns
    -------
    tuple
        Projects, then parcels, then others; each by identifier.
    """
    one, two = _by_subject(a), _by_subject(b)
    found = []
    for key in sorted({*one, *two}, key=_place):
        sides = one.get(key, []), two.get(key, [])
        if _verdicts(sides[0]) != _verdicts(sides[1]):
            name = names.get(key[1], "") if key[0] == "project" else ""
            found.append(DecisionChange(*key, name, *map(tuple, sides)))
    return tuple(found)


def _place(key: tuple[str, str]) -> tuple[int, str, str]:
    subject, name = key
    return FIRST.index(subject) if subject in FIRST else len(FIRST), subject, name


def _by_subject(decisions: Iterable[Decision]) -> dict[tuple[str, str], list[Decision]]:
    found: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for item in decisions:
        found[item.subject, item.id].append(item)
    return found


def _verdicts(items: Iterable[Decision]) -> list[tuple[str, str, int]]:
    return sorted((item.outcome, item.reason, item.area) for item in items)
