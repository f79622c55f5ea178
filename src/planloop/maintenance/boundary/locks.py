"""What the planner has decided beforehand: locks that name nothing, or contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planloop.maintenance.situation import Situation
    from planloop.plan.settings import LocksSection

PARCEL_LOCKS = ("must_in", "must_out", "keep", "untouchable")
PROJECT_LOCKS = ("must_serve", "forbid")

CONTRADICTIONS = (
    ("must_in", "must_out"),
    ("must_in", "keep"),
    ("must_in", "untouchable"),
    ("must_out", "keep"),
    ("must_out", "untouchable"),
    ("must_serve", "forbid"),
)
"""Locks that may not hold of the same parcel or project."""


def check_locks(situation: Situation) -> None:
    """Check that locks name parcels and projects that exist, and do not contradict each other.

    Raises
    ------
    SettingsError
        A lock names nothing, or two locks of one parcel or project contradict each other.
    """
    locks = situation.settings.locks
    parcels = {fid for fid in situation.parcel if fid is not None}
    projects = set(situation.plan.tables["projects"]["number"].astype(str))
    for names, known, key in (
        (PARCEL_LOCKS, parcels, "boundary.unknown-parcel"),
        (PROJECT_LOCKS, projects, "boundary.unknown-project"),
    ):
        for name in names:
            for item in getattr(locks, name):
                if item not in known:
                    raise SettingsError(key, lock=name, id=item)
    for first, second, both in contradictions(locks):
        key = "boundary.locks-contradict"
        raise SettingsError(key, id=min(both), first=first, second=second)


def contradictions(locks: LocksSection) -> Iterator[tuple[str, str, set[str]]]:
    """Yield two locks that contradict each other, and the parcels or projects that have both."""
    for first, second in CONTRADICTIONS:
        both = set(getattr(locks, first)).intersection(getattr(locks, second))
        if both:
            yield first, second, both
