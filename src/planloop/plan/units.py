"""Areas as whole dm² (0.01 m²), in which the ledgers are kept, and the units that people read."""

from __future__ import annotations

SQUARE_METRE, HECTARE = 100, 1_000_000
"""dm² in one of each."""


def of_hectares(hectares: float) -> int:
    """Return an area given in hectares as whole dm²."""
    return round(hectares * HECTARE)
