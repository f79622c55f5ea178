"""Work beside other work: the same result, the same errors, and no process left behind."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
import warnings
from typing import TYPE_CHECKING

import pytest

from planloop.publishing import beside as module
from planloop.publishing.beside import beside, may_fork

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHILDREN: list[int] = []
"""Processes that the test at hand has forked."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux is forked on")


@pytest.fixture(autouse=True)
def forking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fork on a machine with one processor and beside threads of the test runner too."""
    monkeypatch.setattr(module, "may_fork", lambda: True)
    fork = os.fork
    CHILDREN.clear()

    def noted() -> int:
        child = fork()
        if child:
            CHILDREN.append(child)
        return child

    monkeypatch.setattr(os, "fork", noted)


def no_child_is_left() -> bool:
    """Return whether every process that was forked was waited for; the runner may have others."""
    for child in CHILDREN:
        try:
            os.waitpid(child, os.WNOHANG)
        except ChildProcessError:
            continue
        return False
    return True


def noting(path: Path) -> Callable[[], object]:
    """Return work that adds to a file in which process it is done."""

    def note() -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")

    return note


def done_in(path: Path) -> list[int]:
    return [int(line) for line in path.read_text("utf-8").splitlines()]


def test_the_work_is_done_once_by_another_process(tmp_path: Path) -> None:
    with beside(noting(tmp_path / "a")):
        pass
    (process,) = done_in(tmp_path / "a")
    assert process != os.getpid()
    assert no_child_is_left()


def test_both_run_at_the_same_time(tmp_path: Path) -> None:
    """Each waits for the other; one after the other would wait for ever."""
    there, back = tmp_path / "there", tmp_path / "back"

    def answer() -> None:
        while not there.exists():
            time.sleep(0.001)
        back.touch()

    with beside(answer):
        there.touch()
        while not back.exists():
            time.sleep(0.001)
    assert no_child_is_left()


@pytest.mark.parametrize("why", ["not allowed", "no room"])
def test_without_another_process_it_is_done_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    def no_room() -> int:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    if why == "not allowed":
        monkeypatch.setattr(module, "may_fork", lambda: False)
    else:
        monkeypatch.setattr(os, "fork", no_room)
    with beside(noting(tmp_path / "a")):
        assert not (tmp_path / "a").exists()
    assert done_in(tmp_path / "a") == [os.getpid()]


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), KeyError("x"), KeyboardInterrupt()]
)
def test_its_error_comes_through(error: BaseException, capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as caught, beside(fail):
        pass
    assert caught.value is error
    assert no_child_is_left()
    assert capfd.readouterr() == ("", "")


def test_a_process_that_is_killed_costs_only_time(tmp_path: Path) -> None:
    here = os.getpid()

    def die() -> None:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        noting(tmp_path / "a")()

    with beside(die):
        pass
    assert done_in(tmp_path / "a") == [here]


@pytest.mark.parametrize("error", [RuntimeError("a fault"), KeyboardInterrupt()])
def test_a_body_that_fails_ends_the_work(tmp_path: Path, error: BaseException) -> None:
    def wait() -> None:
        time.sleep(60)
        (tmp_path / "a").touch()

    with pytest.raises(type(error)), beside(wait):
        raise error
    assert no_child_is_left()
    assert not (tmp_path / "a").exists()


def test_interrupted_while_it_waits(tmp_path: Path) -> None:
    """Ctrl-C reaches a process that waits for the other one."""
    began = tmp_path / "began"

    def wait() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        began.touch()
        time.sleep(60)

    def interrupt() -> None:
        while not began.exists():
            time.sleep(0.001)
        time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    def body() -> None:
        threading.Thread(target=interrupt, daemon=True).start()

    # A runner of tests may have its workers ignore it.
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), beside(wait):
            body()
    finally:
        signal.signal(signal.SIGINT, usual)
    assert no_child_is_left()


def test_when_it_is_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert may_fork()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert not may_fork()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not may_fork()
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not may_fork()


def test_the_warning_of_newer_pythons_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    fork = os.fork

    def warning() -> int:
        child = fork()
        if child:
            warnings.warn("this process is multi-threaded", DeprecationWarning, stacklevel=2)
        return child

    monkeypatch.setattr(os, "fork", warning)
    with beside(lambda: None):
        pass
    assert no_child_is_left()
