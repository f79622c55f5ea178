"""The guard of skipped tests, on reports that pytest itself writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.check_skips import main, read_allowed, read_report

TESTS = """
import pytest

def test_good():
    pass

def test_skips():
    pytest.skip("set THING to something, please")

@pytest.mark.xfail(reason="known to be wrong")
def test_expected_to_fail():
    assert False
"""
ALLOWED = """# comment

set THING to .*
known to be wrong
"""


def report_of(folder: Path, text: str) -> Path:
    """Run pytest on a file of tests and return its report."""
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    subprocess.run(  # noqa: S603  # our own interpreter
        [*command, "--junitxml", str(report)], cwd=folder, check=False, capture_output=True
    )
    return report


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Return the report of one good, one skipping and one expectedly failing test."""
    return report_of(tmp_path, TESTS)


def test_counts_and_reasons(report: Path) -> None:
    result = read_report(report)
    assert result.closing_line() == "1 passed, 0 failed, 2 skipped"
    assert [reason for reason, _ in result.skipped] == [
        "set THING to something, please",
        "known to be wrong",
    ]


def test_without_a_list_skips_are_only_counted(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(report)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "skipped 1: known to be wrong",
        "skipped 1: set THING to something, please",
        "1 passed, 0 failed, 2 skipped",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ALLOWED, 0),
        (ALLOWED.replace("known to be wrong", "known to be"), 1),  # only the whole reason counts
        (ALLOWED.replace("set THING", "# set THING"), 1),
        ("", 1),
    ],
)
def test_a_reason_must_be_on_the_list(report: Path, tmp_path: Path, text: str, code: int) -> None:
    allowed = tmp_path / "allowed.txt"
    allowed.write_text(text, encoding="utf-8")
    assert main(["--allowed", str(allowed), str(report)]) == code


@pytest.mark.parametrize("body", ["assert False", "undefined"])
def test_a_failure_fails(tmp_path: Path, body: str) -> None:
    report = report_of(tmp_path, f"def test_bad():\n    {body}\n")
    assert read_report(report).closing_line() == "0 passed, 1 failed, 0 skipped"
    assert main([str(report)]) == 1


def test_a_broken_fixture_counts_as_failed(tmp_path: Path) -> None:
    text = "import pytest\n@pytest.fixture\ndef f():\n    1 / 0\ndef test_bad(f):\n    pass\n"
    assert read_report(report_of(tmp_path, text)).closing_line() == "0 passed, 1 failed, 0 skipped"


def test_the_projects_own_list_covers_the_missing_real_files() -> None:
    allowed = read_allowed(Path(__file__).parents[2] / ".ci" / "allowed-skips.txt")
    reason = "set PLANLOOP_REAL_DATA to the folder of real files"
    assert any(pattern.fullmatch(reason) for pattern in allowed)
    assert not any(pattern.fullmatch("some other reason") for pattern in allowed)
