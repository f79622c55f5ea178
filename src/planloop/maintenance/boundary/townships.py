"""The townships of a swap: how much of each cell lies in which, and what each may gain and lose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.errors import SettingsError
from planloop.maintenance.boundary.problem import Township
from planloop.maintenance.situation import field_of_face
from planloop.plan.code_fields import TOWNSHIP_NAME
from planloop.plan.units import SQUARE_METRE, of_hectares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planloop.maintenance.boundary.problem import InCell, OutCell
    from planloop.maintenance.situation import Situation

NOWHERE = ""
"""The name under which land goes that lies in no township."""


def townships(
    situation: Situation, ins: Sequence[InCell], outs: Sequence[OutCell]
) -> tuple[Township, ...]:
    """Return the townships that have to balance by themselves, in the order of their names.

    Parameters
    ----------
    situation
        The plan as the swap sees it.
    ins, outs
        Cells that may go in and out; what lies in several townships counts in each by its faces.

    Returns
    -------
    tuple of Township
        Those with any cell in them; empty where the settings do not ask for it. Features of one
        name are one township. Land in no township is held to the same limits, under no name.

    Raises
    ------
    SettingsError
        The settings ask for it, and the plan has no townships, or one without a name.

    Notes
    -----
    With the tolerance θ of a township and τ of the whole swap, a township may lose θ + τ more than
    it gains, and gain θ more than it loses: with θ = 0 each of them balances as the whole does.
    """
    swap, layer = situation.settings.swap, situation.settings.roles.townships
    if not swap.balance_by_township:
        return ()
    if layer not in situation.fabric.labels:
        raise SettingsError("boundary.no-townships", layer=layer)
    features = situation.plan.layer(layer)
    for fid, name in zip(features.ids, features.values(TOWNSHIP_NAME), strict=True):
        if not name:
            key = "boundary.unnamed-township"
            raise SettingsError(key, layer=layer, feature=str(fid), field=TOWNSHIP_NAME)
    found = field_of_face(situation.plan, situation.fabric, layer, TOWNSHIP_NAME)
    face_name = np.array([NOWHERE if name is None else str(name) for name in found], dtype=object)
    names, number = np.unique(face_name, return_inverse=True)

    def sizes(cells: Sequence[InCell | OutCell]) -> list[tuple[int, ...]]:
        """Return the area of each cell, by township."""
        table = np.zeros((len(names), len(cells)), dtype=np.int64)
        for index, cell in enumerate(cells):
            np.add.at(table[:, index], number[cell.faces], situation.fabric.area[cell.faces])
        return [tuple(row) for row in table.tolist()]

    room = of_hectares(swap.township_tolerance_ha)
    most = room + round(swap.balance_tolerance_m2 * SQUARE_METRE)
    return tuple(
        Township(str(name), mine_in, mine_out, -room, most)
        for name, mine_in, mine_out in zip(names, sizes(ins), sizes(outs), strict=True)
        if any(mine_in) or any(mine_out)
    )
