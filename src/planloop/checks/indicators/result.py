"""One indicator before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planloop.standard.records import Indicator

COMPUTED, GIVEN, NO_DATA = "computed", "given", "missing"

BINDING = "约束"
"""The nature of indicators that may not be broken."""


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """An indicator before and after; None where there is no data.

    Parameters
    ----------
    row
        Its row of the standard: number, names, unit, nature, digits, attestation.
    basis
        ``computed`` from the layers, ``given`` in the table of indicators, or ``missing``.
    before, after
        Values, not rounded, in the unit of the row.
    base, target
        Value of the base year and target as the table gives them.
    told
        What the table says of an indicator after that is computed.
    """

    row: Indicator
    basis: str
    before: float | None = None
    after: float | None = None
    base: float | None = None
    target: float | None = None
    told: float | None = None

    @property
    def binding(self) -> bool:
        """Return whether it may not be broken."""
        return self.row.nature == BINDING

    @property
    def difference(self) -> float | None:
        """Return after less before, rounded to the digits of the row."""
        if self.before is None or self.after is None:
            return None
        return self.rounded(self.after - self.before)

    @property
    def worsened(self) -> bool:
        """Return whether it is worse after than before, by however little."""
        if self.before is None or self.after is None:
            return False
        return self._worse(self.after, self.before)

    @property
    def beyond_target(self) -> bool:
        """Return whether it is worse than its target, both rounded to the digits of the row.

        A target is issued rounded; what is beyond it by less than a rounding is not beyond it.
        """
        if self.after is None or self.target is None:
            return False
        return self._worse(self.rounded(self.after), self.rounded(self.target))

    @property
    def broken(self) -> bool:
        """Return whether a binding indicator is broken.

        Its target decides where it has one. Otherwise it may not be worse than before: nothing
        tells how far it may go.
        """
        if not self.binding:
            return False
        return self.worsened if self.target is None else self.beyond_target

    @property
    def contradicted(self) -> bool:
        """Return whether the table says another value after than the layers do."""
        if self.after is None or self.told is None:
            return False
        return self.rounded(self.after) != self.rounded(self.told)

    def rounded(self, value: float) -> float:
        """Return a value rounded to the digits of the row."""
        return round(value, self.row.digits) + 0.0  # -0.0 is 0.0

    def text(self, value: float | None) -> str:
        """Return a value with the digits of the row: ``"25.5600"``; ``"–"`` for none."""
        return "–" if value is None else f"{self.rounded(value):.{self.row.digits}f}"

    def numbers(self) -> dict[str, float]:
        """Return the values that there are, rounded, by ``"<number>:_before"`` and so on."""
        values = {"before": self.before, "after": self.after, "target": self.target}
        return {
            f"{self.row.code}:_{name}": self.rounded(value)
            for name, value in values.items()
            if value is not None
        }

    def _worse(self, one: float, other: float) -> bool:
        return one < other if self.row.worse == "less" else self.row.worse == "more" and one > other

    def to_json(self) -> dict[str, object]:
        """Return the indicator as plain data, values rounded to its digits."""
        values = {
            name: None if value is None else self.rounded(value)
            for name, value in (
                ("base", self.base),
                ("before", self.before),
                ("after", self.after),
                ("target", self.target),
                ("told", self.told),
            )
        }
        return {
            "number": self.row.code,
            "unit": self.row.unit,
            "digits": self.row.digits,
            "nature": self.row.nature,
            "basis": self.basis,
            **values,
            "difference": self.difference,
            "attestation": str(self.row.attestation),
        }
