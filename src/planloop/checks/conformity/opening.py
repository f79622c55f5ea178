"""Open what is checked against, and what is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.checks.conformity.checking import Conformity, check_projects, check_sites
from planloop.checks.conformity.grounds import Grounds
from planloop.checks.conformity.project_list import list_changes, list_findings
from planloop.checks.delivered import plan_of, region_of
from planloop.errors import InputError
from planloop.plan import written
from planloop.plan.formats.workbook import read_table
from planloop.plan.intake import quota_of
from planloop.plan.plan import Plan
from planloop.plan.read import read_sources
from planloop.plan.scheme_document import read_document
from planloop.plan.sector_plan import read_sector_plan
from planloop.plan.settings import read_settings
from planloop.progress import silent

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.checks.conformity.project_list import ListChanges
    from planloop.plan.finding import Finding
    from planloop.plan.sector_plan import Reading, SectorPlan
    from planloop.progress import Progress


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A sector plan that was checked.

    Parameters
    ----------
    grounds
        The plan that it was checked against.
    sector_plan
        What was checked.
    conformity
        How.
    """

    grounds: Grounds
    sector_plan: SectorPlan
    conformity: Conformity


@dataclass(frozen=True, slots=True, eq=False)
class CheckedList:
    """A plan's own project list that was checked.

    Parameters
    ----------
    grounds
        The plan.
    conformity
        How its projects and sites end.
    findings
        What is odd in the rows.
    changes
        How it differs from the approved list, where there is one.
    """

    grounds: Grounds
    conformity: Conformity
    findings: tuple[Finding, ...]
    changes: ListChanges | None

    @property
    def ok(self) -> bool:
        """Whether no project fails, and no row is wrong."""
        return self.conformity.ok and not self.findings


def open_grounds(path: Path, progress: Progress = silent) -> Grounds:
    """Open a plan to check against.

    Parameters
    ----------
    path
        Folder of a written scheme, whose plan *after* counts; or a ``scheme.toml``, whose inputs
        count as they are.
    progress
        Told of each step.

    Raises
    ------
    InputError, SettingsError
        It cannot be read, or has a geometry that cannot be used.
    """
    if path.is_dir():
        document = read_document(path / written.DOCUMENT)
        settings = document.scheme_settings(path / written.DOCUMENT)
        found: list[Finding] = []
        plan = plan_of(path / written.AFTER, region_of(settings, document), settings, found)
        if plan is None:
            raise InputError(
                "sector.plan-unusable", path=path / written.AFTER, reason=found[0].text("en")
            )
        return Grounds(plan, settings)
    settings = read_settings(path)
    sources = read_sources(settings, progress)
    layers = {code: item.layer for code, item in sources.layers.items()}
    return Grounds(Plan(sources.region, layers, sources.tables, quota_of(settings)), settings)


def check_sector_plan(
    grounds: Grounds, path: Path, reading: Reading | None = None, progress: Progress = silent
) -> Checked:
    """Check a sector plan, or any polygon, against a plan.

    Raises
    ------
    InputError
        The file cannot be used; see :func:`planloop.plan.sector_plan.read_sector_plan`.
    """
    progress("conformity", 0, 2)
    around = grounds.plan.layer(grounds.roles.region).geometry
    plan = read_sector_plan(path, grounds.plan.region, around, grounds.projects, reading)
    progress("conformity", 1, 2)
    checked = Checked(grounds, plan, check_sites(grounds, plan.sites))
    progress("conformity", 2, 2)
    return checked


def check_list(grounds: Grounds, approved: Path | None = None) -> CheckedList:
    """Check a plan's own project list, and tell how it differs from an approved one (xlsx).

    Raises
    ------
    InputError
        The approved list cannot be read.
    """
    table = grounds.plan.tables["projects"]
    changes = None if approved is None else list_changes(read_table(approved, "projects"), table)
    return CheckedList(grounds, check_projects(grounds), list_findings(table), changes)
