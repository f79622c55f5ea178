"""The settings of a scheme run: ``scheme.toml``, typed."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pyproj
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pyproj.exceptions import CRSError

from planloop import standard
from planloop.errors import SettingsError
from planloop.geometry.gauss import FIRST_EPSG, FIRST_ZONE, LAST_ZONE

LAST_EPSG = FIRST_EPSG + LAST_ZONE - FIRST_ZONE

Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]


def _default(name: str, *, note: str = "") -> Any:  # noqa: ANN401  # pydantic checks its type
    parameter = standard.load().parameter(name)
    text = f"{parameter.text_en}, {parameter.unit or '-'}: `{name}` of the standard."
    return Field(
        default_factory=lambda: standard.load().parameter(name).value,
        description=f"{text} {note}".strip(),
    )


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class SchemeSection(_Section):
    """What the scheme is called."""

    name: str = Field(min_length=1, description="Name of the scheme, shown everywhere.")
    year: int = Field(ge=2000, le=2100, description="Year of the maintenance.")
    date: dt.date | None = Field(
        default=None, description="Date that documents and change records carry; default 1 January."
    )
    synthetic: bool = Field(
        default=False, description="The data are invented; say so wherever they are shown."
    )

    @property
    def dated(self) -> dt.date:
        """The date that documents and change records carry."""
        return self.date or dt.date(self.year, 1, 1)


class RegionSection(_Section):
    """The region that the plan covers."""

    code: str = Field(pattern=r"^\d{6}$", description="Six-digit code of the county or city.")
    name: str = Field(min_length=1, description="Name of the county or city.")
    working_crs: Literal["auto"] | int = Field(
        default="auto",
        description="Working CRS: 'auto' takes the 3° zone that holds most of the region; or one "
        "of EPSG 4534 to 4554.",
    )
    declared_area_km2: Positive | None = Field(
        default=None, description="Declared scope area; the difference to the geometry is reported."
    )

    @field_validator("working_crs")
    @classmethod
    def _in_range(cls, value: str | int) -> str | int:
        if isinstance(value, int) and not FIRST_EPSG <= value <= LAST_EPSG:
            message = "must be 'auto' or an EPSG code from 4534 to 4554"
            raise ValueError(message)
        return value


class InputsSection(_Section):
    """Where the files are; paths relative to the settings file."""

    mapping: Path = Field(description="Mapping file: foreign layers and fields to the standard's.")
    projects: Path = Field(description="Key project list (xlsx).")
    assessment: Path | None = Field(
        default=None, description="Assessment table (xlsx): what the annual check-up found."
    )
    approved_projects: Path | None = Field(
        default=None,
        description="The approved key project list (xlsx), which the new one is compared with.",
    )
    indicators: Path | None = Field(
        default=None,
        description="Plan indicators (xlsx): base values, targets, and what cannot be measured on "
        "the map.",
    )
    clauses: Path | None = Field(
        default=None, description="Clauses of the plan's text (xlsx), with places for figures."
    )
    locks: Path | None = Field(
        default=None,
        description="Drawn locks, in any vector file: areas or points with a field 'lock' (锁定), "
        "added to those of [locks]; docs/drawn-locks.md says what they mean.",
    )
    locks_layer: str | None = Field(
        default=None, description="Layer of the drawn locks, where the file holds several."
    )
    locks_crs: str | None = Field(
        default=None,
        description="CRS of the drawn locks, where the file states none or a wrong one, as "
        "'EPSG:4490'.",
    )
    locks_datum: str | None = Field(
        default=None,
        description="The assumption, in words, under which another datum of the drawn locks is "
        "taken as CGCS2000.",
    )

    near: Path | None = Field(
        default=None,
        description="Folder of an earlier scheme of this maintenance, to stay near to: once the "
        "projects are decided on, as little land as can be changes otherwise than it does there.",
    )

    @property
    def files(self) -> dict[str, Path]:
        """The files that are named, by the setting's name."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in values.items() if isinstance(value, Path)}

    @field_validator("locks_crs")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                pyproj.CRS.from_user_input(name)
            except CRSError as error:
                raise ValueError(str(error)) from error
        return name

    @model_validator(mode="after")
    def _of_locks(self) -> Self:
        further = (self.locks_layer, self.locks_crs, self.locks_datum)
        if self.locks is None and any(item is not None for item in further):
            message = "locks_layer, locks_crs and locks_datum say something of 'locks'; name it"
            raise ValueError(message)
        return self


class QuotaSection(_Section):
    """What has been issued."""

    issued_area_ha: Positive = Field(description="Issued area of the boundary, ha.")
    issued_multiple: Positive = Field(description="Issued expansion multiple.")
    base_town_area_ha: Positive = Field(description="Town construction land, base year, ha.")
    multiple_reading: Literal["M1", "M2", "M3", "M4"] = Field(
        default="M4", description="Reading of the multiple that binds; all four are reported."
    )


class RolesSection(_Section):
    """Which layer plays which part."""

    region: str = Field(default="XZQX", description="The region, one area or several.")
    townships: str = Field(default="XZQXZ", description="Townships; may be missing.")
    parcels: str = Field(
        default="XZYDYH",
        description="Survey parcels with their current land class; they cover the region.",
    )
    boundary: str = Field(
        default="CZKFBJ", description="The urban development boundary, by its parts 410, 420, 430."
    )
    zones: str = Field(default="GHFQ", description="Planning zones; they cover the region.")
    redline: str = Field(default="STBHHX", description="The ecological redline; may be missing.")
    basic_farmland: str = Field(
        default="YJJBNT", description="Permanent basic farmland; may be missing."
    )
    sites: str = Field(
        default="JQZDXMM", description="Sites of projects, with the number of their project."
    )
    titles: str = Field(default="QSZD", description="Land with a legal title: it does not go out.")
    approved: str = Field(
        default="YPXM", description="Approved projects: their land does not go out."
    )
    built: str = Field(default="YJXM", description="Built projects: their land does not go out.")
    exclusions: tuple[str, ...] = Field(
        default=("STBHHX", "YJJBNT"),
        description="Layers that land transferred in may not touch.",
    )
    central: str = Field(default="ZXCQFW", description="The central urban area; may be missing.")
    land_use: str = Field(
        default="ZXCQGHYDYH",
        description="Planned land use of the central urban area; may be missing.",
    )
    green: str = Field(default="ZXCQCSLVX", description="Green lines; may be missing.")
    yellow: str = Field(default="ZXCQCSHX", description="Yellow lines; may be missing.")
    blue: str = Field(default="ZXCQCSLX", description="Blue lines; they stay as they are.")
    purple: str = Field(default="ZXCQCSZX", description="Purple lines; they stay as they are.")
    roads: str = Field(default="ZXCQDLZXX", description="Centre lines of roads, with their width.")
    facilities: str = Field(
        default="ZXCQGGFWSSD", description="Public facilities (points), with kind and radius."
    )


class FrozenSection(_Section):
    """What may not change at all."""

    layers: tuple[str, ...] = Field(
        default=("STBHHX", "YJJBNT"), description="Layers of which every feature stays identical."
    )
    zones: tuple[str, ...] = Field(
        default=("100", "700"),
        validate_default=True,
        description="Zone codes, each with the zones below it: '100' freezes 110 and 120, too.",
    )

    @field_validator("zones")
    @classmethod
    def _prefixes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Keep what the codes of a zone and of those below it have in common."""
        if not all(re.fullmatch(r"[1-9]\d{0,2}", code) for code in value):
            message = "must be zone codes of up to three digits"
            raise ValueError(message)
        return tuple(code.rstrip("0") for code in value)


class AlignSection(_Section):
    """A layer that is drawn onto another where both run beside each other; nothing is by itself."""

    layer: str = Field(min_length=1, description="Layer that moves.")
    to: str = Field(min_length=1, description="Layer that it is drawn onto.")
    tolerance_m: float = Field(gt=0, le=1, description="Farthest that a vertex moves, m.")


class SwapSection(_Section):
    """How the boundary swap is chosen."""

    balance_tolerance_m2: NonNegative = Field(
        default=1.0, description="τ: 0 ≤ Σ transferred out - Σ transferred in ≤ τ, m²."
    )
    cut: bool = Field(
        default=True,
        description="Let one parcel that goes out (one in each township that balances by itself) "
        "be cut, so that what goes out and what goes in balance to about 0.01 m². Where none can "
        "be, or without it, parcels move whole, within 'balance_tolerance_m2'.",
    )
    sub_zone: Literal["410", "420", "430"] = Field(
        default="410", description="Part of the boundary that land transferred in becomes."
    )
    sub_zone_by_sector: dict[str, Literal["410", "420", "430"]] = Field(
        default={},
        description="Sector of projects → the part that land for them becomes, where it is not "
        "'sub_zone'. Of several projects on the same land the first tier decides.",
    )
    near_term: tuple[int, int] = Field(
        default=(2026, 2030), description="First and last year that count as near term."
    )
    scattered_patch_ha: Positive = _default("scattered_patch_ha")
    detached_m: Positive = _default("scattered_detached_m")
    compactness: Positive = _default("scattered_compactness")
    idle_strength: Positive = _default("idle_strength")
    sliver_width_m: Positive = _default("sliver_width_m")
    sliver_area_m2: Positive = _default("sliver_area_m2")
    least_new_patch_ha: NonNegative = _default(
        "minimum_patch_ha", note="Binds patches of the boundary that are all new; 0 sets no limit."
    )
    least_rest_patch_ha: NonNegative = _default(
        "least_rest_patch_ha",
        note="Binds all other patches, but not one that was smaller before and is left whole; at "
        "most 'least_new_patch_ha', 0 sets no limit.",
    )
    least_hole_ha: NonNegative = _default(
        "least_hole_ha",
        note="Land outside that the boundary encloses; not one that was smaller before and is left "
        "whole. 0 sets no limit.",
    )
    balance_by_township: bool = Field(
        default=False,
        description="Hold each township to a balance of its own; by default the whole alone "
        "balances.",
    )
    township_tolerance_ha: NonNegative = _default(
        "township_tolerance_ha",
        note="θ: -θ ≤ Σ out - Σ in ≤ θ + τ in each township; binds with 'balance_by_township'.",
    )
    most_in_ha: Positive | None = Field(
        default=None,
        description="Most land that this maintenance may transfer in, ha; by default no limit of "
        "its own. It is the planner's: the pace of 自然资发〔2023〕193号 binds the land that is "
        "released inside the boundary, year by year, and not the swap.",
    )
    town_classes: tuple[str, ...] = Field(
        default=("07", "08", "09", "10", "11", "12", "13", "14"),
        description="Current land classes (prefixes) that count as built town land and stay.",
    )

    @field_validator("near_term")
    @classmethod
    def _in_order(cls, value: tuple[int, int]) -> tuple[int, int]:
        if value[0] > value[1]:
            message = "the first year must not be after the last"
            raise ValueError(message)
        return value

    @field_validator("sub_zone_by_sector")
    @classmethod
    def _known(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(value) - set(standard.load().sectors))
        if unknown:
            message = f"unknown sectors: {', '.join(unknown)}"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _least_of_all(self) -> Self:
        """Check that new patches are no smaller than any may be: the larger limit would bind."""
        if self.least_rest_patch_ha > self.least_new_patch_ha:
            message = "least_rest_patch_ha must not be larger than least_new_patch_ha"
            raise ValueError(message)
        return self


class CentralSection(_Section):
    """The central urban area."""

    population: Annotated[int, Field(gt=0)] | None = Field(
        default=None,
        description="People in the central urban area; without it nothing is told per person.",
    )
    exempt: str | None = Field(
        default=None,
        min_length=1,
        description="Why the shares of the land-use structure need not lie in their ranges (port, "
        "mining, tourism and other special cities); shown wherever the ranges are.",
    )
    most_change_ha: NonNegative = _default(
        "land_use_most_change_ha", note="Land that may change its planned use by choice."
    )


class LocksSection(_Section):
    """What the planner has decided beforehand."""

    must_in: tuple[str, ...] = Field(default=(), description="Survey parcels that go in.")
    must_out: tuple[str, ...] = Field(default=(), description="Survey parcels that go out.")
    keep: tuple[str, ...] = Field(default=(), description="Survey parcels that stay this time.")
    untouchable: tuple[str, ...] = Field(
        default=(), description="Survey parcels that may never change, by law."
    )
    must_serve: tuple[str, ...] = Field(default=(), description="Projects that must be served.")
    forbid: tuple[str, ...] = Field(default=(), description="Projects that may not be served.")
    use: dict[str, str] = Field(
        default={},
        description="Plot of the planned land use (its identifier) → land class that it gets, or "
        "keeps.",
    )


class DeliverySection(_Section):
    """What is written beyond what everybody agrees on."""

    boundary_layers: bool = Field(
        default=True,
        description="Put the boundary's own change (WHQ/WHC/WHH + CZKFBJ) into the maintenance "
        "geodatabase. The list of maintainable layers that was seen does not have it (ours).",
    )


class SolverSection(_Section):
    """How long and how exactly the solver works."""

    node_limit: int = Field(
        default=1000,
        ge=1,
        description="Branch-and-bound nodes of each solve. Nodes, not seconds, decide where a hard "
        "solve stops, so that the same inputs give the same answer.",
    )
    time_limit_s: Positive = Field(
        default=600.0, description="Wall-clock limit of each solve, s: a safety net."
    )
    gap: NonNegative = Field(default=0.0, description="Relative gap at which a solve may stop.")
    seed: int = Field(default=0, ge=0, description="Random seed of the solver.")
    threads: int = Field(
        default=2,
        ge=1,
        description="Parts of a large problem that are solved at once. The answer does not depend "
        "on how many.",
    )


class SchemeSettings(_Section):
    """All settings of one scheme run."""

    scheme: SchemeSection
    region: RegionSection
    inputs: InputsSection
    quota: QuotaSection
    roles: RolesSection = RolesSection()
    frozen: FrozenSection = FrozenSection()
    align: tuple[AlignSection, ...] = Field(
        default=(),
        description="Layers that disagree by centimetres, drawn onto each other in this order; a "
        "finding tells what moved.",
    )
    swap: SwapSection = Field(default_factory=SwapSection)
    central: CentralSection = Field(default_factory=CentralSection)
    locks: LocksSection = LocksSection()
    solver: SolverSection = SolverSection()
    delivery: DeliverySection = DeliverySection()


def read_settings(path: Path) -> SchemeSettings:
    """Read ``scheme.toml``; its input paths come back absolute.

    Raises
    ------
    SettingsError
        The file cannot be read, is not TOML, or a setting is missing, unknown or out of range.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError("settings.unreadable", path=path, reason=error.strerror) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("settings.not-toml", path=path, reason=error) from error
    settings = parse_settings(data, path=path)
    base = path.parent.resolve()
    inputs = settings.inputs
    resolved = inputs.model_copy(
        update={name: base / value for name, value in inputs.files.items()}
    )
    return settings.model_copy(update={"inputs": resolved})


def parse_settings(data: dict[str, Any], *, path: object = None) -> SchemeSettings:
    """Check plain data against the settings.

    Raises
    ------
    SettingsError
        A setting is missing, unknown or out of range; the error names it.
    """
    try:
        return SchemeSettings.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        key = "settings.missing" if first["type"] == "missing" else "settings.wrong"
        raise SettingsError(key, path=path, setting=name, reason=first["msg"]) from error
