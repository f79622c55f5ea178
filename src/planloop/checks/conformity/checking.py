"""Check sites against a plan: every check of every site, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from planloop.checks.conformity.answer import nothing_to_judge
from planloop.checks.conformity.measuring import measured
from planloop.checks.conformity.rules.boundary import boundary
from planloop.checks.conformity.rules.control_lines import basic_farmland, city_lines, redline
from planloop.checks.conformity.rules.drawing import drawing
from planloop.checks.conformity.rules.duplicates import duplicates
from planloop.checks.conformity.rules.flags import flags
from planloop.checks.conformity.rules.land import cropland
from planloop.checks.conformity.rules.listing import listing
from planloop.checks.conformity.rules.planned_use import planned_use
from planloop.checks.conformity.rules.sector_link import sector_link
from planloop.checks.conformity.rules.zones import zones
from planloop.checks.conformity.verdict import Judged, Verdict
from planloop.messages import render
from planloop.plan.site import Form
from planloop.standard import Attestation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planloop.checks.conformity.answer import Answer
    from planloop.checks.conformity.case import Case
    from planloop.checks.conformity.grounds import Grounds
    from planloop.plan.site import Site


@dataclass(frozen=True, slots=True)
class Rule:
    """One check.

    Parameters
    ----------
    check
        What it does with a case; its docstring is the user's text.
    attestation
        How well the rule is founded; a row of a table that decides may be founded otherwise.
    needs_place
        Whether there is nothing to judge of a site that is not placed.
    """

    check: Callable[[Case], Answer]
    attestation: Attestation
    needs_place: bool = True


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "P1": Rule(drawing, Attestation.OURS, needs_place=False),
        "P2": Rule(redline, Attestation.OFFICIAL),
        "P3": Rule(basic_farmland, Attestation.OFFICIAL),
        "P4": Rule(cropland, Attestation.OFFICIAL),
        "P5": Rule(boundary, Attestation.OFFICIAL),
        "P6": Rule(zones, Attestation.OURS),
        "P7": Rule(planned_use, Attestation.OURS),
        "P8": Rule(city_lines, Attestation.OFFICIAL),
        "P9": Rule(flags, Attestation.OURS),
        "P10": Rule(duplicates, Attestation.OURS, needs_place=False),
        "P11": Rule(listing, Attestation.OFFICIAL, needs_place=False),
        "P12": Rule(sector_link, Attestation.OURS),
    }
)
"""Every check by name, in the order in which they are shown."""


def title(name: str, lang: str) -> str:
    """Return what a check promises, in ``"zh"`` or ``"en"``."""
    return render(f"conformity.{name}", {}, lang)


@dataclass(frozen=True, slots=True, eq=False)
class Conformity:
    """The sites that were checked, each with its verdict, in their order."""

    judged: tuple[Judged, ...]

    @property
    def ok(self) -> bool:
        """Whether no site fails."""
        return not any(item.verdict is Verdict.FAILS for item in self.judged)

    def counts(self) -> dict[str, int]:
        """Return how many sites end with each verdict."""
        verdicts = [item.verdict for item in self.judged]
        return {str(verdict): verdicts.count(verdict) for verdict in Verdict}


def check_sites(grounds: Grounds, sites: Sequence[Site], *, foreign: bool = True) -> Conformity:
    """Check sites against a plan.

    Parameters
    ----------
    grounds
        The plan; may be asked again and again.
    sites
        Sites in the working CRS.
    foreign
        Whether they are from a file of their own; not the plan's own sites.
    """
    cases = measured(grounds, sites, foreign=foreign)
    return Conformity(tuple(_judged(case) for case in cases))


def check_projects(grounds: Grounds) -> Conformity:
    """Check every project of the plan's own list, and every site that it draws."""
    return check_sites(grounds, grounds.sites, foreign=False)


def _judged(case: Case) -> Judged:
    placed = case.site.form is not Form.NONE
    answers = {
        name: rule.check(case) if placed or not rule.needs_place else nothing_to_judge("not-placed")
        for name, rule in RULES.items()
    }
    attestations = {
        name: RULES[name].attestation if answer.attestation is None else answer.attestation
        for name, answer in answers.items()
    }
    return Judged(case, answers, attestations)
