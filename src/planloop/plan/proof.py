"""A proof: one promise of the notice or the rules, checked with numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from planloop.messages import render
from planloop.standard import Attestation

if TYPE_CHECKING:
    from collections.abc import Mapping


class Outcome(StrEnum):
    """How a proof ended; only the first counts as kept."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Proof:
    """The end of one proof.

    Parameters
    ----------
    name
        ``"C2.balance"``: claim of the notice, then what exactly is proved; also the message key
        ``proofs.<name>`` with ``.`` replaced by ``-``.
    outcome
        Holds, broken, or not applicable.
    numbers
        The numbers that show it: areas in dm² under names ending in ``_dm2``, counts, codes.
    broken_at
        Where it is broken: feature or piece identifiers, with a word each.
    attestation
        How well the rule is founded.
    """

    name: str
    outcome: Outcome
    numbers: Mapping[str, object] = field(default_factory=dict)
    broken_at: tuple[str, ...] = ()
    attestation: Attestation = Attestation.OFFICIAL

    @property
    def claim(self) -> str:
        """The claim of the notice, ``"C1"`` to ``"C13"``."""
        return self.name.partition(".")[0]

    def title(self, lang: str) -> str:
        """Return what is promised, in ``"zh"`` or ``"en"``."""
        return render(f"proofs.{self.name.replace('.', '-')}", {}, lang)

    def to_json(self) -> dict[str, object]:
        """Return the proof as plain data."""
        return {
            "name": self.name,
            "outcome": str(self.outcome),
            "numbers": dict(self.numbers),
            "broken_at": list(self.broken_at),
            "attestation": str(self.attestation),
        }
