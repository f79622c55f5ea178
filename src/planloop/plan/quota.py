"""What the superior authority has issued for the urban development boundary."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quota:
    """Issued limits of the urban development boundary.

    Parameters
    ----------
    issued_area
        Issued area of the boundary, in dm² (0.01 m²).
    issued_multiple
        Issued expansion multiple.
    base_town_area
        Town construction land of the base year, in dm².
    multiple_reading
        Which reading of the expansion multiple binds: ``"M1"`` to ``"M4"`` of the standard.
    """

    issued_area: int
    issued_multiple: float
    base_town_area: int
    multiple_reading: str = "M4"

    @property
    def multiple_area(self) -> int:
        """The most land that the issued multiple allows over the base year, in whole dm².

        In decimal numbers: 1.9 times 10 is 19, whatever binary fractions make of it.
        """
        return int(Decimal(str(self.issued_multiple)) * self.base_town_area)
