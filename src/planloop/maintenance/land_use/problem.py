"""The land-use problem: plots, the classes each may have, and what binds; no geometry."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

UNIT = 100_000
"""dm² in 0.1 ha, in which the levels are counted: sums of plots to the dm² are never closed."""

Choice: TypeAlias = "tuple[str, ...]"
"""The class of each cell, in their order."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A plot of planned land that keeps or changes its class as a whole.

    Parameters
    ----------
    id
        Identifier of its feature.
    area
        dm².
    classes
        Classes that it may have, the first the one that it has now.
    lock
        The class that the planner has decided on, one of `classes`; None where none is.
    """

    id: str
    area: int
    classes: tuple[str, ...]
    lock: str | None = None

    @property
    def now(self) -> str:
        """The class that it has now."""
        return self.classes[0]


@dataclass(frozen=True, slots=True)
class Range:
    """What a group of classes should take up.

    Parameters
    ----------
    name
        Of the group and the measure, as ``residential`` or ``residential-person``.
    members
        Classes of the group.
    least, most
        Area, dm²; None where there is no limit.
    most_outside
        How far outside the range the group may be at most, dm².
    counts
        Whether what is outside is minimised.
    """

    name: str
    members: frozenset[str]
    least: int | None
    most: int | None
    most_outside: int
    counts: bool = True


@dataclass(frozen=True)
class Service:
    """What serves the homes with one kind of facility.

    Parameters
    ----------
    kind
        The kind.
    always
        Cells that are served if they are homes, whatever changes.
    near
        Cell → cells and the class each must have to serve it.
    """

    kind: str
    always: frozenset[int] = frozenset()
    near: Mapping[int, frozenset[tuple[int, str]]] = field(default_factory=dict)

    @cached_property
    def homes_of(self) -> Mapping[int, tuple[int, ...]]:
        """Cell → the cells that it serves if it has the class for that, ascending."""
        found = defaultdict[int, set[int]](set)
        for home, places in self.near.items():
            for place, _ in places:
                found[place].add(home)
        return {place: tuple(sorted(homes)) for place, homes in found.items()}


@dataclass(frozen=True)
class Problem:
    """Everything that decides on the planned classes.

    Parameters
    ----------
    cells
        All plots of the layer.
    ranges
        What groups should take up.
    homes
        Classes that people live on.
    services
        What serves them.
    neighbours
        Pairs of cells that share an edge, the lower first.
    barred
        Pairs of classes, both ways round, that may not become neighbours.
    most_change
        Area that may change its class, dm².
    unit
        dm² in the unit in which the levels are counted.
    was
        Class of each cell in an earlier scheme, which the choice stays near to; None where there
        is none.
    """

    cells: tuple[Cell, ...]
    ranges: tuple[Range, ...] = ()
    homes: frozenset[str] = frozenset()
    services: tuple[Service, ...] = ()
    neighbours: tuple[tuple[int, int], ...] = ()
    barred: frozenset[tuple[str, str]] = frozenset()
    most_change: int = 0
    unit: int = UNIT
    was: Choice | None = None

    @cached_property
    def movable(self) -> tuple[int, ...]:
        """Cells that may have more than one class."""
        return tuple(index for index, cell in enumerate(self.cells) if len(cell.classes) > 1)

    def counted(self, area: int) -> int:
        """Return the area of a plot, dm², in units, half up, and at least 1."""
        return max(1, (2 * area + self.unit) // (2 * self.unit))

    @property
    def now(self) -> Choice:
        """The classes that the cells have now."""
        return tuple(cell.now for cell in self.cells)

    def nearest(self, index: int) -> str | None:
        """Return the class of a cell in the earlier scheme if the cell may have it, else None."""
        code = None if self.was is None else self.was[index]
        cell = self.cells[index]
        return code if code in cell.classes and cell.lock in {None, code} else None

    @property
    def near(self) -> Choice:
        """The classes of the earlier scheme, where cells may have them; else as locked."""
        return tuple(self.nearest(index) or code for index, code in enumerate(self.locked))

    @property
    def locked(self) -> Choice:
        """The classes that the cells have now, but where the planner has decided."""
        return tuple(cell.lock or cell.now for cell in self.cells)
