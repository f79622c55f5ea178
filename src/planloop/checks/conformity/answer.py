"""What a check answers: a grade, its reasons in both languages, and where the conflict lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from planloop import standard
from planloop.messages import render
from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planloop.standard import Attestation


class Grade(StrEnum):
    """How a check ends, from best to worst."""

    NOT_APPLICABLE = "not-applicable"
    CONFORMS = "conforms"
    CONDITIONAL = "conditional"
    FAILS = "does-not-conform"


ORDER = tuple(Grade)


def worst(grades: Iterable[Grade]) -> Grade:
    """Return the worst of some grades; not applicable where there are none."""
    return max(grades, key=ORDER.index, default=Grade.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Words:
    """An entry of ``messages/conformity.toml`` put into a sentence."""

    entry: str

    def text(self, lang: str) -> str:
        """Return the words in ``"zh"`` or ``"en"``."""
        return render(f"conformity.{self.entry}", {}, lang)

    def __str__(self) -> str:
        """Return the entry."""
        return self.entry


@dataclass(frozen=True, slots=True)
class LayerName:
    """The name of a layer put into a sentence."""

    code: str

    def text(self, lang: str) -> str:
        """Return the name in ``"zh"`` or ``"en"``; the code where the standard has none."""
        spec = standard.load().layers.get(self.code)
        if spec is None:
            return self.code
        return spec.name_zh if lang == "zh" else spec.name_en or spec.name_zh

    def __str__(self) -> str:
        """Return the code."""
        return self.code


@dataclass(frozen=True, slots=True)
class CodeName:
    """A code with its name put into a sentence.

    Parameters
    ----------
    kind
        Code list of the standard: ``zones``, ``land_classes`` or ``sectors``.
    code
        The code.
    """

    kind: str
    code: str

    def text(self, lang: str) -> str:
        """Return code and name in ``"zh"`` or ``"en"``; the code alone where it is not known."""
        table = standard.load()
        if not table.knows(self.kind, self.code):
            return self.code or "–"
        known = table.code_list(self.kind)
        item = table.land_class(self.code) if self.kind == "land_classes" else known[self.code]
        name = item.name(lang)
        return name if name == self.code else f"{self.code} {name}"

    def __str__(self) -> str:
        """Return the code."""
        return self.code


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of an answer.

    Parameters
    ----------
    key
        Entry of ``messages/conformity.toml``.
    params
        Values that the sentence names; those with a ``text`` of their own are said in the language.
    """

    key: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Return the sentence in ``"zh"`` or ``"en"``."""
        said = {
            name: value.text(lang) if isinstance(value, Words | LayerName | CodeName) else value
            for name, value in self.params.items()
        }
        return render(f"conformity.{self.key}", said, lang)

    def to_json(self) -> dict[str, object]:
        """Return the reason as plain data, said in both languages."""
        return {
            "key": self.key,
            "params": {name: str(value) for name, value in self.params.items()},
            "zh": self.text("zh"),
            "en": self.text("en"),
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """Land over which a check does not simply pass.

    Parameters
    ----------
    layer, feature, code
        The feature that the site lies in, and its code; the feature is empty where the conflict is
        that the site lies *outside* the layer.
    area
        dm²; 0 where the site is a point.
    grade
        Conditional, or fails.
    """

    layer: str
    feature: str
    code: str
    area: int
    grade: Grade

    @property
    def outside(self) -> bool:
        """Whether the land would have to come into the layer, not leave it."""
        return not self.feature

    def to_json(self) -> dict[str, object]:
        """Return the conflict as plain data."""
        return {
            "layer": self.layer,
            "feature": self.feature,
            "code": self.code,
            "area_dm2": self.area,
            "grade": str(self.grade),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """How a check ends.

    Parameters
    ----------
    grade
        The grade.
    reasons
        Why.
    conflicts
        Where.
    attestation
        How well what decided is founded; None for what the rule itself is founded on.
    """

    grade: Grade
    reasons: tuple[Reason, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    attestation: Attestation | None = None


def nothing_to_judge(key: str, **params: object) -> Answer:
    """Return the answer of a check that has nothing to judge, with the reason."""
    return Answer(Grade.NOT_APPLICABLE, (Reason(key, params),))


def hectares(area: int) -> str:
    """Return an area in dm² as hectares with four decimals."""
    return f"{area / HECTARE:.4f}"
