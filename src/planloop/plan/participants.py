"""Which layers take part in the fabric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.plan.layer import Layer
    from planloop.plan.settings import RolesSection


def participants(
    layers: Mapping[str, Layer], roles: RolesSection
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes of the layers that take part.

    Returns
    -------
    partition, overlapping
        Layers that do not overlap themselves, and layers that may; those that the plan lacks or
        that are empty are left out.

    Raises
    ------
    InputError
        One of the layers without which there is no maintenance is missing.
    """
    for code in (roles.region, roles.parcels, roles.boundary, roles.zones):
        if code not in layers or not len(layers[code]):
            key = "plan.missing-layer"
            raise InputError(key, layer=code, present=", ".join(sorted(layers)))
    partition = [roles.region, roles.townships, roles.parcels, roles.boundary, roles.zones]
    partition += [roles.redline, roles.basic_farmland]
    partition += [roles.central, roles.land_use, roles.green, roles.yellow]
    overlapping = [roles.sites, roles.titles, roles.approved, roles.built, *roles.exclusions]
    overlapping += [roles.blue, roles.purple]
    overlapping = [code for code in overlapping if code not in partition]
    present = {code for code, layer in layers.items() if len(layer)}
    return (
        tuple(dict.fromkeys(code for code in partition if code in present)),
        tuple(dict.fromkeys(code for code in overlapping if code in present)),
    )
