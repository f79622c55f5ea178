"""How indicators are computed, by the name that the standard's table uses."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import shapely

from planloop.checks.indicators.planned_land import in_classes, in_group
from planloop.checks.layer_areas import layer_areas, layer_code
from planloop.checks.multiples import readings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.checks.indicators.given import Given
    from planloop.standard.records import Indicator

    Pair: TypeAlias = tuple[float | None, float | None]
    Computation: TypeAlias = Callable[[Evidence, Indicator, Mapping[str, Given]], Pair]

SQUARE_KILOMETRE = 100_000_000
"""dm² in one."""

SQUARE_METRE = 100
"""dm² in one."""

PEOPLE = 10_000
"""Residents are counted in 万人."""

CENTRAL = "中心城区"
"""The level of indicators that speak of the central urban area."""

NOTHING: Pair = (None, None)
TIMES = ("before", "after")


def layer_area(evidence: Evidence, row: Indicator, _: Mapping[str, Given]) -> Pair:
    """Return the land of a layer, km²."""
    (name,) = row.of
    areas = layer_areas(evidence, layer_code(evidence.settings.roles, name))
    if areas is None:
        return NOTHING
    return areas[0] / SQUARE_KILOMETRE, areas[1] / SQUARE_KILOMETRE


def class_area(evidence: Evidence, row: Indicator, people: Mapping[str, Given]) -> Pair:
    """Return the land of some classes, planned or else current: km², or m² per person."""
    return _land(evidence, row, people, [in_classes(evidence, row.of, when) for when in TIMES])


def group_area(evidence: Evidence, row: Indicator, people: Mapping[str, Given]) -> Pair:
    """Return the land of a group of construction land: km², or m² per person."""
    (group,) = row.of
    return _land(evidence, row, people, [in_group(evidence, group, when) for when in TIMES])


def _land(
    evidence: Evidence,
    row: Indicator,
    people: Mapping[str, Given],
    faces: list[NDArray[np.bool_]],
) -> Pair:
    around = _around(evidence, row)
    if around is None:
        return NOTHING
    unit: float = SQUARE_KILOMETRE
    if row.per:
        residents = people[row.per].planned if row.per in people else None
        if not residents:
            return NOTHING
        unit = SQUARE_METRE * residents * PEOPLE
    before, after = (evidence.area(chosen & around) / unit for chosen in faces)
    return before, after


def _around(evidence: Evidence, row: Indicator) -> NDArray[np.bool_] | None:
    """Return the faces that an indicator speaks of; None where the plan does not say which."""
    roles = evidence.settings.roles
    around = evidence.covered([roles.central if row.level == CENTRAL else roles.region])
    return around if around.any() else None


def road_density(evidence: Evidence, row: Indicator, _: Mapping[str, Given]) -> Pair:
    """Return the length of the roads in the central urban area over its area, km/km².

    Lengths are those of the centre lines in the Gauss plane, where a line is longer than on the
    ground by less than 0.02 %.
    """
    around = _around(evidence, row)
    (name,) = row.of
    roads = layer_code(evidence.settings.roles, name)
    if around is None or roads not in evidence.before.layers:
        return NOTHING
    size = evidence.area(around) / SQUARE_KILOMETRE
    place = shapely.union_all(evidence.before.layer(evidence.settings.roles.central).geometry)

    def density(when: str) -> float:
        held = evidence.plan(when).layers.get(roads)
        lines = [] if held is None else shapely.intersection(held.geometry, place)
        return float(shapely.length(lines).sum()) / 1000.0 / size

    return density("before"), density("after")


def multiple(evidence: Evidence, _: Indicator, __: Mapping[str, Given]) -> Pair:
    """Return the expansion multiple in the reading that binds.

    Where that reading is no ratio (M4), the whole boundary over the base year (M1) is shown.
    """
    found = readings(evidence)
    binding = found[evidence.before.quota.multiple_reading]
    shown = found["M1"] if binding.issued is None and binding.after_dm2 is not None else binding
    return shown.before, shown.after


def given_only(_: Evidence, __: Indicator, ___: Mapping[str, Given]) -> Pair:
    """Return nothing: no layer tells of it."""
    return NOTHING


COMPUTATIONS: Mapping[str, Computation] = MappingProxyType(
    {
        "given": given_only,
        "layer-area": layer_area,
        "class-area": class_area,
        "group-area": group_area,
        "road-density": road_density,
        "multiple": multiple,
    }
)
"""Every computation by name."""
