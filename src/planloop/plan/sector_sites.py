"""The sites of a sector plan: which features belong together, and what they say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from planloop import standard
from planloop.plan.cells import as_number, as_text, is_blank
from planloop.plan.finding import Finding, Severity
from planloop.plan.site import Form, Project, Site, site_of
from planloop.plan.units import of_hectares

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd

    from planloop.plan.sector_plan import Reading

TABLE = "sector_plan"
"""What stands for a layer in errors and findings."""

TEXTS = ("name", "sector", "level", "siting", "basis", "years")
NUMBERS = ("area_ha", "start_year", "end_year")


def sites_in(
    drawn: list[tuple[str, gpd.GeoDataFrame]],
    projects: Mapping[str, Project],
    how: Reading,
    findings: list[Finding],
) -> Iterator[Site]:
    """Yield a site for each project that is named, and for each feature that names none.

    Parameters
    ----------
    drawn
        Name and features of each layer, with ``flaw`` and ``flaw_reason``.
    projects
        Projects of the plan's list by number; a site is one of them by its number, else its name.
    how
        What the file does not say of itself.
    findings
        Takes what cannot be used.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for layer, frame in drawn:
        shapes = np.asarray(frame.geometry.array, dtype=object)
        columns = frame.drop(columns=frame.geometry.name).to_dict("records")
        for row, shape, cells in zip(frame.index, shapes, columns, strict=True):
            told = {name: _said(cells, name) for name in standard.load().site_fields}
            number = as_text(told["number"]) or f"{layer}#{row}".removeprefix("#")
            place = f"{layer}:{row}" if layer else str(row)
            record = {"shape": shape, "place": place, **told}
            record |= {name: cells[name] for name in ("flaw", "flaw_reason")}
            groups.setdefault(number.strip(), []).append(record)
    by_name = {project.name: project for project in projects.values() if project.name}
    for number, records in groups.items():
        project = _project(number, records, findings)
        other = projects.get(number) or by_name.get(project.name or "")
        if other is not None:
            project = project.completed(other)
        if project.sector is None and how.sector is not None:
            project = project.completed(Project(number, sector=how.sector))
        yield _site(project, records, how)


def _said(cells: Mapping[Any, Any], name: str) -> object:
    """Return what a feature says under any of the fields that mean the same; None if nothing."""
    for field in standard.load().site_fields[name].fields:
        if field in cells and not is_blank(cells[field]):
            return cells[field]
    return None


def _project(number: str, records: list[dict[str, Any]], findings: list[Finding]) -> Project:
    first: dict[str, Any] = {}
    for record in records:
        for name, value in record.items():
            if value is not None:
                first.setdefault(name, value)
    text = {
        name: None if first.get(name) is None else str(as_text(first[name])).strip()
        for name in TEXTS
    }

    def warn(code: str, value: object) -> None:
        told = {"number": number, "value": value}
        findings.append(Finding(code, Severity.WARNING, TABLE, (number,), None, told))

    if text["sector"] is not None and text["sector"] not in standard.load().sectors:
        warn("sector-plan-sector", text["sector"])
        text["sector"] = None
    numbers: dict[str, float | None] = {}
    for name in NUMBERS:
        try:
            numbers[name] = as_number(first.get(name))
        except ValueError:
            warn("sector-plan-number", first[name])
            numbers[name] = None
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text["years"] or "")
    begun = numbers["start_year"] or (years[0] if years else None)
    ended = numbers["end_year"] or (years[-1] if years else None)
    area = numbers["area_ha"]
    return Project(
        number,
        name=text["name"],
        sector=text["sector"],
        level=text["level"],
        siting=text["siting"],
        start=None if begun is None else int(begun),
        end=None if ended is None else int(ended),
        basis=text["basis"],
        declared=None if area is None or not area > 0 else of_hectares(area),
    )


def _site(project: Project, records: list[dict[str, Any]], how: Reading) -> Site:
    classes, zones = (
        tuple(dict.fromkeys(str(as_text(item)).strip() for item in said if item is not None))
        for said in ([r["land_class"] for r in records], [r["zone"] for r in records])
    )
    for record in records:
        if record["flaw"]:
            reason = " ".join(part for part in (record["place"], record["flaw_reason"]) if part)
            return Site(
                project,
                Form.NONE,
                flaw=record["flaw"],
                reason=reason,
                land_classes=classes,
                zones=zones,
            )
    shapes = np.array([record["shape"] for record in records], dtype=object)
    widths = np.array([_width(record["width"], how.width) for record in records])
    return site_of(project, shapes, widths, land_classes=classes, zones=zones)


def _width(said: object, default: float | None) -> float:
    try:
        number = as_number(said)
    except ValueError:
        number = None
    width = number if number is not None and number > 0 else default
    return np.nan if width is None else width
