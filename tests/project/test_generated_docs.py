"""The generated pages: what is in the repository is what the code says today."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tools import generate_docs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", generate_docs.PAGES)
def test_the_pages_are_in_step(name: str) -> None:
    page = generate_docs.DOCS / name
    assert page.read_text(encoding="utf-8") == generate_docs.PAGES[name](), "run make docs"


def test_a_stale_page_is_noticed_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate_docs, "DOCS", tmp_path)
    assert generate_docs.main(["--check"]) == 1
    assert not list(tmp_path.iterdir())
    assert "docs/cli.md: out of step" in capsys.readouterr().out
    assert generate_docs.main([]) == 0
    assert generate_docs.main(["--check"]) == 0
    page = tmp_path / "cli.md"
    page.write_text(page.read_text(encoding="utf-8") + "x", encoding="utf-8")
    assert generate_docs.main(["--check"]) == 1


def test_the_schema_describes_the_settings() -> None:
    schema = json.loads(generate_docs.schema_page())
    assert {"scheme", "region", "inputs", "quota", "swap", "solver"} <= set(schema["properties"])


def test_every_setting_says_what_it_is_for() -> None:
    schema = json.loads(generate_docs.schema_page())
    silent = [
        f"{model}.{name}"
        for model, body in schema["$defs"].items()
        for name, entry in body.get("properties", {}).items()
        if not entry.get("description")
    ]
    assert silent == []
