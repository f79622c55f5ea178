"""The one tree of errors, and the one table that maps it to exit codes and HTTP statuses."""

from __future__ import annotations

from typing import ClassVar, Protocol

from planloop.messages import render


class PlanloopError(Exception):
    """Something the user can act on: what is wrong, where, and what to do.

    Parameters
    ----------
    key
        Message key, ``"<file>.<entry>"`` of :mod:`planloop.messages`; the text says what is wrong
        and what to do.
    path
        File concerned.
    layer
        Layer concerned (standard code, or the source's own name while it is not yet mapped).
    feature
        Identifier of the feature concerned.
    row
        One-based row in the source table or layer.
    at
        Position ``(x, y)`` in the coordinates of the source.
    **params
        Named values that the message's text uses.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(  # the location is part of every error  # noqa: PLR0913
        self,
        key: str,
        *,
        path: object = None,
        layer: str | None = None,
        feature: str | None = None,
        row: int | None = None,
        at: tuple[float, float] | None = None,
        **params: object,
    ) -> None:
        self.key = key
        self.where: dict[str, object] = {
            name: value
            for name, value in (
                ("path", None if path is None else str(path)),
                ("layer", layer),
                ("feature", feature),
                ("row", row),
                ("at", at),
            )
            if value is not None
        }
        self.params = params
        super().__init__(self.text("en"))

    def text(self, lang: str) -> str:
        """Return the message with its location, in ``"zh"`` or ``"en"``."""
        message = render(self.key, self.params | self.where, lang)
        if not self.where:
            return message
        names = {name: render(f"where.{name}", {}, lang) for name in self.where}
        place = ", ".join(f"{names[name]} {_show(value)}" for name, value in self.where.items())
        return f"{message} [{place}]"

    def to_json(self) -> dict[str, object]:
        """Return the error as plain data, the same shape for the CLI and for HTTP."""
        return {
            "error": self.key,
            "zh": self.text("zh"),
            "en": self.text("en"),
            **self.where,
            "params": {name: str(value) for name, value in self.params.items()},
        }


class InputError(PlanloopError):
    """A file, table, geometry, code or coordinate system that cannot be used as it is."""

    exit_code = 3
    http_status = 422


class SettingsError(PlanloopError):
    """A setting of ``scheme.toml`` or ``mapping.toml`` that is missing or wrong."""

    exit_code = 3
    http_status = 422


class Told(Protocol):
    """Something that can be said in both languages, as a finding."""

    def text(self, lang: str) -> str:
        """Return the sentence in ``"zh"`` or ``"en"``."""


class InfeasibleError(PlanloopError):
    """No legal plan exists, or none was found within the limits.

    Attributes
    ----------
    seen
        What was seen of the problem before the search; the text says it, too.
    """

    exit_code = 4
    http_status = 409
    seen: tuple[Told, ...] = ()

    def text(self, lang: str) -> str:
        """Return the message, and what was seen before, in ``"zh"`` or ``"en"``."""
        return "\n".join([super().text(lang), *(item.text(lang) for item in self.seen)])


class BrokenPromiseError(PlanloopError):
    """A proof of the scheme is broken."""

    exit_code = 5
    http_status = 409


class OutputError(PlanloopError):
    """A result could not be written; nothing was left behind."""

    exit_code = 6
    http_status = 507


def _show(value: object) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(f"{part:.4f}" for part in value) + ")"
    return str(value)
