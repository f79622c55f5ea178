"""The project list by itself: what is odd in it, and what differs from an approved one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planloop import standard
from planloop.plan.cells import is_blank
from planloop.plan.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

LIST = "projects"
KEY = "number"
PARTS = ("new_construction_ha", "cropland_ha")
"""Columns that can be no larger than the project's whole area."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A cell that differs between two lists.

    Parameters
    ----------
    number
        Number of the project.
    column
        Name of the column.
    before, after
        What stood there and what stands there now; None for nothing.
    """

    number: str
    column: str
    before: object
    after: object

    @property
    def header(self) -> str:
        """Header of the column."""
        names = {column.name: column.header for column in standard.load().columns(LIST)}
        return names[self.column]


@dataclass(frozen=True, slots=True)
class ListChanges:
    """How a list differs from an approved one.

    Parameters
    ----------
    added, dropped
        Numbers of projects that are in one of them alone, in the order of their list.
    changed
        Cells that differ, project by project, column by column.
    findings
        Projects that only have another number now.
    """

    added: tuple[str, ...]
    dropped: tuple[str, ...]
    changed: tuple[FieldChange, ...]
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, object]:
        """Return the differences as plain data."""
        return {
            "added": list(self.added),
            "dropped": list(self.dropped),
            "changed": [
                {
                    "number": item.number,
                    "column": item.column,
                    "before": item.before,
                    "after": item.after,
                }
                for item in self.changed
            ],
        }


def list_findings(table: pd.DataFrame) -> tuple[Finding, ...]:
    """Return what is odd in a project list.

    The reader has seen to types, codes and empty required cells, and that no number stands twice.
    Here: names that stand twice, years in the wrong order, parts that are negative or larger than
    the whole, and projects without a document. That two have the same site is check P10.

    Parameters
    ----------
    table
        The list, columns named as in the standard; some may be missing.
    """
    return (*_same_names(table), *_rows(table))


def _same_names(table: pd.DataFrame) -> Iterator[Finding]:
    names: dict[str, list[str]] = {}
    for row in table.to_dict("records"):
        if not is_blank(row.get("name")):
            names.setdefault(_plain(row["name"]), []).append(str(row[KEY]))
    for name, numbers in names.items():
        if len(numbers) > 1:
            told = {"name": name}
            yield Finding("list-same-name", Severity.ERROR, LIST, tuple(numbers), None, told)


def _rows(table: pd.DataFrame) -> Iterator[Finding]:
    headers = {column.name: column.header for column in standard.load().columns(LIST)}
    for row in table.to_dict("records"):
        number = str(row[KEY])

        def found(code: str, number: str = number, **told: object) -> Finding:
            numbers = {"number": number, **told}
            return Finding(code, Severity.ERROR, LIST, (number,), None, numbers)

        start, end = row.get("start_year"), row.get("end_year")
        if not is_blank(start) and not is_blank(end) and start > end:
            yield found("list-years", start=int(start), end=int(end))
        if is_blank(row.get("basis")):
            yield found("list-basis")
        for name in PARTS:
            part, whole = row.get(name), row.get("area_ha")
            if is_blank(part):
                continue
            if part < 0:
                yield found("list-negative", column=headers[name], part=part)
            elif not is_blank(whole) and part > whole:
                yield found("list-part", column=headers[name], part=part, area=whole)


def list_changes(approved: pd.DataFrame, table: pd.DataFrame) -> ListChanges:
    """Return how a list differs from an approved one: added, dropped, changed field by field.

    Projects are the same where their numbers are. The serial number is not compared. One that is
    added and one that is dropped under the same name are told as renumbered, too.

    Parameters
    ----------
    approved, table
        The lists, columns named as in the standard.
    """
    old = {str(row[KEY]): row for row in approved.to_dict("records")}
    new = {str(row[KEY]): row for row in table.to_dict("records")}
    added = tuple(number for number in new if number not in old)
    dropped = tuple(number for number in old if number not in new)
    columns = [
        column.name
        for column in standard.load().columns(LIST)
        if column.name not in {KEY, "serial"}
    ]
    changed = tuple(
        FieldChange(number, name, before, after)
        for number in new
        if number in old
        for name in columns
        if (before := _cell(old[number], name)) != (after := _cell(new[number], name))
    )
    gone = {_plain(old[number].get("name")): number for number in dropped}
    renumbered = tuple(
        Finding(
            "list-renumbered",
            Severity.WARNING,
            LIST,
            (number,),
            None,
            {"name": new[number]["name"], "before": gone[name], "after": number},
        )
        for number in added
        if (name := _plain(new[number].get("name"))) in gone and name
    )
    return ListChanges(added, dropped, changed, renumbered)


def _cell(row: dict[Any, Any], name: str) -> object:
    value = row.get(name)
    return None if is_blank(value) else value


def _plain(name: object) -> str:
    return "" if is_blank(name) else "".join(str(name).split())
