"""Count the skipped tests of a JUnit report, and fail on a skip whose reason is not allowed.

Usage: ``python tools/check_skips.py [--allowed LIST] REPORT``. The list has one regular expression
a line, matched against the whole reason; empty lines and lines that begin with # do not count.
"""

from __future__ import annotations

import argparse
import re
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Report:
    """What a test run came to.

    Parameters
    ----------
    passed
        Tests that passed.
    failed
        Tests that failed or broke while being set up.
    skipped
        Reason and name of each test that was skipped or is expected to fail.
    """

    passed: int
    failed: int
    skipped: tuple[tuple[str, str], ...]

    def closing_line(self) -> str:
        """Return the counts as one line."""
        return f"{self.passed} passed, {self.failed} failed, {len(self.skipped)} skipped"


def read_report(path: Path) -> Report:
    """Read a JUnit report as pytest writes it."""
    passed = failed = 0
    skipped = []
    for case in ET.parse(path).getroot().iter("testcase"):  # noqa: S314  # our own report
        skip = case.find("skipped")
        if skip is not None:
            name = f"{case.get('classname', '')}::{case.get('name', '')}"
            skipped.append((skip.get("message", "no reason given"), name))
        elif case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        else:
            passed += 1
    return Report(passed, failed, tuple(skipped))


def read_allowed(path: Path) -> tuple[re.Pattern[str], ...]:
    """Read the reasons for which a test may skip."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(re.compile(line, re.DOTALL) for line in lines if line and line[0] != "#")


def main(arguments: list[str]) -> int:
    """Print the counts; return 1 when a test failed or a skip's reason is not on the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--allowed", type=Path, help="list of reasons; without it all are allowed")
    parser.add_argument("report", type=Path)
    options = parser.parse_args(arguments)

    report = read_report(options.report)
    for reason, count in sorted(Counter(reason for reason, _ in report.skipped).items()):
        print(f"skipped {count}: {reason}")
    wrong = []
    if options.allowed is not None:
        allowed = read_allowed(options.allowed)
        wrong = [
            (reason, name)
            for reason, name in report.skipped
            if not any(pattern.fullmatch(reason) for pattern in allowed)
        ]
    for reason, name in wrong:
        print(f"not allowed to skip: {name}: {reason} (see {options.allowed})")
    print(report.closing_line())
    return 1 if wrong or report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
