"""The land-use problem of a plan, stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.services import Facilities, home_classes
from planloop.checks.structure import Structure, is_city, limits
from planloop.maintenance.land_use.forced import Forced, planned
from planloop.maintenance.land_use.plots import NOWHERE, Plots
from planloop.maintenance.land_use.problem import Problem, Range
from planloop.maintenance.land_use.reach import services
from planloop.plan.units import of_hectares

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.maintenance.land_use.problem import Choice
    from planloop.maintenance.situation import Situation
    from planloop.plan.settings import SchemeSettings


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the planner has said of the central urban area.

    Parameters
    ----------
    population
        Residents; None if not known: then nothing is counted per resident.
    exempt
        Why the shares of the structure do not bind here; empty where they do.
    locks
        Feature of the planned land use → the class that it gets.
    """

    population: int | None
    exempt: str
    locks: Mapping[str, str]

    @classmethod
    def of(cls, settings: SchemeSettings) -> Wishes:
        """Return what the settings say."""
        central = settings.central
        return cls(central.population, central.exempt or "", settings.locks.use)


def state(situation: Situation, forced: Forced, wishes: Wishes) -> tuple[Plots, Problem]:
    """Return the plots of the planned land use, and the problem that decides on them.

    Parameters
    ----------
    situation
        The plan before; it has planned land use.
    forced
        Classes that are decided beforehand.
    wishes
        What the planner has said.

    Raises
    ------
    SettingsError
        A lock names a plot that may not change, or a class that it may not have.
    """
    plots = Plots.read(situation, forced, wishes.locks)
    codes = frozenset(code for cell in plots.cells for code in cell.classes)
    homes = frozenset(code for code in codes if code.startswith(home_classes()))
    facilities = Facilities.read(situation.plan.layers, situation.settings.roles)
    problem = Problem(
        cells=plots.cells,
        ranges=_ranges(situation, plots, codes, wishes),
        homes=homes,
        services=services(situation, plots, facilities, homes),
        neighbours=_neighbours(situation, plots),
        barred=barred(codes),
        most_change=of_hectares(situation.settings.central.most_change_ha),
        was=_was(situation, plots),
    )
    return plots, problem


def barred(codes: frozenset[str]) -> frozenset[tuple[str, str]]:
    """Return the pairs of classes, both ways round, that may not become neighbours."""
    found = set()
    for row in standard.load().incompatible_uses:
        ones = [code for code in codes if code.startswith(row.one)]
        others = [code for code in codes if code.startswith(row.other)]
        found |= {(one, other) for one in ones for other in others}
    return frozenset(found | {(other, one) for one, other in found})


def _ranges(
    situation: Situation, plots: Plots, codes: frozenset[str], wishes: Wishes
) -> tuple[Range, ...]:
    """Return the ranges: no group may be farther outside than before, or than it is forced to."""
    area = situation.fabric.area
    before = Structure.of(planned(situation), area)
    now = Structure.of(plots.code, area)
    held = {
        (limit.group, limit.per_person): limit for limit in limits(before.city, wishes.population)
    }
    found = []
    for limit in limits(now.city, wishes.population):
        old = held[limit.group, limit.per_person]
        outside = old.deviation(before.of_classes(limit.classes))
        outside = max(outside, limit.deviation(now.of_classes(limit.classes)))
        found.append(
            Range(
                name=f"{limit.group}-person" if limit.per_person else limit.group,
                members=frozenset(
                    code for code in codes if code.startswith(limit.classes) and is_city(code)
                ),
                least=limit.least,
                most=limit.most,
                most_outside=outside,
                counts=limit.per_person or not wishes.exempt,
            )
        )
    return tuple(found)


def _was(situation: Situation, plots: Plots) -> Choice | None:
    """Return the class of each plot in the earlier scheme, where there is one."""
    if situation.earlier is None:
        return None
    free = [index for index, cell in enumerate(plots.cells) if len(cell.classes) > 1]
    faces = [plots.faces(index) for index in free]
    layer = situation.settings.roles.land_use
    codes = situation.earlier.codes(situation.fabric, faces, layer)
    found = [cell.now for cell in plots.cells]
    for index, code in zip(free, codes, strict=True):
        found[index] = code or found[index]
    return tuple(found)


def _neighbours(situation: Situation, plots: Plots) -> tuple[tuple[int, int], ...]:
    """Return the pairs of plots that share an edge, where one of them may change."""
    near = situation.fabric.neighbours
    pairs = np.sort(np.stack([plots.of_face[near.left], plots.of_face[near.right]], axis=1), axis=1)
    free = np.array([len(cell.classes) > 1 for cell in plots.cells] + [False], dtype=bool)
    wanted = (pairs[:, 0] != NOWHERE) & (pairs[:, 0] != pairs[:, 1])
    wanted &= free[pairs].any(axis=1)
    return tuple((int(one), int(other)) for one, other in np.unique(pairs[wanted], axis=0))
