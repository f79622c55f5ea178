"""Texts for people: a message key with parameters becomes a sentence in Chinese or English.

Data, errors, findings and proofs carry keys and parameters only; the text is made at the edge.
A key is ``"<file>.<entry>"``: the TOML file beside this module, and the entry in it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("zh", "en")


def render(key: str, params: Mapping[str, object], lang: str) -> str:
    """Return the text of `key` in `lang` with `params` filled in.

    Raises
    ------
    KeyError
        The key, the language or a parameter that the text names is missing.
    """
    file, _, entry = key.partition(".")
    return _catalogue(file)[entry][lang].format_map(params)


def keys() -> list[str]:
    """Return every message key of the catalogue, sorted."""
    files = (item.name for item in resources.files(__name__).iterdir())
    stems = (name.removesuffix(".toml") for name in files if name.endswith(".toml"))
    return sorted(f"{stem}.{entry}" for stem in stems for entry in _catalogue(stem))


@cache
def _catalogue(file: str) -> dict[str, dict[str, str]]:
    text = resources.files(__name__).joinpath(f"{file}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
