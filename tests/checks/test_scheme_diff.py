"""Comparing written schemes: what differs is told, nothing else, and nothing that was touched."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from planloop.checks.diffs.decisions import decision_changes
from planloop.checks.scheme_diff import SchemeDiff, compare
from planloop.errors import InputError
from planloop.plan import written
from planloop.plan.decision import Decision
from planloop.plan.digest import digest_data
from planloop.publishing.publish import publish
from tests.checks.compared import KEPT, other
from tests.publishing.toy_scheme import toy_scheme

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    base = tmp_path_factory.mktemp("schemes")
    return publish(toy_scheme(), base / "a"), publish(other(), base / "b")


@pytest.fixture(scope="module")
def diff(folders: tuple[Path, Path]) -> SchemeDiff:
    return compare(*folders)


@pytest.fixture
def copy(folders: tuple[Path, Path], tmp_path: Path) -> Path:
    return shutil.copytree(folders[0], tmp_path / "copy")


def test_a_scheme_and_itself(folders: tuple[Path, Path]) -> None:
    found = compare(folders[0], folders[0])
    assert found.same
    assert [item.part for item in found.changes] == ["level", "level"]
    assert not any(item.differs for item in found.changes)
    assert found.decisions == ()
    assert found.land.empty


def test_settings_leaf_by_leaf_locks_first(diff: SchemeDiff) -> None:
    found = {item.name: (item.a, item.b) for item in diff.of("setting")}
    layers = ["STBHHX", "YJJBNT", "XZZRZHFXFBM"]
    assert list(found.items()) == [
        ("locks.keep", ([], [KEPT, "652702000000000001"])),
        ("roles.exclusions", (layers, layers[::-1])),
        ("swap.most_in_ha", (50.0, None)),
    ]


def test_inputs_levels_and_digests(diff: SchemeDiff) -> None:
    assert [item.name for item in diff.of("input")] == ["XZYDYH"]
    levels = [item for item in diff.changes if item.part == "level"]
    assert [(item.name, item.a, item.b, item.difference) for item in levels] == [
        ("tier-1-near", -1.0, 0.0, 1.0),
        ("weak-first", 5.0, 5.0, 0.0),
    ]
    assert [item.name for item in diff.of("level")] == ["tier-1-near"]
    same = {"before", "findings"}
    assert {item.name for item in diff.of("digest")} == set(diff.a.document.digests) - same
    assert not diff.same


def test_decisions(diff: SchemeDiff) -> None:
    project, *parcels = diff.decisions
    assert (project.subject, project.id, project.name) == ("project", "P-1", "口岸查验")
    assert [item.outcome for item in (*project.a, *project.b)] == ["served", "not_chosen"]
    assert [item.id for item in parcels] == [KEPT]
    (gone,), (kept,) = parcels[0].a, parcels[0].b
    assert (gone.outcome, gone.reason) == ("transfer_out", "out-idle")
    assert (kept.outcome, kept.reason) == ("kept", "kept-locked")
    assert parcels[0].area == gone.area > 0


def test_outcome_reason_and_area_count_and_nothing_else() -> None:
    """Parts in another order, and what a reason only tells of, are no difference."""
    kept, gone = ("kept", "kept-cut", 5), ("transfer_out", "out-cut", 7)

    def said(*items: tuple[str, str, tuple[str, str, int]]) -> list[Decision]:
        return [
            Decision(subject, name, told[0], told[1], {"n": place}, told[2])
            for place, (subject, name, told) in enumerate(items)
        ]

    a = said(
        ("parcel", "same", kept),
        ("parcel", "same", gone),
        ("parcel", "reason", kept),
        ("parcel", "area", kept),
        ("parcel", "gone", kept),
        ("line", "L", kept),
        ("project", "P", kept),
    )
    b = said(
        ("project", "P", gone),
        ("line", "L", gone),
        ("parcel", "area", ("kept", "kept-cut", 6)),
        ("parcel", "reason", ("kept", "kept-locked", 5)),
        ("parcel", "same", gone),
        ("parcel", "same", kept),
    )
    found = decision_changes(a, b, {"P": "码头", "area": "不是项目"})
    assert [(item.subject, item.id, item.name) for item in found] == [
        ("project", "P", "码头"),
        ("parcel", "area", ""),
        ("parcel", "gone", ""),
        ("parcel", "reason", ""),
        ("line", "L", ""),
    ]
    assert [item.area for item in found] == [7, 6, 5, 5, 7]
    assert found[2].b == ()


def test_proofs_and_accounts_are_those_of_the_documents(diff: SchemeDiff) -> None:
    """Against the two files as plain JSON."""
    told = [
        json.loads((side.folder / "scheme.json").read_text(encoding="utf-8"))
        for side in (diff.a, diff.b)
    ]
    ends: list[dict[str, str]] = [
        {proof["name"]: proof["outcome"] for proof in item["proofs"]} for item in told
    ]
    wanted = {name: (ends[0][name], ends[1][name]) for name in ends[0]}
    proofs = {item.name: (item.a, item.b) for item in diff.of("proof")}
    assert proofs == {name: pair for name, pair in wanted.items() if pair[0] != pair[1]}
    assert proofs["C2.most-in"] == ("holds", "not applicable")
    totals = {item.name: (item.a, item.b) for item in diff.of("total")}
    assert totals == {
        name: (value, told[1]["totals"][name])
        for name, value in told[0]["totals"].items()
        if value != told[1]["totals"][name]
    }
    assert "transferred_in_dm2" in totals


def test_tables_are_compared_by_their_texts(diff: SchemeDiff) -> None:
    """Zones: what the accounts say of each code before rounding, rounded to 4 decimals of a ha."""
    found = {item.name: (item.a, item.b) for item in diff.of("table")}
    zones = [toy_scheme().accounts.tables["zones"], other().accounts.tables["zones"]]
    sizes: list[dict[Any, Any]] = [
        dict(zip(table.column("code"), table.column("after_dm2"), strict=True)) for table in zones
    ]
    changed = {code for code in sizes[0] if sizes[0][code] != sizes[1].get(code)}
    assert changed == {"410", "520"}
    for code, name in (("410", "城镇集中建设区"), ("520", "一般农业区")):
        one, two = found[f"维护前后分区面积 · {code} {name} · 维护后（公顷）"]
        assert one == pytest.approx(sizes[0][code] / 1e6, abs=2e-4)
        assert two == pytest.approx(sizes[1][code] / 1e6, abs=2e-4)
    code = "430 特别用途区"
    assert found[f"维护前后分区面积 · {code} · 维护后（公顷）"][0] is None
    # Rounded to add up, the same land has 7.6008 ha in one workbook, 7.6007 in the other.
    assert "乡镇 · 西镇 · 维护后（公顷）" not in found
    assert not [name for name in found if name.startswith(("调入地块", "调出地块", "项目", "承诺"))]


def test_items_are_plain_data(diff: SchemeDiff) -> None:
    items = json.loads(json.dumps(list(diff.items()), allow_nan=False))
    parts = {item["part"] for item in items}
    assert parts == {
        *("digest", "setting", "input", "level", "proof", "total", "table"),
        *("project", "parcel", "land"),
    }
    land = [item for item in items if item["part"] == "land"]
    assert sum(item["area_dm2"] for item in land) == diff.land["area_dm2"].sum()
    assert {item["changed"] for item in land} == {"a", "b", "both"}
    assert {item["code_b"] for item in land} == {None, "410", "430", "520"}


@pytest.mark.parametrize("name", ["decisions.jsonl", "tables.xlsx", "scheme.json"])
def test_what_was_touched_is_not_compared(
    folders: tuple[Path, Path], copy: Path, name: str
) -> None:
    path = copy / name
    if name == "scheme.json":
        told = json.loads(path.read_text(encoding="utf-8"))
        told["totals"]["transferred_in_dm2"] += 1
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    else:
        path.write_bytes(path.read_bytes() + b" ")
    for pair in ((folders[1], copy), (copy, folders[1])):
        with pytest.raises(InputError) as caught:
            compare(*pair)
        assert caught.value.key == "diff.touched"
        assert caught.value.where["path"] == str(path)


def test_pieces_of_another_scheme_are_not_compared(folders: tuple[Path, Path], copy: Path) -> None:
    shutil.copy(folders[1] / "decisions.gpkg", copy / "decisions.gpkg")
    with pytest.raises(InputError) as caught:
        compare(copy, folders[1])
    assert caught.value.key == "diff.touched"


@pytest.mark.parametrize(
    "name", ["decisions.jsonl", "tables.xlsx", "scheme.json", "decisions.gpkg"]
)
def test_a_missing_file(folders: tuple[Path, Path], copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(InputError) as caught:
        compare(folders[0], copy)
    assert caught.value.key == "read.missing-file"
    assert caught.value.where["path"] == str(copy / name)


def test_no_folder(folders: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        compare(folders[0], tmp_path / "nowhere")
    assert caught.value.key == "read.missing-file"


def test_another_region(folders: tuple[Path, Path], copy: Path) -> None:
    """A document that is whole in itself, its seal made anew."""
    path = copy / written.DOCUMENT
    told = json.loads(path.read_text(encoding="utf-8"))
    told["region"]["code"] = told["settings"]["region"]["code"] = "652701"
    told["seal"] = digest_data({key: value for key, value in told.items() if key != "seal"})
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        compare(folders[0], copy)
    assert caught.value.key == "diff.other-region"
