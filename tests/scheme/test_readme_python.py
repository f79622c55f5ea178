"""The README's lines of Python do the same as the command line."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)


def test_the_lines_of_the_readme(demo: Path, tmp_path: Path) -> None:
    (code,) = BLOCK.findall(README.read_text(encoding="utf-8"))
    shutil.copytree(demo / "input", tmp_path / "demo" / "input")
    result = subprocess.run(  # noqa: S603  # our own interpreter, our own README
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "阿拉山口市" in result.stdout
    assert result.stdout.splitlines()[-1] == "True"
    digests = [
        json.loads((folder / "scheme.json").read_text(encoding="utf-8"))["digests"]
        for folder in (demo / "scheme", tmp_path / "demo" / "scheme")
    ]
    assert digests[0] == digests[1], "command line and Python, another process: same digests"
