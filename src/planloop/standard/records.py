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
    """Which layer a zone is derived from, and whether maintenance may not touch it.

    Where several layers lie on the same land, the lowest `priority` decides.
    """

    zone: str
    priority: int
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
class LineKind(Row):
    """A kind of green or yellow line, as its features name it.

    `fits` are prefixes of current land classes that may stand on its land, `planned` the planned
    class that its land gets; `reach_m` is how far it serves homes as a park, 0 where it is none.
    """

    line: str
    kind: str
    fits: tuple[str, ...]
    planned: str
    least_patch_m2: float
    reach_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGround(Row):
    """What land of a current class (a prefix) is to city lines: ``open``, ``road`` or ``water``.

    The longest prefix decides; land of any other class is built.
    """

    land_class: str
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCompensation(Row):
    """How well land planned for a class (a prefix) may become part of a city line: 1 is best.

    The longest prefix decides; land of any other class may not, unless it is planned for that kind
    of line already.
    """

    planned_class: str
    rank: int


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
class Indicator(Named):
    """An indicator of the plan; its code is its number.

    `computation` is ``given`` or names one of :mod:`planloop.checks.indicators`; `of` says of what:
    roles or codes of layers, prefixes of land classes, or a group of construction land. `per` is
    the number of the indicator (residents) that it is divided by. `worse` is ``less`` or ``more``,
    empty where neither is.
    """

    unit: str
    nature: str
    level: str
    computation: str
    of: tuple[str, ...]
    per: str
    worse: str
    digits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTrigger(Row):
    """What puts a scheme on a level of change, and who then approves it.

    `mandatory` is the number of the mandatory content that it touches, empty where it touches none.
    `detector` names one of :mod:`planloop.checks.change_triggers`, `of` what it looks at: roles or
    codes of layers, or prefixes of land classes.
    """

    trigger: str
    level: str
    mandatory: str
    detector: str
    of: tuple[str, ...]
    text_zh: str
    text_en: str
    path_zh: str
    path_en: str

    def text(self, lang: str) -> str:
        """Return what it means, in ``"zh"`` or ``"en"``."""
        return self.text_zh if lang == "zh" else self.text_en

    def path(self, lang: str) -> str:
        """Return the path of approval, in ``"zh"`` or ``"en"``."""
        return self.path_zh if lang == "zh" else self.path_en


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
class ZonePermit(Row):
    """Whether a zone (a prefix of its code) takes projects of a sector.

    `permit` is ``allowed``, ``conditional`` or ``forbidden``; the longest prefix decides.
    """

    zone: str
    sector: str
    permit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedUse(Row):
    """Planned land classes (prefixes) that fit projects of a sector, and that may be made fit."""

    sector: str
    fits: tuple[str, ...]
    conditional: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePermit(Row):
    """Whether projects may lie in a control line or city line, named by its role.

    `sector` and `level` may be ``*`` (any); of the rows that fit, the most permissive decides.
    `needs` says on what condition: an entry ``needs-…`` of the messages on conformity.
    """

    line: str
    sector: str
    level: str
    permit: str
    needs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagLayer(Row):
    """A layer that raises a flag over projects, and the sectors that it does not forbid."""

    layer: str
    flag: str
    permit: str
    exempt: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteField(Row):
    """Fields of a foreign file that say the same of a site; the first that is filled counts."""

    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureRange(Named):
    """What a group of land classes (prefixes) should take up of city construction land.

    Shares are parts of 1, `least_person_m2` is per resident; None where there is no limit.
    """

    classes: tuple[str, ...]
    least_share: float | None
    most_share: float | None
    least_person_m2: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceKind(Named):
    """A kind of public facility (LX): the class of its site, how far it serves, its least site."""

    land_class: str
    radius_m: float
    least_site_m2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LandUseChoice(Row):
    """Which planned classes a vacant plot of a class (a prefix; the longest decides) may take.

    `fixed` classes stay even where the boundary moves.
    """

    land_class: str
    choices: tuple[str, ...]
    fixed: bool
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncompatibleUses(Row):
    """Two land classes (prefixes) that may not become neighbours."""

    one: str
    other: str
    text_zh: str
    text_en: str


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
