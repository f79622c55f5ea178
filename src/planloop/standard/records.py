"""The rows of the standard's tables, typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Attestation(StrEnum):
    """How well a rule, a code or a default is founded."""

    OFFICIAL = "official"
    PRACTICE = "practice"
    OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every row says of itself: edition, attestation, and where it was seen."""

    edition: str
    attestation: Attestation
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSpec(Row):
    """A layer; `coverage` is ``full`` (covers all), ``partition`` (no overlap) or ``free``."""

    code: str
    name_zh: str
    name_en: str
    geometry: str
    levels: tuple[str, ...]
    required: str
    ysdm: str
    coverage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec(Row):
    """A field of a layer; `required` is M (mandatory), C (conditional) or O (optional)."""

    layer: str
    order: int
    field: str
    alias_zh: str
    type: str
    length: int
    decimals: int | None
    required: str
    code_list: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Row):
    """A code with its name."""

    code: str
    name_zh: str
    name_en: str

    def name(self, lang: str) -> str:
        """Return the name in ``"zh"`` or ``"en"``, in Chinese where there is no English one."""
        return self.name_zh if lang == "zh" else self.name_en or self.name_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(Named):
    """A planning zone; `rgb` is the house palette."""

    level: int
    parent: str
    rgb: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LandClass(Named):
    """A land-use class; `group` is U, V, U/V, R, O, N, SEA or mixed."""

    level: int
    parent: str
    group: str
    rgb: tuple[int, int, int]
    code_2020: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LandGroup(Row):
    """A group of construction land, by prefixes of land classes."""

    name: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    attribute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceField(Row):
    """A field of the change layers WHC…."""

    order: int
    field: str
    alias_zh: str
    type: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintainable(Row):
    """A layer that a maintenance delivery may hold; `kind` is ``attribute`` or ``in-out``."""

    layer: str
    kind: str
    code_field: str
    area_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneLink(Row):
    """Which layer a zone is derived from, and whether maintenance may not touch it."""

    zone: str
    layer: str
    frozen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneReceiver(Row):
    """Which zone receives land of a current class that leaves the boundary."""

    land_class: str
    zone: str
    rule: str
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Row):
    """A number that a rule uses."""

    name: str
    value: float
    unit: str
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector(Named):
    """A sector of projects: its tier of priority, and whether it needs land in the boundary."""

    tier: int
    needs_boundary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Row):
    """A column of a table that people fill in."""

    table: str
    order: int
    header: str
    name: str
    type: str
    required: str
    code_list: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming(Row):
    """Names of what is delivered."""

    geodatabase: str
    before: str
    change: str
    after: str
    feature: str
    maintenance: str

    def geodatabase_name(self, code: str, name: str, year: int) -> str:
        """Return the file name of the maintenance geodatabase."""
        return self.geodatabase.format(code=code, name=name, year=year)

    def feature_id(self, code: str, serial: int) -> str:
        """Return a feature identifier (BSM)."""
        return self.feature.format(code=code, serial=serial)

    def maintenance_id(self, date: str, serial: int) -> str:
        """Return a maintenance number (WHBH); `date` is yyyymmdd."""
        return self.maintenance.format(date=date, serial=serial)
