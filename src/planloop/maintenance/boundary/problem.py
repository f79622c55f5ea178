"""The boundary problem: cells that move together, projects that want land, and what binds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
    """

    faces: NDArray[np.int64]
    area: int
    projects: tuple[str, ...]
    counted: int = 0
    locked: bool = False


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
    """

    number: str
    tier: int
    near: bool
    must: bool = False


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
    """

    demands: tuple[Demand, ...]
    ins: tuple[InCell, ...]
    outs: tuple[OutCell, ...]
    tolerance: int
    margin: int
    growth: int
    counted_growth: int | None = None


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
