"""Planned land use of the central urban area in a scheme: before, as forced, and after."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.evidence import NOWHERE
from planloop.checks.service_area import Homes
from planloop.checks.services import OFF, Facilities, home_classes, is_site
from planloop.checks.structure import Structure
from planloop.plan.codes import starts_with

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.standard.records import ServiceKind

BEFORE, FORCED, AFTER = "before", "forced", "after"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the homes a kind of facility reaches, dm²."""

    covered: int
    total: int

    def below(self, other: Coverage) -> bool:
        """Return whether a smaller share is covered than of the other; of no homes none is."""
        if not self.total or not other.total:
            return False
        return self.covered * other.total < other.covered * self.total


@dataclass(frozen=True, eq=False)
class CentralLand:
    """The planned land use in three states, on the faces of the evidence.

    ``before`` and ``after`` are the plans. ``forced`` is the plan before with the changes alone
    that others have made: of land that enters or leaves the boundary, and of land whose green or
    yellow line has changed. What may not get worse may not be worse than both ``before`` and
    ``forced``: what the boundary brings does not count against the plan.
    """

    evidence: Evidence

    @property
    def layer(self) -> str:
        """Code of the layer."""
        return self.evidence.settings.roles.land_use

    @cached_property
    def code(self) -> Mapping[str, NDArray[np.object_]]:
        """Land class of each face by state, None off the layer, shape (n,)."""
        before, after = (self.evidence.code(self.layer, when) for when in (BEFORE, AFTER))
        return {BEFORE: before, FORCED: np.where(self.forced, after, before), AFTER: after}

    @cached_property
    def current(self) -> NDArray[np.object_]:
        """Current land class of each face on the layer, None off it, shape (n,)."""
        codes = self.evidence.land_class.copy()
        codes[~self.on_layer] = None
        return codes

    @cached_property
    def on_layer(self) -> NDArray[np.bool_]:
        """Faces on the layer before or after."""
        return self.evidence.covered([self.layer, f"after:{self.layer}"])

    @cached_property
    def changed(self) -> NDArray[np.bool_]:
        """Faces whose planned class changed."""
        return np.asarray(self.code[BEFORE] != self.code[AFTER], dtype=bool)

    @cached_property
    def relined(self) -> NDArray[np.bool_]:
        """Faces that entered or left a green or yellow line."""
        roles, changed = self.evidence.settings.roles, np.zeros(len(self.evidence.fabric), bool)
        for layer in (roles.green, roles.yellow):
            if layer in self.evidence.maintained:
                old, new = (self.evidence.code(layer, when) for when in (BEFORE, AFTER))
                changed |= np.asarray(old != new, dtype=bool)
        return changed

    @cached_property
    def forced(self) -> NDArray[np.bool_]:
        """Faces whose change, if there is one, was made by the boundary or the lines."""
        return self.evidence.entering | self.evidence.leaving | self.relined

    def structure(self, state: str) -> Structure:
        """Return how much land each class takes up in a state (or by ``"current"`` use)."""
        codes = self.current if state == "current" else self.code[state]
        return Structure.of(codes, self.evidence.fabric.area)

    @cached_property
    def facilities(self) -> Facilities:
        """The facilities and streets of the plan before."""
        return Facilities.read(self.evidence.before.layers, self.evidence.settings.roles)

    @cached_property
    def _facility_face(self) -> NDArray[np.int64]:
        on = np.flatnonzero(self.on_layer)
        index = self.facilities.standing_on(self.evidence.fabric.faces[on])
        return np.where(index == OFF, OFF, np.append(on, OFF)[index])

    def standing(self, state: str) -> NDArray[np.bool_]:
        """Return which facilities stand in a state: those whose land keeps its planned class."""
        old, new = (np.append(self.code[when], NOWHERE) for when in (BEFORE, state))
        return np.asarray(old[self._facility_face] == new[self._facility_face], dtype=bool)

    @cached_property
    def _homes(self) -> tuple[NDArray[np.int64], Homes]:
        """Land that people live on in some state: number of its piece for each face, and pieces.

        A piece lies in one feature before and one after, and all of it is forced or none: so the
        same pieces tell of every state.
        """
        home = np.zeros(len(self.evidence.fabric), dtype=bool)
        for state in self.code:
            home |= self._home(state)
        labels = self.evidence.fabric.labels
        keys = [labels[name].of_face for name in (self.layer, f"after:{self.layer}")]
        table = np.stack([*keys, self.forced.astype(np.int32)], axis=1)[home]
        _, number = np.unique(table, axis=0, return_inverse=True)
        piece = np.full(len(home), -1, dtype=np.int64)
        piece[home] = number.reshape(-1)
        shapes = self.evidence.fabric.dissolve(piece)
        pieces = np.array([shapes[index] for index in sorted(shapes)], dtype=object)
        return piece, Homes(pieces, self.facilities.streets)

    def places(self, kind: ServiceKind, state: str) -> NDArray[np.object_]:
        """Return what serves in a state: facilities that stand, and planned sites without any."""
        standing = self.standing(state)
        points = self.facilities.points[standing & (self.facilities.kind == kind.code)]
        sites = [shape for code, size, shape in self._vacant(state) if is_site(kind, code, size)]
        return np.array([*points, *sites], dtype=object)

    @cached_property
    def _site_cache(self) -> dict[str, list[tuple[str, int, object]]]:
        return {}

    def _vacant(self, state: str) -> list[tuple[str, int, object]]:
        """Return class, area and shape of each plot for facilities on which none stands."""
        if state not in self._site_cache:
            self._site_cache[state] = self._vacant_plots(state)
        return self._site_cache[state]

    def _vacant_plots(self, state: str) -> list[tuple[str, int, object]]:
        fabric, codes = self.evidence.fabric, self.code[state]
        old, new = (fabric.labels[name] for name in (self.layer, f"after:{self.layer}"))
        later = self.forced if state == FORCED else np.full(len(fabric), state == AFTER)
        plot = np.where(later, new.of_face + len(old.ids), old.of_face).astype(np.int64)
        plot[np.where(later, new.of_face, old.of_face) < 0] = -1
        sites = {kind.land_class for kind in standard.load().service_kinds.values()}
        plot[~starts_with(codes, sites)] = -1
        taken = self._facility_face[self.standing(state)]
        plot[np.isin(plot, plot[taken[taken != OFF]])] = -1
        size = dict(zip(*_sums(plot, fabric.area), strict=True))
        first = dict(zip(*np.unique(plot, return_index=True), strict=True))
        return [
            (str(codes[first[number]]), int(size[number]), shape)
            for number, shape in fabric.dissolve(plot).items()
        ]

    def uncovered(self, kind: ServiceKind, state: str) -> NDArray[np.bool_]:
        """Return the faces of homes that nothing of a kind reaches in a state, shape (n,)."""
        if (kind, state) not in self._uncovered:
            piece, homes = self._homes
            reached = homes.reached(self.places(kind, state), kind.radius_m)
            served = np.append(reached, np.zeros(1, dtype=bool))[piece]
            self._uncovered[kind, state] = np.asarray(self._home(state) & ~served)
        return self._uncovered[kind, state]

    @cached_property
    def _uncovered(self) -> dict[tuple[ServiceKind, str], NDArray[np.bool_]]:
        return {}

    def _home(self, state: str) -> NDArray[np.bool_]:
        """Return the faces that people live on in a state, shape (n,)."""
        return starts_with(self.code[state], home_classes())

    def coverage(self, kind: ServiceKind, state: str) -> Coverage:
        """Return how much of the homes a kind of facility reaches in a state."""
        total = self.evidence.area(self._home(state))
        return Coverage(total - self.evidence.area(self.uncovered(kind, state)), total)


def _sums(
    group: NDArray[np.int64], area: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the groups and the area of each."""
    groups, index = np.unique(group, return_inverse=True)
    total = np.zeros(len(groups), dtype=np.int64)
    np.add.at(total, index.reshape(-1), area)
    return groups, total
