"""``planloop demo``."""

from __future__ import annotations

from pathlib import Path

import click

from planloop.cli.scheme_run import run_and_publish
from planloop.cli.shell import Shell, verb


@click.command("demo")
@click.option(
    "--out",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Folder for the city's files (input) and the scheme (scheme).",
)
@verb
def demo(shell: Shell, directory: Path) -> None:
    """Build the demo city as files and run the maintenance on them.

    Alashankou's real boundary and lake; everything else is invented and says so. 演示：除行政区界和
    湖泊外均为合成数据。
    """
    from planloop.demo import build  # noqa: PLC0415  # keeps help instant

    source = directory / "input"
    build(source, progress=shell.progress())
    run_and_publish(shell, source / "scheme.toml", directory / "scheme", overwrite=True)
