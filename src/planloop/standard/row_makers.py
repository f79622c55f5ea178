"""From a raw row of a table to the record that it stands for."""

from __future__ import annotations

from typing import TypeAlias

from planloop.standard.records import (
    Attestation,
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

Raw: TypeAlias = dict[str, str]
"""A row as it is read: column → text."""


def _several(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


def _rgb(row: Raw) -> tuple[int, int, int]:
    return int(row["red"]), int(row["green"]), int(row["blue"])


def layer(row: Raw) -> LayerSpec:
    """Return a layer, from its row."""
    return LayerSpec(
        **_strings(row, "code", "name_zh", "name_en", "geometry", "required", "ysdm", "coverage"),
        levels=_several(row["levels"]),
        attestation=Attestation(row["attestation"]),
    )


def field(row: Raw) -> FieldSpec:
    """Return a field of a layer, from its row."""
    return FieldSpec(
        **_strings(row, "layer", "field", "alias_zh", "type", "required", "code_list"),
        order=int(row["order"]),
        length=int(row["length"]),
        decimals=int(row["decimals"]) if row["decimals"] else None,
        attestation=Attestation(row["attestation"]),
    )


def named(row: Raw) -> Named:
    """Return a code with its names, from its row."""
    return Named(
        **_strings(row, "code", "name_zh", "name_en"), attestation=Attestation(row["attestation"])
    )


def zone(row: Raw) -> Zone:
    """Return a zone, from its row."""
    return Zone(
        **_strings(row, "code", "name_zh", "name_en", "parent"),
        level=int(row["level"]),
        rgb=_rgb(row),
        attestation=Attestation(row["attestation"]),
    )


def land_class(row: Raw) -> LandClass:
    """Return a land class, from its row."""
    return LandClass(
        **_strings(row, "code", "name_zh", "name_en", "parent", "group"),
        level=int(row["level"]),
        rgb=_rgb(row),
        code_2020=_several(row["code_2020"]),
        attestation=Attestation(row["attestation"]),
    )


def land_group(row: Raw) -> LandGroup:
    """Return a group of land classes, from its row."""
    return LandGroup(
        **_strings(row, "name", "attribute"),
        include=_several(row["include"]),
        exclude=_several(row["exclude"]),
        attestation=Attestation(row["attestation"]),
    )


def maintenance_field(row: Raw) -> MaintenanceField:
    """Return a field of the change layers, from its row."""
    return MaintenanceField(
        **_strings(row, "field", "alias_zh", "type"),
        order=int(row["order"]),
        length=int(row["length"]),
        attestation=Attestation(row["attestation"]),
    )


def maintainable(row: Raw) -> Maintainable:
    """Return a layer that may be delivered, from its row."""
    return Maintainable(
        **_strings(row, "layer", "kind", "code_field"),
        area_fields=_several(row["area_fields"]),
        attestation=Attestation(row["attestation"]),
    )


def zone_link(row: Raw) -> ZoneLink:
    """Return a zone link, from its row."""
    return ZoneLink(
        **_strings(row, "zone", "layer"),
        priority=int(row["priority"]),
        frozen=row["frozen"] == "yes",
        attestation=Attestation(row["attestation"]),
    )


def zone_receiver(row: Raw) -> ZoneReceiver:
    """Return a zone receiver, from its row."""
    return ZoneReceiver(
        **_strings(row, "land_class", "zone", "rule", "text_zh", "text_en"),
        attestation=Attestation(row["attestation"]),
    )


def zone_permit(row: Raw) -> ZonePermit:
    """Return a zone permit, from its row."""
    return ZonePermit(
        **_strings(row, "zone", "sector", "permit"), attestation=Attestation(row["attestation"])
    )


def planned_use(row: Raw) -> PlannedUse:
    """Return a planned use, from its row."""
    return PlannedUse(
        **_strings(row, "sector"),
        fits=_several(row["fits"]),
        conditional=_several(row["conditional"]),
        attestation=Attestation(row["attestation"]),
    )


def line_permit(row: Raw) -> LinePermit:
    """Return a line permit, from its row."""
    return LinePermit(
        **_strings(row, "line", "sector", "level", "permit", "needs"),
        attestation=Attestation(row["attestation"]),
    )


def flag_layer(row: Raw) -> FlagLayer:
    """Return a flag layer, from its row."""
    return FlagLayer(
        **_strings(row, "layer", "flag", "permit"),
        exempt=_several(row["exempt"]),
        attestation=Attestation(row["attestation"]),
    )


def site_field(row: Raw) -> SiteField:
    """Return a site field, from its row."""
    return SiteField(
        **_strings(row, "name"),
        fields=_several(row["fields"]),
        attestation=Attestation(row["attestation"]),
    )


def structure_range(row: Raw) -> StructureRange:
    """Return a structure range, from its row."""
    return StructureRange(
        code=row["group"],
        **_strings(row, "name_zh", "name_en"),
        classes=_several(row["classes"]),
        least_share=_number(row["least_share"]),
        most_share=_number(row["most_share"]),
        least_person_m2=_number(row["least_person_m2"]),
        attestation=Attestation(row["attestation"]),
    )


def service_kind(row: Raw) -> ServiceKind:
    """Return a service kind, from its row."""
    return ServiceKind(
        **_strings(row, "code", "name_zh", "name_en", "land_class"),
        radius_m=float(row["radius_m"]),
        least_site_m2=float(row["least_site_m2"]),
        attestation=Attestation(row["attestation"]),
    )


def land_use_choice(row: Raw) -> LandUseChoice:
    """Return a land use choice, from its row."""
    return LandUseChoice(
        **_strings(row, "land_class", "text_zh", "text_en"),
        choices=_several(row["choices"]),
        fixed=row["fixed"] == "yes",
        attestation=Attestation(row["attestation"]),
    )


def incompatible_uses(row: Raw) -> IncompatibleUses:
    """Return two uses that may not be neighbours, from its row."""
    return IncompatibleUses(
        **_strings(row, "one", "other", "text_zh", "text_en"),
        attestation=Attestation(row["attestation"]),
    )


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def line_kind(row: Raw) -> LineKind:
    """Return a line kind, from its row."""
    return LineKind(
        **_strings(row, "line", "kind", "planned"),
        fits=_several(row["fits"]),
        least_patch_m2=float(row["least_patch_m2"]),
        reach_m=float(row["reach_m"]),
        attestation=Attestation(row["attestation"]),
    )


def line_ground(row: Raw) -> LineGround:
    """Return a line ground, from its row."""
    return LineGround(
        **_strings(row, "land_class", "ground"), attestation=Attestation(row["attestation"])
    )


def line_compensation(row: Raw) -> LineCompensation:
    """Return a line compensation, from its row."""
    return LineCompensation(
        **_strings(row, "planned_class"),
        rank=int(row["rank"]),
        attestation=Attestation(row["attestation"]),
    )


def parameter(row: Raw) -> Parameter:
    """Return a parameter, from its row."""
    return Parameter(
        **_strings(row, "name", "unit", "text_zh", "text_en"),
        value=float(row["value"]),
        attestation=Attestation(row["attestation"]),
    )


def sector(row: Raw) -> Sector:
    """Return a sector, from its row."""
    return Sector(
        **_strings(row, "code", "name_zh", "name_en"),
        tier=int(row["tier"]),
        needs_boundary=row["needs_boundary"] == "yes",
        attestation=Attestation(row["attestation"]),
    )


def indicator(row: Raw) -> Indicator:
    """Return an indicator, from its row."""
    return Indicator(
        **_strings(row, "name_zh", "name_en", "unit", "nature", "level", "computation", "per"),
        code=row["number"],
        of=_several(row["of"]),
        worse=row["worse"],
        digits=int(row["digits"]),
        attestation=Attestation(row["attestation"]),
    )


def change_trigger(row: Raw) -> ChangeTrigger:
    """Return a change trigger, from its row."""
    return ChangeTrigger(
        **_strings(row, "trigger", "level", "mandatory", "detector"),
        **{name: row[name] for name in ("text_zh", "text_en", "path_zh", "path_en")},
        of=_several(row["of"]),
        attestation=Attestation(row["attestation"]),
    )


def column(row: Raw) -> Column:
    """Return a column, from its row."""
    return Column(
        **_strings(row, "table", "header", "name", "type", "required", "code_list"),
        order=int(row["order"]),
        attestation=Attestation(row["attestation"]),
    )


def _strings(row: Raw, *names: str) -> Raw:
    """Return the named texts of a row, with its edition and source."""
    return {name: row[name] for name in (*names, "edition", "source")}
