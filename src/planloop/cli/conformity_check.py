"""``planloop conformity check``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from planloop.cli.conformity_report import CONFLICTS, PLAN, SHEETS, report_lines
from planloop.cli.shell import Shell, verb
from planloop.errors import BrokenPromiseError
from planloop.messages import render


@click.command("check")
@click.argument("sector_plan", type=click.Path(path_type=Path))
@PLAN
@click.option("--layer", help="Layer to check, where the file holds several; by default all.")
@click.option("--crs", help="CRS of the file, where it states none or a wrong one: EPSG:4490.")
@click.option("--datum", help="Assumption, in words, under which another datum counts as CGCS2000.")
@click.option(
    "--width",
    type=click.FloatRange(min=0, min_open=True),
    help="Width of lines that state none, m.",
)
@click.option("--sector", help="Sector of sites that state none: 交通, 水利 …")
@CONFLICTS
@SHEETS
@verb
def check(  # one parameter for each option  # noqa: PLR0913
    shell: Shell,
    sector_plan: Path,
    plan: Path,
    *,
    layer: str | None,
    crs: str | None,
    datum: str | None,
    width: float | None,
    sector: str | None,
    out: Path | None,
    sheets: Path | None,
) -> None:
    """Check the sites in SECTOR_PLAN against a plan: P1 to P12, a verdict for each.

    SECTOR_PLAN is any vector file (gpkg, shp, gdb, geojson, or a zip of one) or a coordinate file
    (txt). Exit code 5 when a site does not conform. 专项规划、项目选址与规划的符合性检查。
    """
    from planloop import api  # noqa: PLC0415  # keeps help instant

    checked = api.check_conformity(
        sector_plan,
        plan,
        layer=layer,
        crs=crs,
        datum=datum,
        width=width,
        sector=sector,
        progress=shell.progress(),
    )
    written = api.write_conformity(checked.grounds, checked.conformity, out, sheets)
    source, conformity = checked.sector_plan, checked.conformity
    head = {"source": source.name, "plan": plan, "count": len(conformity.judged)}
    shell.say(render("conformity.report-head", head, shell.lang))
    shell.say(render("conformity.report-crs", {"crs": source.crs}, shell.lang))
    for finding in source.findings:
        shell.say(f"{finding.severity}: {finding.text(shell.lang)}")
    for line in report_lines(conformity, shell.lang):
        shell.say(line)
    for path in written:
        shell.say(f"  {path}")
    shell.give(
        {
            "source": source.name,
            "plan": str(plan),
            "crs": source.crs,
            "ok": conformity.ok,
            "counts": conformity.counts(),
            "findings": [finding.to_json() for finding in source.findings],
        },
        (item.to_json() for item in conformity.judged),
    )
    if not conformity.ok:
        sys.exit(BrokenPromiseError.exit_code)
