"""Work in a process of its own, beside what this one does in the meantime.

For Python that holds the interpreter, so that threads would only take turns. The process is a fork:
it starts at once with everything that this one holds, and nothing has to be sent.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[None]:
    """Do `work` while the body runs; it is done when the body has ended.

    Where this process cannot be forked, or the other one does not come to a good end, `work` is
    done here, after the body: so it ends as it would have, and raises what it would have raised.
    Where the body fails, the other process is ended, and `work` is not done.

    Parameters
    ----------
    work
        What to do; only what it leaves in files counts, and it may be done twice.
    """
    child = _forked(work) if may_fork() else None
    try:
        yield
        done = child is not None and _ended_well(child)
        child = None
    finally:
        if child is not None:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            _ended_well(child)
    if not done:
        work()


def may_fork() -> bool:
    """Return whether there is a processor to spare, and forking is safe.

    A fork has only the thread that asked for it: a lock that another one held would stay held. So
    it is safe only where no other thread of Python runs; and never on macOS, whose own libraries
    have threads.
    """
    if sys.platform != "linux":
        return False
    return len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


def _forked(work: Callable[[], object]) -> int | None:
    """Return the process in which `work` is done; None if there can be none."""
    with warnings.catch_warnings():
        # Python 3.12 counts threads of libraries too; those of ours sleep until they are called.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            child = os.fork()
        except OSError:
            return None
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)  # nothing of the first process is ended or flushed here


def _ended_well(child: int) -> bool:
    """Wait for a process."""
    try:
        _, status = os.waitpid(child, 0)
    except ChildProcessError:
        return False
    return os.waitstatus_to_exitcode(status) == 0
