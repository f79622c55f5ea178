"""The near-term construction list: projects that start soon, by sector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop import standard
from planloop.plan.accounts import TOTAL, Table
from planloop.plan.cells import is_blank
from planloop.plan.units import of_hectares

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planloop.plan.accounts import Value
    from planloop.plan.decision import Decision
    from planloop.plan.plan import Plan

SERVED, INSIDE = "served", "inside"


@dataclass(frozen=True, slots=True)
class NearTermProject:
    """One project of the list.

    Parameters
    ----------
    number, name, sector
        As in the project list.
    start, end
        Years of construction; the end is None where the list has none.
    area_dm2
        Declared land, dm².
    townships, siting, basis
        Townships, way of siting and source document as in the list; empty where it has none.
    need_dm2
        Land that it needs in the boundary beyond what lies there, dm², as it was decided.
    outcome
        How it was decided: ``served``, ``inside``, or in other words outside; empty where nothing
        was decided on it.
    """

    number: str
    name: str
    sector: str
    start: int
    end: int | None
    area_dm2: int
    townships: str
    siting: str
    basis: str
    need_dm2: int
    outcome: str


def near_term(
    plan: Plan, decisions: Iterable[Decision], years: tuple[int, int]
) -> tuple[NearTermProject, ...]:
    """Return the projects that start in the near term, by sector, then as in the list.

    Sectors are in the order of the standard.

    Parameters
    ----------
    plan
        The plan with its project list.
    decisions
        What was decided on the projects.
    years
        First and last year of the near term.
    """
    table = plan.tables.get("projects")
    if table is None:
        return ()
    made = {item.id: item for item in decisions if item.subject == "project"}
    found = []
    for row in table.to_dict("records"):
        start = int(row["start_year"])
        if not years[0] <= start <= years[1]:
            continue
        number = str(row["number"])
        decision = made.get(number)
        outcome = "" if decision is None else decision.outcome
        end = row.get("end_year")
        found.append(
            NearTermProject(
                number=number,
                name=_text(row.get("name")),
                sector=str(row["sector"]),
                start=start,
                end=None if is_blank(end) else int(end),
                area_dm2=of_hectares(float(row["area_ha"])),
                townships=_text(row.get("townships")),
                siting=_text(row.get("siting")),
                basis=_text(row.get("basis")),
                need_dm2=decision.area if decision is not None and outcome != INSIDE else 0,
                outcome=outcome,
            )
        )
    order = {sector: place for place, sector in enumerate(standard.load().sectors)}
    return tuple(sorted(found, key=lambda item: order[item.sector]))


def _text(value: object) -> str:
    return "" if is_blank(value) else str(value)


def near_term_table(projects: Sequence[NearTermProject]) -> Table:
    """Return the list as a table of the accounts, with its sums."""
    rows: list[tuple[Value, ...]] = [
        (
            item.number,
            item.name,
            item.sector,
            item.start,
            item.end,
            item.townships,
            item.siting,
            item.basis,
            item.outcome,
            item.area_dm2,
            item.need_dm2,
        )
        for item in projects
    ]
    sums = sum(item.area_dm2 for item in projects), sum(item.need_dm2 for item in projects)
    columns = (
        "number",
        "name",
        "sector",
        "start",
        "end",
        "townships",
        "siting",
        "basis",
        "outcome",
        "area_dm2",
        "need_dm2",
    )
    return Table(columns, (*rows, (TOTAL, *[""] * 8, *sums)))


def sector_table(projects: Sequence[NearTermProject]) -> Table:
    """Return the list by sector, with its sums: how many projects, and how they were decided."""
    rows: list[tuple[Value, ...]] = []
    for sector in dict.fromkeys(item.sector for item in projects):
        own = [item for item in projects if item.sector == sector]
        served = sum(item.outcome == SERVED for item in own)
        inside = sum(item.outcome == INSIDE for item in own)
        areas = sum(item.area_dm2 for item in own), sum(item.need_dm2 for item in own)
        rows.append((sector, len(own), served, inside, len(own) - served - inside, *areas))
    sums = [sum(int(row[place] or 0) for row in rows) for place in range(1, 7)]
    columns = ("sector", "projects", "served", "inside", "outside", "area_dm2", "need_dm2")
    return Table(columns, (*rows, (TOTAL, *sums)))
