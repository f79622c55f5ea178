"""Our compiled loops run plain, in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def printed_by_plain_loops(code: str) -> str:
    """Return what lines of Python print where nothing is compiled."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": path},
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()
