"""What differs in two documents: settings, inputs, the objective, proofs, totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.diffs.change import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planloop.checks.diffs.change import Part
    from planloop.plan.scheme_document import SchemeDocument

FIRST = "locks"
"""The section of the settings that is told first: what a planner has decided by hand."""


def document_changes(a: SchemeDocument, b: SchemeDocument) -> Iterator[Change]:
    """Yield what differs, in the order of :data:`~planloop.checks.diffs.change.Part`.

    Levels of the objective are yielded whether or not they differ.
    """
    yield from _differing("digest", a.digests, b.digests)
    yield from _settings(a.settings, b.settings)
    yield from _differing("input", a.inputs, b.inputs)
    yield from _levels(a, b)
    yield from _proofs(a, b)
    yield from _differing("total", a.totals, b.totals)


def _differing(part: Part, a: Mapping[str, object], b: Mapping[str, object]) -> Iterator[Change]:
    for name in dict.fromkeys([*a, *b]):
        change = Change(part, name, a.get(name), b.get(name))
        if change.differs:
            yield change


def _settings(a: Mapping[str, object], b: Mapping[str, object]) -> Iterator[Change]:
    """Compare settings leaf by leaf, locks first; a list is one leaf."""
    found = list(_differing("setting", dict(_leaves(a)), dict(_leaves(b))))
    yield from sorted(found, key=lambda change: not change.name.startswith(f"{FIRST}."))


def _leaves(data: Mapping[str, object], place: str = "") -> Iterator[tuple[str, object]]:
    for key, value in data.items():
        at = f"{place}.{key}" if place else key
        if isinstance(value, dict) and value:
            yield from _leaves(value, at)
        else:
            yield at, value


def _levels(a: SchemeDocument, b: SchemeDocument) -> Iterator[Change]:
    one, two = (dict(_values(item)) for item in (a, b))
    for name in dict.fromkeys([*one, *two]):
        yield Change("level", name, one.get(name), two.get(name))


def _values(document: SchemeDocument) -> Iterator[tuple[str, float | None]]:
    """Yield the value of each level: those of the swap, then those of each task that follows it."""
    for level in document.solver.levels:
        yield level.name, level.value
    for task, levels in document.solver.tasks.items():
        for level in levels:
            yield f"{task}.{level.name}", level.value


def _proofs(a: SchemeDocument, b: SchemeDocument) -> Iterator[Change]:
    one, two = ({proof.name: proof for proof in item.proofs} for item in (a, b))
    for name in dict.fromkeys([*one, *two]):
        a_end, b_end = (side[name].outcome if name in side else None for side in (one, two))
        said = two[name] if name in two else one[name]
        change = Change("proof", name, a_end, b_end, zh=said.title_zh, en=said.title_en)
        if change.differs:
            yield change
