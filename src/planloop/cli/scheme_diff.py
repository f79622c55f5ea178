"""``planloop scheme diff``."""

from __future__ import annotations

from pathlib import Path

import click

from planloop.cli.shell import Shell, verb


@click.command("diff")
@click.argument("first", metavar="A", type=click.Path(path_type=Path, file_okay=False))
@click.argument("second", metavar="B", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--out",
    "layer",
    type=click.Path(path_type=Path, dir_okay=False),
    help="GeoPackage to write with the land that differs.",
)
@click.option(
    "--map",
    "image",
    type=click.Path(path_type=Path, dir_okay=False),
    help="PNG to draw of where the boundary is changed differently.",
)
@verb
def diff(shell: Shell, first: Path, second: Path, layer: Path | None, image: Path | None) -> None:
    """Compare the written schemes in the folders A and B: what moved, and what it cost.

    Settings (locks first) and inputs that differ, every level of the objective, the projects and
    parcels decided on differently, the land that only one of them changes, proofs and accounts.
    Exit code 0 whether or not they differ. 比较两个方案：变了什么，代价多少。
    """
    from planloop.api import (  # noqa: PLC0415  # keeps help instant
        compare_schemes,
        write_difference,
    )
    from planloop.publishing.diff_lines import diff_lines  # noqa: PLC0415  # keeps help instant

    found = compare_schemes(first, second)
    written = write_difference(found, layer=layer, image=image)
    for line in diff_lines(found, shell.lang):
        shell.say(line)
    for path in written:
        shell.say(f"  {path}")
    sides = {
        name: {"directory": str(side.folder), "digest": side.document.digest}
        for name, side in (("a", found.a), ("b", found.b))
    }
    data: dict[str, object] = {"same": found.same, **sides, "files": [str(p) for p in written]}
    shell.give(data, found.items())
