"""The boundary problem: cells that move together, projects that want land, and what binds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from planloop.maintenance.boundary.ground import Ground, PieceLimits
from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


WHOLE = 1000
"""Per mille: all of it."""

COARSE = HECTARE
"""Window of the balance, dm², in which plans are compared: who is served, and how long the outline
is, are questions of hectares, and what goes out can be chosen, or cut, to balance closer."""


@dataclass(frozen=True, slots=True, eq=False)
class InCell:
    """Faces outside the boundary that go in together.

    Parameters
    ----------
    faces
        Face indices.
    area
        Their area, dm².
    projects
        Numbers of the projects that need them.
    counted
        The part of the area that the binding reading of the expansion multiple counts, dm².
    locked
        True where a lock puts them in whatever the projects.
    filler
        True for land that may go in without a project, to join others' land to the boundary or to
        leave no hole.
    """

    faces: NDArray[np.int64]
    area: int
    projects: tuple[str, ...]
    counted: int = 0
    locked: bool = False
    filler: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class OutCell:
    """Faces in the boundary that go out together: the part of one survey parcel in one patch.

    Parameters
    ----------
    parcel
        Identifier of the survey parcel.
    faces
        Face indices.
    area
        Their area, dm².
    patch
        Number of the scattered patch that may go out as a whole and that they are part of; None
        for land that goes parcel by parcel.
    strength
        From 0 (weakest drive, goes first) to 1.
    reason
        Entry of ``messages/reasons.toml``: why the land may go out.
    evidence
        Numbers of the assessment table.
    counted
        The part of the area that the binding reading of the expansion multiple counts, dm².
    locked
        True where a lock takes them out.
    """

    parcel: str
    faces: NDArray[np.int64]
    area: int
    patch: int | None
    strength: float
    reason: str
    evidence: tuple[str, ...] = ()
    counted: int = 0
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """A project that needs land in the boundary.

    Parameters
    ----------
    number
        Project number.
    tier
        Tier of its sector, 1 first.
    near
        True when it starts in the near term.
    must
        True where a lock says that it must be served.
    share
        How much of its land outside the boundary it needs at least, per mille of the area.
    """

    number: str
    tier: int
    near: bool
    must: bool = False
    share: int = WHOLE


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """One level of the objective: a cost in whole numbers, to be made as small as it can be.

    Parameters
    ----------
    name
        Entry of ``messages/levels.toml``.
    serve
        Project → what serving it takes off the cost; others take off nothing.
    change
        What it costs that a cell changes sides, shape (:attr:`Problem.cells`,), or None.
    border
        What each metre costs of the outline between nodes inside and outside. Of each pair of
        nodes the length times this is rounded to a whole number.
    torn
        What it costs that of a scattered patch some land goes out, but not all.
    constant
        What it costs in any case.
    """

    name: str
    serve: Mapping[str, int] = field(default_factory=dict)
    change: NDArray[np.int64] | None = None
    border: int = 0
    torn: int = 0
    constant: int = 0

    @property
    def of_projects(self) -> bool:
        """Whether it is about which projects are served, and nothing else."""
        return bool(self.serve) and self.change is None and not self.border and not self.torn


@dataclass(frozen=True, slots=True)
class Unlike:
    """Plans that serve other projects than some plan does.

    Parameters
    ----------
    served
        Numbers of the projects that it serves.
    distance
        How many projects at least must be served by one of the two plans alone.
    """

    served: frozenset[str]
    distance: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class AtMost:
    """Plans that cost no more than so much by an aim.

    Parameters
    ----------
    aim
        The aim; its name need not be that of a level.
    most
        The cost.
    """

    aim: Aim
    most: int


@dataclass(frozen=True, slots=True)
class Township:
    """A township in which what goes out and what goes in balance by themselves.

    Parameters
    ----------
    name
        Its name; empty for land that lies in none.
    ins, outs
        How much of each cell that may go in, and out, lies in it, dm²; 0 for those elsewhere.
    least, most
        Smallest and largest surplus of its land going out over its land going in, dm².
    """

    name: str
    ins: tuple[int, ...]
    outs: tuple[int, ...]
    least: int
    most: int

    def surplus(self, choice: Choice) -> int:
        """Return by how much what goes out of it exceeds what comes in, dm²."""
        gone = sum(self.outs[index] for index in choice.outs)
        return gone - sum(self.ins[index] for index in choice.ins)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One boundary swap to be decided.

    Parameters
    ----------
    demands
        Projects that want land, in the order of their numbers.
    ins, outs
        Cells that may go in and out.
    tolerance
        Largest surplus of land transferred out, dm².
    margin
        Smallest surplus, dm².
    growth
        Largest growth of the boundary that the issued area leaves, dm²; negative where the
        boundary must shrink.
    counted_growth
        Largest growth of the land that the binding reading of the expansion multiple counts, dm²;
        None where that reading does not count land.
    ground
        Where the cells lie, and the fixed land round them.
    limits
        How small pieces of the boundary, and holes in it, may be.
    aims
        Levels of the objective, the first the most important.
    unlike
        What the plan must not resemble. Where there is anything, a project whose land is in counts
        as served, so that plans differ in fact and not in name.
    at_most
        What the plan may cost by further aims.
    townships
        Townships that balance by themselves; none where only the whole has to.
    most_in
        Most land that may go in, dm²; None where there is no limit.
    """

    demands: tuple[Demand, ...]
    ins: tuple[InCell, ...]
    outs: tuple[OutCell, ...]
    tolerance: int
    margin: int
    growth: int
    counted_growth: int | None = None
    ground: Ground = field(default_factory=Ground.none)
    limits: PieceLimits = field(default_factory=PieceLimits)
    aims: tuple[Aim, ...] = ()
    unlike: tuple[Unlike, ...] = ()
    at_most: tuple[AtMost, ...] = ()
    townships: tuple[Township, ...] = ()
    most_in: int | None = None

    @property
    def measured(self) -> tuple[Aim, ...]:
        """All aims that a plan is measured by: the levels, then those that are bounded."""
        return (*self.aims, *(bound.aim for bound in self.at_most))

    def surplus(self, choice: Choice) -> int:
        """Return by how much what goes out exceeds what goes in, by the cells, dm²."""
        gone = sum(self.outs[index].area for index in choice.outs)
        return gone - sum(self.ins[index].area for index in choice.ins)

    def widened(self, window: int) -> Problem:
        """Return the problem with a window of the balance at least that wide, dm²."""
        return replace(self, tolerance=max(self.tolerance, self.margin + window))

    @property
    def cells(self) -> int:
        """Number of cells: those that may go in, then those that may go out."""
        return len(self.ins) + len(self.outs)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    Parameters
    ----------
    served
        Numbers of the projects that get their land.
    ins, outs
        Indices of the cells that go in and out.
    """

    served: tuple[str, ...]
    ins: tuple[int, ...]
    outs: tuple[int, ...]
