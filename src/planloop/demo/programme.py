"""What the blocks of the town are planned for, and what their plots become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np


@dataclass(frozen=True, slots=True)
class Programme:
    """What a block is planned for.

    Parameters
    ----------
    first
        Classes of the block's largest plots, the largest first.
    rest
        Classes of its other plots with their shares, which add up to 1.
    built
        Share of its plots that are built.
    plots
        Fewest and most plots.
    """

    first: tuple[str, ...]
    rest: Mapping[str, float]
    built: float
    plots: tuple[int, int] = (3, 7)


HOMES = {"070102": 0.86, "090101": 0.06, "0702": 0.04, "080602": 0.02, "1401": 0.02}
TRADE = {"0901": 0.62, "0902": 0.22, "090104": 0.10, "120803": 0.06}
WORKS = {"100102": 0.58, "110101": 0.30, "090105": 0.06, "120803": 0.06}

PROGRAMMES = {
    "R": Programme((), HOMES, 0.94),
    "r": Programme((), HOMES, 0.62),
    "E": Programme((), HOMES, 0.07),
    "S": Programme(("080403", "080404"), HOMES, 0.95),
    "C": Programme((), TRADE, 0.93),
    "F": Programme(("0902",), TRADE, 0.05),
    "G": Programme(("0801", "080302", "1403"), {"0801": 0.7, "0802": 0.3}, 0.97),
    "H": Programme(("080601", "080701"), HOMES, 0.97),
    "Q": Programme(("080501", "1403"), HOMES, 0.95),
    "M": Programme(("090102",), TRADE, 0.9),
    "P": Programme((), {"1401": 1.0}, 0.97, (1, 2)),
    "p": Programme((), {"1401": 1.0}, 0.0, (1, 2)),
    "N": Programme((), {"1402": 1.0}, 0.9, (1, 2)),
    "I": Programme((), WORKS, 0.88, (2, 4)),
    "W": Programme(("110101",), WORKS, 0.9, (2, 4)),
    "U": Programme(("1302", "1305", "1303"), {"1309": 0.5, "1310": 0.5}, 0.95, (3, 4)),
    "T": Programme(("120802", "1301"), {"120803": 0.5, "1304": 0.5}, 0.95, (3, 4)),
    "L": Programme(("110102",), {"110102": 0.85, "120801": 0.15}, 0.9, (1, 3)),
    "l": Programme((), {"110102": 1.0}, 0.0, (3, 3)),
    "B": Programme(("120801",), {"110102": 0.5, "1102": 0.5}, 0.95, (1, 3)),
    "X": Programme(("100102",), {"100102": 0.7, "100101": 0.3}, 0.85, (1, 3)),
    "x": Programme((), {"100102": 1.0}, 0.0, (3, 3)),
}
"""Planned blocks by their letter in the plans of :mod:`planloop.demo.town`; small letters are land
that waits for its first building."""


def planned(letter: str, count: int, random: np.random.Generator) -> list[str]:
    """Return the planned class of each plot of a block, the largest plot first."""
    programme = PROGRAMMES[letter]
    chosen = list(programme.first[:count])
    codes, shares = list(programme.rest), list(programme.rest.values())
    chosen += [str(random.choice(codes, p=shares)) for _ in range(count - len(chosen))]
    return chosen
