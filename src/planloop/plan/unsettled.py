"""What is not settled: every value and rule that a scheme rests on and no source gives."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from planloop import standard
from planloop.messages import render
from planloop.plan.formats.maintenance_gdb import UNSEEN
from planloop.standard import Attestation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planloop.plan.scheme import Scheme
    from planloop.plan.settings import SchemeSettings
    from planloop.standard.records import Row

USED = (
    "area_tolerance_m2",
    "area_tolerance_relative",
    "drawn_share",
    "elastic_ratio",
    "idle_strength",
    "land_use_most_change_ha",
    "least_hole_ha",
    "least_rest_patch_ha",
    "minimum_patch_ha",
    "overlap_error_m2",
    "overlap_tolerance_m2",
    "project_area_tolerance",
    "scattered_compactness",
    "scattered_detached_m",
    "scattered_patch_ha",
    "sliver_area_m2",
    "sliver_width_m",
    "township_tolerance_ha",
)
"""Parameters of the standard that a run takes into account; the settings may replace some."""

SETTING = {
    "idle_strength": "swap.idle_strength",
    "land_use_most_change_ha": "central.most_change_ha",
    "least_hole_ha": "swap.least_hole_ha",
    "least_rest_patch_ha": "swap.least_rest_patch_ha",
    "minimum_patch_ha": "swap.least_new_patch_ha",
    "scattered_compactness": "swap.compactness",
    "scattered_detached_m": "swap.detached_m",
    "scattered_patch_ha": "swap.scattered_patch_ha",
    "sliver_area_m2": "swap.sliver_area_m2",
    "sliver_width_m": "swap.sliver_width_m",
    "township_tolerance_ha": "swap.township_tolerance_ha",
}
"""Parameter → section and entry of the settings that replaces it."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """One value or rule that no source gives.

    Parameters
    ----------
    kind
        ``parameter``, ``setting``, ``rule``, ``code`` or ``field``; title ``summary.kind-…``.
    name
        Its name in the standard or in the settings.
    value
        The value used, empty where it is no number.
    unit
        Its unit.
    zh, en
        What it is.
    attestation
        How well it is founded.
    source
        Where it comes from.
    """

    kind: str
    name: str
    value: str
    unit: str
    zh: str
    en: str
    attestation: str
    source: str

    def to_json(self) -> dict[str, str]:
        """Return it as plain data."""
        return asdict(self)


def unsettled(scheme: Scheme) -> tuple[Unsettled, ...]:
    """Return what a scheme rests on that is marked ``ours``, in a fixed order."""
    return (
        *_parameters(scheme.settings),
        *_settings(scheme),
        *_rules(scheme),
        *_codes(scheme),
        *_fields(scheme),
    )


def _parameters(settings: SchemeSettings) -> Iterable[Unsettled]:
    asked = {
        "drawn_share": settings.inputs.locks is not None,
        "township_tolerance_ha": settings.swap.balance_by_township,
    }
    for name in USED:
        if not asked.get(name, True):
            continue
        row = standard.load().parameter(name)
        section, _, entry = SETTING.get(name, "").partition(".")
        value = float(getattr(getattr(settings, section), entry)) if entry else row.value
        if row.attestation is Attestation.OURS:
            yield Unsettled(
                kind="parameter",
                name=name,
                value=f"{value:g}",
                unit=row.unit,
                zh=row.text_zh,
                en=row.text_en,
                attestation=str(row.attestation),
                source=row.source,
            )


def _settings(scheme: Scheme) -> Iterable[Unsettled]:
    """Return settings whose meaning no source fixes: they are the planner's to answer for."""
    swap = scheme.settings.swap
    yield _told("setting", "swap.balance_tolerance_m2", f"{swap.balance_tolerance_m2:g}", "m²")
    yield _told("setting", "swap.sub_zone", swap.sub_zone)
    yield _told("setting", "swap.near_term", "-".join(map(str, swap.near_term)))
    reading = scheme.before.quota.multiple_reading
    row = standard.load().multiples[reading]
    if row.attestation is Attestation.OURS:
        name = "quota.multiple_reading"
        yield _row("setting", name, reading, row, (row.name_zh, row.name("en")))


def _rules(scheme: Scheme) -> Iterable[Unsettled]:
    table = standard.load()
    receivers = {row.rule: row for row in table.zone_receivers}
    for rule, row in sorted(receivers.items()):
        if row.attestation is Attestation.OURS:
            yield _row("rule", f"zone_receivers.{rule}", row.zone, row, (row.text_zh, row.text_en))
    yield _told("rule", "sectors")
    yield _told("rule", "lineage")
    boundary = scheme.settings.roles.boundary
    if scheme.settings.delivery.boundary_layers and boundary in table.maintainables:
        line = table.maintainables[boundary]
        if line.attestation is Attestation.OURS:
            yield _told("rule", "delivery.boundary_layers", boundary)


def _codes(scheme: Scheme) -> Iterable[Unsettled]:
    zones, code = standard.load().zones, scheme.settings.roles.zones
    held = {str(item) for item in scheme.before.layer(code).values("GHFQDM")}
    for item in sorted(held & set(zones)):
        row = zones[item]
        if row.attestation is Attestation.OURS:
            yield _row("code", f"zones.{item}", item, row, (row.name_zh, row.name("en")))


def _fields(scheme: Scheme) -> Iterable[Unsettled]:
    aliases = {spec.field: spec.alias_zh for spec in standard.load().maintenance_fields}
    for name in UNSEEN:
        yield _told("field", name, zh=aliases[name])
    for code in sorted(scheme.changes.deltas):
        specs = standard.load().fields(code)
        if any(spec.attestation is Attestation.OURS for spec in specs):
            yield _told("field", f"fields.{code}", layer=code)


def _told(kind: str, name: str, value: str = "", unit: str = "", **params: str) -> Unsettled:
    """Return an entry whose text is a message; it is no row of the standard."""
    key = "unseen" if name in UNSEEN else "fields" if name.startswith("fields.") else name
    key = f"unsettled.{key.replace('.', '-').replace('_', '-')}"
    zh, en = (render(key, {"name": name, **params}, lang) for lang in ("zh", "en"))
    return Unsettled(kind, name, value, unit, zh, en, str(Attestation.OURS), "")


def _row(kind: str, name: str, value: str, row: Row, texts: tuple[str, str]) -> Unsettled:
    return Unsettled(kind, name, value, "", *texts, str(row.attestation), row.source)
