"""The plan: an immutable set of layers, tables and quota over one region."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from planloop.errors import InputError
from planloop.plan.digest import combine, digest_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from planloop.plan.layer import Layer
    from planloop.plan.quota import Quota
    from planloop.plan.region import Region

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Plan:
    """A territorial spatial master plan; functions return a new one.

    Parameters
    ----------
    region
        The region, with the working CRS of every layer.
    layers
        Standard layer code → layer.
    tables
        Name → table without geometry (``projects``, ``assessment`` …).
    quota
        What has been issued for the urban development boundary.
    """

    region: Region
    layers: Mapping[str, Layer]
    tables: Mapping[str, pd.DataFrame]
    quota: Quota

    def __post_init__(self) -> None:
        """Seal the mappings, in the order of the codes."""
        object.__setattr__(self, "layers", _sealed(self.layers))
        object.__setattr__(self, "tables", _sealed(self.tables))

    def layer(self, code: str) -> Layer:
        """Return a layer.

        Raises
        ------
        InputError
            The plan has no such layer.
        """
        if code not in self.layers:
            key = "plan.missing-layer"
            raise InputError(key, layer=code, present=", ".join(self.layers))
        return self.layers[code]

    def with_layers(self, *layers: Layer) -> Plan:
        """Return the plan with these layers put in, or in the place of those of the same code."""
        return replace(self, layers={**self.layers, **{layer.code: layer for layer in layers}})

    def digests(self) -> dict[str, str]:
        """Return the logical digest of each layer and table by name."""
        return dict(self._digests)

    @cached_property
    def _digests(self) -> Mapping[str, str]:
        layers = {code: layer.digest for code, layer in self.layers.items()}
        tables = {f"table:{name}": digest_table(table) for name, table in self.tables.items()}
        return MappingProxyType(layers | tables)

    def digest(self) -> str:
        """Return the logical digest of the whole plan."""
        return combine({"region": str(self.region), "quota": str(self.quota)} | self.digests())


def _sealed(items: Mapping[str, T]) -> Mapping[str, T]:
    return MappingProxyType({name: items[name] for name in sorted(items)})
