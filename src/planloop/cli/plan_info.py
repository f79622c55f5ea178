"""``planloop plan info``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planloop.cli.options import SETTINGS
from planloop.cli.shell import Shell, verb
from planloop.messages import render

if TYPE_CHECKING:
    from pathlib import Path


@click.command("info")
@SETTINGS
@verb
def info(shell: Shell, settings: Path) -> None:
    """Take in the files that SETTINGS (scheme.toml) names and show the intake's certificate."""
    from planloop.api import read_plan  # noqa: PLC0415  # keeps help instant

    intake = read_plan(settings, progress=shell.progress())
    region = intake.plan.region
    shell.say(f"{region.code} {region.name}  EPSG:{region.epsg}")
    shell.say(render("plan.info-header", {}, shell.lang))
    for layer in intake.certificate.layers:
        counts = (layer.features, layer.identical, layer.noded, layer.moved)
        shown = "".join(f"{count:>10}" for count in counts)
        shell.say(f"{layer.code:<12}{shown}  {layer.source}  {layer.crs}")
    for finding in intake.findings:
        shell.say(f"{finding.severity}: {finding.text(shell.lang)}")
    data: dict[str, object] = {
        "region": {"code": region.code, "name": region.name, "epsg": region.epsg},
        "digest": intake.plan.digest(),
    }
    shell.give(data, (finding.to_json() for finding in intake.findings))
