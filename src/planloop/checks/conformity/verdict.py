"""The verdict on a site: the worst answer, and what would make it pass."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from planloop.checks.conformity.answer import (
    Conflict,
    Grade,
    LayerName,
    Reason,
    hectares,
    worst,
)
from planloop.plan.site import Form
from planloop.plan.units import SQUARE_METRE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planloop.checks.conformity.answer import Answer
    from planloop.checks.conformity.case import Case
    from planloop.standard import Attestation


class Verdict(StrEnum):
    """How a site ends."""

    CONFORMS = "conforms"
    CONDITIONAL = "conditional"
    FAILS = "does-not-conform"
    NOT_PLACED = "not-placed"


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A site with what each check answers.

    Parameters
    ----------
    case
        The site and what the plan has under it.
    answers
        Name of the check → its answer, P1 to P12.
    attestations
        Name of the check → how well what decided it is founded.
    """

    case: Case
    answers: Mapping[str, Answer]
    attestations: Mapping[str, Attestation]

    @property
    def number(self) -> str:
        """Number of the project."""
        return self.case.site.project.number

    @property
    def name(self) -> str:
        """Name of the project, empty where nobody says."""
        return self.case.site.project.name or ""

    @property
    def verdict(self) -> Verdict:
        """The verdict: a site that is not placed has none of the others, unless its list fails."""
        grade = worst(answer.grade for answer in self.answers.values())
        if grade is Grade.FAILS:
            return Verdict.FAILS
        if self.case.site.form is Form.NONE:
            return Verdict.NOT_PLACED
        return Verdict.CONDITIONAL if grade is Grade.CONDITIONAL else Verdict.CONFORMS

    @property
    def conflicts(self) -> list[tuple[str, Conflict]]:
        """Each conflict with the check that found it."""
        return [
            (name, conflict)
            for name, answer in self.answers.items()
            for conflict in answer.conflicts
        ]

    def needed(self) -> tuple[Reason, ...]:
        """Return what would make the site pass the checks that it fails, land by land."""
        return tuple(self._needed())

    def _needed(self) -> Iterator[Reason]:
        if self.case.site.form is Form.NONE:
            yield Reason("pass-place")
        failing: dict[tuple[str, bool], dict[tuple[str, str], int]] = {}
        for _, conflict in self.conflicts:
            if conflict.grade is Grade.FAILS:
                key = conflict.layer, conflict.outside
                failing.setdefault(key, {})[conflict.feature, conflict.code] = conflict.area
        for (layer, outside), parts in failing.items():
            area = sum(parts.values())
            if not outside and not self.case.grounds.layers[layer].field:
                area = min(area, self.case.within(layer))
            codes = ", ".join(sorted({code for _, code in parts if code})) or "–"
            told = {
                "layer": LayerName(layer),
                "codes": codes,
                "m2": f"{area / SQUARE_METRE:.2f}",
                "ha": hectares(area),
            }
            yield Reason("pass-enter" if outside else "pass-leave", told)

    def to_json(self) -> dict[str, object]:
        """Return everything as plain data."""
        case = self.case
        project = case.site.project
        return {
            "number": project.number,
            "name": project.name,
            "sector": project.sector,
            "form": str(case.site.form),
            "verdict": str(self.verdict),
            "area_dm2": case.own,
            "declared_dm2": project.declared,
            "listed": case.listed,
            "checks": [
                {
                    "check": name,
                    "grade": str(answer.grade),
                    "attestation": str(self.attestations[name]),
                    "reasons": [reason.to_json() for reason in answer.reasons],
                    "conflicts": [conflict.to_json() for conflict in answer.conflicts],
                }
                for name, answer in self.answers.items()
            ],
            "overlaps": [
                {"layer": layer, "code": code, "area_dm2": area, "area_ha": hectares(area)}
                for layer in case.overlaps
                for code, area in self.by_code(layer).items()
            ],
            "needed": [reason.to_json() for reason in self.needed()],
        }

    def by_code(self, layer: str) -> dict[str, int]:
        """Return code → what the site shares with a layer's features of the code, dm², sorted."""
        sums: dict[str, int] = {}
        for overlap in self.case.overlaps.get(layer, ()):
            sums[overlap.code] = sums.get(overlap.code, 0) + overlap.area
        if list(sums) == [""]:
            return {"": self.case.within(layer)}
        return {code: sums[code] for code in sorted(sums)}
