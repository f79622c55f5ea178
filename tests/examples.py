"""How many examples a property test tries: its own number, times what the profile says."""

from __future__ import annotations

from hypothesis import settings

USUAL = 100
"""Examples of a property test that names no number, in the profiles ``default`` and ``ci``."""


def examples(count: int) -> int:
    """Return the number for ``@settings(max_examples=…)``: `count`, or more under ``make fuzz``."""
    return count * settings.get_profile(settings.get_current_profile_name()).max_examples // USUAL
