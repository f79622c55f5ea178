"""What follows the boundary: city lines, then planned land use, on the faces as the swap left them.

The lines come first, so that the land use is balanced with them as they will be. Each task takes
what those before it decided as given, and all of it is one change set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from planloop.maintenance.control_lines.maintain import maintain_lines
from planloop.maintenance.follow import transferred
from planloop.maintenance.land_use.forced import follow_boundary
from planloop.maintenance.land_use.maintain import maintain_land_use
from planloop.maintenance.land_use.stating import Wishes
from planloop.maintenance.pieces import pieces_of
from planloop.plan.change_set import ChangeSet

if TYPE_CHECKING:
    from planloop.maintenance.boundary.problem import Choice, Problem
    from planloop.maintenance.control_lines.land_use import LandUseChange
    from planloop.maintenance.pieces import Moved
    from planloop.maintenance.situation import Situation
    from planloop.plan.certificate import SolveLevel
    from planloop.plan.change_set import LayerDelta
    from planloop.plan.decision import Decision
    from planloop.plan.finding import Finding
    from planloop.progress import Progress


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """The whole change, and what was decided beside the swap.

    Parameters
    ----------
    changes
        The swap's change set with those of lines and land use in it.
    decisions, findings
        On conflicts of lines, on land that joins them, on plots of the planned land use.
    levels
        How the levels of each further task ended: ``lines``, ``land_use``.
    """

    changes: ChangeSet
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    levels: dict[str, tuple[SolveLevel, ...]]


def linked(
    situation: Situation,
    problem: Problem,
    choice: Choice,
    changes: ChangeSet,
    progress: Progress,
) -> Linked:
    """Return the change set over all layers that are maintained.

    Parameters
    ----------
    situation
        The plan, on the faces that the swap left.
    problem, choice, changes
        The swap, and what it changes in boundary and zones.
    progress
        Told of each task.

    Raises
    ------
    InfeasibleError, SettingsError
        Locks of the land use contradict each other, or name what there is not.
    """
    labels, roles = situation.fabric.labels, situation.settings.roles
    swap = transferred(situation, problem, choice)
    moves: list[Moved] = []
    deltas: dict[str, LayerDelta] = dict(changes.deltas)
    decisions: list[Decision] = []
    findings: list[Finding] = []
    levels: dict[str, tuple[SolveLevel, ...]] = {}
    follows: LandUseChange | None = None
    if {roles.green, roles.yellow} & set(labels):
        progress("lines", 0, 1)
        inside = situation.inside.copy()
        inside[swap.faces] = swap.goes_in
        lines = maintain_lines(situation, inside)
        moves += lines.moves
        deltas |= lines.deltas
        decisions += lines.decisions
        findings += lines.findings
        levels["lines"], follows = lines.levels, lines.land_use
        progress("lines", 1, 1)
    if roles.land_use in labels:
        progress("land-use", 0, 1)
        forced = follow_boundary(situation, swap.faces, swap.goes_in, swap.project)
        if follows is not None:
            forced = forced.with_lines(situation, follows)
        used = maintain_land_use(situation, forced, Wishes.of(situation.settings), progress)
        if used.delta is not None:
            moves.append(used.moved)
            deltas[roles.land_use] = used.delta
        decisions += used.decisions
        levels["land_use"] = used.found.levels
        progress("land-use", 1, 1)
    pieces = pieces_of(situation.fabric, moves, situation.settings.scheme.dated)
    every = gpd.GeoDataFrame(pd.concat([changes.pieces, pieces]), crs=pieces.crs)
    whole = ChangeSet(every, dict(sorted(deltas.items())))
    return Linked(whole, tuple(decisions), tuple(findings), levels)
