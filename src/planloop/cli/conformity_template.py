"""``planloop conformity template``."""

from __future__ import annotations

from pathlib import Path

import click

from planloop.cli.shell import Shell, verb


@click.command("template")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@verb
def template(shell: Shell, path: Path) -> None:
    """Write an empty project list (xlsx) to PATH, for people to fill in. 项目清单模板."""
    from planloop.plan.formats.table_template import write_template  # noqa: PLC0415  # instant help

    write_template(path, "projects")
    shell.say(str(path))
    shell.give({"path": str(path)})
