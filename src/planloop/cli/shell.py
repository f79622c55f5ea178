"""What every verb shares: its output format, its language, its progress bar and its errors."""

from __future__ import annotations

import functools
import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from planloop.errors import PlanloopError
from planloop.messages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from planloop.progress import Progress

F = TypeVar("F", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Shell:
    """How a verb speaks.

    Parameters
    ----------
    output
        ``"text"``, ``"json"`` or ``"jsonl"``.
    lang
        ``"zh"`` or ``"en"``.
    quiet
        No progress bar.
    """

    output: str
    lang: str
    quiet: bool

    def say(self, text: str) -> None:
        """Print a line for people; nothing where the output is for machines."""
        if self.output == "text":
            click.echo(text)

    def say_files(self, directory: Path) -> None:
        """Print the files of a folder for people."""
        for path in sorted(directory.iterdir()):
            self.say(f"  {path}")

    def give(self, data: dict[str, object], lines: Iterable[dict[str, object]] = ()) -> None:
        """Print data for machines: one document, or one line for each item of `lines`."""
        if self.output == "json":
            click.echo(json.dumps({**data, "items": list(lines)}, ensure_ascii=False, indent=2))
        elif self.output == "jsonl":
            for line in (data, *lines):
                click.echo(json.dumps(line, ensure_ascii=False))

    def progress(self) -> Progress:
        """Return the progress bar, silent where stderr is no terminal and not asked for."""
        if self.quiet:
            from planloop.progress import silent  # noqa: PLC0415  # keeps help instant

            return silent
        from planloop.cli.bar import Bar  # noqa: PLC0415  # keeps help instant

        return Bar(self.lang)


def verb(function: F) -> F:
    """Give a verb the shared options, and turn errors into messages and exit codes."""

    @click.option(
        "-o",
        "--output",
        type=click.Choice(["text", "json", "jsonl"]),
        default="text",
        envvar="PLANLOOP_OUTPUT",
        show_default=True,
        help="Format of what is printed.",
    )
    @click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        default="zh",
        envvar="PLANLOOP_LANG",
        show_default=True,
        help="Language of what is printed.",
    )
    @click.option("-q", "--quiet", is_flag=True, envvar="PLANLOOP_QUIET", help="No progress.")
    @functools.wraps(function)
    def wrapped(output: str, lang: str, *, quiet: bool, **arguments: object) -> None:
        shell = Shell(output, lang, quiet)
        try:
            function(shell=shell, **arguments)
        except PlanloopError as error:
            _report(error, shell)
            sys.exit(error.exit_code)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)

    return cast("F", wrapped)


def _report(error: PlanloopError, shell: Shell) -> None:
    if shell.output == "text":
        click.secho(f"错误 {error.key}：{error.text('zh')}", err=True, fg="red")
        click.secho(f"error {error.key}: {error.text('en')}", err=True)
    else:
        click.echo(json.dumps(error.to_json(), ensure_ascii=False), err=True)
