"""A written scheme verifies; whatever is touched in it is found, and named."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import pyogrio
import pytest
import shapely

from planloop.checks.verify import verify
from planloop.plan.proof import Outcome
from planloop.publishing.publish import publish
from tests.checks.gdb_tampering import rewrite_class
from tests.publishing.toy_scheme import toy_scheme
from tests.scheme.tampering import move_vertex, relabel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GEODATABASE = "652702玩具市2026年度县级国土空间总体规划动态维护.gdb"
STEP = 1e-4
BOUNDARY = "652702000000000004"
"""The feature that the swap puts into the boundary."""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the toy city's scheme, written."""
    return publish(toy_scheme(), tmp_path_factory.mktemp("toy") / "scheme")


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Path:
    """Return a copy that may be touched."""
    return shutil.copytree(published, tmp_path / "scheme")


def told(folder: Path) -> str:
    """Return what broken proofs and findings say, in English, a line each."""
    result = verify(folder)
    assert not result.ok
    broken = [item for item in result.proofs if item.outcome is Outcome.BROKEN]
    lines = [f"{item.name}: {'; '.join(item.broken_at)}" for item in broken]
    assert all(item.text("zh") for item in result.findings)
    return "\n".join([*lines, *(item.text("en") for item in result.findings)])


def line(text: str, *words: str) -> str:
    """Return the first line that holds all words."""
    found = [item for item in text.splitlines() if all(word in item for word in words)]
    assert found, f"no line with {words} in:\n{text}"
    return found[0]


def test_what_was_written_verifies(published: Path) -> None:
    result = verify(published)
    assert [item.text("en") for item in result.findings] == []
    assert {item.name: str(item.outcome) for item in result.proofs} == {
        item.name: str(item.outcome) for item in toy_scheme().proofs
    }
    assert result.ok


# ------------------------------------------------------------------------------ one grid step


@pytest.mark.parametrize("file", ["before.gpkg", "after.gpkg"])
@pytest.mark.parametrize("layer", ["XZYDYH", "GHFQ", "CZKFBJ", "STBHHX", "ZXCQCSLVX"])
def test_one_vertex_one_grid_step(copy: Path, file: str, layer: str) -> None:
    feature = move_vertex(copy / file, layer, "1 = 1")
    text = told(copy)
    assert line(text, "W.identical", f"{layer}:{feature}")
    assert line(text, f"content of {file}", f"layer {layer}")


def moved(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a polygon in degrees with one vertex moved by about a grid step."""
    degrees = shapely.get_coordinates(shape)
    degrees[2, 0] += 0.7 * STEP / 78_000.0
    degrees[0] = degrees[-1]
    return shapely.multipolygons([shapely.Polygon(degrees)])


@pytest.mark.parametrize("name", ["WHQCZKFBJ", "WHCCZKFBJ", "WHHCZKFBJ", "WHHGHFQ"])
def test_one_vertex_of_the_geodatabase(copy: Path, name: str) -> None:
    def move(frame: Any) -> None:  # noqa: ANN401  # a frame of geopandas
        frame.geometry = [moved(frame.geometry.iloc[0]), *frame.geometry.iloc[1:]]

    feature = rewrite_class(copy / GEODATABASE, name, move)
    found = line(told(copy), GEODATABASE, name, feature, "geometry")
    assert len(re.findall(r"\(\d+\.\d{4}, \d+\.\d{4}\)", found)) == 2, "both places"


# --------------------------------------------------------------------------------- one label


@pytest.mark.parametrize("file", ["before.gpkg", "after.gpkg"])
def test_one_label(copy: Path, file: str) -> None:
    feature = relabel(copy / file, "GHFQ", "GHFQDM", "520", "GHFQDM = '200'")
    text = told(copy)
    assert line(text, "W.identical", f"GHFQ:{feature}")
    assert line(text, f"content of {file}", "layer GHFQ")


def test_one_label_on_both_sides(copy: Path) -> None:
    """The plans agree with each other; the digests and the geodatabase do not."""
    for file in ("before.gpkg", "after.gpkg"):
        relabel(copy / file, "ZXCQCSLVX", "BZ", "蓝线", "1 = 1")
    text = told(copy)
    assert "W.identical" not in text
    assert line(text, "content of before.gpkg", "layer ZXCQCSLVX")
    assert line(text, "content of after.gpkg", "layer ZXCQCSLVX")


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [("WHCCZKFBJ", "WHLX", "3"), ("WHCGHFQ", "BZ", "无"), ("WHHGHFQ", "GHFQDM", "510")],
)
def test_one_label_of_the_geodatabase(copy: Path, name: str, field: str, value: str) -> None:
    def label(frame: Any) -> None:  # noqa: ANN401  # a frame of geopandas
        frame[field] = [value, *frame[field].iloc[1:]]

    feature = rewrite_class(copy / GEODATABASE, name, label)
    assert line(told(copy), GEODATABASE, name, feature, field, f"'{value}'")


def test_a_reason_of_a_piece(copy: Path) -> None:
    from_gpkg(copy, "reason", "out-small", "reason = 'out-idle'")
    text = told(copy)
    assert line(text, "scheme.json", "digests.pieces")
    assert line(text, "decisions.gpkg", "pieces", "CZKFBJ-20260601000002", "zh")


def from_gpkg(folder: Path, field: str, value: object, where: str) -> None:
    """Change a field of a piece."""
    frame = pyogrio.read_dataframe(folder / "decisions.gpkg", layer="pieces", where=where)
    assert len(frame) > 0
    change(folder / "decisions.gpkg", "pieces", field, value, where)


def change(path: Path, table: str, field: str, value: object, where: str) -> None:
    """Set a field where a condition holds."""
    import sqlite3  # noqa: PLC0415  # only here
    from contextlib import closing  # noqa: PLC0415  # only here

    with closing(sqlite3.connect(path)) as base:
        for (name,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        query = f'UPDATE "{table}" SET "{field}" = ? WHERE {where}'  # noqa: S608  # our own test
        assert base.execute(query, (value,)).rowcount > 0
        base.commit()


# -------------------------------------------------------------------------------- one number


def edit_document(folder: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "scheme.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    edit(data)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def swap_totals(data: dict[str, Any]) -> None:
    totals = data["totals"]
    one, other = "transferred_in_dm2", "transferred_out_dm2"
    totals[one], totals[other] = totals[other], totals[one]


def proof_number(data: dict[str, Any]) -> None:
    (proof,) = (item for item in data["proofs"] if item["name"] == "C2.balance")
    proof["numbers"]["surplus_dm2"] += 1


def proof_outcome(data: dict[str, Any]) -> None:
    data["proofs"][0]["outcome"] = "broken"


def issued_area(data: dict[str, Any]) -> None:
    data["settings"]["quota"]["issued_area_ha"] = 23.0


def intake_count(data: dict[str, Any]) -> None:
    layer = data["intake"]["layers"][0]
    layer["identical"], layer["moved"] = layer["identical"] - 1, layer["moved"] + 1


def solver_bound(data: dict[str, Any]) -> None:
    data["solver"]["levels"][0]["bound"] = 2.0


def input_digest(data: dict[str, Any]) -> None:
    data["inputs"]["XZYDYH"] = "2" * 64


def whole_digest(data: dict[str, Any]) -> None:
    data["digest"] = "3" * 64


def unsettled_value(data: dict[str, Any]) -> None:
    (item,) = (item for item in data["unsettled"] if item["name"] == "sliver_width_m")
    item["value"] = "6"


def mapping_name(data: dict[str, Any]) -> None:
    data["settings"]["inputs"]["mapping"] = "other.toml"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (swap_totals, ("totals.transferred_in_dm2", "'702579'", "'1097484'")),
        (proof_number, ("proofs[C2.balance].numbers.surplus_dm2",)),
        (proof_outcome, ("proofs[C1.scope].outcome", "'broken'", "'holds'")),
        (issued_area, ("digests.settings",)),
        (intake_count, ("certificates.intake",)),
        (solver_bound, ("certificates.solver",)),
        (input_digest, ("digests.inputs",)),
        (whole_digest, (" digest: ", "333")),
        (unsettled_value, ("unsettled[sliver_width_m].value", "'6'", "'5'")),
        (mapping_name, ("certificates.input_files",)),
    ],
    ids=lambda item: getattr(item, "__name__", ""),
)
def test_one_number_of_the_document(
    copy: Path, edit: Callable[[dict[str, Any]], None], words: tuple[str, ...]
) -> None:
    edit_document(copy, edit)
    assert line(told(copy), "scheme.json", *words)


def edit_workbook(folder: Path, part: str, old: str, new: str) -> None:
    path = folder / "tables.xlsx"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[part].decode()
    assert text.count(old) >= 1, old
    parts[part] = text.replace(old, new, 1).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_one_cell_of_the_workbook(copy: Path) -> None:
    """0.7026 ha went in; the sheet of townships shall say 0.7027."""
    edit_workbook(copy, "xl/worksheets/sheet3.xml", "<v>0.7026</v>", "<v>0.7027</v>")
    assert line(told(copy), "tables.xlsx", "乡镇!D", "'0.7027'", "'0.7026'")


def test_one_text_of_the_workbook(copy: Path) -> None:
    edit_workbook(copy, "xl/sharedStrings.xml", "口岸查验", "口岸通关")
    assert line(told(copy), "tables.xlsx", "项目!B5", "口岸通关", "口岸查验")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('value="702579">0.70<', 'value="702579">0.71<', ("'0.71'", "'0.70'")),
        ('value="702579"', 'value="702578"', ("'702578'", "'702579'")),
        ('data-name="totals.pieces_in"', 'data-name="totals.pieces"', ("totals.pieces_in",)),
        (">GHFQ leaves a gap", ">GHFQ leaves no gap", ("findings.0.text",)),
    ],
)
def test_one_number_of_the_page(copy: Path, old: str, new: str, words: tuple[str, ...]) -> None:
    path = copy / "summary.html"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert line(told(copy), "summary.html", *words)


def test_area_of_a_piece(copy: Path) -> None:
    change(copy / "decisions.gpkg", "pieces", "area_dm2", 702580, "area_dm2 = 702579")
    text = told(copy)
    assert line(text, "W.pieces", "CZKFBJ-20260601000001 area_dm2")


def edit_decisions(folder: Path, edit: Callable[[dict[str, Any]], None], chosen: str) -> None:
    path = folder / "decisions.jsonl"
    items = [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]
    (item,) = (item for item in items if f"{item['subject']} {item['outcome']}" == chosen)
    edit(item)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in items)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("chosen", "field", "value", "words"),
    [
        ("parcel transfer_out", "area_dm2", 1097485, ("area_dm2", "'1097485'", "'1097484'")),
        ("parcel kept", "area_dm2", 99_999_999, ("kept", "≤")),
        ("project served", "area_dm2", 1, ("P-1", "area_dm2", "'1'", "'702579'")),
        ("project served", "id", "P-9", ("P-9", "decisions", "'1'", "'0'")),
        ("project blocked", "outcome", "inside", ("P-3", "inside", "site")),
        ("parcel transfer_out", "outcome", "lost", ("outcome", "'lost'")),
        ("project inside", "reason", "project-not-needed", ("decisions.jsonl", "sentence")),
        ("project inside", "reason", "nonsense", ("decisions.jsonl", "reason")),
        ("project inside", "numbers", {"a": 1}, ("digests.decisions",)),
    ],
)
def test_one_decision(
    copy: Path, chosen: str, field: str, value: object, words: tuple[str, ...]
) -> None:
    edit_decisions(copy, lambda item: item.update({field: value}), chosen)
    assert line(told(copy), *words)


@pytest.mark.parametrize(
    ("table", "field", "value", "where", "words"),
    [
        ("parcels", "area_dm2", 1, "outcome = 'kept'", ("parcels", "area_dm2", "'1'")),
        ("parcels", "zh", "改", "outcome = 'kept'", ("parcels", "zh", "'改'")),
        ("table_projects", "outcome", "served", "number = 'P-3'", ("projects[3].outcome",)),
    ],
)
def test_one_decision_of_the_geopackage(  # noqa: PLR0913, PLR0917  # the cases of one table
    copy: Path, table: str, field: str, value: object, where: str, words: tuple[str, ...]
) -> None:
    change(copy / "decisions.gpkg", table, field, value, where)
    assert line(told(copy), "decisions.gpkg", *words)


def test_one_finding(copy: Path) -> None:
    path = copy / "findings.jsonl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("0.5", "0.6"), encoding="utf-8")
    assert line(told(copy), "scheme.json", "digests.findings")


def test_a_project_of_the_table(copy: Path) -> None:
    change(copy / "before.gpkg", "table_projects", "area_ha", 9.0, "number = 'P-1'")
    assert line(told(copy), "content of before.gpkg", "table:projects")
