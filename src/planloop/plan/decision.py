"""A decision: what was done with one parcel or one project, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planloop.messages import render

if TYPE_CHECKING:
    from collections.abc import Mapping


NONE = "–"
"""What a text shows where there is nothing to list."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on one subject.

    Parameters
    ----------
    subject
        ``"project"``; ``"parcel"`` (a survey parcel, or the part of it inside the boundary);
        ``"line"`` (a feature of a city line in conflict); ``"line_site"`` (a survey parcel that
        joins a line); ``"plot"`` (a feature of the planned land use that might change).
    id
        Project number; identifier of the survey parcel or plot; ``"LAYER:id"`` of the line.
    outcome
        Projects: ``served`` (transferred in), ``inside`` (already in the boundary),
        ``not_needed`` (needs no land in the boundary), ``blocked`` (a hard exclusion),
        ``not_chosen``. Parcels: ``transfer_in``, ``transfer_out``, ``kept``. Lines: ``cut``,
        ``replaced``, ``uncut``; sites of lines: ``joins``, ``site``. Plots: ``changed``, ``kept``.
    reason
        Entry of ``messages/reasons.toml``.
    numbers
        Named values that the reason's text uses.
    area
        Area concerned in dm².
    evidence
        References: numbers of the assessment table, titles, approvals, exclusion features.
    projects
        Projects concerned (for parcels).
    """

    subject: str
    id: str
    outcome: str
    reason: str
    numbers: Mapping[str, object] = field(default_factory=dict)
    area: int = 0
    evidence: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()

    def text(self, lang: str) -> str:
        """Return the reason as a sentence in ``"zh"`` or ``"en"``."""
        lists = {"evidence": self.evidence, "projects": self.projects}
        params = {name: ", ".join(items) or NONE for name, items in lists.items()}
        return render(f"reasons.{self.reason}", params | dict(self.numbers), lang)

    def to_json(self) -> dict[str, object]:
        """Return the decision as plain data."""
        return {
            "subject": self.subject,
            "id": self.id,
            "outcome": self.outcome,
            "reason": self.reason,
            "numbers": dict(self.numbers),
            "area_dm2": self.area,
            "evidence": list(self.evidence),
            "projects": list(self.projects),
        }
