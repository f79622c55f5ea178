"""The maintenance run: from settings to a proven scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.accounting import accounts
from planloop.checks.evidence import Evidence
from planloop.checks.proofs import prove
from planloop.maintenance.boundary import transfer_in, transfer_out
from planloop.maintenance.boundary.aims import usual
from planloop.maintenance.boundary.assessment import nominated
from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.ledgers import balanced_swap
from planloop.maintenance.boundary.locks import check_locks
from planloop.maintenance.boundary.nodes import ground_of
from planloop.maintenance.boundary.patches import boundary_patches
from planloop.maintenance.boundary.problem import Problem
from planloop.maintenance.boundary.quota import room
from planloop.maintenance.decisions import decisions
from planloop.maintenance.situation import Situation
from planloop.plan.intake import intake
from planloop.plan.scheme import Scheme
from planloop.plan.units import SQUARE_METRE, of_hectares
from planloop.progress import silent

if TYPE_CHECKING:
    from planloop.plan.settings import SchemeSettings, SwapSection
    from planloop.progress import Progress


def run(settings: SchemeSettings, progress: Progress = silent) -> Scheme:
    """Make the scheme that the settings describe, and prove it.

    The scheme is returned whether or not its proofs hold; :attr:`Scheme.broken` names those that
    do not.

    Raises
    ------
    InputError, SettingsError
        An input or a setting cannot be used.
    InfeasibleError
        No legal swap exists, or none was found within the limits.
    """
    taken = intake(settings, progress)
    situation = Situation.read(taken.plan, taken.fabric, settings)
    check_locks(situation)
    left = room(situation)
    wanted = transfer_in.candidates(situation)
    idle, findings = nominated(taken.plan, settings.roles)
    outs, stays = transfer_out.candidates(situation, boundary_patches(situation), idle)
    problem = Problem(
        demands=wanted.demands,
        ins=wanted.cells,
        outs=outs,
        tolerance=round(settings.swap.balance_tolerance_m2 * SQUARE_METRE),
        margin=0,
        growth=left.growth,
        counted_growth=left.counted_growth,
        ground=ground_of(situation, wanted.cells, outs),
        limits=_limits(settings.swap),
        aims=usual(wanted.demands, wanted.cells, outs),
    )
    swap = balanced_swap(situation, problem, progress)
    decided = decisions(situation, swap, wanted, stays, progress)
    progress("prove", 0, 1)
    after = swap.changes.apply(taken.plan)
    evidence = Evidence.build(taken.plan, after, swap.changes, settings)
    proofs = prove(evidence)
    progress("prove", 1, 1)
    return Scheme(
        settings=settings,
        inputs=taken.inputs,
        before=taken.plan,
        changes=swap.changes,
        after=after,
        decisions=decided,
        intake=taken.certificate,
        solver=swap.certificate,
        accounts=accounts(evidence),
        proofs=proofs,
        findings=(*taken.findings, *findings),
    )


def _limits(swap: SwapSection) -> PieceLimits:
    return PieceLimits(
        least_new=of_hectares(swap.least_new_patch_ha),
        least_rest=of_hectares(swap.least_rest_patch_ha),
        least_hole=of_hectares(swap.least_hole_ha),
    )
