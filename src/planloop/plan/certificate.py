"""Certificates: how the intake and the solver ended, for people who trust nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class LayerIntake:
    """What the intake did to one layer.

    Parameters
    ----------
    code
        Layer code.
    source
        File and layer that it came from.
    crs
        CRS of the source, and the assumption on its datum where one was made.
    features
        Number of features after the intake.
    identical, noded, moved
        Features left as they were (on the grid); with collinear vertices added; with a vertex
        moved by more than half a grid step. The three add up to `features`.
    exploded
        Multi-part source features taken apart.
    largest_shift
        Largest distance between a vertex as read (projected, on the grid) and the outline after
        noding, or the other way round, m.
    area_change
        Sum of the absolute changes of area, m².
    """

    code: str
    source: str
    crs: str
    features: int
    identical: int
    noded: int
    moved: int
    exploded: int
    largest_shift: float
    area_change: float


@dataclass(frozen=True, slots=True)
class IntakeCertificate:
    """What the intake did.

    Parameters
    ----------
    epsg
        Working CRS, and in `zone_shares` how much of the region lies in which 3° zone.
    layers
        One entry for each layer.
    gaps, overlaps
        Number and total area (m²) of gaps and overlaps found in layers that may have none.
    """

    epsg: int
    zone_shares: Mapping[int, float]
    layers: tuple[LayerIntake, ...]
    gaps: tuple[int, float]
    overlaps: tuple[int, float]


@dataclass(frozen=True, slots=True)
class SolveLevel:
    """How one level of the objective was solved.

    Parameters
    ----------
    name
        Entry of ``messages/levels.toml``.
    status
        ``optimal`` (nothing better exists, the levels above being what they are), ``gap`` (the
        bound is not reached: the run stopped within the allowed gap, or a window had to be
        narrowed), ``node limit``, ``time limit``, or ``stopped`` where the solver gave up or was
        interrupted.
    value, bound, gap
        Objective of the plan found, proven bound (NaN where nothing is proven), and their
        difference over the value or over 1, whichever is larger.
    seconds, nodes
        Effort.
    """

    name: str
    status: str
    value: float
    bound: float
    gap: float
    seconds: float
    nodes: int

    def reached(self, value: float) -> SolveLevel:
        """Return the level with another value of the plan, and the gap that leaves."""
        if value == self.value:
            return self
        return replace(self, value=value, gap=gap(value, self.bound))


def gap(value: float, bound: float) -> float:
    """Return value less bound, over the value or over 1 if that is more; NaN without a bound."""
    return (value - bound) / max(1.0, abs(value))


@dataclass(frozen=True, slots=True)
class SolverCertificate:
    """How the solver ended.

    Parameters
    ----------
    solver
        Name and version.
    columns, rows
        Size of the model.
    levels
        Levels of the objective in order.
    window
        The least and the most of what may go out more than comes in, dm²: what the levels say,
        they say of plans of whole cells in this window. It is as wide as the tolerance, or wider
        where a parcel is cut afterwards, and begins higher where a strip of it would be a sliver.
    tasks
        Task that follows the swap (``lines``, ``land_use``) → levels of its own objective, in
        order; none where the plan has no such layers.
    """

    solver: str
    columns: int
    rows: int
    levels: tuple[SolveLevel, ...]
    window: tuple[int, int]
    tasks: Mapping[str, tuple[SolveLevel, ...]] = field(default_factory=dict)

    @property
    def optimal(self) -> bool:
        """Whether every level is proven optimal; only then the plan is."""
        return all(level.status == "optimal" for level in self.levels)
