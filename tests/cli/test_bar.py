"""The progress bar says how good the plan so far is, and never breaks a line."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from planloop.cli import bar
from planloop.progress import Reached

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    """A terminal that remembers what it was shown."""

    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> Terminal:
    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setenv("COLUMNS", str(columns))
    return shown


def test_value_bound_and_gap() -> None:
    reached = Reached("weak-first", 411_859.0, 411_720.0)
    assert bar.found(reached, "en") == "best so far 411,859, bound 411,720, gap 0.03%"
    assert bar.found(reached, "zh") == "当前最优 411,859，理论界 411,720，差距 0.03%"


def test_says_nothing_that_is_not_known() -> None:
    assert bar.found(None, "en") == ""
    assert bar.found(Reached("compact", math.inf, 12.0), "en") == ""
    assert bar.found(Reached("compact", 40.0, -math.inf), "en") == "best so far 40"


def test_a_line_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = terminal(monkeypatch, 45)
    bar.Bar("zh")("solve", 1, 2, Reached("compact", 1e9, 1.0))
    line = shown.getvalue().removeprefix("\r\x1b[2K")
    assert line.startswith("█" * 12 + "·" * 12 + " 优选调入调出 1/2")
    # Chinese characters take two columns.
    assert sum(2 if ord(character) > 0x2E80 else 1 for character in line) <= 44


def test_whole_line_where_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = terminal(monkeypatch, 120)
    drawn = bar.Bar("en")
    drawn("solve", 1, 2, Reached("compact", 20.0, 10.0))
    drawn("solve", 2, 2)
    first, second = shown.getvalue().split("\r\x1b[2K")[1:]
    assert first.endswith("Choosing the swap 1/2 best so far 20, bound 10, gap 50.00%")
    assert second == "█" * 24 + " Choosing the swap 2/2\n"
