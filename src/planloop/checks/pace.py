"""The pace ledger: how much of the increment may be released by when, and what projects use of it.

The notice 自然资发〔2023〕193号 keeps a share of the increment for each five-year plan to come,
and for each year most of the average of its five years; the rest may be shifted between the years.
What the increment is, and how the yearly rule adds up, is our reading:

- the increment is the issued area of the boundary less the town construction land of the base year;
- the first period has what the later ones leave; a period is not lent what an earlier one saved;
- by the end of year k of n, a period may have used its release less what is kept for the years to
  come: release - share · release / n · (n - k);
- a project uses its new construction land, all of it, in the year in which it starts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.geometry.apportion import apportion
from planloop.plan.accounts import TOTAL, Table
from planloop.plan.cells import is_blank
from planloop.plan.units import of_hectares
from planloop.standard import Attestation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planloop.plan.accounts import Value
    from planloop.plan.decision import Decision
    from planloop.plan.plan import Plan

PERIOD = re.compile(r"pace_(\d{4})_(\d{4})")
YEARLY = "pace_annual"

USING = ("served", "inside")
"""How projects end that build inside the boundary."""


@dataclass(frozen=True, slots=True)
class Use:
    """What one project uses of the increment.

    Parameters
    ----------
    project
        Its number.
    year
        Year in which it starts.
    area_dm2
        New construction land, dm².
    """

    project: str
    year: int
    area_dm2: int


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a period, dm².

    Parameters
    ----------
    year
        The year.
    released_dm2
        What may have been used of the period's release by the end of the year.
    used_dm2, used_to_date_dm2
        What projects use that start in it; in it and in the years of the period before.
    """

    year: int
    released_dm2: int
    used_dm2: int
    used_to_date_dm2: int

    @property
    def margin_dm2(self) -> int:
        """Return what may still be used by the end of the year."""
        return self.released_dm2 - self.used_to_date_dm2


@dataclass(frozen=True, slots=True)
class Period:
    """One five-year plan.

    Parameters
    ----------
    first, last
        Its years.
    share
        Share of the increment that is released in it.
    parameter
        Parameter of the standard that says so; empty for the first period.
    attestation
        How well the share is founded.
    released_dm2
        The release.
    years
        Its years.
    """

    first: int
    last: int
    share: float
    parameter: str
    attestation: Attestation
    released_dm2: int
    years: tuple[Year, ...]

    @property
    def used_dm2(self) -> int:
        """Return what projects use that start in the period."""
        return sum(year.used_dm2 for year in self.years)

    @property
    def margin_dm2(self) -> int:
        """Return what is left of the release."""
        return self.released_dm2 - self.used_dm2


@dataclass(frozen=True, slots=True)
class PaceLedger:
    """The whole ledger.

    Parameters
    ----------
    increment_dm2
        Issued area less base-year town construction land, 0 where it is less.
    yearly, yearly_attestation
        Share of a year's average that is kept for it, and how well that is founded.
    periods
        The periods in order.
    uses
        What was counted.
    beyond
        Uses that start in none of the periods.
    """

    increment_dm2: int
    yearly: float
    yearly_attestation: Attestation
    periods: tuple[Period, ...]
    uses: tuple[Use, ...]
    beyond: tuple[Use, ...]


def uses(plan: Plan, decisions: Iterable[Decision]) -> tuple[Use, ...]:
    """Return what the projects use that are served, or inside already, in the order of the list.

    A project uses the new construction land that the list declares, and all its land where it
    declares none.
    """
    table = plan.tables.get("projects")
    if table is None:
        return ()
    using = {item.id for item in decisions if item.subject == "project" and item.outcome in USING}
    found = []
    for row in table.to_dict("records"):
        if str(row["number"]) in using:
            declared = row.get("new_construction_ha")
            hectares = row["area_ha"] if is_blank(declared) else declared
            found.append(
                Use(str(row["number"]), int(row["start_year"]), of_hectares(float(hectares)))
            )
    return tuple(found)


def pace(plan: Plan, used: Sequence[Use]) -> PaceLedger:
    """Return the ledger of a plan's increment against what projects use of it.

    Parameters
    ----------
    plan
        The plan with its quota.
    used
        What projects use; :func:`uses` says what those of a scheme do.
    """
    table = standard.load()
    increment = max(0, plan.quota.issued_area - plan.quota.base_town_area)
    later = sorted(
        (int(match[1]), int(match[2]), Decimal(str(row.value)), name, row.attestation)
        for name, row in table.parameters.items()
        if (match := PERIOD.fullmatch(name))
    )
    start, end = later[0][0], later[0][1]
    rest = 1 - sum(share for _, _, share, _, _ in later)
    founded = max((item[4] for item in later), key=list(Attestation).index)
    first = (2 * start - end - 1, start - 1, rest, "", founded)
    spans = [first, *later]
    shares = np.array([float(item[2] * increment) for item in spans])
    released = apportion(
        shares, np.zeros(len(spans), dtype=np.int64), np.array([increment], dtype=np.int64)
    )
    yearly = table.parameter(YEARLY)
    keep = Decimal(str(yearly.value))
    periods = tuple(
        Period(
            first=since,
            last=until,
            share=float(share),
            parameter=name,
            attestation=attestation,
            released_dm2=int(size),
            years=_years(since, until, int(size), keep, used),
        )
        for (since, until, share, name, attestation), size in zip(spans, released, strict=True)
    )
    covered = {year.year for period in periods for year in period.years}
    return PaceLedger(
        increment_dm2=increment,
        yearly=yearly.value,
        yearly_attestation=yearly.attestation,
        periods=periods,
        uses=tuple(used),
        beyond=tuple(item for item in used if item.year not in covered),
    )


def _years(
    first: int, last: int, released: int, keep: Decimal, used: Sequence[Use]
) -> tuple[Year, ...]:
    count = last - first + 1
    by_year: Mapping[int, int] = {
        year: sum(item.area_dm2 for item in used if item.year == year)
        for year in range(first, last + 1)
    }
    found, to_date = [], 0
    for place, (year, size) in enumerate(by_year.items(), start=1):
        to_date += size
        kept = (keep * released * (count - place) / count).to_integral_value(ROUND_CEILING)
        found.append(Year(year, released - int(kept), size, to_date))
    return tuple(found)


def period_table(ledger: PaceLedger) -> Table:
    """Return the periods as a table of the accounts, with their sums."""
    rows: list[tuple[Value, ...]] = [
        (
            f"{period.first}-{period.last}",
            f"{period.share:.0%}",
            period.parameter,
            str(period.attestation),
            period.released_dm2,
            period.used_dm2,
            period.margin_dm2,
        )
        for period in ledger.periods
    ]
    sums = [sum(int(row[place] or 0) for row in rows) for place in (4, 5, 6)]
    columns = (
        "period",
        "share",
        "parameter",
        "attestation",
        "released_dm2",
        "used_dm2",
        "margin_dm2",
    )
    return Table(columns, (*rows, (TOTAL, "", "", "", *sums)))


def year_table(ledger: PaceLedger) -> Table:
    """Return the years as a table of the accounts; a reading of ours, and marked so."""
    rows: list[tuple[Value, ...]] = [
        (
            str(year.year),
            f"{ledger.yearly:.0%}",
            str(Attestation.OURS),
            year.released_dm2,
            year.used_dm2,
            year.used_to_date_dm2,
            year.margin_dm2,
        )
        for period in ledger.periods
        for year in period.years
    ]
    columns = (
        "year",
        "kept_share",
        "attestation",
        "released_dm2",
        "used_dm2",
        "used_to_date_dm2",
        "margin_dm2",
    )
    return Table(columns, tuple(rows))
