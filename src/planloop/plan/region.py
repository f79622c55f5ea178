"""The region that a plan covers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A county or city, with the coordinate system that its plan is kept in.

    Parameters
    ----------
    code
        Six-digit code of the administrative division.
    name
        Its name.
    epsg
        Working CRS: the 3° Gauss-Krüger zone without zone prefix (EPSG 4534 to 4554), metres.
    declared_area
        Declared scope area in m², or None; reported beside the geometry's, never scaled to.
    """

    code: str
    name: str
    epsg: int
    declared_area: float | None = None
