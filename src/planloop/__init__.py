"""Keeps a city's territorial spatial plan alive: maintenance worked out, proved, written.

The names below are those of :mod:`planloop.api`; they load when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planloop.api import (
        check_conformity,
        check_project_list,
        compare_schemes,
        find_alternatives,
        make_scheme,
        read_plan,
        verify_scheme,
        write_alternatives,
        write_difference,
        write_scheme,
    )

__all__ = [
    "check_conformity",
    "check_project_list",
    "compare_schemes",
    "find_alternatives",
    "make_scheme",
    "read_plan",
    "verify_scheme",
    "write_alternatives",
    "write_difference",
    "write_scheme",
]


def __getattr__(name: str) -> object:
    """Load a call of the Python interface."""
    if name not in __all__:
        message = f"module 'planloop' has no attribute {name!r}"
        raise AttributeError(message)
    from planloop import api  # noqa: PLC0415  # keeps `planloop --help` instant

    return getattr(api, name)
