"""How a proof ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.plan.proof import Outcome, Proof
from planloop.standard import Attestation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def ended(
    name: str,
    numbers: Mapping[str, object],
    broken_at: Iterable[str],
    attestation: Attestation = Attestation.OFFICIAL,
) -> Proof:
    """Return a proof that holds where nothing is named, and is broken otherwise."""
    places = tuple(broken_at)
    outcome = Outcome.BROKEN if places else Outcome.HOLDS
    return Proof(name, outcome, dict(numbers), places, attestation)


def not_applicable(name: str, why: str, attestation: Attestation) -> Proof:
    """Return a proof for which the plan has no data; `why` is an entry of ``proofs.toml``."""
    return Proof(name, Outcome.NOT_APPLICABLE, {"why": f"proofs.{why}"}, (), attestation)
