"""The maintenance run: from settings to a proven scheme."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planloop.checks.accounting import accounts
from planloop.checks.evidence import Evidence
from planloop.checks.proofs import prove
from planloop.maintenance.boundary.proving.prove import proved
from planloop.maintenance.decisions import decisions
from planloop.maintenance.linked import linked
from planloop.maintenance.stating import state
from planloop.plan.intake import intake
from planloop.plan.intake_cache import cached_intake
from planloop.plan.scheme import Scheme
from planloop.progress import silent

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.settings import SchemeSettings
    from planloop.progress import Progress


def run(
    settings: SchemeSettings, progress: Progress = silent, *, cache: Path | None = None
) -> Scheme:
    """Make the scheme that the settings describe, and prove it.

    With a `cache`, a folder, inputs that did not change since an earlier run are not taken in anew.

    The scheme is returned whether or not its proofs hold; :attr:`Scheme.broken` names those that
    do not.

    Raises
    ------
    InputError, SettingsError
        An input or a setting cannot be used.
    InfeasibleError
        No legal swap exists, or none was found within the limits.
    """
    taken = (
        intake(settings, progress) if cache is None else cached_intake(cache, settings, progress)
    )
    stated = state(taken, settings)
    settings = stated.situation.settings
    swap = stated.swap(progress)
    told = proved(swap.problem, swap.found, settings.solver, progress)
    decided = decisions(stated, swap, progress)
    plot = stated.plot(swap)
    whole = linked(plot.situation, plot.problem, plot.choice, swap.changes, progress)
    decided = (*decided, *whole.decisions)
    progress("prove", 0, 1)
    after = whole.changes.apply(taken.plan)
    evidence = Evidence.build(taken.plan, after, whole.changes, settings)
    proofs = prove(evidence)
    progress("prove", 1, 1)
    return Scheme(
        settings=settings,
        inputs=taken.inputs | stated.inputs,
        before=taken.plan,
        changes=whole.changes,
        after=after,
        decisions=decided,
        intake=taken.certificate,
        solver=replace(swap.certificate, tasks=whole.levels),
        optimality=told,
        accounts=accounts(evidence, decided),
        proofs=proofs,
        findings=(*stated.findings, *swap.findings, *whole.findings),
    )
