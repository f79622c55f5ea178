"""From a taken-in plan and its settings to the boundary problem that they pose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.errors import InfeasibleError
from planloop.maintenance.boundary import transfer_in, transfer_out
from planloop.maintenance.boundary.aims import usual
from planloop.maintenance.boundary.assessment import nominated
from planloop.maintenance.boundary.cutting import Plot
from planloop.maintenance.boundary.drawn_locks import drawn_locks
from planloop.maintenance.boundary.ground import PieceLimits
from planloop.maintenance.boundary.ledgers import balanced_swap
from planloop.maintenance.boundary.locks import check_locks
from planloop.maintenance.boundary.nodes import ground_of
from planloop.maintenance.boundary.patches import boundary_patches
from planloop.maintenance.boundary.presolve_check import presolve_check
from planloop.maintenance.boundary.problem import Choice, Problem
from planloop.maintenance.boundary.quota import room
from planloop.maintenance.boundary.solving.best_plan import NOTHING
from planloop.maintenance.boundary.townships import townships
from planloop.maintenance.earlier import Earlier
from planloop.maintenance.situation import Situation
from planloop.plan.units import SQUARE_METRE, of_hectares

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from planloop.maintenance.boundary.ledgers import Swap
    from planloop.maintenance.boundary.problem import OutCell
    from planloop.maintenance.boundary.transfer_in import Wanted
    from planloop.plan.decision import Decision
    from planloop.plan.finding import Finding
    from planloop.plan.intake import Intake
    from planloop.plan.settings import SchemeSettings, SwapSection
    from planloop.progress import Progress


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """The problem, and what was seen on the way to it.

    Parameters
    ----------
    situation
        The plan as the swap sees it, with the settings that hold: drawn locks included.
    problem
        The problem.
    wanted
        What the projects want.
    stays
        Decisions on parcels that cannot go out.
    findings
        What was found.
    odd
        What of it may be why there is no swap.
    start
        The plan that the search begins from: that of the earlier scheme, where there is one.
    """

    situation: Situation
    problem: Problem
    wanted: Wanted
    stays: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    odd: tuple[Finding, ...]
    start: Choice = NOTHING

    @property
    def inputs(self) -> dict[str, str]:
        """Digest of the earlier scheme, where there is one."""
        earlier = self.situation.earlier
        return {} if earlier is None else {"near": earlier.digest}

    def swap(self, progress: Progress) -> Swap:
        """Choose the swap.

        Raises
        ------
        InfeasibleError
            No legal swap exists, or none was found within the limits; with what may be why.
        """
        try:
            return balanced_swap(self.situation, self.problem, progress, self.start)
        except InfeasibleError as error:
            error.seen = self.odd
            raise

    def plot(self, swap: Swap) -> Plot:
        """Return the plan, problem and choice as a swap left them, a parcel cut or not."""
        return swap.cut or Plot(self.situation, swap.problem, swap.choice)


def state(taken: Intake, settings: SchemeSettings) -> Stated:
    """State the boundary problem of a plan.

    Raises
    ------
    InputError, SettingsError
        An input or a setting cannot be used.
    """
    locked = drawn_locks(taken, settings)
    settings = settings.model_copy(update={"locks": locked.locks})
    near = settings.inputs.near
    earlier = None if near is None else Earlier.read(near, taken.plan.region)
    situation = Situation.read(taken.plan, taken.fabric, settings, locked.origin, earlier)
    check_locks(situation)
    left = room(situation)
    wanted = transfer_in.candidates(situation)
    idle, findings = nominated(taken.plan, settings.roles)
    outs, stays = transfer_out.candidates(situation, boundary_patches(situation), idle)
    was = _was(situation, wanted, outs)
    most_in = settings.swap.most_in_ha
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
        aims=usual(wanted.demands, wanted.cells, outs, was),
        townships=townships(situation, wanted.cells, outs),
        most_in=None if most_in is None else of_hectares(most_in),
    )
    odd = presolve_check(problem, settings.roles.boundary)
    found = (*taken.findings, *locked.findings, *findings, *odd)
    start = _start(situation, wanted, outs, was)
    return Stated(situation, problem, wanted, stays, found, odd, start)


def _was(situation: Situation, wanted: Wanted, outs: Sequence[OutCell]) -> NDArray[np.bool_] | None:
    """Return which cells change sides in the earlier scheme, where there is one."""
    if situation.earlier is None:
        return None
    cells = [cell.faces for cell in wanted.cells] + [cell.faces for cell in outs]
    return situation.earlier.changed(situation.fabric, cells, situation.settings.roles.boundary)


def _start(
    situation: Situation,
    wanted: Wanted,
    outs: Sequence[OutCell],
    was: NDArray[np.bool_] | None,
) -> Choice:
    """Return what the earlier scheme decides on these cells and projects, with the locks of now."""
    if situation.earlier is None or was is None:
        return NOTHING
    served = situation.earlier.served
    ins = enumerate(zip(wanted.cells, was[: len(wanted.cells)], strict=True))
    out = enumerate(zip(outs, was[len(wanted.cells) :], strict=True))
    return Choice(
        served=tuple(item.number for item in wanted.demands if item.must or item.number in served),
        ins=tuple(index for index, (cell, moved) in ins if moved or cell.locked),
        outs=tuple(index for index, (cell, moved) in out if moved or cell.locked),
    )


def _limits(swap: SwapSection) -> PieceLimits:
    return PieceLimits(
        least_new=of_hectares(swap.least_new_patch_ha),
        least_rest=of_hectares(swap.least_rest_patch_ha),
        least_hole=of_hectares(swap.least_hole_ha),
    )
