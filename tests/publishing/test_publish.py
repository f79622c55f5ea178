"""All files or none; equal schemes give equal bytes, and equal content where bytes differ."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planloop.errors import OutputError
from planloop.plan import written
from planloop.plan.digest import digest_layer, digest_table
from planloop.plan.formats.geopackage import read_layers, read_tables
from planloop.plan.formats.maintenance_gdb import read_maintenance_gdb
from planloop.plan.layer import Layer
from planloop.publishing import beside
from planloop.publishing import publish as publishing
from planloop.publishing.publish import publish
from tests.publishing.toy_scheme import toy_scheme

if TYPE_CHECKING:
    from collections.abc import Callable

    from planloop.plan.scheme import Scheme


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the scheme built and written a second time; the solver took longer.

    Where the maps were drawn in another process the first time, they are drawn in this one, and the
    other way round.
    """
    other = sys.platform == "linux" and not beside.may_fork()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beside, "may_fork", lambda: other)
        return publish(toy_scheme(seconds=77.0), tmp_path_factory.mktemp("again") / "scheme")


@pytest.mark.parametrize("name", ["scheme.json", *written.HASHED])
def test_equal_bytes(folder: Path, again: Path, name: str) -> None:
    assert (folder / name).read_bytes() == (again / name).read_bytes()


@pytest.mark.parametrize("name", ["before.gpkg", "after.gpkg", "decisions.gpkg"])
def test_equal_content_of_geopackages(folder: Path, again: Path, name: str) -> None:
    one, other = (
        {code: digest_layer(layer) for code, layer in read_layers(place / name).items()}
        | {code: digest_table(table) for code, table in read_tables(place / name).items()}
        for place in (folder, again)
    )
    assert one == other
    assert len(one) >= 3


def test_equal_content_of_the_geodatabase(folder: Path, again: Path, scheme: Scheme) -> None:
    name = written.geodatabase_name(scheme.settings)
    one, other = (
        {
            code: digest_layer(Layer(code, frame))
            for code, frame in read_maintenance_gdb(place / name, 4537).items()
        }
        for place in (folder, again)
    )
    assert one == other
    assert len(one) == 6


def test_the_document_says_what_it_is(folder: Path, scheme: Scheme) -> None:
    text = (folder / "scheme.json").read_text(encoding="utf-8")
    told = json.loads(text)
    assert told["digests"] == scheme.digests()
    assert told["digest"] == scheme.digest()
    assert told["layers"]["after"] == scheme.after.digests()
    assert told["totals"] == scheme.accounts.to_json()["totals"]
    assert [item["name"] for item in told["proofs"]] == [item.name for item in scheme.proofs]
    assert told["settings"]["inputs"] == {
        "mapping": "mapping.toml",
        "projects": "projects.xlsx",
        "assessment": None,
        "approved_projects": None,
        "indicators": None,
        "clauses": None,
        "locks": None,
        "locks_layer": None,
        "locks_crs": None,
        "locks_datum": None,
        "near": None,
    }
    assert told["solver"]["levels"][1] == {
        "name": "weak-first",
        "status": "node limit",
        "value": 5.0,
        "bound": None,
        "gap": None,
        "nodes": 9,
    }
    assert "seconds" not in text
    assert "77" not in json.dumps(told["solver"])
    unsettled = {item["name"]: item for item in told["unsettled"]}
    assert {"WHLY", "JDZBLY", "KZBSHSLX", "sliver_width_m", "zones.700"} <= set(unsettled)
    assert {item["attestation"] for item in unsettled.values()} == {"ours"}


def test_input_paths_are_names_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "draw_maps", _no_map)
    made = toy_scheme()
    inputs = made.settings.inputs.model_copy(update={"projects": tmp_path / "清单.xlsx"})
    settings = made.settings.model_copy(update={"inputs": inputs})
    object.__setattr__(made, "settings", settings)
    place = publish(made, tmp_path / "out")
    text = (place / "scheme.json").read_text(encoding="utf-8")
    assert '"清单.xlsx"' in text
    assert str(tmp_path) not in text


# --------------------------------------------------------------------------------- all or none


@pytest.mark.parametrize(
    "step", ["write_layers", "replace_layers", "write_maintenance_gdb", "draw_maps", "workbook"]
)
@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), OutputError),
        (RuntimeError("a fault"), RuntimeError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_a_step_that_fails_leaves_nothing(  # noqa: PLR0913, PLR0917  # fixtures and cases
    scheme: Scheme,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    error: BaseException,
    raised: type[BaseException],
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(publishing, "draw_maps", _no_map)
    monkeypatch.setattr(publishing, step, fail)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / written.DOCUMENT).write_text("an earlier scheme", encoding="utf-8")
    with pytest.raises(raised):
        publish(scheme, tmp_path / "out", overwrite=True)
    assert [item.name for item in tmp_path.iterdir()] == ["out"]
    (left,) = (tmp_path / "out").iterdir()
    assert left.read_text(encoding="utf-8") == "an earlier scheme"


def _no_map(_: Scheme, directory: Path) -> list[Path]:
    """Stand in for the map where only the order of writing is looked at."""
    for name in (written.MAP_IMAGE, written.MAP_PRINT):
        (directory / name).write_bytes(b"map")
    return []


@pytest.mark.parametrize("name", ["before.gpkg", "after.gpkg", "decisions.gpkg", "动态维护.gdb"])
def test_a_file_that_is_not_whole_is_noticed(
    scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A writer that loses a feature without a word is found out by reading back."""

    def without_one(item: Any) -> Any:  # noqa: ANN401  # a layer, or a frame of geopandas
        if isinstance(item, Layer):
            return Layer(item.code, item.frame.iloc[1:])
        return item.iloc[1:]

    def losing(write: Callable[..., None]) -> Callable[..., None]:
        def lose(path: Path, items: Any, *rest: object) -> None:  # noqa: ANN401  # layers by either
            held = dict(items) if isinstance(items, dict) else {item.code: item for item in items}
            if path.name.endswith(name):
                first = next(code for code, item in held.items() if len(item) > 1)
                held[first] = without_one(held[first])
            write(path, held if isinstance(items, dict) else list(held.values()), *rest)

        return lose

    monkeypatch.setattr(publishing, "draw_maps", _no_map)
    for writer in ("write_layers", "replace_layers", "write_maintenance_gdb"):
        monkeypatch.setattr(publishing, writer, losing(getattr(publishing, writer)))
    with pytest.raises(OutputError) as caught:
        publish(scheme, tmp_path / "out")
    assert caught.value.key == "write.differs"
    assert str(caught.value.where["path"]).endswith(name)
    assert list(tmp_path.iterdir()) == []


def test_a_copy_that_is_not_whole_is_noticed(
    scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What did not change is copied, and looked at all the same."""

    def damaging(copy: Callable[..., Path]) -> Callable[..., None]:
        def damage(source: Path, target: Path) -> None:
            copy(source, target)
            with closing(sqlite3.connect(target)) as base:
                base.execute("UPDATE table_projects SET name = 'x'")
                base.commit()

        return damage

    monkeypatch.setattr(publishing, "draw_maps", _no_map)
    monkeypatch.setattr(shutil, "copyfile", damaging(shutil.copyfile))
    with pytest.raises(OutputError) as caught:
        publish(scheme, tmp_path / "out")
    assert caught.value.key == "write.differs"
    assert caught.value.where["layer"] == "projects"
    assert str(caught.value.where["path"]).endswith("after.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there(scheme: Scheme, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputError) as caught:
        publish(scheme, tmp_path / "out")
    assert caught.value.key == "write.exists"


def test_a_parent_that_cannot_be_written(scheme: Scheme) -> None:
    with pytest.raises(OutputError) as caught:
        publish(scheme, Path("/proc/planloop/out"))
    assert caught.value.key == "write.failed"


def test_a_parent_that_is_a_file(scheme: Scheme, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError):
        publish(scheme, tmp_path / "file" / "out")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"
