"""``planloop scheme run``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planloop.cli.options import OUT, SETTINGS
from planloop.cli.shell import Shell, verb

if TYPE_CHECKING:
    from planloop.plan.proof import Proof
    from planloop.plan.scheme import Scheme


@click.command("run")
@SETTINGS
@OUT
@click.option("--overwrite", is_flag=True, help="Replace an earlier scheme in that folder.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder in which what was taken in is kept: a further run with the same files, say after "
    "a lock, does not read them anew. It can be deleted at any time.",
)
@verb
def run(
    shell: Shell, settings: Path, directory: Path, *, overwrite: bool, cache: Path | None
) -> None:
    """Make the scheme that SETTINGS (scheme.toml) describes, prove it, and write it.

    A broken promise stops the run: nothing is written, the exit code is 5, and the promise is
    named. 编制方案；承诺不成立则停止。
    """
    run_and_publish(shell, settings, directory, overwrite=overwrite, cache=cache)


def run_and_publish(
    shell: Shell,
    settings: Path,
    directory: Path,
    *,
    overwrite: bool,
    cache: Path | None = None,
) -> None:
    """Run a scheme, refuse it where a promise is broken, write it, and say what came out."""
    from planloop.api import make_scheme, write_scheme  # noqa: PLC0415  # keeps help instant

    progress = shell.progress()
    scheme = make_scheme(settings, progress=progress, cache=cache)
    written = write_scheme(scheme, directory, overwrite=overwrite, progress=progress)
    _say(shell, scheme, written)


def _say(shell: Shell, scheme: Scheme, written: Path) -> None:
    totals = scheme.accounts.totals
    shell.say(f"{scheme.settings.scheme.name}")
    for proof in scheme.proofs:
        shell.say(proof_line(proof, shell.lang))
    shell.say_files(written)
    data: dict[str, object] = {
        "scheme": scheme.settings.scheme.name,
        "digest": scheme.digest(),
        "directory": str(written),
        "totals": dict(totals),
    }
    shell.give(data, (proof.to_json() for proof in scheme.proofs))


def proof_line(proof: Proof, lang: str) -> str:
    """Return one line for a proof: its mark, its name, and what it promises."""
    marks = {"holds": "✓", "broken": "✗", "not applicable": "–"}
    where = f" [{', '.join(proof.broken_at[:5])}]" if proof.broken_at else ""
    return f"{marks[proof.outcome]} {proof.name:<20} {proof.title(lang)}{where}"
