"""A value that two schemes do not have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Part: TypeAlias = Literal["digest", "setting", "input", "level", "proof", "total", "table"]

DIGITS = 6
"""Decimals of a difference: more would only show how numbers are held."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs, or (of the objective's levels) is shown beside the other in any case.

    Parameters
    ----------
    part
        Where it stands: ``digest`` (of a part of the scheme), ``setting``, ``input`` (digest of
        it), ``level`` (of the objective), ``proof`` (its outcome), ``total`` or ``table`` (of the
        accounts; tables in hectares).
    name
        Its name: of a setting ``"locks.must_out"``, of a cell sheet, row and column, of a level of
        a task that follows the swap ``"lines.lines-uncut"``.
    a, b
        The values, plain data; None where one of the schemes has none.
    zh, en
        What it is called, where the name does not say so.
    """

    part: Part
    name: str
    a: object
    b: object
    zh: str = ""
    en: str = ""

    @property
    def differs(self) -> bool:
        """Whether the values are different."""
        return type(self.a) is not type(self.b) or self.a != self.b

    @property
    def difference(self) -> int | float | None:
        """`b` less `a` where both are numbers; no more than :data:`DIGITS` decimals."""
        numbers = (int, float)
        if isinstance(self.a, bool) or isinstance(self.b, bool):
            return None
        if not isinstance(self.a, numbers) or not isinstance(self.b, numbers):
            return None
        return round(self.b - self.a, DIGITS)

    def label(self, lang: str) -> str:
        """Return what it is called in ``"zh"`` or ``"en"``."""
        return (self.zh if lang == "zh" else self.en) or self.name

    def to_json(self) -> dict[str, object]:
        """Return the change as plain data."""
        data: dict[str, object] = {"part": self.part, "name": self.name, "a": self.a, "b": self.b}
        if self.difference is not None:
            data["difference"] = self.difference
        return data
