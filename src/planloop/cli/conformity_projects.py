"""``planloop conformity projects``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planloop.cli.conformity_report import CONFLICTS, PLAN, SHEETS, report_lines
from planloop.cli.shell import Shell, verb
from planloop.errors import BrokenPromiseError
from planloop.messages import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planloop.checks.conformity.project_list import ListChanges


@click.command("projects")
@PLAN
@click.option(
    "--approved",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Approved project list (xlsx) to tell the difference from.",
)
@CONFLICTS
@SHEETS
@verb
def projects(
    shell: Shell,
    plan: Path,
    *,
    approved: Path | None,
    out: Path | None,
    sheets: Path | None,
) -> None:
    """Check the plan's own project list: its rows, its sites, and how it differs from another.

    Exit code 5 when a project does not conform, or a row of the list cannot be right.
    重点建设项目清单检查。
    """
    from planloop import api  # noqa: PLC0415  # keeps help instant

    checked = api.check_project_list(plan, approved, progress=shell.progress())
    conformity, changes = checked.conformity, checked.changes
    written = api.write_conformity(checked.grounds, conformity, out, sheets)
    table = checked.grounds.plan.tables["projects"]
    head = {"source": "projects", "plan": plan, "count": len(table)}
    shell.say(render("conformity.report-head", head, shell.lang))
    findings = [*checked.findings, *(changes.findings if changes is not None else ())]
    for finding in findings:
        shell.say(f"{finding.severity}: {finding.text(shell.lang)}")
    for line in (
        *change_lines(changes, shell.lang),
        *report_lines(conformity, shell.lang),
        *(f"  {path}" for path in written),
    ):
        shell.say(line)
    data: dict[str, object] = {
        "plan": str(plan),
        "ok": checked.ok,
        "counts": conformity.counts(),
        "findings": [finding.to_json() for finding in findings],
    }
    if changes is not None:
        data["changes"] = changes.to_json()
    shell.give(data, (item.to_json() for item in conformity.judged))
    if not checked.ok:
        sys.exit(BrokenPromiseError.exit_code)


def change_lines(changes: ListChanges | None, lang: str) -> Iterator[str]:
    """Yield how a list differs from the approved one."""
    if changes is None:
        return
    told = {
        "added": len(changes.added),
        "dropped": len(changes.dropped),
        "changed": len({item.number for item in changes.changed}),
    }
    yield render("conformity.report-changes", told, lang)
    for key, numbers in (("added", changes.added), ("dropped", changes.dropped)):
        for number in numbers:
            yield "    " + render(f"conformity.report-{key}", {"number": number}, lang)
    for item in changes.changed:
        cells = {"number": item.number, "column": item.header}
        cells |= {
            name: "–" if value is None else str(value)
            for name, value in (("before", item.before), ("after", item.after))
        }
        yield "    " + render("conformity.report-changed", cells, lang)
