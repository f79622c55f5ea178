"""What differs between what a file says and what verifying finds, as findings with both values."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.plan.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from planloop.plan.figures import Figure
    from planloop.plan.formats.workbook import Cell
    from planloop.plan.sheets import Sheet

MOST = 40
"""Differences of one file that are listed; the rest is counted."""

LONGEST = 160
"""Characters of a value that a finding shows."""

NOTHING = "–"


def limited(file: str, found: Iterable[Finding]) -> Iterator[Finding]:
    """Return the first differences of a file, and how many more there are."""
    rest = iter(found)
    yield from islice(rest, MOST)
    more = sum(1 for _ in rest)
    if more:
        yield Finding("written-more", Severity.ERROR, "", numbers={"file": file, "count": more})


def differs(file: str, place: str, told: object, found: object) -> Finding:
    """Return the finding that a value of a file is not what it should be."""
    numbers = {"file": file, "place": place, "told": _brief(told), "found": _brief(found)}
    return Finding("written-differs", Severity.ERROR, "", numbers=numbers)


def data_differences(file: str, told: object, found: object, place: str = "") -> Iterator[Finding]:
    """Compare plain data leaf by leaf; a place is ``totals.surplus_dm2``."""
    if isinstance(told, dict) and isinstance(found, dict):
        for key in dict.fromkeys([*found, *told]):
            at = f"{place}.{key}" if place else str(key)
            yield from data_differences(file, told.get(key), found.get(key), at)
    elif isinstance(told, list) and isinstance(found, list):
        for number, (one, other) in enumerate(zip_longest(told, found)):
            yield from data_differences(file, one, other, f"{place}[{_label(other, number)}]")
    elif type(told) is not type(found) or told != found:
        yield differs(file, place, told, found)


def _label(item: object, number: int) -> str:
    if isinstance(item, dict):
        return str(item.get("name", item.get("code", number)))
    return str(number)


def frame_differences(
    file: str, layer: str, told: gpd.GeoDataFrame, found: gpd.GeoDataFrame
) -> Iterator[Finding]:
    """Compare features by identifier: which there are, each field, each vertex.

    Parameters
    ----------
    file, layer
        Where `told` was read.
    told, found
        Frames in canonical form.
    """

    def feature(fid: object, place: str, one: object, other: object) -> Finding:
        numbers = {"file": file, "place": place, "told": _brief(one), "found": _brief(other)}
        return Finding("written-feature", Severity.ERROR, layer, (str(fid),), numbers=numbers)

    if told.index.has_duplicates:
        for fid in told.index[told.index.duplicated()]:
            yield feature(fid, "BSM", "×2", "×1")
        return
    columns = [name for name in found.columns if name != found.geometry.name]
    theirs = [name for name in told.columns if name != told.geometry.name]
    if set(columns) != set(theirs):
        yield differs(file, layer, ", ".join(sorted(theirs)), ", ".join(sorted(columns)))
        return
    for fid in found.index.difference(told.index):
        yield feature(fid, layer, NOTHING, fid)
    for fid in told.index.difference(found.index):
        yield feature(fid, layer, fid, NOTHING)
    both = found.index.intersection(told.index)
    one, other = told.loc[both], found.loc[both]
    for name in columns:
        off = ~_same(one[name], other[name])
        for fid in both[off]:
            yield feature(fid, name, one.loc[fid, name], other.loc[fid, name])
    left, right = one.geometry.to_numpy(), other.geometry.to_numpy()
    for place in np.flatnonzero(shapely.to_wkb(left) != shapely.to_wkb(right)):
        yield feature(both[place], "geometry", *_first_vertices(left[place], right[place]))


def _same(one: pd.Series, other: pd.Series) -> np.ndarray:
    """Compare two columns; a missing value is the same as a missing one."""
    left, right = one.to_numpy(dtype=object), other.to_numpy(dtype=object)
    gone = one.isna().to_numpy(), other.isna().to_numpy()
    equal = np.array([a == b for a, b in zip(left, right, strict=True)], dtype=bool)
    same: np.ndarray = np.where(gone[0] | gone[1], gone[0] & gone[1], equal)
    return same


def _first_vertices(one: shapely.Geometry, other: shapely.Geometry) -> tuple[str, str]:
    """Return the first vertices in which two geometries differ."""
    pairs = zip_longest(
        shapely.get_coordinates(one).tolist(), shapely.get_coordinates(other).tolist()
    )
    for left, right in pairs:
        if left != right:
            return _point(left), _point(right)
    return shapely.to_wkt(one, trim=True), shapely.to_wkt(other, trim=True)


def _point(vertex: list[float] | None) -> str:
    return NOTHING if vertex is None else f"({vertex[0]:.4f}, {vertex[1]:.4f})"


def table_differences(
    file: str, layer: str, told: pd.DataFrame, found: pd.DataFrame
) -> Iterator[Finding]:
    """Compare tables without geometry, row by row."""
    if list(told.columns) != list(found.columns) or len(told) != len(found):
        shapes = [f"{', '.join(map(str, item.columns))} × {len(item)}" for item in (told, found)]
        yield differs(file, layer, *shapes)
        return
    for name in found.columns:
        for row in np.flatnonzero(~_same(told[name], found[name])):
            place = f"{layer}[{row + 1}].{name}"
            yield differs(file, place, told[name].iloc[row], found[name].iloc[row])


def sheet_differences(
    file: str, told: Mapping[str, Sequence[Sequence[Cell]]], found: Iterable[Sheet]
) -> Iterator[Finding]:
    """Compare a workbook cell by cell; a place is ``乡镇!C5``."""
    sheets = {sheet.name: sheet.grid() for sheet in found}
    if list(told) != list(sheets):
        yield differs(file, "sheets", ", ".join(told), ", ".join(sheets))
    for name, grid in sheets.items():
        rows = zip_longest(told.get(name, []), grid, fillvalue=())
        for row, (one, other) in enumerate(rows, start=1):
            for column, (left, right) in enumerate(zip_longest(one, other)):
                if not _same_cell(left, right):
                    yield differs(file, f"{name}!{_letters(column)}{row}", left, right)


def _same_cell(told: object, found: object) -> bool:
    if told in (None, "") or found in (None, ""):
        return told in (None, "") and found in (None, "")
    if isinstance(told, str) or isinstance(found, str):
        return told == found
    return told == found


def _letters(column: int) -> str:
    """Return the letters of a column as Excel names it, counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def page_differences(file: str, text: str, found: Mapping[str, Figure]) -> Iterator[Finding]:
    """Compare every figure that the page shows by name, and see that none is missing."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    seen = set()
    for name, lang, value, shown in reader.figures:
        seen.add(name)
        if name not in found:
            yield differs(file, name, shown, NOTHING)
            continue
        exact = found[name].value
        right = found[name].en if lang == "en" else found[name].zh
        if value != exact:
            yield differs(file, name, value, exact)
        if shown != " ".join(right.split()):
            yield differs(file, name, shown, right)
    for name, figure in found.items():
        if name not in seen:
            yield differs(file, name, NOTHING, figure.value or figure.zh)


class _Reader(HTMLParser):
    """Collects the elements ``<data data-name=…>``: name, language, value, text shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.figures: list[tuple[str, str, str, str]] = []
        self.held: tuple[str, str, str] | None = None
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "data" and "data-name" in named:
            name, lang, value = (named.get(key) or "" for key in ("data-name", "lang", "value"))
            self.held, self.words = (name, lang, value), []

    def handle_data(self, data: str) -> None:
        if self.held is not None:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "data" and self.held is not None:
            self.figures.append((*self.held, " ".join("".join(self.words).split())))
            self.held = None


def _brief(value: object) -> str:
    text = NOTHING if value is None else str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
