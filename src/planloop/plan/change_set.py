"""The change set: the only way a plan changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop.errors import InputError
from planloop.plan.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planloop.plan.plan import Plan

PIECE_COLUMNS = (
    "layer",
    "kind",
    "before_id",
    "after_id",
    "code_before",
    "code_after",
    "area_dm2",
    "reason",
    "evidence",
    "project",
    "township",
)
"""Columns of the pieces beside the geometry.

The index ``piece`` is ``{layer}-{WHBH}``, WHBH being the date and a serial within the layer.
``reason`` is an entry of ``messages/reasons.toml``; ``evidence`` and ``project`` are joined by
``", "``, empty where there are none; ``township`` is the township's name, empty where unknown.
"""

TRANSFER_IN, ATTRIBUTE, TRANSFER_OUT = "1", "2", "3"
"""Kinds of maintenance, the codes of WHLX."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerDelta:
    """Full records that leave a layer and that enter it; a changed feature stands in both.

    Parameters
    ----------
    code
        Layer code.
    old, new
        Records in canonical form, indexed by feature identifier.
    """

    code: str
    old: gpd.GeoDataFrame
    new: gpd.GeoDataFrame

    def invert(self) -> LayerDelta:
        """Return the delta that undoes this one."""
        return LayerDelta(self.code, self.new, self.old)

    def apply(self, layer: Layer) -> Layer:
        """Return the layer with the old records replaced by the new ones.

        Raises
        ------
        InputError
            The layer does not hold the old records as they stand here, has other columns or
            another coordinate system, or already holds a new one.
        """
        frame = layer.frame
        present = self.old.index.isin(frame.index)
        if not present.all():
            key = "plan.delta-missing"
            raise InputError(key, layer=self.code, feature=str(self.old.index[~present][0]))
        schema = frame.dtypes.sort_index()
        for records in (self.old, self.new):
            if not records.dtypes.sort_index().equals(schema) or records.crs != frame.crs:
                raise InputError("plan.delta-schema", layer=self.code)
        same = same_records(frame.loc[self.old.index], self.old)
        if not same.all():
            key = "plan.delta-differs"
            raise InputError(key, layer=self.code, feature=str(self.old.index[~same][0]))
        rest = frame.drop(index=self.old.index)
        clash = self.new.index.isin(rest.index) | self.new.index.duplicated()
        if clash.any():
            key = "plan.delta-clash"
            raise InputError(key, layer=self.code, feature=str(self.new.index[clash][0]))
        frame = pd.concat([rest, self.new[rest.columns]])
        return Layer(self.code, gpd.GeoDataFrame(frame, crs=layer.frame.crs).sort_index())


@dataclass(frozen=True, slots=True, eq=False)
class ChangeSet:
    """Two views of one change: pieces for people, deltas for `apply` and `invert`.

    Parameters
    ----------
    pieces
        One row for each single-part piece of land whose code changed, with
        :data:`PIECE_COLUMNS` and its geometry (working CRS); ``kind`` as in WHLX:
        1 transfer in, 2 change of attribute, 3 transfer out.
    deltas
        Layer code → records that leave and enter.
    """

    pieces: gpd.GeoDataFrame
    deltas: Mapping[str, LayerDelta]

    @classmethod
    def between(cls, before: Plan, after: Plan, pieces: gpd.GeoDataFrame) -> ChangeSet:
        """Return the change set that leads from one plan to the other, as far as pieces tell of it.

        Parameters
        ----------
        before, after
            The two plans.
        pieces
            What is said to have changed; taken over as it is. A feature that differs although no
            piece touches it gets no delta, so that applying the change set shows it.
        """
        deltas = {}
        for code in sorted(set(before.layers) & set(after.layers)):
            chosen = pieces["layer"] == code
            if chosen.any():
                touched = pd.Index(pieces.loc[chosen, "before_id"].dropna().unique())
                deltas[code] = _difference(before.layers[code], after.layers[code], touched)
        return cls(pieces, deltas)

    def apply(self, plan: Plan) -> Plan:
        """Return the plan after the change."""
        changed = [delta.apply(plan.layer(code)) for code, delta in self.deltas.items()]
        return plan.with_layers(*changed)

    def invert(self) -> ChangeSet:
        """Return the change set that undoes this one, to the bit."""
        swapped = {"before_id": "after_id", "after_id": "before_id"}
        swapped |= {"code_before": "code_after", "code_after": "code_before"}
        pieces = self.pieces.rename(columns=swapped)[list(self.pieces.columns)]
        kinds = {TRANSFER_IN: TRANSFER_OUT, TRANSFER_OUT: TRANSFER_IN, ATTRIBUTE: ATTRIBUTE}
        pieces = pieces.assign(kind=pieces["kind"].map(kinds).astype("str"))
        return ChangeSet(pieces, {code: delta.invert() for code, delta in self.deltas.items()})

    def of(self, layer: str, kind: str | None = None) -> gpd.GeoDataFrame:
        """Return the pieces of one layer, or of one kind in it."""
        chosen = self.pieces["layer"] == layer
        if kind is not None:
            chosen &= self.pieces["kind"] == kind
        return self.pieces[chosen]


def _difference(before: Layer, after: Layer, touched: pd.Index) -> LayerDelta:
    """Return the records that differ between two states of a layer: `touched` ones and new ones."""
    old, new = before.frame, after.frame
    both = old.index.intersection(new.index)
    same = both[same_records(old.loc[both], new.loc[both])]
    left_alone = same.union(old.index.difference(touched))
    return LayerDelta(
        before.code,
        old.drop(index=old.index.intersection(left_alone)),
        new.drop(index=new.index.intersection(left_alone)),
    )


def same_records(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which rows of two frames in canonical form are the same to the bit, shape (n,).

    Parameters
    ----------
    one, other
        Frames with the same index, shape (n,). Where their columns differ, no row is the same.
    """
    if set(one.columns) != set(other.columns):
        return np.zeros(len(one), dtype=bool)
    name = one.geometry.name
    same = np.array(shapely.to_wkb(one[name].array) == shapely.to_wkb(other[name].array))
    for column in one.columns.drop(name):
        left, right = one[column], other[column]
        if left.dtype != right.dtype:
            return np.zeros(len(one), dtype=bool)
        equal = (left == right) | (left.isna() & right.isna())
        same &= equal.to_numpy(dtype=bool)
    return same
