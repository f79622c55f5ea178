"""A folder of strangers: missing, cut off, foreign and hostile files are findings or errors."""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from planloop.checks.verify import verify
from planloop.errors import InputError, PlanloopError
from planloop.plan import written
from planloop.publishing.publish import publish
from tests.publishing.toy_scheme import toy_scheme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planloop.checks.verify import Verification

SETTINGS = toy_scheme().settings
FILES = written.file_names(SETTINGS)
OTHERS = [name for name in FILES if name != "scheme.json"]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the toy city's scheme, written."""
    return publish(toy_scheme(), tmp_path_factory.mktemp("toy") / "scheme")


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Path:
    """Return a copy that may be touched."""
    return shutil.copytree(published, tmp_path / "scheme")


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def texts(result: Verification) -> str:
    assert not result.ok
    return "\n".join(f"{item.code}: {item.text('en')}" for item in result.findings)


def test_the_names_are_what_the_folder_holds(published: Path) -> None:
    assert sorted(item.name for item in published.iterdir()) == list(FILES)
    assert len(FILES) == 12


@pytest.mark.parametrize("name", OTHERS)
def test_a_missing_file(copy: Path, name: str) -> None:
    remove(copy / name)
    assert f"written-missing: The file {name} is missing" in texts(verify(copy))


def test_no_document_and_no_folder(copy: Path, tmp_path: Path) -> None:
    remove(copy / "scheme.json")
    for folder in (copy, tmp_path / "nowhere"):
        with pytest.raises(InputError) as caught:
            verify(folder)
        assert caught.value.key == "read.missing-file"


def cut(path: Path) -> None:
    """Cut off the second half of a file, or of the largest table of a geodatabase."""
    if path.is_dir():
        path = max(path.glob("a*.gdbtable"), key=lambda item: item.stat().st_size)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


@pytest.mark.parametrize("name", OTHERS)
def test_a_truncated_file(copy: Path, name: str) -> None:
    cut(copy / name)
    assert name in texts(verify(copy))


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04\xff"])
def test_another_file_under_the_name(copy: Path, name: str, content: bytes) -> None:
    remove(copy / name)
    (copy / name).write_bytes(content)
    assert name in texts(verify(copy))


def test_a_truncated_document(copy: Path) -> None:
    cut(copy / "scheme.json")
    with pytest.raises(InputError) as caught:
        verify(copy)
    assert caught.value.key == "written.not-json"
    assert "scheme.json" in caught.value.text("zh")


def test_files_of_no_part(copy: Path) -> None:
    (copy / "密钥.txt").write_text("x", encoding="utf-8")
    (copy / "more").mkdir()
    text = texts(verify(copy))
    assert "written-unlisted: The file 密钥.txt" in text
    assert "written-unlisted: The file more" in text


def test_a_link_out_of_the_folder(copy: Path, tmp_path: Path) -> None:
    (copy / "summary.html").rename(tmp_path / "page")
    (copy / "summary.html").symlink_to(tmp_path / "page")
    assert "written-foreign: summary.html" in texts(verify(copy))


def edited(edit: Callable[[dict[str, Any]], object]) -> Callable[[str], str]:
    def change(text: str) -> str:
        data = json.loads(text)
        edit(data)
        return json.dumps(data, ensure_ascii=False)

    return change


def nested(text: str) -> str:
    return text.replace('"totals": {', '"totals": {"x": ' + "[" * 100_000 + "]" * 100_000 + ",", 1)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda _: "", "written.not-json"),
        (lambda _: "[]", "written.not-json"),
        (lambda _: "{}", "written.not-a-scheme"),
        (lambda text: text.replace('"format": 1', '"format": NaN', 1), "written.not-json"),
        (lambda text: text.replace('"format": 1', '"format": "\\ud800"', 1), "written.not-json"),
        (
            lambda text: text.replace('"format": 1', '"format": 1, "format": 1', 1),
            "written.not-json",
        ),
        (
            lambda text: text.replace('"format": 1', f'"format": {"9" * 9999}', 1),
            "written.not-json",
        ),
        (nested, "written.not-json"),
        (edited(lambda data: data.update(format=2)), "written.not-a-scheme"),
        (edited(lambda data: data.update(more=1)), "written.not-a-scheme"),
        (edited(lambda data: data.pop("proofs")), "written.not-a-scheme"),
        (edited(lambda data: data.update(totals=[])), "written.not-a-scheme"),
        (edited(lambda data: data["totals"].update(x=[1])), "written.not-a-scheme"),
        (edited(lambda data: data["region"].update(epsg="4537")), "written.not-a-scheme"),
        (edited(lambda data: data["region"].update(epsg=3857)), "written.not-a-scheme"),
        (edited(lambda data: data["intake"]["zone_shares"].update(x=1.0)), None),
        (edited(lambda data: data["solver"]["levels"][0].update(name="none")), None),
        (edited(lambda data: data["solver"]["levels"][0].update(status="none")), None),
        (edited(lambda data: data["settings"].pop("quota")), "settings.missing"),
        (edited(lambda data: data["settings"]["roles"].update(region="NONE")), None),
        (edited(lambda data: data["settings"]["roles"].update(parcels="LSJTDLX")), None),
        (edited(lambda data: data["settings"]["roles"].update(zones="XZQXZ")), None),
        (edited(lambda data: data["settings"]["quota"].update(multiple_reading="M3")), None),
        (edited(lambda data: data["settings"]["region"].update(name="../../x")), None),
        (edited(lambda data: data["settings"]["quota"].update(base_town_area_ha=1e-300)), None),
    ],
)
def test_a_document_of_another_form(
    copy: Path, change: Callable[[str], str], key: str | None
) -> None:
    path = copy / "scheme.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    if key is not None:
        with pytest.raises(PlanloopError) as caught:
            verify(copy)
        assert caught.value.key == key
        assert caught.value.text("zh")
    else:
        result = verify(copy)
        assert not result.ok
        assert all(item.text("zh") and item.text("en") for item in result.findings)


def test_a_region_named_like_a_path_stays_in_the_folder() -> None:
    named = SETTINGS.region.model_copy(update={"name": "../../甲/乙"})
    name = written.geodatabase_name(SETTINGS.model_copy(update={"region": named}))
    assert name == "652702.._.._甲_乙2026年度县级国土空间总体规划动态维护.gdb"


def test_a_workbook_that_unpacks_to_no_end(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "MOST_BYTES", 2**24)
    path = copy / "tables.xlsx"
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet99.xml", "w") as part,
    ):
        for _ in range(written.MOST_BYTES // 2**20 + 1):
            part.write(bytes(2**20))
    assert path.stat().st_size < 2**20
    assert "larger than 16 MB" in texts(verify(copy))


def test_a_page_and_lines_that_are_too_large(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "MOST_BYTES", 2**17)
    with (copy / "decisions.jsonl").open("a", encoding="utf-8") as file:
        file.write(" " * 2**17)
    assert "decisions.jsonl cannot be verified" in texts(verify(copy))


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("[]", "no object"),
        ("{", "Not valid JSON"),
        ('{"subject": "parcel"}', "not that of a scheme"),
        ("", "Not valid JSON"),
    ],
)
def test_a_line_of_another_form(copy: Path, line: str, word: str) -> None:
    with (copy / "decisions.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    text = texts(verify(copy))
    assert "decisions.jsonl cannot be verified" in text
    assert word in text
