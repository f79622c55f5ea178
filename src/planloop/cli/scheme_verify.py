"""``planloop scheme verify``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planloop.cli.scheme_run import proof_line
from planloop.cli.shell import Shell, verb
from planloop.errors import BrokenPromiseError
from planloop.messages import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planloop.checks.certified import Certified


@click.command("verify")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--second-engine",
    "second",
    is_flag=True,
    help="Put to CP-SAT what the certificate takes on the solver's word (needs planloop[second]).",
)
@verb
def verify(shell: Shell, directory: Path, *, second: bool) -> None:
    """Re-prove a scheme from the files in DIRECTORY alone, trusting no stored number.

    Exit code 0 when every proof holds and every number, label and vertex agrees; 5 otherwise, with
    what differs and where. Says which levels the certificate proves by arithmetic, and which rest
    on the solver's word. 仅凭成果文件逐项复核。
    """
    from planloop.api import recheck_scheme, verify_scheme  # noqa: PLC0415  # keeps help instant

    result = verify_scheme(directory, progress=shell.progress())
    for proof in result.proofs:
        shell.say(proof_line(proof, shell.lang))
    for finding in result.findings:
        shell.say(f"{finding.severity}: {finding.text(shell.lang)}")
    data: dict[str, object] = {"directory": str(directory), "ok": result.ok}
    items = [item.to_json() for item in result.proofs]
    items += [item.to_json() for item in result.findings]
    if result.certified is not None:
        data |= {"provers": dict(result.certified.provers), "trusted": result.certified.trusted}
        for line in proved_lines(result.certified, shell.lang):
            shell.say(line)
    refuted = False
    if second and result.ok:
        opinions = recheck_scheme(directory)
        refuted = any(item.outcome == "refuted" for item in opinions)
        for item in opinions:
            shell.say(item.text(shell.lang))
        items += [item.to_json() for item in opinions]
    shell.give(data, items)
    if refuted or not result.ok:
        sys.exit(BrokenPromiseError.exit_code)


def proved_lines(told: Certified, lang: str) -> Iterator[str]:
    """Yield who proves which levels of the objective, a line for each."""
    for by in dict.fromkeys(told.provers.values()):
        levels = [name for name, one in told.provers.items() if one == by]
        names = "; ".join(render(f"levels.{name}", {}, lang) for name in levels)
        count = {"levels": names, "blocks": told.trusted}
        yield render(f"certificate.{by}", count, lang)
