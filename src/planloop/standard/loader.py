"""Read the standard's tables, once, with the rows that a province pack overrides."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from planloop.errors import InputError
from planloop.standard import row_makers
from planloop.standard.records import (
    Attestation,
    Naming,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from importlib.resources.abc import Traversable

    from planloop.standard.records import (
        ChangeTrigger,
        Column,
        FieldSpec,
        FlagLayer,
        IncompatibleUses,
        Indicator,
        LandClass,
        LandGroup,
        LandUseChoice,
        LayerSpec,
        LineCompensation,
        LineGround,
        LineKind,
        LinePermit,
        Maintainable,
        MaintenanceField,
        Named,
        Parameter,
        PlannedUse,
        Sector,
        ServiceKind,
        SiteField,
        StructureRange,
        Zone,
        ZoneLink,
        ZonePermit,
        ZoneReceiver,
    )
    from planloop.standard.row_makers import Raw

T = TypeVar("T")

_FILE = ""  # key of a raw row under which the file it came from last is kept


@cache
def load(*packs: str) -> Standard:
    """Return the standard, with the rows of province packs put over the national ones.

    Parameters
    ----------
    *packs
        Folders that hold some of the tables; a row replaces the national row of the same key, or
        is added. Later packs win.
    """
    return Standard(packs)


@dataclass(frozen=True)
class Standard:
    """The data standard. Tables are read when they are first asked for."""

    packs: tuple[str, ...] = ()
    _sources: tuple[Traversable | Path, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Find the folders of the tables."""
        own = resources.files("planloop.standard").joinpath("tables")
        for pack in self.packs:
            if not Path(pack).is_dir():
                raise InputError("standard.no-pack", path=pack)
        object.__setattr__(self, "_sources", (own, *map(Path, self.packs)))

    @cached_property
    def layers(self) -> Mapping[str, LayerSpec]:
        """Layers by code."""
        return self._table("layers", ("code",), row_makers.layer, "code")

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Other codes for a layer → its code."""
        return {row["alias"]: row["code"] for row in self._rows("aliases", ("alias",))}

    def layer(self, code: str) -> LayerSpec:
        """Return a layer by its code or an alias.

        Raises
        ------
        InputError
            The standard has no such layer.
        """
        code = self.aliases.get(code, code)
        if code not in self.layers:
            raise InputError("standard.unknown-layer", layer=code)
        return self.layers[code]

    @cached_property
    def _fields(self) -> Mapping[str, tuple[FieldSpec, ...]]:
        found: dict[str, list[FieldSpec]] = {}
        for row in self._rows("fields", ("layer", "field")):
            found.setdefault(row["layer"], []).append(_made(row, row_makers.field))
        return {code: tuple(sorted(specs, key=_order)) for code, specs in found.items()}

    def fields(self, code: str) -> tuple[FieldSpec, ...]:
        """Return the fields of a layer in order; empty where no table is known."""
        return self._fields.get(self.aliases.get(code, code), ())

    @cached_property
    def zones(self) -> Mapping[str, Zone]:
        """Planning zones by code."""
        return self._table("zones", ("code",), row_makers.zone, "code")

    @cached_property
    def land_classes(self) -> Mapping[str, LandClass]:
        """Land-use classes by code, not padded."""
        return self._table("land_classes", ("code",), row_makers.land_class, "code")

    def land_class(self, code: str) -> LandClass:
        """Return a land-use class by its code, padded to six digits or not.

        Raises
        ------
        InputError
            There is no such class.
        """
        short = code.strip()
        while short not in self.land_classes and short.endswith("00"):
            short = short[:-2]
        if short not in self.land_classes:
            raise InputError("standard.unknown-land-class", code=code)
        return self.land_classes[short]

    @cached_property
    def land_groups(self) -> Mapping[str, LandGroup]:
        """Groups of construction land by name."""
        return self._table("land_groups", ("name",), row_makers.land_group, "name")

    def in_group(self, code: str, group: str, town_attribute: str | None = None) -> bool:
        """Return whether a land class counts to a group of construction land.

        Parameters
        ----------
        code
            Land class.
        group
            ``construction``, ``urban_rural``, ``town``, ``village``, ``regional`` or ``other``.
        town_attribute
            CZCSXM of the parcel; land of village attribute (203, 203A) counts to the village.
        """
        rule = self.land_groups[group]
        if not code.startswith(rule.include) or (rule.exclude and code.startswith(rule.exclude)):
            return False
        village = (town_attribute or "").startswith("203")
        if rule.attribute == "town":
            return not village
        if rule.attribute == "village":
            return village or code.startswith(("0703", "0704"))
        return True

    @cached_property
    def survey_classes(self) -> Mapping[str, str]:
        """Class of the land survey → land-use class, where one follows from the other."""
        rows = self._rows("survey_classes", ("survey_class",))
        return {row["survey_class"]: row["land_class"] for row in rows}

    @cached_property
    def lock_words(self) -> Mapping[str, str]:
        """Word that stands for a lock in a drawing → the lock."""
        return {row["word"]: row["lock"] for row in self._rows("lock_words", ("word",))}

    @cached_property
    def _code_lists(self) -> Mapping[str, Mapping[str, Named]]:
        found: dict[str, dict[str, Named]] = {}
        for row in self._rows("code_lists", ("list", "code")):
            found.setdefault(row["list"], {})[row["code"]] = _made(row, row_makers.named)
        return found

    def code_list(self, name: str) -> Mapping[str, Named]:
        """Return a code list, the zones, land classes, sectors and multiples among them."""
        lists: dict[str, Mapping[str, Named]] = {
            "zones": self.zones,
            "land_classes": self.land_classes,
            "sectors": self.sectors,
            "multiples": self.multiples,
            "indicators": self.indicators,
        }
        return lists[name] if name in lists else self._code_lists[name]

    def knows(self, name: str, code: str) -> bool:
        """Return whether a code list holds a code; land classes may be padded."""
        if name == "land_classes":
            try:
                self.land_class(code)
            except InputError:
                return False
            return True
        return code in self.code_list(name)

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Numbers that rules use, by name."""
        return self._table("parameters", ("name",), row_makers.parameter, "name")

    def parameter(self, name: str) -> Parameter:
        """Return a number that a rule uses."""
        return self.parameters[name]

    @cached_property
    def sectors(self) -> Mapping[str, Sector]:
        """Sectors of projects by name."""
        return self._table("sectors", ("code",), row_makers.sector, "code")

    @cached_property
    def multiples(self) -> Mapping[str, Named]:
        """Readings of the expansion multiple by code."""
        return self._table("multiples", ("code",), row_makers.named, "code")

    @cached_property
    def maintenance_fields(self) -> tuple[MaintenanceField, ...]:
        """Fields of the change layers, in order."""
        rows = self._rows("maintenance_fields", ("field",))
        return tuple(
            sorted(
                (_made(row, row_makers.maintenance_field) for row in rows),
                key=lambda spec: spec.order,
            )
        )

    @cached_property
    def maintainables(self) -> Mapping[str, Maintainable]:
        """Layers that a maintenance delivery may hold, by code."""
        return self._table("maintainable_layers", ("layer",), row_makers.maintainable, "layer")

    @cached_property
    def zone_links(self) -> tuple[ZoneLink, ...]:
        """Which layer each zone is derived from."""
        return tuple(
            _made(row, row_makers.zone_link) for row in self._rows("zone_links", ("zone",))
        )

    @cached_property
    def zone_receivers(self) -> tuple[ZoneReceiver, ...]:
        """Which zone receives land that leaves the boundary; the longest class prefix decides."""
        rows = self._rows("zone_receivers", ("land_class",))
        return tuple(_made(row, row_makers.zone_receiver) for row in rows)

    @cached_property
    def zone_permits(self) -> tuple[ZonePermit, ...]:
        """Which zones take projects of which sector."""
        rows = self._rows("zone_permits", ("zone", "sector"))
        return tuple(_made(row, row_makers.zone_permit) for row in rows)

    @cached_property
    def planned_uses(self) -> Mapping[str, PlannedUse]:
        """Planned land classes that fit projects, by sector."""
        return self._table("planned_uses", ("sector",), row_makers.planned_use, "sector")

    @cached_property
    def line_permits(self) -> tuple[LinePermit, ...]:
        """Which projects may lie in which control line or city line."""
        rows = self._rows("line_permits", ("line", "sector", "level"))
        return tuple(_made(row, row_makers.line_permit) for row in rows)

    @cached_property
    def flag_layers(self) -> Mapping[str, FlagLayer]:
        """Layers that raise a flag over projects, by code."""
        return self._table("flag_layers", ("layer",), row_makers.flag_layer, "layer")

    @cached_property
    def site_fields(self) -> Mapping[str, SiteField]:
        """Fields of foreign files that tell of a site, by what they tell."""
        return self._table("site_fields", ("name",), row_makers.site_field, "name")

    @cached_property
    def structure_ranges(self) -> Mapping[str, StructureRange]:
        """What groups of classes should take up of city construction land, by group."""
        return self._table("structure_ranges", ("group",), row_makers.structure_range, "group")

    @cached_property
    def service_kinds(self) -> Mapping[str, ServiceKind]:
        """Kinds of public facilities, by LX."""
        return self._table("service_kinds", ("code",), row_makers.service_kind, "code")

    @cached_property
    def land_use_choices(self) -> tuple[LandUseChoice, ...]:
        """Which planned classes a vacant plot may take; the longest class prefix decides."""
        rows = self._rows("land_use_choices", ("land_class",))
        return tuple(_made(row, row_makers.land_use_choice) for row in rows)

    @cached_property
    def incompatible_uses(self) -> tuple[IncompatibleUses, ...]:
        """Pairs of classes that may not become neighbours."""
        rows = self._rows("incompatible_uses", ("one", "other"))
        return tuple(_made(row, row_makers.incompatible_uses) for row in rows)

    @cached_property
    def sector_classes(self) -> Mapping[str, str]:
        """Sector of projects → planned class of land that enters the boundary for them."""
        rows = self._rows("sector_classes", ("sector",))
        return {row["sector"]: row["land_class"] for row in rows}

    @cached_property
    def line_kinds(self) -> Mapping[tuple[str, str], LineKind]:
        """Kinds of city lines by line and kind."""
        rows = self._rows("line_kinds", ("line", "kind"))
        return {(row["line"], row["kind"]): _made(row, row_makers.line_kind) for row in rows}

    @cached_property
    def line_grounds(self) -> Mapping[str, LineGround]:
        """What land is to city lines, by prefix of its current class."""
        return self._table("line_ground", ("land_class",), row_makers.line_ground, "land_class")

    @cached_property
    def line_compensation(self) -> Mapping[str, LineCompensation]:
        """How well land may become part of a city line, by prefix of its planned class."""
        return self._table(
            "line_compensation", ("planned_class",), row_makers.line_compensation, "planned_class"
        )

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Indicators of the plan by number, in order."""
        return self._table("indicators", ("number",), row_makers.indicator, "number")

    @cached_property
    def change_triggers(self) -> Mapping[str, ChangeTrigger]:
        """What puts a scheme on a level of change, by name."""
        return self._table("change_triggers", ("trigger",), row_makers.change_trigger, "trigger")

    @cached_property
    def home_classes(self) -> tuple[str, ...]:
        """Land classes (prefixes) that are homes, whose reach of parks and services counts."""
        return tuple(row["land_class"] for row in self._rows("home_classes", ("land_class",)))

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        return tuple(
            _made(row, row_makers.column) for row in self._rows("columns", ("table", "header"))
        )

    def columns(self, table: str) -> tuple[Column, ...]:
        """Return the columns of a table that people fill in, in order."""
        chosen = (column for column in self._columns if column.table == table)
        return tuple(sorted(chosen, key=lambda column: column.order))

    @cached_property
    def naming(self) -> Naming:
        """Names of what is delivered."""
        data = self._toml("naming")
        return Naming(
            geodatabase=data["geodatabase"],
            before=data["before"],
            change=data["change"],
            after=data["after"],
            feature=data["feature_id"],
            maintenance=data["maintenance_id"],
            edition=data["edition"],
            attestation=Attestation(data["attestation"]),
            source=data["source"],
        )

    @cached_property
    def lineage(self) -> Mapping[str, object]:
        """What happens to identifiers and fields when features are split or merged."""
        return self._toml("lineage")

    def _rows(self, name: str, key: tuple[str, ...]) -> Iterable[Raw]:
        """Return the rows of a table by key, those of later sources over earlier ones."""
        rows: dict[tuple[str, ...], Raw] = {}
        for number, folder in enumerate(self._sources):
            file = folder.joinpath(f"{name}.csv")
            if not file.is_file():
                continue
            seen: set[tuple[str, ...]] = set()
            reader = csv.DictReader(_text(file).splitlines())
            if missing := [part for part in key if part not in (reader.fieldnames or ())]:
                raise InputError("standard.no-column", path=file, column=missing[0])
            for line, row in enumerate(reader, start=2):
                if None in row or None in row.values():
                    raise InputError("standard.ragged", path=file, row=line)
                at = tuple(row[part] for part in key)
                if at in seen:
                    raise InputError("standard.twice", path=file, row=line, code=" ".join(at))
                seen.add(at)
                rows[at] = (row if number == 0 else rows.get(at, {}) | row) | {_FILE: str(file)}
        return rows.values()

    def _table(
        self, name: str, key: tuple[str, ...], make: Callable[[Raw], T], by: str
    ) -> Mapping[str, T]:
        return {row[by]: _made(row, make) for row in self._rows(name, key)}

    def _toml(self, name: str) -> dict[str, str]:
        data: dict[str, str] = {}
        for folder in self._sources:
            file = folder.joinpath(f"{name}.toml")
            if file.is_file():
                try:
                    data |= tomllib.loads(_text(file))
                except tomllib.TOMLDecodeError as error:
                    raise InputError("standard.bad-toml", path=file, detail=error) from error
        return data


def _text(file: Traversable | Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")  # spreadsheets put a mark before UTF-8
    except UnicodeDecodeError as error:
        raise InputError("standard.not-utf8", path=file) from error


def _made(row: Raw, make: Callable[[Raw], T]) -> T:
    try:
        return make(row)
    except KeyError as error:
        raise InputError("standard.no-cell", path=row[_FILE], column=error.args[0]) from error
    except ValueError as error:
        raise InputError("standard.bad-cell", path=row[_FILE], detail=error) from error


def _order(spec: FieldSpec) -> int:
    return spec.order
