"""A case: one site, and what the plan has under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop import standard
from planloop.checks.conformity.answer import Conflict, Grade
from planloop.plan.site import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planloop.checks.conformity.grounds import Grounds
    from planloop.plan.site import Site
    from planloop.standard.records import Sector


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a site shares with a feature.

    Parameters
    ----------
    layer, feature, code
        The feature and its code, empty where the layer has none.
    area
        dm²; for a point the declared area, 0 where none is declared.
    """

    layer: str
    feature: str
    code: str
    area: int


@dataclass(frozen=True, slots=True)
class Twin:
    """Another site that is in the way.

    Parameters
    ----------
    number, name
        Of the other project.
    area
        What the two share, dm².
    share
        The same over the smaller of the two.
    crossing
        Whether one of them is a corridor.
    alike
        Whether both are corridors, or both areas.
    same_name
        Whether the two have one name.
    """

    number: str
    name: str
    area: int
    share: float
    crossing: bool
    alike: bool
    same_name: bool


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A site with everything that the checks look at.

    Parameters
    ----------
    site
        The site.
    own
        Its area, dm²; for a point the declared area, 0 where none is declared.
    overlaps
        Layer code → what the site shares with each feature of the layer, in the features' order.
    totals
        Layer code → how much of the site the layer covers, dm².
    twins
        Other sites in the way.
    listed
        Whether the plan's list names the project.
    foreign
        Whether the site is from a file of its own, not from the plan.
    grounds
        The plan.
    """

    site: Site
    own: int
    overlaps: Mapping[str, tuple[Overlap, ...]]
    totals: Mapping[str, int]
    twins: tuple[Twin, ...]
    listed: bool
    foreign: bool
    grounds: Grounds

    @property
    def indicative(self) -> bool:
        """Whether the site is a point, judged by the feature that it lies in."""
        return self.site.form is Form.INDICATIVE

    @property
    def sector(self) -> Sector | None:
        """The project's sector, None where nobody says."""
        return standard.load().sectors.get(self.site.project.sector or "")

    def within(self, layer: str) -> int:
        """Return how much of the site a layer covers, dm²."""
        return self.totals.get(layer, 0)

    def beyond(self, layer: str) -> int:
        """Return how much of the site lies outside a layer, dm²."""
        return max(0, self.own - self.within(layer))

    def touches(self, layer: str) -> bool:
        """Return whether the site lies in a layer by more than what is tolerated."""
        if self.indicative:
            return bool(self.overlaps.get(layer))
        return self.within(layer) > self.grounds.tolerance

    def leaves(self, layer: str) -> bool:
        """Return whether the site lies outside a layer by more than what is tolerated."""
        if self.indicative:
            return not self.overlaps.get(layer)
        return self.beyond(layer) > self.grounds.tolerance

    def by_code(self, layer: str) -> dict[str, int]:
        """Return code → what the site shares with a layer's features of the code, dm², sorted.

        Codes with no more than what is tolerated are left out; of a point, none is.
        """
        sums: dict[str, int] = {}
        for overlap in self.overlaps.get(layer, ()):
            sums[overlap.code] = sums.get(overlap.code, 0) + overlap.area
        least = -1 if self.indicative else self.grounds.tolerance
        return {code: sums[code] for code in sorted(sums) if sums[code] > least}

    def conflicts(
        self, layer: str, grade: Grade, codes: Iterable[str] | None = None
    ) -> tuple[Conflict, ...]:
        """Return what the site shares with a layer, or with its features of some codes."""
        chosen = None if codes is None else set(codes)
        return tuple(
            Conflict(item.layer, item.feature, item.code, item.area, grade)
            for item in self.overlaps.get(layer, ())
            if chosen is None or item.code in chosen
        )
