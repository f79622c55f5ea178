"""The progress bar: one line on stderr that says where the work is, and how good it is so far."""

from __future__ import annotations

import math
import shutil
import sys
import unicodedata
from typing import TYPE_CHECKING

import click

from planloop.messages import render
from planloop.plan.certificate import gap

if TYPE_CHECKING:
    from planloop.progress import Reached

WIDTH = 24
"""Of the bar, in columns of the terminal."""


class Bar:
    """One line on stderr: the step, how far it is, and how far a search has come.

    Parameters
    ----------
    lang
        Language of the steps.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.step = ""
        self.live = sys.stderr.isatty()

    def __call__(self, step: str, done: int, total: int, reached: Reached | None = None, /) -> None:
        """Draw it; where stderr is no terminal, say once that a step has begun."""
        title = render(f"steps.{step}", {}, self.lang)
        if self.live:
            filled = WIDTH if total <= 0 else WIDTH * done // total
            bar = "█" * filled + "·" * (WIDTH - filled)
            line = f"{bar} {title} {done}/{total} {found(reached, self.lang)}".rstrip()
            end = "\n" if done >= total else ""
            columns = shutil.get_terminal_size().columns - 1
            click.echo(f"\r\x1b[2K{within(line, columns)}{end}", err=True, nl=False)
        elif step != self.step:
            click.echo(f"… {title}", err=True)
        self.step = step


def found(reached: Reached | None, lang: str) -> str:
    """Return the best plan's value so far, what no plan is better than, and what lies between."""
    if reached is None or not math.isfinite(reached.value):
        return ""
    value, bound = reached.value, reached.bound
    if not math.isfinite(bound):
        return render("steps.incumbent", {"value": f"{value:,.0f}"}, lang)
    numbers = {
        "value": f"{value:,.0f}",
        "bound": f"{bound:,.0f}",
        "gap": f"{100.0 * gap(value, bound):.2f}",
    }
    return render("steps.incumbent-gap", numbers, lang)


def within(line: str, columns: int) -> str:
    """Return as much of a line as fits in some columns; Chinese characters take two."""
    taken = 0
    for place, character in enumerate(line):
        taken += 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
        if taken > columns:
            return line[:place]
    return line
