"""The mapping: how foreign layers and fields become the standard's; saved, and replayable."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pyproj.exceptions import CRSError

from planloop import standard
from planloop.errors import InputError, SettingsError
from planloop.plan.cells import as_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Rules

Scalar = str | int | float


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Condition(_Part):
    """Which features of a source are taken: those whose field has, or has not, some value.

    Values are compared as texts, so that it does not matter how the source stores a number.
    """

    field: str
    equals: Scalar | None = None
    any_of: tuple[Scalar, ...] | None = Field(default=None, alias="in")
    none_of: tuple[Scalar, ...] | None = Field(default=None, alias="not_in")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum(item is not None for item in (self.equals, self.any_of, self.none_of)) != 1:
            message = "needs one of 'equals', 'in' and 'not_in'"
            raise ValueError(message)
        return self

    def holds(self, column: pd.Series) -> pd.Series:
        """Return for each row whether its value fulfils the condition."""
        texts = column.map(as_text)
        if self.none_of is not None:
            return ~texts.isin([as_text(item) for item in self.none_of])
        wanted = self.any_of if self.equals is None else (self.equals,)
        return texts.isin([as_text(item) for item in wanted or ()])


class FieldRule(_Part):
    """How one field of the standard is filled.

    Either a fixed `value`; or the source field `source` (``from``), passed through `values` where
    given (what they do not name becomes `default`, and is an error without one), or looked up in
    the standard.
    """

    value: Scalar | None = None
    source: str | None = Field(default=None, alias="from")
    values: dict[str, Scalar] | None = None
    default: Scalar | None = None
    lookup: Literal["zone-name", "land-class-name"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: object) -> object:
        """Take the name of a field for a rule that passes it through."""
        return {"from": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.value is None) == (self.source is None):
            message = "needs either 'value' or 'from'"
            raise ValueError(message)
        further = (self.values, self.default, self.lookup)
        if self.value is not None and any(item is not None for item in further):
            message = "'value' stands alone"
            raise ValueError(message)
        if self.lookup is not None and (self.values is not None or self.default is not None):
            message = "'lookup' stands with 'from' alone"
            raise ValueError(message)
        return self


class Source(_Part):
    """One layer of one file, and the layer of the standard that it becomes."""

    path: Path
    to: str
    layer: str | None = None
    crs: str | None = None
    datum: str | None = None
    encoding: str | None = None
    where: tuple[Condition, ...] = ()
    dissolve: bool = False
    fields: dict[str, FieldRule] | None = None

    @field_validator("where", mode="before")
    @classmethod
    def _one_or_several(cls, data: object) -> object:
        return [data] if isinstance(data, dict) else data

    @field_validator("crs")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                pyproj.CRS.from_user_input(name)
            except CRSError as error:
                raise ValueError(str(error)) from error
        return name


class Mapping(_Part):
    """All sources of a plan."""

    edition: Literal[1] = 1
    description: str = ""
    source: tuple[Source, ...] = Field(min_length=1)


def read_mapping(path: Path) -> Mapping:
    """Read ``mapping.toml``; its paths come back absolute.

    Raises
    ------
    SettingsError
        The file cannot be read, is not TOML, or an entry is missing, unknown or wrong.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError("settings.unreadable", path=path, reason=error.strerror) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("settings.not-toml", path=path, reason=error) from error
    try:
        mapping = Mapping.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        key = "settings.missing" if first["type"] == "missing" else "settings.wrong"
        raise SettingsError(key, path=path, setting=name, reason=first["msg"]) from error
    base = path.parent.resolve()
    sources = tuple(item.model_copy(update={"path": base / item.path}) for item in mapping.source)
    return mapping.model_copy(update={"source": sources})


def apply_source(
    source: Source,
    frame: gpd.GeoDataFrame,
    check: Callable[[gpd.GeoDataFrame], None] | None = None,
) -> gpd.GeoDataFrame:
    """Return the features that a source names, with the standard's fields.

    Parameters
    ----------
    source
        Entry of the mapping.
    frame
        The raw layer, in the order of its file.
    check
        Called with the features that the source names, before they are dissolved: afterwards
        nobody can say which of them was wrong.

    Returns
    -------
    GeoDataFrame
        Index: one-based row in the source (0 after dissolving).

    Raises
    ------
    InputError
        The source lacks a field, or has a value that the mapping does not name.
    """
    frame = frame.set_axis(range(1, len(frame) + 1), axis=0)
    for condition in source.where:
        frame = frame[condition.holds(_column(source, frame, condition.field))]
    if check is not None:
        check(frame)
    if source.dissolve and len(frame):
        union = shapely.union_all(np.asarray(frame.geometry.array, dtype=object))
        frame = gpd.GeoDataFrame(frame.iloc[:1].set_geometry([union], crs=frame.crs))
        frame = frame.set_axis([0], axis=0)
    return frame if source.fields is None else _renamed(source, source.fields, frame)


def _renamed(
    source: Source, rules: Rules[str, FieldRule], frame: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    columns: dict[str, pd.Series] = {}
    for name, rule in rules.items():
        if rule.source is None:
            columns[name] = pd.Series([rule.value] * len(frame), index=frame.index)
        elif rule.lookup is not None:
            filled = rule.source in columns
            held = columns[rule.source] if filled else _column(source, frame, rule.source)
            columns[name] = _looked_up(source, held, rule)
        else:
            columns[name] = _translated(source, _column(source, frame, rule.source), rule)
    return gpd.GeoDataFrame(
        columns, geometry=frame.geometry.array, crs=frame.crs, index=frame.index
    )


def _column(source: Source, frame: gpd.GeoDataFrame, name: str) -> pd.Series:
    if name not in frame.columns:
        present = ", ".join(str(column) for column in frame.columns)
        raise InputError(
            "read.missing-field",
            path=source.path,
            layer=source.layer or source.to,
            field=name,
            present=present,
        )
    return frame[name]


def _translated(source: Source, column: pd.Series, rule: FieldRule) -> pd.Series:
    known = rule.values  # noqa: PD011  # no frame's values
    if known is None:
        return column if rule.default is None else column.fillna(rule.default)
    result = []
    for row, value in column.items():
        text = as_text(value) or ""
        if text in known:
            result.append(known[text])
        elif rule.default is not None:
            result.append(rule.default)
        else:
            where: dict[str, Any] = {"path": source.path, "layer": source.to, "row": row}
            raise InputError("read.unmapped-value", field=rule.source, value=text, **where)
    return pd.Series(result, index=column.index)


def _looked_up(source: Source, column: pd.Series, rule: FieldRule) -> pd.Series:
    table = standard.load()
    codes = "zones" if rule.lookup == "zone-name" else "land_classes"
    names = []
    for row, value in column.items():
        code = as_text(value) or ""
        if not table.knows(codes, code):
            where: dict[str, Any] = {"path": source.path, "layer": source.to, "row": row}
            raise InputError("read.unknown-code", field=rule.source, value=code, **where)
        found = table.zones[code] if codes == "zones" else table.land_class(code)
        names.append(found.name_zh)
    return pd.Series(names, index=column.index)
