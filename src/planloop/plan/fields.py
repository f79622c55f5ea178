"""The fields of a source layer: the standard's types, its codes, and what may not be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planloop import standard
from planloop.errors import InputError
from planloop.plan.cells import as_number, as_text, has_lost_digits, is_blank

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from planloop.standard.records import FieldSpec

PROJECT = "XMBH"
"""Field of a site that holds its project's number."""

TEXTS = ("Char", "VarChar")


def typed(code: str, frame: gpd.GeoDataFrame, where: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """Return a layer whose known fields have the standard's types and hold its codes.

    Numbers that a source holds as text become numbers, texts that it holds as numbers text.

    Parameters
    ----------
    code
        Standard layer code.
    frame
        The layer after the mapping; index: one-based row in the source.
    where
        Path, for the error.

    Raises
    ------
    InputError
        A field without which the layer means nothing is missing (a mandatory code, or a site's
        project number); a number cannot be read, or a long number has lost digits; a code is not
        in its list.
    """
    place = {**where, "layer": code}
    columns = {}
    for spec in standard.load().fields(code):
        if spec.field not in frame.columns:
            if spec.required == "M" and (spec.code_list or spec.field == PROJECT):
                present = ", ".join(map(str, frame.columns.drop(frame.geometry.name)))
                raise InputError("read.missing-field", field=spec.field, present=present, **place)
            continue
        text = spec.type in TEXTS
        column = (_texts if text else _numbers)(frame[spec.field], spec.field, place)
        if spec.code_list:
            _check_codes(column, spec, place)
        columns[spec.field] = column
    return frame.assign(**columns)


def _texts(column: pd.Series, field: str, where: Mapping[str, Any]) -> pd.Series:
    if isinstance(column.dtype, pd.StringDtype):
        return column
    for row, value in column.items():
        if has_lost_digits(value):
            raise InputError("read.too-many-digits", row=row, column=field, value=value, **where)
    return pd.Series([as_text(value) for value in column], index=column.index, dtype="str")


def _numbers(column: pd.Series, field: str, where: Mapping[str, Any]) -> pd.Series:
    numbers = np.full(len(column), np.nan)
    for place, (row, value) in enumerate(column.items()):
        try:
            number = as_number(value)
        except ValueError as error:
            raise InputError(
                "read.not-a-number", row=row, column=field, value=value, **where
            ) from error
        if number is not None:
            numbers[place] = number
    return pd.Series(numbers, index=column.index)


def _check_codes(column: pd.Series, spec: FieldSpec, where: Mapping[str, Any]) -> None:
    table = standard.load()
    known: dict[str, bool] = {}
    for row, value in column.items():
        if is_blank(value):
            wrong = spec.required == "M"
        else:
            if value not in known:
                known[value] = table.knows(spec.code_list, value)
            wrong = not known[value]
        if wrong:
            shown = "" if pd.isna(value) else value
            raise InputError("read.unknown-code", row=row, field=spec.field, value=shown, **where)
