"""The readings of the expansion multiple, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planloop.checks.evidence import Evidence

SPECIAL = "430"
"""The special-use part, which M2 leaves out."""

DIGITS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the expansion multiple; None where the plan lacks the data.

    Parameters
    ----------
    before, after, issued
        Multiples, rounded to 4 decimals.
    before_dm2, after_dm2
        What the reading counts, dm².
    limit_dm2
        The most that it may count, dm².
    """

    before: float | None = None
    after: float | None = None
    issued: float | None = None
    before_dm2: int | None = None
    after_dm2: int | None = None
    limit_dm2: int | None = None

    @property
    def margin(self) -> float | None:
        """Return what the multiple may still grow."""
        if self.issued is None or self.after is None:
            return None
        return round(self.issued - self.after, DIGITS)

    @property
    def margin_dm2(self) -> int | None:
        """Return what may still be added, dm²."""
        if self.limit_dm2 is None or self.after_dm2 is None:
            return None
        return self.limit_dm2 - self.after_dm2


def readings(evidence: Evidence) -> dict[str, Reading]:
    """Return the readings by code.

    M1 counts the whole boundary, M2 all but its special-use part, both over the base-year town
    construction land. M3 counts town land in and outside the boundary, statistics that a plan does
    not hold. M4 takes the issued size for it: no growth, and no more than the issued area.
    """
    quota = evidence.before.quota
    inside = {when: evidence.inside(when) for when in ("before", "after")}
    counted = {when: evidence.area(faces) for when, faces in inside.items()}
    plain = {
        when: evidence.area(faces & (evidence.part(when) != SPECIAL))
        for when, faces in inside.items()
    }

    def over_base(size: dict[str, int]) -> Reading:
        return Reading(
            before=round(size["before"] / quota.base_town_area, DIGITS),
            after=round(size["after"] / quota.base_town_area, DIGITS),
            issued=quota.issued_multiple,
            before_dm2=size["before"],
            after_dm2=size["after"],
            limit_dm2=quota.multiple_area,
        )

    return {
        "M1": over_base(counted),
        "M2": over_base(plain),
        "M3": Reading(),
        "M4": Reading(
            before_dm2=counted["before"],
            after_dm2=counted["after"],
            limit_dm2=min(counted["before"], quota.issued_area),
        ),
    }
