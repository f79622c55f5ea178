"""The process that CP-SAT runs in: it is asked one program at a time, as many as there are."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from threading import TIMEOUT_MAX, Event, Timer
from typing import IO, TYPE_CHECKING

from pydantic import ValidationError

from planloop.errors import PlanloopError
from planloop.maintenance.boundary.second.program import Answer

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from planloop.maintenance.boundary.second.program import Program

CHILD = "planloop.maintenance.boundary.second.cp_sat"

SOURCE = Path(__file__).parents[4]
"""Where the process finds planloop."""

MOST_TEXT = 300
"""Characters of what the process said last that an error shows."""

GRACE = 5.0
"""Seconds that a process which answers no more has to end by itself, so that its exit code tells
why."""


class Engine:
    """CP-SAT in a process that knows nothing but where planloop is.

    The first program starts it; it takes a second to import what it needs, and then a program
    after the other. What goes wrong, an answer that is none included, ends it, and the next program
    starts another. Leaving the ``with`` block ends it.

    Examples
    --------
    ``with Engine() as engine: answer = engine.answer(program, seconds=600.0)``
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._child: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Return the engine."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self.close()

    def answer(self, program: Program, seconds: float) -> Answer:
        """Return the answer to a program, checked against it.

        Parameters
        ----------
        program
            The program.
        seconds
            The longest that it may take, by the clock.

        Raises
        ------
        PlanloopError
            CP-SAT is not installed, its process failed or took too long, or its answer is wrong.
        """
        text = self._asked(program.model_dump_json().encode() + b"\n", seconds)
        try:
            answer = Answer.model_validate_json(text)
        except ValidationError as error:
            self.close()
            raise PlanloopError("second.wrong", fault=told(error)) from None
        fault = program.fault(answer)
        if fault is not None:
            self.close()
            raise PlanloopError("second.wrong", fault=fault)
        return answer

    def close(self) -> None:
        """End the process, if there is one, whatever it does."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout, self._errors):
                _closed(pipe)
        self._child = self._errors = None

    def _asked(self, line: bytes, seconds: float) -> bytes:
        """Return the line that the process answers a line with."""
        child, late = self._running(), Event()

        def stop() -> None:
            late.set()
            child.kill()

        # Where the process is killed, neither writing nor reading waits for it any longer.
        timer = Timer(min(seconds, TIMEOUT_MAX), stop)
        timer.start()
        try:
            text = _exchanged(child, line)
        finally:
            timer.cancel()
            timer.join()
        whole = text.endswith(b"\n")
        if whole and not late.is_set():
            return text
        code = _ended(child)
        said = self._said()
        self.close()
        if whole:
            return text
        if late.is_set():
            raise PlanloopError("second.late", seconds=f"{seconds:g}")
        raise PlanloopError("second.failed", code=code, text=said)

    def _running(self) -> subprocess.Popen[bytes]:
        """Return the process; start it where there is none."""
        if self._child is None:
            if find_spec("ortools") is None:
                raise PlanloopError("second.not-installed")
            # A file takes any length; a pipe that nobody reads would stop the process.
            self._errors = TemporaryFile()  # noqa: SIM115  # `close` closes it
            self._child = subprocess.Popen(  # noqa: S603  # our own interpreter, our own module
                [sys.executable, "-P", "-m", CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env={"PYTHONPATH": str(SOURCE)},
            )
        return self._child

    def _said(self) -> str:
        """Return the last line that the process said."""
        if self._errors is None:
            return ""
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return (lines or [""])[-1][:MOST_TEXT]


def told(error: ValidationError) -> str:
    """Return the first thing that is wrong, in a line."""
    return error.errors(include_url=False, include_input=False)[0]["msg"]


def _exchanged(child: subprocess.Popen[bytes], line: bytes) -> bytes:
    """Return what a process says to a line; not a whole line where it ends before that."""
    if child.stdin is None or child.stdout is None:
        return b""
    try:
        child.stdin.write(line)
        child.stdin.flush()
    except OSError:
        # It ended before it had read all. It may have said something, all the same.
        pass
    return child.stdout.readline()


def _ended(child: subprocess.Popen[bytes]) -> int:
    """Return the exit code of a process that says no more; end it where it does not end."""
    try:
        return child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def _closed(pipe: IO[bytes] | None) -> None:
    """Close a pipe that there may be, also where what is left in it cannot be written any more."""
    try:
        if pipe is not None:
            pipe.close()
    except OSError:
        pass
