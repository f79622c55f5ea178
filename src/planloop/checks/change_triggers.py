"""What is looked at to tell the level of a change, by the name that the standard's table uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from planloop import standard
from planloop.checks.indicators.planned_land import in_classes
from planloop.checks.layer_areas import layer_areas, layer_code
from planloop.checks.layer_changes import land_moved, layer_changes
from planloop.checks.multiples import readings
from planloop.plan.codes import starts_with

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planloop.checks.evidence import Evidence
    from planloop.checks.indicators.result import IndicatorResult
    from planloop.checks.layer_changes import LayerChange
    from planloop.standard.records import ChangeTrigger

SHOWN = 20
"""Features that are named of each trigger; their number is told in any case."""


@dataclass(frozen=True, slots=True)
class Found:
    """What set a trigger off.

    Parameters
    ----------
    numbers
        Areas in dm² under names ending in ``_dm2``, counts, values.
    evidence
        The first features, projects or indicators concerned.
    """

    numbers: Mapping[str, object]
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Case:
    """What the triggers look at.

    Parameters
    ----------
    evidence
        The scheme.
    indicators
        Its indicators.
    """

    evidence: Evidence
    indicators: Sequence[IndicatorResult]

    @property
    def changes(self) -> Mapping[str, LayerChange]:
        """What differs, by layer."""
        return self.evidence.once(layer_changes)

    def layers(self, names: Iterable[str]) -> list[str]:
        """Return the layers that a row of the table means, each once."""
        roles = self.evidence.settings.roles
        return list(dict.fromkeys(layer_code(roles, name) for name in names))


Detector: TypeAlias = Callable[[Case, "ChangeTrigger"], Found | None]


def attributes(case: Case, _: ChangeTrigger) -> Found | None:
    """Find features of which attributes differ and nothing else."""
    return _features([f"{c.layer}:{fid}" for c in case.changes.values() for fid in c.renamed])


def topology(case: Case, _: ChangeTrigger) -> Found | None:
    """Find features that hold the same land with other vertices."""
    return _features([f"{c.layer}:{fid}" for c in case.changes.values() for fid in c.redrawn])


def land(case: Case, row: ChangeTrigger) -> Found | None:
    """Find layers that hold other land, or the same under other codes."""
    codes = [code for code in case.layers(row.of) if code in case.changes]
    moved = [code for code in codes if case.changes[code].land]
    return _of_layers(case, moved)


def other(case: Case, _: ChangeTrigger) -> Found | None:
    """Find layers that hold other land and that no other trigger looks at."""
    looked_at = {
        code for row in standard.load().change_triggers.values() for code in case.layers(row.of)
    }
    moved = [code for code, item in case.changes.items() if item.land and code not in looked_at]
    return _of_layers(case, moved)


def _of_layers(case: Case, codes: Sequence[str]) -> Found | None:
    numbers: dict[str, object] = {}
    features: list[str] = []
    for code in codes:
        numbers[f"{code}_features"] = len(case.changes[code].land)
        if code in case.evidence.maintained:
            numbers[f"{code}_changed_dm2"] = case.evidence.area(land_moved(case.evidence, code))
        areas = layer_areas(case.evidence, code) or (0, 0)
        numbers |= {f"{code}_before_dm2": areas[0], f"{code}_after_dm2": areas[1]}
        features += [f"{code}:{fid}" for fid in case.changes[code].land]
    return Found(numbers, tuple(features[:SHOWN])) if codes else None


def projects(case: Case, row: ChangeTrigger) -> Found | None:
    """Find projects that the list calls changed, and sites that differ."""
    table = case.evidence.before.tables.get("projects")
    changed: list[str] = []
    if table is not None and "change" in table.columns:
        rows = table[table["change"].fillna("").astype(str).str.strip() != ""]
        changed = [str(number) for number in rows["number"]]
    sites = land(case, row)
    if not changed and sites is None:
        return None
    moved = sites or Found({})
    numbers = {"projects": len(changed), **moved.numbers}
    return Found(numbers, (*changed[:SHOWN], *moved.evidence))


def net_loss(case: Case, row: ChangeTrigger) -> Found | None:
    """Find layers that hold less land than before."""
    areas = {code: layer_areas(case.evidence, code) for code in case.layers(row.of)}
    lost = {code: pair for code, pair in areas.items() if pair is not None and pair[1] < pair[0]}
    return _lost(lost)


def planned_loss(case: Case, row: ChangeTrigger) -> Found | None:
    """Find land classes that less land is planned for than before."""
    sizes = [
        case.evidence.area(in_classes(case.evidence, row.of, when)) for when in ("before", "after")
    ]
    return _lost({row.trigger: (sizes[0], sizes[1])} if sizes[1] < sizes[0] else {})


def _lost(lost: Mapping[str, tuple[int, int]]) -> Found | None:
    if not lost:
        return None
    numbers: dict[str, object] = {}
    for name, (before, after) in lost.items():
        numbers |= {f"{name}_before_dm2": before, f"{name}_after_dm2": after}
    return Found(numbers, tuple(lost))


def broken_indicators(case: Case, _: ChangeTrigger) -> Found | None:
    """Find binding indicators that are beyond their target, or worse than before without one."""
    broken = [item for item in case.indicators if item.broken]
    numbers = {name: value for item in broken for name, value in item.numbers().items()}
    return Found(numbers, tuple(item.row.code for item in broken)) if broken else None


def frozen_zones(case: Case, _: ChangeTrigger) -> Found | None:
    """Find land that is no longer in a frozen zone, or newly so."""
    evidence, prefixes = case.evidence, case.evidence.settings.frozen.zones
    zone = {when: evidence.zone(when) for when in ("before", "after")}
    frozen = starts_with(zone["before"], prefixes) | starts_with(zone["after"], prefixes)
    moved = frozen & np.array(
        [a != b for a, b in zip(zone["before"], zone["after"], strict=True)], dtype=bool
    )
    if not moved.any():
        return None
    named = evidence.features_on(evidence.settings.roles.zones, moved)
    return Found({"area_dm2": evidence.area(moved)}, tuple(named[:SHOWN]))


def boundary_total(case: Case, _: ChangeTrigger) -> Found | None:
    """Find a boundary that is larger than issued."""
    evidence = case.evidence
    size, issued = evidence.area(evidence.inside("after")), evidence.before.quota.issued_area
    return Found({"after_dm2": size, "issued_dm2": issued}) if size > issued else None


def multiple(case: Case, _: ChangeTrigger) -> Found | None:
    """Find an expansion multiple that is larger than issued, in the reading that binds."""
    binding = case.evidence.before.quota.multiple_reading
    held = readings(case.evidence)[binding]
    if held.after_dm2 is None or held.limit_dm2 is None or held.after_dm2 <= held.limit_dm2:
        return None
    numbers = {"reading": binding, "after_dm2": held.after_dm2, "limit_dm2": held.limit_dm2}
    return Found(numbers, (binding,))


def _features(names: Sequence[str]) -> Found | None:
    return Found({"features": len(names)}, tuple(names[:SHOWN])) if names else None


DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        "attributes": attributes,
        "topology": topology,
        "land": land,
        "other": other,
        "projects": projects,
        "net-loss": net_loss,
        "planned-loss": planned_loss,
        "indicators": broken_indicators,
        "frozen-zones": frozen_zones,
        "boundary-total": boundary_total,
        "multiple": multiple,
    }
)
"""Every detector by name."""
