"""Writing aside: what stands under a name is the old or the new, never a part."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planloop.errors import InputError, OutputError
from planloop.plan.formats.staging import check_replaceable, staged_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    Refused = Callable[..., None]


def tree(folder: Path) -> dict[str, str]:
    """Return every file below a folder, hidden ones, too, with its text."""
    files = (item for item in sorted(folder.rglob("*")) if item.is_file())
    return {item.relative_to(folder).as_posix(): item.read_text("utf-8") for item in files}


def fill(folder: Path, text: str = "new") -> None:
    (folder / "成果.txt").write_text(text, "utf-8")
    (folder / "a.gdb").mkdir()
    (folder / "a.gdb" / "gdb").write_text(text, "utf-8")


def fill_and_fail(folder: Path, error: BaseException) -> None:
    fill(folder)
    raise error


NEW = {"out/a.gdb/gdb": "new", "out/成果.txt": "new"}


def test_a_folder_comes_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with staged_folder(out) as aside:
        assert aside.parent == tmp_path
        assert aside.name.startswith(".out-")
        assert list(aside.iterdir()) == []
        fill(aside)
        assert not out.exists()
    assert tree(tmp_path) == NEW
    assert [item.name for item in tmp_path.iterdir()] == ["out"]


def test_others_may_read_the_folder_as_they_may_any(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with staged_folder(tmp_path / "out"):
        pass
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_folders_above_are_made(tmp_path: Path) -> None:
    with staged_folder(tmp_path / "年度" / "2026" / "out") as aside:
        fill(aside)
    assert set(tree(tmp_path / "年度" / "2026")) == set(NEW)


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_file_is_not_replaced_by_a_folder(
    tmp_path: Path,
    overwrite: bool,  # noqa: FBT001  # a case of the table
    refused: Refused,
) -> None:
    (tmp_path / "out").write_text("mine", "utf-8")
    with pytest.raises(OutputError) as caught, staged_folder(tmp_path / "out", overwrite=overwrite):
        pytest.fail("nothing may be written")
    refused(caught.value, "write.exists", path=tmp_path / "out")
    assert tree(tmp_path) == {"out": "mine"}


def test_a_folder_is_replaced_only_when_asked(tmp_path: Path, refused: Refused) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("old", "utf-8")
    with pytest.raises(OutputError) as caught, staged_folder(out):
        pytest.fail("nothing may be written")
    refused(caught.value, "write.exists", path=out)
    assert tree(tmp_path) == {"out/mine.txt": "old"}
    with staged_folder(out, overwrite=True) as aside:
        fill(aside)
        assert tree(out) == {"mine.txt": "old"}
    assert tree(tmp_path) == NEW
    assert [item.name for item in tmp_path.iterdir()] == ["out"]


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    with staged_folder(tmp_path / "out", overwrite=True) as aside:
        fill(aside)
    assert (tmp_path / "out").is_symlink()
    assert set(tree(tmp_path / "real")) == {"a.gdb/gdb", "成果.txt"}


ERRORS = [
    OSError(28, "No space left on device"),
    InputError("read.missing-file", path="x"),
    ValueError("a mistake of ours"),
    KeyboardInterrupt(),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("old", [True, False])
def test_an_error_leaves_what_was(
    tmp_path: Path,
    error: BaseException,
    old: bool,  # noqa: FBT001  # a case of the table
    refused: Refused,
) -> None:
    out = tmp_path / "deep" / "out"
    if old:
        out.mkdir(parents=True)
        (out / "mine.txt").write_text("old", "utf-8")
    wanted = OutputError if isinstance(error, OSError) else type(error)
    with pytest.raises(wanted) as caught, staged_folder(out, overwrite=True) as aside:
        fill_and_fail(aside, error)
    if isinstance(caught.value, OutputError):
        refused(caught.value, "write.failed", path=out)
        assert "No space left" in caught.value.text("zh")
    else:
        assert caught.value is error
    assert tree(tmp_path) == ({"deep/out/mine.txt": "old"} if old else {})
    assert [item.name for item in tmp_path.iterdir()] == (["deep"] if old else [])
    assert not old or [item.name for item in out.parent.iterdir()] == ["out"]


def test_the_old_folder_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: Refused
) -> None:
    """The disk fails just when the old folder is away and the new one is to take its place."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("old", "utf-8")
    rename = Path.rename
    seen: list[bool] = []

    def fails_once(self: Path, target: Path) -> Path:
        if (self / "成果.txt").exists():
            seen.append(out.exists())
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_once)
    with pytest.raises(OutputError) as caught, staged_folder(out, overwrite=True) as aside:
        fill(aside)
    refused(caught.value, "write.failed", path=out)
    assert seen == [False], "the old one was away"
    assert tree(tmp_path) == {"out/mine.txt": "old"}
    assert [item.name for item in tmp_path.iterdir()] == ["out"]


def test_everything_is_on_the_disk_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[object] = []
    fsync, rename = os.fsync, Path.rename

    def note_fsync(handle: int) -> None:
        events.append(os.fstat(handle).st_ino)
        fsync(handle)

    def note_rename(self: Path, target: Path) -> Path:
        events.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "rename", note_rename)
    out = tmp_path / "out"
    with staged_folder(out) as aside:
        fill(aside)
    everything = {item.stat().st_ino for item in (out, *out.rglob("*"))}
    before = events[: events.index("rename")]
    assert everything <= set(before)
    assert events[len(before) :] == ["rename", tmp_path.stat().st_ino]


# --- processes that die --------------------------------------------------------------------------

LAYERS = """
import sys, time
from pathlib import Path
import geopandas as gpd, shapely
from planloop.errors import OutputError
from planloop.plan.formats.filegdb import GdbLayer, write_gdb
from planloop.plan.formats.geojson import write_geojson
from planloop.plan.formats.geopackage import write_layers
from planloop.plan.formats.staging import check_replaceable, staged, staged_folder
from planloop.plan.layer import Layer, canonical
out = Path(sys.argv[1])
shapes = [shapely.Point(500_000 + n * 10, 5e6).buffer(4) for n in range(900)]
frame = gpd.GeoDataFrame({"MC": "x"}, geometry=shapes, crs=4537, index=map(str, range(900)))
layer = Layer("GHFQ", canonical(frame))
"""

KILLED_FOLDER = """
with staged_folder(out, overwrite=True) as aside:
    write_layers(aside / "a.gpkg", [layer])
    write_gdb(aside / "a.gdb", [GdbLayer("WHQGHFQ", "x", layer.frame, {})])
    print("written", flush=True)
    time.sleep(60)
"""

KILLED_FILE = """
with staged(out, features=900) as aside:
    write_geojson(aside, layer)
    print("written", flush=True)
    time.sleep(60)
"""


def kill(program: str, out: Path) -> None:
    with subprocess.Popen(  # noqa: S603  # our own interpreter, our own program
        [sys.executable, "-W", "ignore", "-c", LAYERS + program, str(out)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("old", [True, False])
def test_a_process_killed_while_it_writes_a_folder(
    tmp_path: Path,
    old: bool,  # noqa: FBT001  # a case of the table
) -> None:
    out = tmp_path / "out"
    if old:
        out.mkdir()
        (out / "mine.txt").write_text("old", "utf-8")
    kill(KILLED_FOLDER, out)
    assert out.exists() == old
    assert not old or tree(out) == {"mine.txt": "old"}
    with staged_folder(out, overwrite=True) as aside:
        fill(aside)
    assert set(tree(out)) == {"a.gdb/gdb", "成果.txt"}, "the next run goes as ever"


def test_a_process_killed_while_it_writes_a_file(tmp_path: Path) -> None:
    kill(KILLED_FILE, tmp_path / "a.geojson")
    assert not (tmp_path / "a.geojson").exists()


FULL = {
    "a.gpkg": 'write_layers(aside / "a.gpkg", [layer])',
    "a.gdb": 'write_gdb(aside / "a.gdb", [GdbLayer("WHQGHFQ", "x", layer.frame, {})])',
    "a.txt": '(aside / "a.txt").write_text("x" * 100_000)',
}


@pytest.mark.parametrize("name", FULL)
@pytest.mark.parametrize("old", [True, False])
def test_a_full_disk_leaves_the_old_folder_or_none(
    tmp_path: Path,
    name: str,
    old: bool,  # noqa: FBT001  # a case of the table
) -> None:
    """A limit on the size of files makes writing fail as a full disk does."""
    out = tmp_path / "out"
    if old:
        out.mkdir()
        (out / "mine.txt").write_text("old", "utf-8")
    program = f"""
try:
    with staged_folder(out, overwrite=True) as aside:
        {FULL[name]}
except OutputError as error:
    print(error.key)
"""
    run = subprocess.run(  # noqa: S603  # our own interpreter, our own program
        [sys.executable, "-W", "ignore", "-c", LAYERS + program, str(out)],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536)),
    )
    assert run.stdout.strip() == "write.failed"
    assert tree(tmp_path) == ({"out/mine.txt": "old"} if old else {})
    assert [item.name for item in tmp_path.iterdir()] == (["out"] if old else [])


def test_a_folder_of_something_else_is_not_replaceable(tmp_path: Path) -> None:
    check_replaceable(tmp_path / "missing", "mark")
    check_replaceable(tmp_path, "mark")
    (tmp_path / "mine.txt").touch()
    with pytest.raises(OutputError) as caught:
        check_replaceable(tmp_path, "mark")
    assert caught.value.key == "write.no-result"
    (tmp_path / "mark").touch()
    check_replaceable(tmp_path, "mark")
