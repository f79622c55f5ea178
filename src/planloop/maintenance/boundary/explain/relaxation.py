"""A relaxation: what one of the rules that contradict each other would have to be instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planloop.messages import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.maintenance.boundary.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """The smallest relaxation of one rule that lets a plan exist.

    Parameters
    ----------
    rule
        The rule: a setting by its name, or ``balance``.
    reason
        Entry of ``messages/reasons.toml``.
    numbers
        Named values that the reason's text uses.
    evidence
        Numbers of the projects, or identifiers of the parcels, whose locks would have to go.
    relaxed
        The problem so relaxed, which has a plan; None where leaving out the rule is not enough, or
        nothing was found.
    proven
        Whether it is proven that the contradiction needs the rule, and that no smaller relaxation,
        or none at all, is enough.
    """

    rule: str
    reason: str
    numbers: Mapping[str, object] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    relaxed: Problem | None = None
    proven: bool = True

    def text(self, lang: str) -> str:
        """Return the relaxation as a sentence in ``"zh"`` or ``"en"``."""
        params = {"rule": self.rule, "evidence": ", ".join(self.evidence)} | dict(self.numbers)
        return render(f"reasons.{self.reason}", params, lang)


def nothing(rule: str, *, proven: bool) -> Relaxation:
    """Return that relaxing a rule is not enough, or that nobody knows."""
    reason = "relax-not-enough" if proven else "relax-search-stopped"
    return Relaxation(rule, reason, proven=proven)
