"""The demo city as built for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.demo.city import City


@dataclass(frozen=True)
class Built:
    """The folder of files, and what the builder says it planted in them."""

    folder: Path
    city: City
