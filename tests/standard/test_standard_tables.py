"""Form of the tables, read here with the csv module alone: keys, references, marks."""

from __future__ import annotations

import csv
import tomllib
from importlib import resources

import pytest

TABLES = resources.files("planloop.standard").joinpath("tables")
KEYS = {
    "aliases": ("alias",),
    "change_triggers": ("trigger",),
    "code_lists": ("list", "code"),
    "columns": ("table", "header"),
    "fields": ("layer", "field"),
    "flag_layers": ("layer",),
    "incompatible_uses": ("one", "other"),
    "home_classes": ("land_class",),
    "indicators": ("number",),
    "land_classes": ("code",),
    "land_groups": ("name",),
    "land_use_choices": ("land_class",),
    "layers": ("code",),
    "line_compensation": ("planned_class",),
    "line_ground": ("land_class",),
    "line_kinds": ("line", "kind"),
    "line_permits": ("line", "sector", "level"),
    "lock_words": ("word",),
    "maintainable_layers": ("layer",),
    "maintenance_fields": ("field",),
    "multiples": ("code",),
    "parameters": ("name",),
    "planned_uses": ("sector",),
    "sector_classes": ("sector",),
    "sectors": ("code",),
    "service_kinds": ("code",),
    "site_fields": ("name",),
    "structure_ranges": ("group",),
    "survey_classes": ("survey_class",),
    "zone_links": ("zone",),
    "zone_permits": ("zone", "sector"),
    "zone_receivers": ("land_class",),
    "zones": ("code",),
}
MARKS = {"official", "practice", "ours"}


def rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table as plain text."""
    text = TABLES.joinpath(f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def values(table: str, column: str) -> set[str]:
    """Return the values of a column, empty ones left out."""
    return {row[column] for row in rows(table)} - {""}


def test_every_table_is_checked_here() -> None:
    files = {item.name for item in TABLES.iterdir()}
    assert {name.removesuffix(".csv") for name in files if name.endswith(".csv")} == set(KEYS)
    assert {name for name in files if not name.endswith(".csv")} == {
        "lineage.toml",
        "naming.toml",
    }


@pytest.mark.parametrize("table", KEYS)
def test_rows_are_whole_and_marked(table: str) -> None:
    text = TABLES.joinpath(f"{table}.csv").read_text(encoding="utf-8")
    assert not text.startswith("\ufeff")
    header, *body = csv.reader(text.splitlines())
    assert body
    assert len(header) == len(set(header))
    for row in body:
        assert len(row) == len(header), row
        assert row == [cell.strip() for cell in row]
        cells = dict(zip(header, row, strict=True))
        assert cells["attestation"] in MARKS, row
        assert cells["edition"], row
        assert cells["source"], row


@pytest.mark.parametrize(("table", "key"), KEYS.items())
def test_keys_are_unique(table: str, key: tuple[str, ...]) -> None:
    found = [tuple(row[part] for part in key) for row in rows(table)]
    assert all(all(part) for part in found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", ["lineage", "naming"])
def test_settings_files_are_marked(name: str) -> None:
    data = tomllib.loads(TABLES.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    assert data["attestation"] in MARKS
    assert data["edition"]
    assert data["source"]


@pytest.mark.parametrize(
    ("table", "column", "target", "key"),
    [
        ("aliases", "code", "layers", "code"),
        ("fields", "layer", "layers", "code"),
        ("flag_layers", "layer", "layers", "code"),
        ("land_classes", "parent", "land_classes", "code"),
        ("home_classes", "land_class", "land_classes", "code"),
        ("line_compensation", "planned_class", "land_classes", "code"),
        ("line_ground", "land_class", "land_classes", "code"),
        ("line_kinds", "planned", "land_classes", "code"),
        ("maintainable_layers", "layer", "layers", "code"),
        ("planned_uses", "sector", "sectors", "code"),
        ("survey_classes", "land_class", "land_classes", "code"),
        ("incompatible_uses", "one", "land_classes", "code"),
        ("incompatible_uses", "other", "land_classes", "code"),
        ("land_use_choices", "land_class", "land_classes", "code"),
        ("sector_classes", "land_class", "land_classes", "code"),
        ("sector_classes", "sector", "sectors", "code"),
        ("sectors", "code", "sector_classes", "sector"),
        ("service_kinds", "land_class", "land_classes", "code"),
        ("zone_links", "layer", "layers", "code"),
        ("zone_links", "zone", "zones", "code"),
        ("zone_permits", "sector", "sectors", "code"),
        ("zone_receivers", "land_class", "land_classes", "code"),
        ("zone_receivers", "zone", "zones", "code"),
        ("zones", "parent", "zones", "code"),
    ],
)
def test_references_are_closed(table: str, column: str, target: str, key: str) -> None:
    assert values(table, column)
    assert values(table, column) <= values(target, key)


@pytest.mark.parametrize("table", ["fields", "columns"])
def test_code_lists_that_are_named_exist(table: str) -> None:
    lists = values("code_lists", "list")
    lists |= {"zones", "land_classes", "sectors", "multiples", "indicators"}
    assert values(table, "code_list") <= lists


def test_aliases_hide_no_layer() -> None:
    assert not values("aliases", "alias") & values("layers", "code")


def test_prefixes_of_land_groups_are_land_classes() -> None:
    for row in rows("land_groups"):
        prefixes = {*row["include"].split(";"), *row["exclude"].split(";")} - {""}
        assert prefixes <= values("land_classes", "code"), row["name"]


def test_maintainable_fields_are_fields_of_the_layer() -> None:
    fields = {(row["layer"], row["field"]) for row in rows("fields")}
    for row in rows("maintainable_layers"):
        if not any(layer == row["layer"] for layer, _ in fields):
            continue  # no field table is known for the layer
        named = {row["code_field"], *row["area_fields"].split(";")} - {""}
        assert {(row["layer"], field) for field in named} <= fields


@pytest.mark.parametrize("table", ["land_classes", "zones"])
def test_colours_and_tree(table: str) -> None:
    by_code = {row["code"]: row for row in rows(table)}
    for code, row in by_code.items():
        assert row["name_zh"]
        assert all(0 <= int(row[part]) <= 255 for part in ("red", "green", "blue")), code
        above = int(by_code[row["parent"]]["level"]) if row["parent"] else 0
        assert int(row["level"]) == above + 1, code


def test_field_tables_are_numbered_and_start_with_the_identifier() -> None:
    tables: dict[str, list[dict[str, str]]] = {}
    for row in rows("fields"):
        tables.setdefault(row["layer"], []).append(row)
    for layer, fields in tables.items():
        fields.sort(key=lambda row: int(row["order"]))
        assert [int(row["order"]) for row in fields] == list(range(1, len(fields) + 1)), layer
        assert fields[0]["field"] == "BSM", layer
        for row in fields:
            assert row["type"] in {"Char", "VarChar", "Int", "Float", "Date"}, layer
            assert row["required"] in {"M", "C", "O"}, layer
            assert int(row["length"]) > 0, layer
            assert (row["type"] == "Float") == bool(row["decimals"]), (layer, row["field"])


def test_values_of_closed_columns() -> None:
    assert values("layers", "geometry") == {"point", "line", "polygon", "none"}
    assert values("layers", "coverage") == {"full", "partition", "free"}
    assert values("layers", "required") == {"M", "C", "O"}
    assert values("maintainable_layers", "kind") == {"attribute", "in-out"}
    assert values("sectors", "needs_boundary") == {"yes", "no"}
    assert values("line_kinds", "line") == {"green", "yellow"}
    assert values("line_ground", "ground") == {"open", "road", "water"}
    assert values("columns", "type") == {"int", "float", "str"}
    for table in ("flag_layers", "line_permits", "zone_permits"):
        assert values(table, "permit") <= {"allowed", "conditional", "forbidden"}, table
