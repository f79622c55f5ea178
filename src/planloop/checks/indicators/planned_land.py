"""What each face is for, by the plan: its planned use where there is one, else what it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planloop import standard
from planloop.plan.code_fields import CLASS_CODE
from planloop.plan.codes import padded, starts_with

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence

CONCENTRATED = "410"
"""The part of the boundary that is meant for construction."""

TOWN_ATTRIBUTE = "CZCSXM"

VILLAGE = "village"
"""The rule of the standard's receivers by which village land joins a zone."""


def in_classes(evidence: Evidence, prefixes: Iterable[str], when: str) -> NDArray[np.bool_]:
    """Return the faces of land classes, by their prefixes, shape (n,).

    Land without a planned use counts as what it is now, even inside the boundary: that it may be
    built on one day takes nothing away yet.
    """
    planned = _planned(evidence, when)
    return starts_with(np.where(_held(planned), planned, evidence.land_class), prefixes)


def in_group(evidence: Evidence, group: str, when: str) -> NDArray[np.bool_]:
    """Return the faces of a group of construction land, shape (n,).

    Land without a planned use counts as construction land in the concentrated part of the boundary,
    and as what it is now anywhere else. Land that has left the boundary is given up, whatever its
    class, unless it joined a zone for villages or has a planned use that is not its current one:
    nothing built, approved or titled may leave.
    """
    table = standard.load()
    planned, part = _planned(evidence, when), evidence.part(when)
    held = _held(planned)
    code = np.where(held, planned, evidence.land_class)
    attribute = evidence.values(evidence.settings.roles.parcels, TOWN_ATTRIBUTE)
    attribute[held] = None
    (row, codes), (column, kinds) = pd.factorize(code), pd.factorize(attribute)
    # No code and no attribute have the number -1: the last row, and the last column.
    counts = [
        [table.in_group(str(item), group, str(kind)) for kind in (*kinds, "")]
        for item in (*codes, "")
    ]
    found: NDArray[np.bool_] = np.array(counts, dtype=bool)[row, column]
    open_land: NDArray[np.bool_] = ~held & (part == CONCENTRATED)
    return (found | open_land) & ~_given_up(evidence, planned, when)


def _given_up(evidence: Evidence, planned: NDArray[np.object_], when: str) -> NDArray[np.bool_]:
    villages = {row.zone for row in standard.load().zone_receivers if row.rule == VILLAGE}
    left = _left(evidence, when)
    anew = np.array(
        [
            bool(use) and padded(use) != padded(now or "")
            for use, now in zip(planned[left], evidence.land_class[left], strict=True)
        ],
        dtype=bool,
    )
    village = starts_with(evidence.zone("after")[left], sorted(villages))
    given_up = np.zeros(len(left), dtype=bool)
    given_up[left] = ~anew & ~village
    return given_up


def _left(evidence: Evidence, when: str) -> NDArray[np.bool_]:
    """Return the faces that have left the boundary: before, none."""
    if when == "before":
        return np.zeros(len(evidence.fabric), dtype=bool)
    return evidence.inside("before") & ~evidence.inside("after")


def _planned(evidence: Evidence, when: str) -> NDArray[np.object_]:
    """Return the planned class of each face, None where it has none.

    Land that has left the boundary has none, unless it was planned anew: what it was planned for
    was a use of the town.
    """
    layer = evidence.settings.roles.land_use
    codes, before = (evidence.values(layer, CLASS_CODE, time) for time in (when, "before"))
    stale = np.array([a == b for a, b in zip(before, codes, strict=True)], dtype=bool)
    codes[_left(evidence, when) & stale] = None
    return codes


def _held(codes: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.array([bool(code) for code in codes], dtype=bool)
