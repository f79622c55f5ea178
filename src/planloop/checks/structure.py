"""The structure of land use: hectares, share of city construction land, land per resident."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.geometry.apportion import apportion
from planloop.plan.accounts import CITY, TOTAL, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from planloop.plan.accounts import Value

WHOLE = 10_000
"""Shares are hundredths of a percent."""

STATES = ("current", "before", "after")

COLUMNS = {
    "current": ("current_dm2", "current_percent", "current_person"),
    "before": ("before_dm2", "before_percent", "before_person"),
    "after": ("after_dm2", "after_percent", "after_person"),
}
"""Area, share of city construction land, and land per resident, in each state."""


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """How much land each class takes up in one state.

    Parameters
    ----------
    by_code
        Land class as the layer writes it → area in dm².
    """

    by_code: Mapping[str, int]

    @classmethod
    def of(cls, codes: NDArray[np.object_], area: NDArray[np.int64]) -> Structure:
        """Add up land by class.

        Parameters
        ----------
        codes
            Class of each piece of land, shape (n,); None for land that does not count.
        area
            Area of each, dm², shape (n,).
        """
        found: dict[str, int] = {}
        for code, size in zip(codes, area, strict=True):
            if code is not None:
                found[code] = found.get(code, 0) + int(size)
        return cls(dict(sorted(found.items())))

    @property
    def total(self) -> int:
        """All land, dm²."""
        return sum(self.by_code.values())

    @property
    def city(self) -> int:
        """City construction land, dm²."""
        return self.of_classes([""])

    def of_classes(self, prefixes: Iterable[str], *, city: bool = True) -> int:
        """Return the area of classes that begin with a prefix, dm².

        Parameters
        ----------
        prefixes
            How the classes begin.
        city
            Count only what is city construction land: no railways, mines or villages.
        """
        wanted = tuple(prefixes)
        return sum(
            size
            for code, size in self.by_code.items()
            if code.startswith(wanted) and (not city or is_city(code))
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """What a group of classes should take up, in one state.

    Parameters
    ----------
    group
        Row of the standard's ``structure_ranges``.
    per_person
        It is counted by residents, not by share.
    classes
        Prefixes of its classes.
    least, most
        Area, dm²; None where there is no limit.
    """

    group: str
    per_person: bool
    classes: tuple[str, ...]
    least: int | None
    most: int | None

    def deviation(self, area: int) -> int:
        """Return by how much an area is outside the range, dm²."""
        below = 0 if self.least is None else self.least - area
        above = 0 if self.most is None else area - self.most
        return max(0, below, above)


def is_city(code: str) -> bool:
    """Return whether a land class counts to city construction land: the group ``town``."""
    return standard.load().in_group(code, "town")


def limits(city: int, population: int | None) -> tuple[Limit, ...]:
    """Return what each group should take up, by share and per resident, in whole dm².

    Rounded so that what keeps the limit keeps the standard's number.

    Parameters
    ----------
    city
        City construction land, dm².
    population
        Residents; None if not known: then only shares have limits.

    Notes
    -----
    Source: GB 50137-2011, as the table ``structure_ranges`` holds it.
    """
    found = []
    for group, row in standard.load().structure_ranges.items():
        least = None if row.least_share is None else ceil(_exact(row.least_share) * city)
        most = None if row.most_share is None else floor(_exact(row.most_share) * city)
        if least is not None or most is not None:
            found.append(
                Limit(group, per_person=False, classes=row.classes, least=least, most=most)
            )
        if row.least_person_m2 is not None and population is not None:
            needed = ceil(_exact(row.least_person_m2) * population * 100)
            found.append(
                Limit(group, per_person=True, classes=row.classes, least=needed, most=None)
            )
    return tuple(found)


def shares(sizes: Iterable[int]) -> list[int] | None:
    """Return the shares of sizes in hundredths of a percent that add up to 100 %, None of nothing.

    What is missing to 100 % goes to the largest remainders.
    """
    held = np.array(list(sizes), dtype=np.int64)
    total = int(held.sum())
    if not total:
        return None
    exact = held.astype(np.float64) / total * WHOLE
    group = np.zeros(len(held), dtype=np.int64)
    return [int(part) for part in apportion(exact, group, np.array([WHOLE], dtype=np.int64))]


def structure_table(states: Mapping[str, Structure], population: int | None) -> Table:
    """Return the structure table: classes by current use, planned before and planned after.

    One row for each first-level class of construction land and each other that occurs; a row for
    city construction land, which the shares and the land per resident are parts of; a row for all.

    Parameters
    ----------
    states
        :data:`STATES` → structure.
    population
        Residents; None leaves the columns per resident empty.
    """
    names = standard.load().land_classes
    present = {code[:2] for state in states.values() for code in state.by_code}
    built = {code for code in standard.load().land_groups["construction"].include if len(code) == 2}  # noqa: PLR2004  # first-level classes have two digits
    rows: list[list[Value]] = [
        [code, names[code].name_zh if code in names else ""] for code in sorted(present | built)
    ]
    rows += [[CITY, ""], [TOTAL, ""]]
    columns = ["class", "name"]
    for when in STATES:
        columns += COLUMNS[when]
        state = states[when]
        city = [state.of_classes([str(row[0])]) for row in rows[:-2]]
        parts = shares(city)
        areas = [state.of_classes([str(row[0])], city=False) for row in rows[:-2]]
        areas += [state.city, state.total]
        city.append(state.city)
        for number, row in enumerate(rows):
            of_city = number < len(city)
            share = hundredths((*parts, WHOLE)[number]) if parts and of_city else ""
            person = _per_person(city[number], population) if of_city else ""
            row += [areas[number], share, person]
    columns.append("difference_dm2")
    before, after = (columns.index(COLUMNS[when][0]) for when in ("before", "after"))
    for row in rows:
        row.append(int(row[after] or 0) - int(row[before] or 0))
    return Table(tuple(columns), tuple(tuple(row) for row in rows))


def range_table(before: Structure, after: Structure, population: int | None, exempt: str) -> Table:
    """Return each group against its range, before and after.

    Parameters
    ----------
    before, after
        Planned land use.
    population
        Residents; None leaves out the ranges per resident.
    exempt
        Why the shares do not bind (ports, mining, tourism: by real need, with reasons); empty
        where they do. They are shown all the same.
    """
    rows: list[tuple[Value, ...]] = []
    held = {(limit.group, limit.per_person): limit for limit in limits(before.city, population)}
    for limit in limits(after.city, population):
        row = standard.load().structure_ranges[limit.group]
        old = held[limit.group, limit.per_person]
        sizes = before.of_classes(limit.classes), after.of_classes(limit.classes)
        off = old.deviation(sizes[0]), limit.deviation(sizes[1])
        excused = bool(exempt) and not limit.per_person and off[1] > 0
        verdict = "exempt" if excused else "outside" if off[1] else "inside"
        least = row.least_person_m2 if limit.per_person else row.least_share
        most = None if limit.per_person else row.most_share
        unit = 100 if limit.per_person else WHOLE  # shares in percent, as the values are
        rows.append(
            (
                limit.group,
                "person" if limit.per_person else "share",
                *(
                    "" if edge is None else hundredths(round(unit * _exact(edge)))
                    for edge in (least, most)
                ),
                *(
                    _per_person(size, population)
                    if limit.per_person
                    else hundredths(round(size / state.city * WHOLE))
                    if state.city
                    else ""
                    for size, state in zip(sizes, (before, after), strict=True)
                ),
                *off,
                verdict,
                exempt if excused else "",
                str(row.attestation),
                row.source,
            )
        )
    columns = (
        "group",
        "measure",
        "least",
        "most",
        "value_before",
        "value_after",
        "outside_before_dm2",
        "outside_after_dm2",
        "verdict",
        "exemption",
        "attestation",
        "source",
    )
    return Table(columns, tuple(rows))


def _exact(number: float) -> Fraction:
    """Return the number that a table writes, not the nearest binary one."""
    return Fraction(str(number))


def hundredths(number: int) -> str:
    """Return a number of hundredths with its point."""
    return f"{number // 100}.{number % 100:02d}"


def _per_person(dm2: int, population: int | None) -> str:
    """Return m² per resident with two decimals, half up: a dm² is a hundredth of a m²."""
    return hundredths((2 * dm2 + population) // (2 * population)) if population else ""
