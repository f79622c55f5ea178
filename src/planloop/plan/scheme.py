"""The scheme: the whole result of one maintenance run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.plan.digest import combine, digest_data, digest_layer
from planloop.plan.layer import Layer
from planloop.plan.proof import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.plan.accounts import Accounts
    from planloop.plan.certificate import IntakeCertificate, SolverCertificate
    from planloop.plan.change_set import ChangeSet
    from planloop.plan.decision import Decision
    from planloop.plan.finding import Finding
    from planloop.plan.optimality import Optimality
    from planloop.plan.plan import Plan
    from planloop.plan.proof import Proof
    from planloop.plan.settings import SchemeSettings


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """A maintenance scheme.

    Parameters
    ----------
    settings
        The settings it was made with.
    inputs
        Logical digest of each input, by name.
    before, changes, after
        The plan, its one change set over all layers, and the plan after it.
    decisions
        What was decided on each parcel and each project, and why.
    intake, solver
        Certificates of the intake and of the solver.
    optimality
        Why no plan is better, told so that it can be checked without a solver.
    accounts
        Every number that documents show, computed once.
    proofs, findings
        What was proved, and what was found on the way.
    """

    settings: SchemeSettings
    inputs: Mapping[str, str]
    before: Plan
    changes: ChangeSet
    after: Plan
    decisions: tuple[Decision, ...]
    intake: IntakeCertificate
    solver: SolverCertificate
    optimality: Optimality
    accounts: Accounts
    proofs: tuple[Proof, ...]
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> tuple[Proof, ...]:
        """Proofs that are broken."""
        return tuple(proof for proof in self.proofs if proof.outcome is Outcome.BROKEN)

    def digests(self) -> dict[str, str]:
        """Return the logical digest of each part; equal inputs and settings give equal digests."""
        pieces = Layer("pieces", self.changes.pieces.sort_index())
        settings = self.settings.model_dump(mode="json", exclude={"inputs"})
        return {
            "settings": digest_data(settings),
            "inputs": combine(self.inputs),
            "before": self.before.digest(),
            "after": self.after.digest(),
            "pieces": digest_layer(pieces),
            "decisions": digest_data([item.to_json() for item in self.decisions]),
            "accounts": digest_data(self.accounts.to_json()),
            "proofs": digest_data([item.to_json() for item in self.proofs]),
            "findings": digest_data([item.to_json() for item in self.findings]),
        }

    def digest(self) -> str:
        """Return the logical digest of the whole scheme."""
        return combine(self.digests())
