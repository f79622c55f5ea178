"""The data standard as tables, and the one loader that gives them types.

Every row of ``tables/`` says its edition, how well it is attested, and where it was seen.
"""

from planloop.standard.loader import Standard, load
from planloop.standard.records import Attestation

__all__ = ["Attestation", "Standard", "load"]
