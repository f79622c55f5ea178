"""A finding: something that a check, the intake or a proof has seen, in one shape everywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from planloop.messages import render

if TYPE_CHECKING:
    from collections.abc import Mapping


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing seen, with its place and numbers.

    Parameters
    ----------
    code
        Rule code; also the message key ``findings.<code>``.
    severity
        Error, warning or info.
    layer
        Layer code.
    features
        Identifiers of the features concerned.
    at
        Position in the working CRS, metres, or None.
    numbers
        Named values that the text uses: areas in m², lengths in m, counts.
    """

    code: str
    severity: Severity
    layer: str
    features: tuple[str, ...] = ()
    at: tuple[float, float] | None = None
    numbers: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Return the sentence in ``"zh"`` or ``"en"``."""
        params = {"layer": self.layer, "features": ", ".join(self.features), **self.numbers}
        return render(f"findings.{self.code}", params, lang)

    def to_json(self) -> dict[str, object]:
        """Return the finding as plain data."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "layer": self.layer,
            "features": list(self.features),
            "at": None if self.at is None else list(self.at),
            "numbers": dict(self.numbers),
        }
