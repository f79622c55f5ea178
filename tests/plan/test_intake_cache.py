"""Kept intakes: the same as fresh ones, and used only where nothing at all differs."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest

from planloop.plan import intake_cache, intake_key
from planloop.plan.intake import Intake, intake
from planloop.plan.intake_cache import MOST, SEAL, cached_intake
from tests.plan.county import EPSG, PROJECT, Bureau, box, quiet, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.settings import SchemeSettings


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[SchemeSettings]:
    """Return the settings of the intakes that were really made."""
    made: list[SchemeSettings] = []

    def counted(settings: SchemeSettings, progress: Any) -> Intake:  # noqa: ANN401
        made.append(settings)
        return intake(settings, progress)

    monkeypatch.setattr(intake_cache, "intake", counted)
    return made


def check_same(one: Intake, other: Intake) -> None:
    """Compare two intakes field by field, apart from the digest that the cache itself uses."""
    assert one.plan.digests() == other.plan.digests()
    assert one.plan.digest() == other.plan.digest()
    assert one.inputs == other.inputs
    assert one.findings == other.findings
    assert one.certificate == other.certificate
    for layer in one.plan.layers.values():
        frame = other.plan.layer(layer.code).frame
        assert list(layer.frame.columns) == list(frame.columns)
        assert layer.frame.dtypes.tolist() == frame.dtypes.tolist()
        assert layer.frame.index.equals(frame.index)
        assert layer.frame.index.name == frame.index.name
        assert layer.frame.crs == frame.crs
    for name, table in one.plan.tables.items():
        assert table.equals(other.plan.tables[name])
        assert table.dtypes.tolist() == other.plan.tables[name].dtypes.tolist()
    left, right = one.fabric, other.fabric
    assert [face.wkb for face in left.faces] == [face.wkb for face in right.faces]
    for name in ("left", "right", "length", "outer"):
        np.testing.assert_array_equal(
            getattr(left.neighbours, name), getattr(right.neighbours, name)
        )
    np.testing.assert_array_equal(left.area, right.area)
    assert (left.epsg, left.host) == (right.epsg, right.host)
    assert list(left.labels) == list(right.labels)
    assert list(left.relations) == list(right.relations)
    for name, labels in left.labels.items():
        np.testing.assert_array_equal(labels.ids, right.labels[name].ids)
        np.testing.assert_array_equal(labels.of_face, right.labels[name].of_face)
        np.testing.assert_array_equal(labels.overlaps, right.labels[name].overlaps)
        assert labels.of_face.dtype == right.labels[name].of_face.dtype
    for name, relation in left.relations.items():
        for field in ("ids", "face", "feature"):
            np.testing.assert_array_equal(
                getattr(relation, field), getattr(right.relations[name], field)
            )


def test_what_is_kept_is_what_was_taken(
    bureau: Bureau, cache: Path, calls: list[SchemeSettings]
) -> None:
    settings = bureau.write()
    fresh = intake(settings, quiet)
    for _ in range(3):
        check_same(cached_intake(cache, settings, quiet), fresh)
    assert len(calls) == 1
    assert len(list(cache.iterdir())) == 1


def replaced(bureau: Bureau, **sections: dict[str, object]) -> SchemeSettings:
    settings = bureau.parse()
    return settings.model_copy(
        update={
            name: getattr(settings, name).model_copy(update=entries)
            for name, entries in sections.items()
        }
    )


@pytest.mark.parametrize(
    ("section", "entries"),
    [
        ("region", {"name": "另一县"}),
        ("region", {"declared_area_km2": 8.0}),
        ("region", {"working_crs": 4538}),
        ("quota", {"issued_area_ha": 301.0}),
        ("roles", {"exclusions": ("STBHHX",)}),
    ],
)
def test_another_setting_is_another_intake(
    bureau: Bureau,
    cache: Path,
    calls: list[SchemeSettings],
    section: str,
    entries: dict[str, object],
) -> None:
    cached_intake(cache, bureau.write(), quiet)
    settings = replaced(bureau, **{section: entries})
    check_same(cached_intake(cache, settings, quiet), intake(settings, quiet))
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("section", "entries"),
    [
        ("locks", {"must_out": ("XZYDYH1",)}),
        ("swap", {"compactness": 0.3}),
        ("solver", {"node_limit": 7}),
        ("scheme", {"year": 2027}),
    ],
)
def test_what_an_intake_does_not_read_does_not_matter(
    bureau: Bureau,
    cache: Path,
    calls: list[SchemeSettings],
    section: str,
    entries: dict[str, object],
) -> None:
    cached_intake(cache, bureau.write(), quiet)
    settings = replaced(bureau, **{section: entries})
    check_same(cached_intake(cache, settings, quiet), intake(settings, quiet))
    assert len(calls) == 1


class Only:
    """Settings that have some sections, and no others."""

    def __init__(self, settings: SchemeSettings, sections: tuple[str, ...]) -> None:
        self._held = {name: getattr(settings, name) for name in sections}

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._held[name]  # a KeyError is no AttributeError: it is not hidden


def test_the_key_holds_every_section_that_an_intake_reads(bureau: Bureau) -> None:
    settings = bureau.write()
    only: Any = Only(settings, intake_key.SECTIONS)
    check_same(intake(only, quiet), intake(settings, quiet))


def test_a_byte_of_any_input_is_another_intake(
    bureau: Bureau, cache: Path, calls: list[SchemeSettings]
) -> None:
    """Each source, the mapping and the table: touched without any change of what they say."""
    settings = bureau.write()
    cached_intake(cache, settings, quiet)
    files = sorted(path for path in bureau.folder.iterdir() if path.is_file())
    assert len(files) == len(bureau.layers) + 2
    count = 1
    for path in files:
        if path.suffix == ".gpkg":
            frame = gpd.read_file(path)
            path.unlink()
            frame.iloc[::-1].to_file(path, driver="GPKG", layer=path.stem)
        elif path.suffix == ".toml":
            path.write_text(path.read_text(encoding="utf-8") + "# ", encoding="utf-8")
        else:
            write_table(path, "projects", [PROJECT | {"name": "改名"}])
        cached_intake(cache, settings, quiet)
        count += 1
        assert len(calls) == count, path.name
        cached_intake(cache, settings, quiet)
        assert len(calls) == count, path.name


def test_another_program_is_another_intake(
    bureau: Bureau,
    cache: Path,
    calls: list[SchemeSettings],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = bureau.write()
    cached_intake(cache, settings, quiet)
    monkeypatch.setattr(intake_key, "program", lambda: "another")
    cached_intake(cache, settings, quiet)
    assert len(calls) == 2


def test_what_is_damaged_is_not_used_but_made_anew(
    bureau: Bureau, cache: Path, calls: list[SchemeSettings]
) -> None:
    settings = bureau.write()
    fresh = cached_intake(cache, settings, quiet)
    (place,) = cache.iterdir()
    names = sorted(item.name for item in place.iterdir())
    assert {"fabric.npz", "intake.json", SEAL, "layer-000.parquet", "table-000.parquet"} <= {*names}
    for count, name in enumerate(names, start=2):
        path = place / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
        check_same(cached_intake(cache, settings, quiet), fresh)
        assert len(calls) == count, name
        cached_intake(cache, settings, quiet)
        assert len(calls) == count, name
    for count, name in enumerate(names, start=len(names) + 2):
        (place / name).unlink()
        cached_intake(cache, settings, quiet)
        assert len(calls) == count, name
    (place / "more").write_text("x", encoding="utf-8")
    cached_intake(cache, settings, quiet)
    assert len(calls) == 2 * len(names) + 2


def test_inputs_that_change_meanwhile_are_not_kept(
    bureau: Bureau, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = bureau.write()

    def touching(chosen: SchemeSettings, progress: Any) -> Intake:  # noqa: ANN401
        found = intake(chosen, progress)
        write_table(settings.inputs.projects, "projects", [PROJECT | {"name": "改名"}])
        return found

    monkeypatch.setattr(intake_cache, "intake", touching)
    cached_intake(cache, settings, quiet)
    assert not cache.exists()


def test_a_place_that_cannot_be_written_is_no_error(bureau: Bureau, tmp_path: Path) -> None:
    settings = bureau.write()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    check_same(cached_intake(tmp_path / "file", settings, quiet), intake(settings, quiet))
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"


def test_only_the_latest_are_kept(bureau: Bureau, cache: Path) -> None:
    bureau.write()
    for number in range(MOST + 2):
        settings = replaced(bureau, quota={"issued_area_ha": 300.0 + number})
        cached_intake(cache, settings, quiet)
    assert len(list(cache.iterdir())) == MOST


def test_drawn_locks_are_read_each_time(
    bureau: Bureau, cache: Path, calls: list[SchemeSettings]
) -> None:
    bureau.write()
    path = bureau.folder / "drawn.gpkg"
    for shape, lock in ((box(0, 0, 5, 5), "must_out"), (box(11, 1, 12, 2), "keep")):
        path.unlink(missing_ok=True)
        frame = gpd.GeoDataFrame({"lock": [lock]}, geometry=[shape], crs=f"EPSG:{EPSG}")
        frame.to_file(path, driver="GPKG")
        settings = replaced(bureau, inputs={"locks": path})
        found, fresh = cached_intake(cache, settings, quiet), intake(settings, quiet)
        check_same(found, fresh)
        assert found.drawings is not None
        assert fresh.drawings is not None
        assert found.drawings.digest == fresh.drawings.digest
        assert found.drawings.items[0].lock == lock
    assert len(calls) == 1


def test_a_cache_may_be_moved_and_deleted(
    bureau: Bureau, cache: Path, calls: list[SchemeSettings], tmp_path: Path
) -> None:
    settings = bureau.write()
    cached_intake(cache, settings, quiet)
    shutil.move(cache, tmp_path / "moved")
    cached_intake(tmp_path / "moved", settings, quiet)
    assert len(calls) == 1
    shutil.rmtree(tmp_path / "moved")
    cached_intake(tmp_path / "moved", settings, quiet)
    assert len(calls) == 2
