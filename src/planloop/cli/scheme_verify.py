"""``planloop scheme verify``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from planloop.cli.scheme_run import proof_line
from planloop.cli.shell import Shell, verb
from planloop.errors import BrokenPromiseError


@click.command("verify")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@verb
def verify(shell: Shell, directory: Path) -> None:
    """Re-prove a scheme from the files in DIRECTORY alone, trusting no stored number.

    Exit code 0 when every proof holds and every number, label and vertex agrees; 5 otherwise, with
    what differs and where. 仅凭成果文件逐项复核。
    """
    from planloop.api import verify_scheme  # noqa: PLC0415  # keeps help instant

    result = verify_scheme(directory, progress=shell.progress())
    for proof in result.proofs:
        shell.say(proof_line(proof, shell.lang))
    for finding in result.findings:
        shell.say(f"{finding.severity}: {finding.text(shell.lang)}")
    data: dict[str, object] = {"directory": str(directory), "ok": result.ok}
    items = [item.to_json() for item in result.proofs]
    items += [item.to_json() for item in result.findings]
    shell.give(data, items)
    if not result.ok:
        sys.exit(BrokenPromiseError.exit_code)
